/** What a value must be, in words, or the value itself. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string }

/** One environment variable, as a row of a service's table. */
export interface Variable<T> {
  /** e.g. EVENKEEL_GRPC_ADDRESS */
  readonly name: string
  /** What it is for, in one line. */
  readonly means: string
  /** Of the raw value, e.g. ms; '' for none. */
  readonly unit: string
  /** A value that would be right; shown when the given one isn't. */
  readonly example: string
  /** Absent: must be set. There is none for an address or a secret (style rule 14). */
  readonly fallback?: { readonly value: T; readonly shown: string }
  /** Never shown, not even when it is wrong. */
  readonly secret: boolean
  readonly parse: (raw: string) => Parsed<T>
}

interface Described {
  readonly name: string
  readonly means: string
}

interface IntegerOptions extends Described {
  readonly unit: string
  readonly min: number
  readonly max: number
  readonly default?: number
}

/** A whole number with a unit and a range. */
export function integer(options: IntegerOptions): Variable<number> {
  const { name, means, unit, min, max } = options
  const value = options.default
  if (value !== undefined && !inRange(value, min, max)) {
    throw new Error(`${name}: the default ${value} is not within ${min} to ${max}`)
  }
  const expected = `a whole number${unit === '' ? '' : ` of ${unit}`} from ${min} to ${max}`
  return {
    name,
    means,
    unit,
    example: String(value ?? min),
    ...(value !== undefined && { fallback: { value, shown: String(value) } }),
    secret: false,
    parse: (raw) => {
      // Number() alone takes '', '0x10', '1e3' and ' 7 '.
      const number = /^-?\d{1,16}$/.test(raw) ? Number(raw) : Number.NaN
      return inRange(number, min, max) ? { ok: true, value: number } : { ok: false, expected }
    },
  }
}

function inRange(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max
}

interface ChoiceOptions<T extends string> extends Described {
  readonly of: readonly [T, ...T[]]
  readonly default?: NoInfer<T>
}

/** One of a few words. */
export function choice<const T extends string>(options: ChoiceOptions<T>): Variable<T> {
  const { name, means, of } = options
  const value = options.default
  return {
    name,
    means,
    unit: '',
    example: value ?? of[0],
    ...(value !== undefined && { fallback: { value, shown: value } }),
    secret: false,
    parse: (raw) => {
      const found = of.find((word) => word === raw)
      if (found !== undefined) return { ok: true, value: found }
      return { ok: false, expected: `one of ${of.join(', ')}` }
    },
  }
}

interface FlagOptions extends Described {
  readonly default?: boolean
}

/** Exactly true or false: a flag that guards plaintext must not be on for "no". */
export function flag({ name, means, default: value }: FlagOptions): Variable<boolean> {
  return {
    name,
    means,
    unit: '',
    example: 'true',
    ...(value !== undefined && { fallback: { value, shown: String(value) } }),
    secret: false,
    parse: (raw) =>
      raw === 'true' || raw === 'false'
        ? { ok: true, value: raw === 'true' }
        : { ok: false, expected: 'true or false' },
  }
}

interface TextOptions extends Described {
  readonly pattern: RegExp
  /** The pattern in words. */
  readonly says: string
  readonly example: string
  readonly default?: string
}

/** Text of a given shape: an id, a path. */
export function text(options: TextOptions): Variable<string> {
  const { name, means, pattern, says, example } = options
  const value = options.default
  return {
    name,
    means,
    unit: '',
    example,
    ...(value !== undefined && { fallback: { value, shown: value } }),
    secret: false,
    parse: (raw) => (pattern.test(raw) ? { ok: true, value: raw } : { ok: false, expected: says }),
  }
}

export interface Address {
  readonly host: string
  readonly port: number
}

const hostAndPort = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([a-zA-Z0-9.-]{1,253})):(\d{1,5})$/

/** host:port, IPv6 in brackets. Port 0 lets the system choose. Always required. */
export function address({ name, means }: Described): Variable<Address> {
  const expected = 'host:port, an IPv6 host in brackets, port 0-65535'
  return {
    name,
    means,
    unit: 'host:port',
    example: '127.0.0.1:7700',
    secret: false,
    parse: (raw) => {
      const [, six, other, port = ''] = hostAndPort.exec(raw) ?? []
      const host = six ?? other
      if (host === undefined || Number(port) > 65_535) return { ok: false, expected }
      return { ok: true, value: { host, port: Number(port) } }
    },
  }
}

interface SecretOptions extends Described {
  readonly minChars: number
}

/** Required, and shown nowhere. */
export function secret({ name, means, minChars }: SecretOptions): Variable<string> {
  return {
    name,
    means,
    unit: '',
    example: '<from your secret store>',
    secret: true,
    parse: (raw) =>
      raw.length >= minChars && raw.length <= 4096
        ? { ok: true, value: raw }
        : { ok: false, expected: `a secret of ${minChars} to 4096 characters` },
  }
}

/** Several of one kind, separated by commas. Empty: none. */
export function listOf<T>(each: Variable<T>, max: number): Variable<readonly T[]> {
  const { name, means, unit, example, secret: hidden } = each
  return {
    name,
    means,
    unit,
    example: `${example},${example}`,
    fallback: { value: [], shown: 'none' },
    secret: hidden,
    parse: (raw) => {
      const values: T[] = []
      const parts = raw === '' ? [] : raw.split(',')
      if (parts.length > max) return { ok: false, expected: `at most ${max}, by commas` }
      for (const part of parts) {
        const parsed = each.parse(part.trim())
        if (!parsed.ok) return { ok: false, expected: `a list by commas, each ${parsed.expected}` }
        values.push(parsed.value)
      }
      return { ok: true, value: values }
    },
  }
}
