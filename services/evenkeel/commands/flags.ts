import { parseArgs } from 'node:util'
import { type Address, address, addresses, type Variable } from '@evenkeel/chassis/config'
import { HOUR, MINUTE, SECOND } from '../day/day.ts'

/** The command line is wrong: one line says what, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A flag of a command, with all that its help says. */
export interface Flag<T> {
  /** What stands for the value in the help, e.g. MS; undefined: the flag takes none. */
  readonly takes: string | undefined
  readonly help: string
  /** Unit and range, e.g. '1-1000, times the wall clock'. */
  readonly range: string
  readonly fallback: T
  readonly fallbackText: string
  /** One letter that does as well, e.g. f: -f FILE. */
  readonly short?: string
  /** There is no default: which uses of the command need it; '': all. */
  readonly neededBy?: string
  /** Undefined: not such a value. */
  parse(text: string): T | undefined
}

export type Flags = Readonly<Record<string, Flag<unknown>>>

export type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never
}

export function flag(help: string): Flag<boolean> {
  return {
    takes: undefined,
    help,
    range: '',
    fallback: false,
    fallbackText: 'off',
    parse: () => true,
  }
}

export function text(takes: string, help: string, fallbackText: string): Flag<string | undefined> {
  const parse = (given: string) => (given === '' ? undefined : given)
  return { takes, help, range: '', fallback: undefined, fallbackText, parse }
}

export function choice<const T extends string>(
  help: string,
  choices: readonly T[],
  fallback: T,
): Flag<T> {
  return {
    takes: choices.join('|'),
    help,
    range: '',
    fallback,
    fallbackText: fallback,
    parse: (given) => choices.find((one) => one === given),
  }
}

/** The same, but has to be given; the command refuses to go on without it. */
export function must<T>(flag: Flag<T>, neededBy = ''): Flag<T> {
  return { ...flag, neededBy }
}

/** One of these, which has to be said. */
export function needed<const T extends string>(
  help: string,
  choices: readonly T[],
): Flag<T | undefined> {
  const parse = (given: string) => choices.find((one) => one === given)
  return {
    takes: choices.join('|'),
    help,
    range: '',
    fallback: undefined,
    fallbackText: 'none',
    neededBy: '',
    parse,
  }
}

interface Range {
  readonly min: number
  readonly max: number
  readonly unit: string
  readonly fallback: number
}

export function number(takes: string, help: string, range: Range): Flag<number> {
  const { min, max, unit, fallback } = range
  return {
    takes,
    help,
    range: `${min}-${max}${unit === '' ? '' : ` ${unit}`}`,
    fallback,
    fallbackText: String(fallback),
    parse(given) {
      const value = Number(given)
      const written = /^\d+(\.\d+)?$/.test(given)
      return written && value >= min && value <= max ? value : undefined
    },
  }
}

/** The same without a default: it may be left out, or has to be given by `must`. */
export function figure(
  takes: string,
  help: string,
  range: Omit<Range, 'fallback'>,
  fallbackText = 'none',
): Flag<number | undefined> {
  return { ...number(takes, help, { ...range, fallback: 0 }), fallback: undefined, fallbackText }
}

/** Several figures of one range, as 60,120,240; at most `many`. */
export function figures(
  takes: string,
  help: string,
  range: Omit<Range, 'fallback'>,
  many: number,
): Flag<readonly number[] | undefined> {
  const one = figure(takes, help, range)
  return {
    ...{ takes: `${takes},...`, help, fallback: undefined, fallbackText: 'none' },
    range: `1 to ${many} of them, each ${one.range}`,
    parse(given) {
      const values = given.split(',').map((part) => one.parse(part))
      const known = values.filter((value) => value !== undefined)
      return known.length === values.length && values.length <= many ? known : undefined
    },
  }
}

/** Whole numbers from the first to the last, as 10-20; at most `many`. */
export function span(
  help: string,
  max: number,
  many: number,
  fallbackText: string,
): Flag<readonly [from: number, to: number] | undefined> {
  return {
    ...{ takes: 'FROM-TO', help, fallback: undefined, fallbackText },
    range: `0 to ${max}, at most ${many} of them`,
    parse(given) {
      const [from, to] = (/^(\d{1,9})-(\d{1,9})$/.exec(given) ?? []).slice(1).map(Number)
      if (from === undefined || to === undefined || to > max) return undefined
      return from <= to && to - from < many ? [from, to] : undefined
    },
  }
}

export function whole(takes: string, help: string, range: Range): Flag<number> {
  const any = number(takes, help, range)
  return { ...any, parse: (given) => (/^\d+$/.test(given) ? any.parse(given) : undefined) }
}

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR }
const DURATION_MS_MIN = MINUTE
const DURATION_MS_MAX = 24 * HOUR

