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
  readonly fallback?: { readonly value: T }
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

/** host:port, IPv6 in brackets. Port 0 lets the system choose. Always required. */
export function address({ name, means }: Described): Variable<Address> {
  const expected = 'host:port, an IPv6 host in brackets, port 0-65535'
  return {
    name,
    means,
    example: '127.0.0.1:7700',
    parse: (raw) => {
      const [, six, other, port = ''] = hostAndPort.exec(raw) ?? []
      const host = six ?? other
      if (host === undefined || Number(port) > 65_535) return { ok: false, expected }
      return { ok: true, value: { host, port: Number(port) } }
    },
  }
}
