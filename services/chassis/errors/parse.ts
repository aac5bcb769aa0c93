import { RejectedInput } from './coded.ts'
import { commonErrors } from './common.ts'
import type { WireTime } from './wire-time.ts'

/** How an id looks, and the same in words for whoever got it wrong. */
export interface IdPattern {
  readonly pattern: RegExp
  readonly says: string
  /** May stand for a person: a wrong one is told by its length, never shown. */
  readonly personal?: true
}

/** Ids are opaque ASCII (architecture rule 18): nothing folds case or normalises them. */
export const idPatterns = {
  /** Ids made by administrators: pools, queues, skills, teams, policies. */
  slug: { pattern: /^[a-z0-9._-]{1,64}$/, says: '1-64 characters of a-z 0-9 . _ -' },
  /** Agents' ids, which often are login names. */
  agent: { pattern: /^[a-zA-Z0-9._@-]{1,64}$/, says: '1-64 characters of a-z A-Z 0-9 . _ @ -' },
  /** Ids made by platforms: contacts, requests, attempts. */
  external: {
    pattern: /^[a-zA-Z0-9._:@-]{1,64}$/,
    says: '1-64 characters of a-z A-Z 0-9 . _ : @ -',
  },
  /** Opaque keys of customers, addresses, conversations; a hash in base64 fits. */
  opaque: {
    pattern: /^[!-~]{1,64}$/,
    says: '1-64 printable ASCII characters without space',
    personal: true,
  },
} as const satisfies Record<string, IdPattern>

/** No argument: the field is required. One: what an absent field means. */
type Absent<A> = readonly [] | readonly [absent: A]

type InputCode =
  | 'FIELD_MISSING'
  | 'FIELD_TOO_LONG'
  | 'FIELD_MALFORMED'
  | 'FIELD_OUT_OF_RANGE'
  | 'FIELD_TOO_MANY'
  | 'FIELD_DUPLICATE'
  | 'ENUM_UNKNOWN'
  | 'PAGE_TOKEN_MALFORMED'
  | 'POSITION_MALFORMED'
  | 'POSITION_ELSEWHERE'

/**
 * Refuses a field. `limit` is what would be right, `value` what came (never a text's or attribute's
 * content).
 */
export function refused(
  code: InputCode,
  field: string,
  limit: string | number = '',
  value: string | number = '',
): RejectedInput {
  const fields: Record<string, string | number> = { field }
  if (limit !== '') fields.limit = limit
  if (value !== '') fields.value = value
  return new RejectedInput(code, commonErrors[code], fields)
}

function id(field: string, value: string, rule: IdPattern = idPatterns.external): string {
  if (value === '') throw refused('FIELD_MISSING', field)
  if (rule.pattern.test(value)) return value
  throw refused('FIELD_MALFORMED', field, rule.says, shown(value, rule))
}

