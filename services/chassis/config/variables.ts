/** What a value must be, in words, or the value itself. */
type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string }

/** One environment variable, as a row of a service's table. */
export interface Variable<T> {
  /** e.g. EVENKEEL_GRPC_ADDRESS */
  readonly name: string
  /** What it is for, in one line. */
  readonly means: string
  /** A value that would be right; shown when the given one isn't. */
  readonly example: string
  /** Absent: must be set. An address has none of its own. */
  readonly fallback?: {
    readonly value: T
    /** The value for people, where it does not speak for itself. */
    readonly says?: string
  }
  readonly parse: (raw: string) => Parsed<T>
}

interface Described {
  readonly name: string
  readonly means: string
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
    example: value ?? of[0],
    ...(value !== undefined && { fallback: { value } }),
    parse: (raw) => {
      const found = of.find((word) => word === raw)
      if (found !== undefined) return { ok: true, value: found }
      return { ok: false, expected: `one of ${of.join(', ')}` }
    },
  }
}

export interface Address {
  readonly host: string
  readonly port: number
}

const hostAndPort = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([a-zA-Z0-9.-]{1,253})):(\d{1,5})$/

interface AddressOptions extends Described {
  readonly example?: string
}

/** host:port, IPv6 in brackets. Port 0 lets the system choose. Always required. */
export function address(options: AddressOptions): Variable<Address> {
  const { name, means, example = '127.0.0.1:7400' } = options
  const expected = 'host:port, an IPv6 host in brackets, port 0-65535'
  return {
    name,
    means,
    example,
    parse: (raw) => {
      const [, six, other, port = ''] = hostAndPort.exec(raw) ?? []
      const host = six ?? other
      if (host === undefined || Number(port) > 65_535) return { ok: false, expected }
      return { ok: true, value: { host, port: Number(port) } }
    },
  }
}

/** Some of `host:port`, e.g. of brokers of which any will do. Always required. */
export function addresses({ name, means }: Described): Variable<readonly Address[]> {
  const one = address({ name, means })
  return {
    name,
    means,
    example: 'kafka-0:9092,kafka-1:9092',
    parse: (raw) => {
      const found: Address[] = []
      for (const part of raw.split(',')) {
        const parsed = one.parse(part)
        if (!parsed.ok || parsed.value.port === 0) {
          return { ok: false, expected: 'host:port with commas between, no blanks, ports 1-65535' }
        }
        found.push(parsed.value)
      }
      return { ok: true, value: found }
    },
  }
}

interface WholeOptions extends Described {
  readonly min: number
  readonly max: number
  readonly default: number
}

/** A whole number; its unit stands in the name. */
export function whole({ name, means, min, max, default: value }: WholeOptions): Variable<number> {
  return {
    name,
    means,
    example: String(value),
    fallback: { value },
    parse: (raw) => {
      const read = Number(raw)
      if (/^\d{1,15}$/.test(raw) && read >= min && read <= max) return { ok: true, value: read }
      return { ok: false, expected: `a whole number from ${min} to ${max}` }
    },
  }
}

interface WordOptions extends Described {
  readonly pattern: RegExp
  /** The pattern in words. */
  readonly says: string
  readonly example: string
}

/** A name of a given form. Always required. */
export function word({ name, means, pattern, says, example }: WordOptions): Variable<string> {
  return {
    name,
    means,
    example,
    parse: (raw) => (pattern.test(raw) ? { ok: true, value: raw } : { ok: false, expected: says }),
  }
}

interface PathOptions extends Described {
  readonly example: string
}

/** Of a file that is read when it is needed; not set: there is none. */
export function path({ name, means, example }: PathOptions): Variable<string | undefined> {
  return {
    name,
    means,
    example,
    fallback: { value: undefined },
    parse: (raw) =>
      /^[^\0]{1,4096}$/.test(raw)
        ? { ok: true, value: raw }
        : { ok: false, expected: 'a path of at most 4096 characters' },
  }
}

/** The same, but may be left out. */
export function optional<T>(variable: Variable<T>): Variable<T | undefined> {
  return { ...variable, fallback: { value: undefined } }
}
