import type { Variable } from './variables.ts'

/** Names and raw values, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

export type ConfigTable = Readonly<Record<string, Variable<unknown>>>

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

/** Reads a table once: every variable validated, every problem named at once, the result frozen. */
export function readConfig<const T extends ConfigTable>(env: Environment, table: T): Config<T> {
  const problems: string[] = []
  const entries = Object.entries(table).map(([key, variable]) => {
    const read = readVariable(env, variable)
    if (!read.ok) problems.push(read.expected)
    return [key, read.ok ? deepFrozen(read.value) : undefined]
  })
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
  const shown = variable.secret ? '(not shown)' : JSON.stringify(raw.slice(0, 100))
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

/**
 * Variables with our prefix that no table knows: most likely misspelt, so their settings have no
 * effect. Not an error, because Kubernetes adds some of its own (EVENKEEL_SKILLS_SERVICE_HOST) for
 * services of that name.
 */
export function unknownVariables(
  env: Environment,
  tables: readonly ConfigTable[],
  prefix = 'EVENKEEL_',
): readonly string[] {
  const known = new Set(tables.flatMap((table) => Object.values(table).map(({ name }) => name)))
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.has(name) && !addedByKubernetes(name))
    .sort()
}

function addedByKubernetes(name: string): boolean {
  return /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP)(_[A-Z]+)?)?)$/.test(name)
}

/** The table as a page's section, for docs. */
export function configMarkdown(title: string, table: ConfigTable): string {
  const rows = Object.values(table).map(({ name, means, unit, fallback }) => {
    const value = fallback === undefined ? 'required' : `\`${fallback.shown}\``
    return `| \`${name}\` | ${means} | ${unit} | ${value} |`
  })
  return [`## ${title}`, '', '| variable | meaning | unit | default |', '| --- | --- | --- | --- |']
    .concat(rows)
    .concat([''])
    .join('\n')
}
