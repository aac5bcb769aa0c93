import {
  backtestDrift,
  backtestForecast,
  backtestIntraday,
  type DriftReport,
  type ForecastReport,
  type IntradayReport,
} from '@evenkeel/forecasting/backtest'
import { MINUTE } from '../day/day.ts'
import { Random } from '../day/random.ts'
import { HistoryRefused } from '../history/counted.ts'
import { HISTORY_FORMATS, readHistory } from '../history/read.ts'
import type { Series } from '../history/series.ts'
import { duration, flag, must, needed, readFlags, text, UsageError, whole } from './flags.ts'
import { driftTable, forecastTable, intradayTable } from './backtest-tables.ts'
import { EXIT, type Terminal } from './terminal.ts'

export const HISTORY_SUBJECTS = ['forecast', 'intraday', 'drift'] as const
export type HistorySubject = (typeof HISTORY_SUBJECTS)[number]

const INTERVAL_MS = 30 * MINUTE
/** Days of the test unless told: a third of those there are, and at most these. */
const TEST_DAYS_MAX = 30

const days = whole('N', 'judge the last N days', { min: 1, max: 10_000, unit: 'days', fallback: 1 })

export const HISTORY_FLAGS = {
  file: must(text('FILE', 'the history', 'none')),
  format: needed('what the file holds, see below', HISTORY_FORMATS),
  interval: duration(
    "length of an interval; a multiple of the file's own that divides a day",
    '30m',
  ),
  'test-days': {
    ...days,
    fallback: undefined,
    fallbackText: `a third of the days of the file, at most ${TEST_DAYS_MAX}`,
    parse: (given: string): number | undefined => days.parse(given),
  },
  json: flag('print the result as one line of JSON'),
} as const

/** What matters until staffing says it: more or fewer by so much, in the next so many minutes. */
const MATTERS_ABOVE = 1.1
const MATTERS_BELOW = 0.9
const HORIZON_MS = 120 * MINUTE
/** The draws of the surges: any will do, as long as they stay the same. */
const SEED = 1

export async function runHistory(
  subject: HistorySubject,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = readFlags(HISTORY_FLAGS, args)
  const [, extra] = positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}`)
  if (values.file === undefined) throw new UsageError('--file must be given')
  if (values.format === undefined) {
    throw new UsageError(`--format must be one of ${HISTORY_FORMATS.join(', ')}`)
  }
  const intervalMs = values.interval ?? INTERVAL_MS
  if (intervalMs % MINUTE !== 0) throw new UsageError('--interval must be whole minutes')
  terminal.err(`reading ${values.file}\n`)
  const series = await readHistory(values.file, values.format, intervalMs / MINUTE, (line) =>
    terminal.err(`${line}\n`),
  )
  const testDays = testDaysOf(series, values['test-days'], values.file)
  const said = `${series.days.length} days of ${series.grid.intervals} intervals`
  terminal.err(`${values.file}: ${said}; the last ${testDays} are judged\n`)
  const report = backtestOf(subject, series, testDays, tenths(terminal))
  terminal.out(values.json ? `${JSON.stringify(report.json)}\n` : report.table())
  return EXIT.done
}

/** Something has to be left to learn from. */
function testDaysOf({ days: all }: Series, asked: number | undefined, file: string): number {
  if (all.length < 2) {
    const few = `${file} has ${all.length} day`
    const need = 'forecasts learn from days before those that are judged'
    throw new HistoryRefused('HISTORY_TOO_SHORT', `${few}: ${need}`)
  }
  if (asked === undefined) return Math.min(TEST_DAYS_MAX, Math.max(1, Math.floor(all.length / 3)))
  if (asked < all.length) return asked
  const few = `--test-days ${asked}: ${file} has ${all.length} days`
  const need = 'at least one must come before those that are judged'
  throw new HistoryRefused('HISTORY_TOO_SHORT', `${few}, and ${need}`)
}

interface Result {
  readonly json: ForecastReport | IntradayReport | DriftReport
  table(): string
}

function backtestOf(
  subject: HistorySubject,
  { days: all, grid }: Series,
  testDays: number,
  progress: (share: number) => void,
): Result {
  switch (subject) {
    case 'forecast': {
      const json = backtestForecast(all, testDays, progress)
      return { json, table: () => forecastTable(json) }
    }
    case 'intraday': {
      const json = backtestIntraday(all, grid, testDays, progress)
      return { json, table: () => intradayTable(json) }
    }
    case 'drift': {
      const horizon = Math.max(1, Math.round(HORIZON_MS / MINUTE / grid.intervalMinutes))
      const matters = { above: MATTERS_ABOVE, below: MATTERS_BELOW, horizon }
      const random = new Random(SEED, 'surges')
      const draw = (mean: number): number => random.poisson(mean)
      const json = backtestDrift(all, { grid, testDays, matters, draw }, progress)
      return { json, table: () => driftTable(json) }
    }
    default:
      return subject satisfies never
  }
}

/** Tells of every tenth that is done. */
function tenths(terminal: Terminal): (share: number) => void {
  let told = 0
  return (share) => {
    const tenth = Math.floor(10 * share)
    if (tenth <= told) return
    told = tenth
    terminal.err(`forecasting: ${10 * tenth}%\n`)
  }
}
