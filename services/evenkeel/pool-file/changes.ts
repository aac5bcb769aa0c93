import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { isObject } from './api.ts'

/** One value that is otherwise. */
export interface Change {
  /** e.g. callback.offer_above, skills[tax].level */
  readonly path: string
  /** undefined: there was none, or it has its default. */
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
}

/** Value by value, in the order of the fields. Nothing: both are the same. */
export function changesOf(before: JsonObject, after: JsonObject): readonly Change[] {
  return between('', before, after)
}

function between(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names].flatMap((name) =>
      between(path === '' ? name : `${path}.${name}`, before[name], after[name]),
    )
  }
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(path, before, after)
  return [{ path, before, after }]
}

/**
 * What has a name of its own is compared by it, so that one more skill is not a change of all that
 * follow. Their order alone is a change where it is all that differs.
 */
function ofLists(
  path: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): readonly Change[] {
  const [old, now] = [named(before), named(after)]
  if (old === undefined || now === undefined) {
    return [{ path, before: [...before], after: [...after] }]
  }
  const names = new Set([...old.keys(), ...now.keys()])
  const inner = [...names].flatMap((name) =>
    between(`${path}[${name}]`, old.get(name), now.get(name)),
  )
  if (inner.length > 0) return inner
  return [{ path: `${path} (order)`, before: [...old.keys()], after: [...now.keys()] }]
}

/** By the first field of each, which says what it is: skill_id, channel, name, date. */
function named(list: readonly JsonValue[]): ReadonlyMap<string, JsonValue> | undefined {
  const found = new Map<string, JsonValue>()
  for (const one of list) {
    const first = isObject(one) ? Object.values(one)[0] : undefined
    if (typeof first !== 'string' || found.has(first)) return undefined
    found.set(first, one)
  }
  return found
}

/** The change as a line for people. */
export const changeInWords = ({ path, before, after }: Change): string =>
  `${path}: ${shown(before)} -> ${shown(after)}`

const VALUE_CHARS_MAX = 200

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'none'
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
  return text.length <= VALUE_CHARS_MAX ? text : `${text.slice(0, VALUE_CHARS_MAX)}...`
}
