import type { Day } from '../day/day.ts'
import { MINUTE } from '../day/day.ts'
import { readAnonymousBank } from '../replay/anonymous-bank.ts'
import type { Recorded } from '../replay/call.ts'
import { CSV_COLUMNS, readCsv } from '../replay/csv.ts'
import { bankFacts, dayOfCalls, measuredFacts } from '../replay/day-of-calls.ts'
import { FileRefused } from '../replay/lines.ts'
import {
  date,
  flag,
  flagLines,
  must,
  needed,
  number,
  readFlags,
  text,
  UsageError,
  whole,
} from './flags.ts'
import { printReport } from './outcome.ts'
import { Interrupted, runDay } from './run-day.ts'
import { ownServer } from './server.ts'
import { type Command, EXIT, type Terminal } from './terminal.ts'

const FORMATS = ['anonymous-bank', 'csv'] as const

const FLAGS = {
  format: needed('what the file holds, see below', FORMATS),
  date: must(date('the day to replay')),
  speed: number('N', 'the day runs N times as fast as the wall clock', {
    min: 1,
    max: 1000,
    unit: 'times',
    fallback: 300,
  }),
  seed: whole('N', 'what the file does not say is drawn from this', {
    min: 0,
    max: 2 ** 31 - 1,
    unit: '',
    fallback: 1,
  }),
  json: flag('print the report as JSON'),
  frame: text('FILE', 'write a picture (SVG) of the busiest moment of the view', 'none'),
} as const

/** The log begins this much before the first contact. */
const LEAD_MS = 3 * MINUTE
const POOL = 'replay'

function help(): string {
  return [
    'Usage: evenkeel replay FILE --format FORMAT --date DATE [flags]',
    '',
    'Sends the contacts of a recorded day through the public API to modelled agents of mixed',
    'skills, as many as the load needs, and reports. Arrivals, priorities, handle times and the',
    'patience of those who hung up are the recorded ones; what was not recorded is drawn. Who',
    'answers whom, and when, is decided anew. A name that ends in .gz is unpacked on the way.',
    '',
    ...flagLines(FLAGS),
    '',
    'Formats:',
    '  anonymous-bank   the call log of an Israeli bank, 1999 (Mandelbaum et al., Technion):',
    '                   tab-separated, 17 columns with a header',
    '  csv              comma-separated with the header',
    `                   ${CSV_COLUMNS}`,
    '                   time HH:MM:SS; channel voice, chat or email; requirements like',
    '                   "tax:3 french:2" or empty; priority -100 to 100; patience_s empty for',
    '                   who was served; handle_s empty: drawn',
    '                   an example: services/evenkeel/examples/day.csv (--date any)',
    '',
    'Exit codes: 0 done, 1 violations found, 2 wrong usage or no such file or date, 3 done, but',
    'broken lines were left out (each is reported with its number).',
  ].join('\n')
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(FLAGS, args)
  const [file, extra] = positionals
  if (file === undefined) throw new UsageError('which FILE?')
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}`)
  if (values.format === undefined) throw new UsageError(`--format must be ${FORMATS.join(' or ')}`)
  if (values.date === undefined) throw new UsageError('--date must be given (YYYY-MM-DD)')
  const recorded = await read(file, values.format, values.date, terminal)
  const day = dayOf(recorded, values.format, values.date, values.seed)
  const { speed, seed } = values
  const server = await ownServer({
    dataDirectory: undefined,
    speed,
    startMs: day.fromMs - LEAD_MS,
  })
  try {
    const midnightMs = Date.parse(`${values.date}T00:00:00Z`)
    const command = `npx evenkeel replay --date ${values.date}`
    const view = { title: day.displayName, command, picture: values.frame, midnightMs, seed }
    const report = await runDay({ day, server, ...view }, terminal)
    printReport(report, values.json, terminal)
    if (report.violations > 0) return EXIT.failed
    return recorded.broken.length > 0 ? EXIT.brokenLines : EXIT.done
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    return EXIT.interrupted
  } finally {
    await server.close()
  }
}

/** Files above this are read long enough to say how far it has come. */
const PROGRESS_BYTES = 20_000_000

async function read(
  file: string,
  format: (typeof FORMATS)[number],
  day: string,
  terminal: Terminal,
): Promise<Recorded> {
  let told = 0
  const progress = (bytes: number, size: number) => {
    const tenth = Math.floor((10 * bytes) / size)
    if (size < PROGRESS_BYTES || tenth <= told) return
    told = tenth
    terminal.err(`reading ${file}: ${10 * tenth}%\n`)
  }
  const recorded =
    format === 'csv'
      ? await readCsv(file, day, progress)
      : await readAnonymousBank(file, day, progress)
  for (const { line, reason } of recorded.broken) terminal.err(`line ${line}: ${reason}\n`)
  if (recorded.calls.length === 0) throw new FileRefused(`${file} has no contacts on ${day}`)
  const left = [...recorded.leftOut].map(([reason, count]) => `${count} ${reason}`)
  const count = recorded.calls.length
  terminal.err(`${count} contacts; left out: ${left.join(', ') || 'none'}\n`)
  return recorded
}

function dayOf(
  { calls }: Recorded,
  format: (typeof FORMATS)[number],
  day: string,
  seed: number,
): Day {
  const facts = format === 'csv' ? measuredFacts(calls) : bankFacts(calls)
  return dayOfCalls(calls, facts, { pool: POOL, displayName: `the recorded day ${day}` }, seed)
}

export const replay: Command = {
  name: 'replay',
  summary: 'a recorded day, routed again',
  help,
  run,
}