/** Log time, e.g. 90m. */
export function duration(help: string, fallbackText: string): Flag<number | undefined> {
  return {
    takes: 'TIME',
    help,
    range: '1m-24h, e.g. 90m or 2h',
    fallback: undefined,
    fallbackText,
    parse(given) {
      const [amount, unit] = (/^(\d+(?:\.\d+)?)([smh])$/.exec(given) ?? []).slice(1)
      if (amount === undefined || unit === undefined) return undefined
      const ms = Math.round(Number(amount) * (UNITS[unit] ?? 0))
      return ms >= DURATION_MS_MIN && ms <= DURATION_MS_MAX ? ms : undefined
    },
  }
}

export function date(help: string): Flag<string | undefined> {
  return {
    takes: 'DATE',
    help,
    range: 'YYYY-MM-DD',
    fallback: undefined,
    fallbackText: 'none',
    parse(given) {
      const at = Date.parse(`${given}T00:00:00Z`)
      if (!/^\d{4}-\d{2}-\d{2}$/.test(given) || Number.isNaN(at)) return undefined
      return new Date(at).toISOString().startsWith(given) ? given : undefined
    },
  }
}

/** Where something listens, rather than is to listen; `fallback` as there. */
export function target(help: string): Flag<Address | undefined> {
  const known = hostAndPort(help, 'none')
  const parse = (given: string) => {
    const address = known.parse(given)
    return address?.port === 0 ? undefined : address
  }
  return { ...known, range: 'e.g. localhost:7400', parse }
}

/** `fallback` undefined: without the flag there is none. */
export function hostAndPort(help: string, fallbackText: string): Flag<Address | undefined> {
  const known = address({ name: '', means: help })
  return {
    takes: 'HOST:PORT',
    help,
    range: 'port 0: any free one',
    fallback: undefined,
    fallbackText,
    parse(given) {
      const parsed = known.parse(given)
      return parsed.ok ? parsed.value : undefined
    },
  }
}

/** Says more than the setting does, and is read by the same rules. */
export function ofSetting(
  takes: string,
  help: string,
  setting: Variable<unknown>,
  fallbackText: string,
): Flag<string | undefined> {
  // A setting tells its rule of what it refuses, and none may be empty.
  const rule = setting.parse('')
  return {
    takes,
    help,
    range: rule.ok ? '' : rule.expected,
    fallback: undefined,
    fallbackText,
    parse: (given) => (setting.parse(given).ok ? given : undefined),
  }
}

/** Some of these, any of which will do. */
export function hostsAndPorts(
  help: string,
  fallbackText: string,
): Flag<readonly string[] | undefined> {
  const known = addresses({ name: '', means: help })
  return {
    takes: 'HOST:PORT,...',
    help,
    range: 'one or more, commas between',
    fallback: undefined,
    fallbackText,
    parse: (given) => (known.parse(given).ok ? given.split(',') : undefined),
  }
}

export interface CommandLine<F extends Flags> {
  readonly values: Values<F>
  readonly positionals: readonly string[]
}

/** Reads a command's arguments; throws UsageError for the first thing that is wrong. */
export function readFlags<const F extends Flags>(
  flags: F,
  args: readonly string[],
): CommandLine<F> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { takes, short }]) => [
      name,
      {
        type: takes === undefined ? ('boolean' as const) : ('string' as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  )
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const given = new Map<string, unknown>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const known = flags[token.name]
    const named = [`--${token.name}`, `-${known?.short}`].includes(token.rawName)
    if (known === undefined || !named) {
      throw new UsageError(`unknown flag ${token.rawName}`)
    }
    if (given.has(token.name)) throw new UsageError(`${token.rawName} is given twice`)
    given.set(token.name, valueOf(token.rawName, known, token.value))
  }
  const values = Object.entries(flags).map(([name, { fallback }]) => [
    name,
    given.has(name) ? given.get(name) : fallback,
  ])
  // Each value was parsed by its own flag; a loop can't say so.
  return { values: Object.fromEntries(values) as Values<F>, positionals }
}

function valueOf(name: string, known: Flag<unknown>, given: string | undefined): unknown {
  if (known.takes === undefined) {
    if (given !== undefined) throw new UsageError(`${name} takes no value`)
    return true
  }
  // "--data --json": the next flag is not a value.
  if (given === undefined || given.startsWith('--')) {
    throw new UsageError(`${name} needs a value: ${known.takes}`)
  }
  const value = known.parse(given)
  if (value !== undefined) return value
  const range = known.range === '' ? '' : ` (${known.range})`
  throw new UsageError(`${name} ${JSON.stringify(given)} is not ${known.takes}${range}`)
}

/** The flags as a help page's lines. */
export function flagLines(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, known]) => {
    const { takes, help, range, short } = known
    const details = [range, withoutIt(known)].filter((part) => part !== '').join('; ')
    const names = `${short === undefined ? '' : `-${short}, `}--${name}`
    const shown = `${names}${takes === undefined ? '' : ` ${takes}`}`
    return [`  ${shown.padEnd(26)} ${help}`, `  ${''.padEnd(26)} ${details}`]
  })
}

function withoutIt({ neededBy, fallbackText }: Flag<unknown>): string {
  if (neededBy === undefined) return `default: ${fallbackText}`
  return neededBy === '' ? 'must be given' : `must be given for ${neededBy}`
}
