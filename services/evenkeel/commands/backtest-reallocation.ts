import { intervalsOver } from '@evenkeel/forecasting/models'
import { INTERVAL_MINUTES } from '../backtest/reallocation/centre.ts'
import { channelDays, shifted, twoChannelDays } from '../backtest/reallocation/days.ts'
import type { PolicyName } from '../backtest/reallocation/policies.ts'
import {
  type PolicyScore,
  type ReallocationReport,
  replay,
} from '../backtest/reallocation/report.ts'
import { Random } from '../day/random.ts'
import { HistoryRefused } from '../history/counted.ts'
import { HISTORY_FORMATS, readHistory } from '../history/read.ts'
import type { Series } from '../history/series.ts'
import { flag, must, needed, number, readFlags, text, UsageError, whole } from './flags.ts'
import { EXIT, type Terminal } from './terminal.ts'

export const REALLOCATION_FLAGS = {
  file: must(text('FILE', 'the history that both channels are made of', 'none')),
  format: needed('what the files hold, see below', HISTORY_FORMATS),
  file2: text(
    'FILE',
    'another history for channel B, of the same hours',
    'the same, 5 days earlier',
  ),
  movable: number('SHARE', "of a channel's agents may work in the other at once", {
    ...{ min: 0, max: 1, unit: '' },
    fallback: 0.25,
  }),
  'test-days': whole('N', 'judge the last N days', {
    min: 1,
    max: 10_000,
    unit: 'days',
    fallback: 30,
  }),
  shifts: flag('days on which from 11:00 on more or fewer come than anybody forecast'),
  json: flag('print the result as one line of JSON'),
} as const

export const REALLOCATION_HELP = [
  'reallocation: agents move between two live channels within the day. A day of channel A is a day of',
  'the file, of channel B one of --file2 or that of 5 days earlier, each divided by 8; handle times are',
  '5 and 8 minutes, patience 3. Each half-hour is staffed for 80% of all arrivals in 20 s (Erlang-A) by',
  'the forecast of the evening before; then a policy that knows what came before each half-hour moves',
  'agents, each worth 0.9 of one who belongs there, the sum to the nearest whole agent. Nobody is moved',
  'in the first hour. What becomes of it is reckoned by Erlang-A with what really came.',
  '  none              nobody is moved',
  '  cumulative_ratio  forecast times what came over what was forecast so far today',
  '  last_hour_ratio   the same of the last two half-hours',
  "  evenkeel          forecasting's outlook on the rest of the day, reallocation's planner",
  '  oracle            knows what will come in the half-hour; judges each by itself',
  '  All but evenkeel take the number that loses fewest contacts a minute in the half-hour, a change of',
  '  an assignment counting 0.02.',
  '  abandonment, late   share of contacts that left; that were not answered within 20 s',
  '  moves_per_day       agents whose assignment changed within the day, there and back',
  '  share_of_oracle     of the abandonment that the oracle spares; null: there is none to spare',
  '--shifts: the days by turns have A x 1.35; B x 1.35; none; A x 0.8 and B x 1.35 (always the same',
  'draws).',
] as const

const SHIFT_MINUTE = 11 * 60
/** Any will do, as long as it stays the same. */
const SEED = 1

export async function runReallocation(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = readFlags(REALLOCATION_FLAGS, args)
  const [, extra] = positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}`)
  const { file, format, file2, movable, shifts, json } = values
  if (file === undefined) throw new UsageError('--file must be given')
  if (format === undefined) {
    throw new UsageError(`--format must be one of ${HISTORY_FORMATS.join(', ')}`)
  }
  const read = (name: string): Promise<Series> => {
    terminal.err(`reading ${name}\n`)
    return readHistory(name, format, INTERVAL_MINUTES, (line) => terminal.err(`${line}\n`))
  }
  const series = await read(file)
  const other = file2 === undefined ? undefined : await read(file2)
  if (other !== undefined) assertSameHours(series, other, file, file2 ?? '')
  terminal.err('forecasting each day from those before it\n')
  const channelA = channelDays(series.days)
  const channelB = other && channelDays(other.days)
  const days = twoChannelDays(channelA, channelB, values['test-days'])
  if (days.length === 0) {
    const none = `none of the last ${values['test-days']} days of ${file}`
    const what = `${none} has a forecast and all counts in both channels`
    throw new HistoryRefused('HISTORY_TOO_SHORT', what)
  }
  terminal.err(`${days.length} days are played\n`)
  const from = intervalsOver(series.grid, SHIFT_MINUTE)
  const played = shifts ? shifted(days, from, new Random(SEED, 'shifts')) : days
  const report = replay(played, movable, (policy) => terminal.err(`playing ${policy}\n`))
  terminal.out(json ? `${JSON.stringify(report)}\n` : readable(report))
  return EXIT.done
}

function assertSameHours(one: Series, other: Series, file: string, file2: string): void {
  const hours = ({ grid }: Series): string =>
    `${grid.intervals} half-hours from minute ${grid.firstMinute} of the day`
  if (hours(one) === hours(other)) return
  const what = `${file} has ${hours(one)}, ${file2} ${hours(other)}; they must be the same`
  throw new HistoryRefused('HISTORY_INTERVAL', what)
}

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`

function readable({ days, policies }: ReallocationReport): string {
  const line = (name: string, ...cells: readonly string[]): string =>
    name.replaceAll('_', ' ').padEnd(20) + cells.map((cell) => cell.padStart(16)).join('')
  const row = ([name, score]: readonly [string, PolicyScore]): string => {
    const { abandonment, late, moves_per_day, share_of_oracle: share } = score
    const spared = share === null ? '-' : `${(100 * share).toFixed(0)}%`
    return line(name, percent(abandonment), percent(late), moves_per_day.toFixed(1), spared)
  }
  const rows = Object.entries(policies satisfies Readonly<Record<PolicyName, PolicyScore>>).map(row)
  const head = line('', 'abandoned', 'late', 'moves a day', 'of the oracle')
  return ['', `${days} days, two channels`, '', head, ...rows, ''].join('\n')
}
