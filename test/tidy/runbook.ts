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
  /** The help page of a command of the command line; undefined: there is none of this name. */
  help(command: string): string | undefined
}

interface Entry {
  readonly name: string
  /** By a name of the code; else by what somebody sees who has none. */
  readonly coded: boolean
  readonly line: number
  /** Its own points, and those that its section has for all. */
  readonly text: string
  readonly own: string
}

const HEADING = /^### (?:`(\w+)`|(\S.*))$/

/** Entries are the third headings; points are lists under them. */
export function runbookEntries(page: string): readonly Entry[] {
  const entries: Entry[] = []
  let line = 1
  for (const section of page.split(/^(?=## )/m)) {
    const [intro = '', ...parts] = section.split(/^(?=### )/m)
    line += intro.split('\n').length - 1
    for (const part of parts) {
      const [, code, words] = HEADING.exec(part.split('\n')[0] ?? '') ?? []
      const name = code ?? words
      const coded = code !== undefined
      if (name !== undefined) entries.push({ name, coded, line, text: intro + part, own: part })
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
      const named = !entry.coded || known.has(entry.name)
      const unknown = named ? [] : [`${at}: nothing has this name`]
      return [...twice, ...unknown, ...pointsFindings(at, entry)]
    }),
    ...alertFindings(page, names),
    ...commandFindings(page, told),
    ...untrue(page, told),
  ]
}

/** Each metric that has an entry says in the table of alerts, once, whom it calls and when. */
function alertFindings(page: string, names: readonly string[]): readonly string[] {
  const rows = page.matchAll(/^\| \[`(evenkeel_\w+)`\]\(.* \| (?:page|day) \|$/gm)
  const calls = [...rows].map(([, name]) => name)
  return names
    .filter((name) => name.startsWith('evenkeel_'))
    .filter((name) => calls.filter((one) => one === name).length !== 1)
    .map((name) => `docs/runbook.md: ${name} is not once in the table of alerts, with page or day`)
}

/** Commands as somebody copies them: in code, over several lines if these end in a backslash. */
function commandFindings(page: string, { help }: Told): readonly string[] {
  const joined = page.replaceAll(/\\\n\s+/g, ' ')
  const commands = [...joined.matchAll(/npx evenkeel ([a-z]+)([^`|;\n]*)/g)]
  return commands.flatMap(([whole, name = '', rest = '']) => {
    const said = help(name)
    if (said === undefined) return [`docs/runbook.md: there is no command: ${whole}`]
    const words = rest.split(/\s+/).filter((word) => /^--[a-z]/.test(word))
    const deeds = name === 'ops' ? [/^ ([a-z-]+)/.exec(rest)?.[1] ?? 'nothing'] : []
    const unknown = [...words, ...deeds].filter((word) => !mentions(said, word))
    return unknown.map((word) => `docs/runbook.md: ${word} is no part of: ${whole}`)
  })
}

const mentions = (help: string, word: string): boolean =>
  word === '--help' || help.split(/[\s|,]+/).includes(word)

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
