/** A row of docs/invariants.md. */
interface Row {
  readonly line: number
  readonly promise: string
  readonly checks: readonly string[]
  readonly bugs: readonly string[]
}

const rows = (page: string): readonly Row[] =>
  page.split('\n').flatMap((text, index) => {
    const [, promise, checks, bugs] = text.split('|').map((cell) => cell.trim())
    if (promise === undefined || bugs === undefined) return []
    if (promise === 'promise' || promise.startsWith('---')) return []
    return [{ line: index + 1, promise, checks: spans(checks), bugs: spans(bugs) }]
  })

const spans = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

/** What the table "of the product" of ARCHITECTURE.md names. */
export function productPromises(architecture: string): readonly string[] {
  const [, table = ''] = architecture.split('| of the product | held by |')
  const [its = ''] = table.split('\n\n')
  return [...its.matchAll(/^\| ([^|-][^|]*) \|/gm)].map((match) => (match[1] ?? '').trim())
}

interface Known {
  readonly promises: readonly string[]
  readonly bugs: ReadonlySet<string>
}

/** Promises that nobody watches, watches that nothing shows to be awake, and bugs that nobody plants. */
export function invariantFindings(page: string, known: Known): readonly string[] {
  const all = rows(page)
  const at = ({ line, promise }: Row): string => `docs/invariants.md:${line}: ${promise}`
  const said = all.flatMap((row) => [
    ...(row.checks.length === 0 ? [`${at(row)}: is watched by nobody; name a check`] : []),
    ...(row.bugs.length === 0 ? [`${at(row)}: no planted bug shows that; name one`] : []),
    ...row.bugs
      .filter((bug) => !known.bugs.has(bug))
      .map((bug) => `${at(row)}: no planted bug "${bug}"; see test/simulation/mutations`),
  ])
  const unsaid = known.promises
    .filter((promise) => !all.some((row) => row.promise === promise))
    .map((promise) => `docs/invariants.md: no row for "${promise}" of ARCHITECTURE.md`)
  return [...said, ...unsaid]
}
