/** A row of docs/faults.md, by the names that it gives. */
export interface FaultRow {
  readonly line: number
  readonly row: string
  readonly simulated: readonly string[]
  readonly chaos: readonly string[]
  readonly stories: readonly string[]
}

export function faultRows(page: string): readonly FaultRow[] {
  return page.split('\n').flatMap((text, index) => {
    const [, row, , simulated, chaos, stories] = text.split('|').map((cell) => cell.trim())
    if (row === undefined || !/^F\d+[a-z]?$/.test(row)) return []
    const names = { simulated: spans(simulated), chaos: spans(chaos), stories: spans(stories) }
    return [{ line: index + 1, row, ...names }]
  })
}

const spans = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

interface Known {
  /** Which rows each fault of the simulator stands for. */
  readonly simulated: Readonly<Record<string, readonly string[]>>
  readonly chaos: ReadonlySet<string>
}

/** What the page says and the simulator and the chaos run do not, and the other way round. */
export function faultFindings(page: string, known: Known): readonly string[] {
  const rows = faultRows(page)
  const said = rows.flatMap(({ line, row, simulated, chaos, stories }) => {
    const findings: string[] = []
    const at = `docs/faults.md:${line}: ${row}`
    for (const name of simulated) {
      if (known.simulated[name]?.includes(row)) continue
      findings.push(`${at}: the simulator does not do ${name} for it; see coverage.ts`)
    }
    for (const name of chaos) {
      if (!known.chaos.has(name)) findings.push(`${at}: no chaos fault ${name}; see test/chaos`)
    }
    if (simulated.length + chaos.length + stories.length === 0) {
      findings.push(`${at}: is tried by nobody; name a test`)
    }
    return findings
  })
  const unsaid = Object.entries(known.simulated).flatMap(([name, its]) =>
    its
      .filter((row) => !rows.some((one) => one.row === row && one.simulated.includes(name)))
      .map((row) => `docs/faults.md: ${row} does not name ${name}, which stands for it`),
  )
  const unnamed = [...known.chaos]
    .filter((name) => !rows.some(({ chaos }) => chaos.includes(name)))
    .map((name) => `docs/faults.md: no row names the chaos fault ${name}`)
  return [...said, ...unsaid, ...unnamed]
}
