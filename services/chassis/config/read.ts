import type { Variable } from './variables.ts'

/** Names and raw values, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

type ConfigTable = Readonly<Record<string, Variable<unknown>>>

export type Config<T extends ConfigTable> = {
  readonly [K in keyof T]: T[K] extends Variable<infer V> ? V : never
}

/**
 * The process can't start like this. The message has one line per variable that is wrong: value,
 * rule, example.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/**
 * Reads a table once: every variable validated, every problem named at once, the result frozen. A
 * variable with our prefix that the table does not know is one of them: most likely it is misspelt,
 * and its setting would silently have no effect.
 */
export function readConfig<const T extends ConfigTable>(env: Environment, table: T): Config<T> {
  const problems: string[] = []
  const entries = Object.entries(table).map(([key, variable]) => {
    const read = readVariable(env, variable)
    if (!read.ok) problems.push(read.expected)
    return [key, read.ok ? deepFrozen(read.value) : undefined]
  })
  const known = Object.values(table).map(({ name }) => name)
  for (const name of unknownVariables(env, known)) {
    problems.push(`${name} is no setting; there are ${known.join(', ')}`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  // Every key was parsed by its own variable; a loop can't say so.
  return Object.freeze(Object.fromEntries(entries)) as Config<T>
}

function readVariable(env: Environment, variable: Variable<unknown>) {
  const { name, means, fallback, example } = variable
  const raw = env[name]
  // Manifests leave a variable empty to say that it isn't set.
  if (raw === undefined || raw === '') {
    if (fallback !== undefined) return { ok: true, value: fallback.value } as const
    const expected = `${name} is not set: ${means}. Example: ${name}=${example}`
    return { ok: false, expected } as const
  }
  const parsed = variable.parse(raw)
  if (parsed.ok) return parsed
  const shown = JSON.stringify(raw.slice(0, 100))
  const expected = `${name} is ${shown}: must be ${parsed.expected}. Example: ${name}=${example}`
  return { ok: false, expected } as const
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFrozen(inner)
  }
  return value
}

const prefix = 'EVENKEEL_'

function unknownVariables(env: Environment, known: readonly string[]): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && !addedByKubernetes(name))
    .sort()
}

/** For a service of that name, to every pod: EVENKEEL_SKILLS_SERVICE_HOST. */
function addedByKubernetes(name: string): boolean {
  return /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP)(_[A-Z]+)?)?)$/.test(name)
}
