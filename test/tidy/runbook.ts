/** What docs/runbook.md is held to. */
export interface Told {
  /** Every code by which something stops or is refused. */
  readonly codes: readonly string[]
  /** Metrics that somebody is to be called for. */
  readonly alarms: readonly string[]
  readonly metrics: ReadonlySet<string>
  /** Settings of topics. */
  readonly settings: readonly string[]
  /** Whether our code says so, word for word. */
  says(words: string): boolean
}

interface Entry {
  readonly name: string
  readonly line: number
  /** Its own points, and those that its section has for all. */
  readonly text: string
  readonly own: string
}

const HEADING = /^### `(\w+)`$/

/** Entries are the third headings that have a name of the code; points are lists under them. */
export function runbookEntries(page: string): readonly Entry[] {
  const entries: Entry[] = []
  let line = 1
  for (const section of page.split(/^(?=## )/m)) {
    const [intro = '', ...parts] = section.split(/^(?=### )/m)
    line += intro.split('\n').length - 1
    for (const part of parts) {
      const name = HEADING.exec(part.split('\n')[0] ?? '')?.[1]
      if (name !== undefined) entries.push({ name, line, text: intro + part, own: part })
      line += part.split('\n').length - 1
    }
  }
  return entries
}

/** What the page leaves out, has too much, or says otherwise than the code. */
export function runbookFindings(page: string, told: Told): readonly string[] {
  const entries = runbookEntries(page)
  const names = entries.map(({ name }) => name)
  const known = new Set([...told.codes, ...told.metrics])
  return [
    ...[...told.codes, ...told.alarms]
      .filter((name) => !names.includes(name))
      .map((name) => `docs/runbook.md: has no entry ${name}; say what to do`),
    ...told.settings
      .filter((setting) => !page.includes(`\`${setting}\``))
      .map((setting) => `docs/runbook.md: does not name ${setting}`),
    ...entries.flatMap((entry, index) => {
      const at = `docs/runbook.md:${entry.line}: ${entry.name}`
      const twice = names.indexOf(entry.name) < index ? [`${at}: is there twice`] : []
      const unknown = known.has(entry.name) ? [] : [`${at}: nothing has this name`]
      return [...twice, ...unknown, ...pointsFindings(at, entry)]
    }),
    ...untrue(page, told),
  ]
}

function pointsFindings(at: string, { name, text, own }: Entry): readonly string[] {
  const has = (point: string, where: string) => new RegExp(`^- ${point}: \\S`, 'm').test(where)
  return [
    ...['sign', 'what to do'].filter((point) => !has(point, own)),
    ...['log line', 'metric'].filter((point) => !has(point, text)),
  ]
    .filter((point) => point !== 'metric' || !name.startsWith('evenkeel_'))
    .map((point) => `${at}: has no "${point}"`)
}

/** Metrics that nobody exports, and log lines that nobody writes. */
function untrue(page: string, told: Told): readonly string[] {
  return page.split('\n').flatMap((text, index) => {
    const at = `docs/runbook.md:${index + 1}`
    const metrics = [...text.matchAll(/`(evenkeel_\w+)`/g)].map((match) => match[1] ?? '')
    const gone = metrics.filter((name) => !told.metrics.has(name))
    const words = text.startsWith('- log line:') ? wordsOf(text) : []
    const unsaid = words.filter((one) => !told.says(one))
    return [
      ...gone.map((name) => `${at}: no metric ${name}`),
      ...unsaid.map((one) => `${at}: no log line says ${one}`),
    ]
  })
}

/** Names of events, and sentences between quotes; what differs from line to line is three dots. */
function wordsOf(text: string): readonly string[] {
  const events = [...text.matchAll(/`([a-z]+\.[a-z_]+)`/g)].map((match) => `'${match[1]}'`)
  const sentences = [...text.matchAll(/"([^"]+?)(?: ?\.\.\.)?"/g)].map((match) => match[1] ?? '')
  return [...events, ...sentences]
}