/** Enough of a wrong id to find it in the caller's own code. */
function shown(value: string, rule: IdPattern): string {
  if (rule.personal) return `${value.length} characters`
  return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}...` : value)
}

/** Absent means '', as on the wire. */
function optionalId(field: string, value: string, rule: IdPattern = idPatterns.external): string {
  return value === '' ? '' : id(field, value, rule)
}

// Control characters, save tab and line feed, have no place in text for people and forge lines in
// whatever prints it.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/

/** Text for people. Empty is fine unless `minBytes` says otherwise. */
function text(field: string, value: string, maxBytes: number, minBytes = 0): string {
  if (value === '' && minBytes > 0) throw refused('FIELD_MISSING', field)
  const size = Buffer.byteLength(value)
  if (size > maxBytes) throw refused('FIELD_TOO_LONG', field, maxBytes, size)
  if (size < minBytes)
    throw refused('FIELD_OUT_OF_RANGE', field, `at least ${minBytes} bytes`, size)
  if (!value.isWellFormed() || controls.test(value)) {
    throw refused('FIELD_MALFORMED', field, 'well-formed text without control characters')
  }
  return value
}

function bytes(field: string, value: Uint8Array, max: number): Uint8Array {
  if (value.length > max) throw refused('FIELD_TOO_LONG', field, max, value.length)
  return value
}

function integer(field: string, value: number, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw refused('FIELD_OUT_OF_RANGE', field, `${min} to ${max}`, value)
  }
  // -0 compares equal to 0 and prints differently; a state must not hold both.
  return value + 0
}

/** Page sizes: 0 is absent. */
function pageSize(field: string, value: number, max: number, absent: number): number {
  return value === 0 ? absent : integer(field, value, 1, max)
}

/** A wire number as the domain's word. 0 (UNSPECIFIED) is missing unless the map knows it. */
function enumOf<T extends string>(
  field: string,
  wireValue: number,
  map: Readonly<Record<number, T>>,
): T {
  const word = Object.hasOwn(map, wireValue) ? map[wireValue] : undefined
  if (word !== undefined) return word
  if (wireValue === 0) throw refused('FIELD_MISSING', field)
  throw refused('ENUM_UNKNOWN', field, Object.keys(map).join(', '), wireValue)
}

/** Whole ms; parts of a ms are dropped. */
function durationMs<A = never>(
  field: string,
  value: WireTime | undefined,
  min: number,
  max: number,
  ...absent: Absent<A>
): number | A {
  if (value === undefined) return whenAbsent(field, absent)
  const { seconds, nanos } = value
  const mixed = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)
  if (mixed || Math.abs(nanos) > 999_999_999 || Math.abs(seconds) > 315_576_000_000) {
    throw refused('FIELD_MALFORMED', field, 'a valid google.protobuf.Duration')
  }
  const ms = seconds * 1000 + Math.trunc(nanos / 1_000_000) + 0
  if (ms < min || ms > max) throw refused('FIELD_OUT_OF_RANGE', field, `${min} to ${max} ms`, ms)
  return ms
}

const year10000 = 253_402_300_800

/** Whole ms since 1970; parts of a ms are dropped. */
function timeMs<A = never>(
  field: string,
  value: WireTime | undefined,
  ...absent: Absent<A>
): number | A {
  if (value === undefined) return whenAbsent(field, absent)
  const { seconds, nanos } = value
  if (seconds < 0 || seconds >= year10000 || nanos < 0 || nanos > 999_999_999) {
    throw refused('FIELD_MALFORMED', field, 'a google.protobuf.Timestamp of the years 1970-9999')
  }
  return seconds * 1000 + Math.trunc(nanos / 1_000_000)
}

/** Elements are named `field[i]` in what is said about them. */
function list<W, T>(
  field: string,
  values: readonly W[],
  max: number,
  each: (field: string, value: W) => T,
): T[] {
  if (values.length > max) throw refused('FIELD_TOO_MANY', field, max, values.length)
  return values.map((value, i) => each(`${field}[${i}]`, value))
}

/** The same values, if no two have the same key. Keys are shown to the caller: ids, not content. */
function unique<T>(
  field: string,
  values: readonly T[],
  keyOf: (value: T) => string | number,
): readonly T[] {
  const seen = new Set<string | number>()
  for (const value of values) {
    const key = keyOf(value)
    if (seen.has(key)) throw refused('FIELD_DUPLICATE', field, '', key)
    seen.add(key)
  }
  return values
}

function message<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw refused('FIELD_MISSING', field)
  return value
}

function whenAbsent<A>(field: string, absent: Absent<A>): A {
  if (absent.length === 0) throw refused('FIELD_MISSING', field)
  return absent[0]
}

/** From a request's field to a domain value, or RejectedInput naming field, limit and value. */
export const parse = {
  id,
  optionalId,
  text,
  bytes,
  integer,
  pageSize,
  enumOf,
  durationMs,
  timeMs,
  list,
  unique,
  message,
} as const
