import { parse, RejectedInput } from '@evenkeel/chassis/errors'
import {
  type Cells,
  clockTimeOf,
  type Found,
  instantOf,
  malformedCell,
  readTable,
} from '@evenkeel/chassis/importing'
import { dayIn, isDate } from '@evenkeel/chassis/zones'
import {
  errors,
  type HistoryLine,
  historyIntervalsMs,
  type ImportedCounts,
  limits,
} from '../../core/index.ts'
import { queueIdOf } from '../translate/ids.ts'

/** A file of counts as intervals of queues. */

const needed = ['queue_id', 'from', 'arrivals'] as const
const optional = ['unique', 'answered', 'abandoned', 'handle_seconds'] as const

export const historyColumns = [...needed, ...optional] as const

type Column = (typeof historyColumns)[number]

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

export const minutesSaid = historyIntervalsMs.map((ms) => ms / MINUTE).join(', ')

/** Every line as an interval that begins on the grid, or what is wrong with it. */
export function* readHistory(
  csv: Uint8Array,
  zone: string,
  intervalMs: number,
): Generator<Found<HistoryLine>> {
  const { header, lines } = readTable<Column>(csv, needed, optional)
  const days = new LocalDays(zone)
  const firstOf = new Map<string, number>()
  for (const { line, cells } of lines) {
    try {
      const cell = cells()
      const queueId = queueIdOf('queue_id', cell('queue_id'))
      const { from, minute } = days.instantOf(cell('from'))
      if (minute % (intervalMs / MINUTE) !== 0) {
        const limit = `the begin of an interval of ${intervalMs / MINUTE} minutes`
        throw malformedCell('from', cell('from'), limit)
      }
      const first = firstOf.get(`${queueId} ${from}`)
      if (first !== undefined) {
        const fields = { field: 'from', value: cell('from'), limit: first }
        throw new RejectedInput('HISTORY_REPEATED', errors.HISTORY_REPEATED, fields)
      }
      const counts = countsOf(cell, header)
      firstOf.set(`${queueId} ${from}`, line)
      yield { kind: 'good', line, queueId, from, counts }
    } catch (error) {
      if (!(error instanceof RejectedInput)) throw error
      yield { kind: 'bad', line, error }
    }
  }
}

function countsOf(cell: Cells<Column>, header: readonly Column[]): ImportedCounts {
  const arrivals = countIn(cell, 'arrivals')
  const said = (column: Column, absent: number): number =>
    header.includes(column) && cell(column) !== '' ? countIn(cell, column) : absent
  const unique = parse.integer('unique', said('unique', arrivals), 0, arrivals)
  const answered = said('answered', 0)
  const handled = said('handle_seconds', 0)
  if (handled > 0 && answered === 0) {
    throw malformedCell('handle_seconds', String(handled), '0 where nobody was answered')
  }
  const handleMs = handled * 1_000
  return { arrivals, unique, answered, abandoned: said('abandoned', 0), handleMs }
}

/** Seconds are summed over all contacts: an hour each of as many as may come. */
const SECONDS_MAX = 3_600 * limits.importedCountMax

function countIn(cell: Cells<Column>, column: Column): number {
  const max = column === 'handle_seconds' ? SECONDS_MAX : limits.importedCountMax
  const text = cell(column)
  if (/^\d{1,15}$/.test(text) && Number(text) <= max) return Number(text)
  throw malformedCell(column, text, `a whole number from 0 to ${max}`)
}

/** Lines of which the length of the file's intervals is told. */
const LOOKED_AT = 2_000

/** The commonest time between two lines of a queue, one after the other. */
export function intervalOf(csv: Uint8Array, zone: string): number {
  const days = new LocalDays(zone)
  const lastOf = new Map<string, number>()
  const many = new Map<number, number>()
  let looked = 0
  for (const { cells } of readTable<Column>(csv, needed, optional).lines) {
    looked += 1
    if (looked > LOOKED_AT) break
    try {
      const cell = cells()
      const { from } = days.instantOf(cell('from'))
      const apart = Math.abs(from - (lastOf.get(cell('queue_id')) ?? from))
      lastOf.set(cell('queue_id'), from)
      if (apart > 0) many.set(apart, (many.get(apart) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof RejectedInput)) throw error
    }
  }
  const [commonest] = [...many].sort(([a, x], [b, y]) => y - x || a - b)
  const ms = commonest?.[0] ?? 0
  if (historyIntervalsMs.includes(ms)) return ms
  const fields = { field: 'interval', value: ms / MINUTE, limit: minutesSaid }
  throw new RejectedInput('HISTORY_INTERVAL', errors.HISTORY_INTERVAL, fields)
}

const written = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?(Z|[+-]\d{2}:\d{2})?$/

/** When the clocks of a zone show what a file says; of ordinary days each is looked up once. */
class LocalDays {
  readonly #zone: string
  /** The first instant of a date whose clocks are not changed. */
  readonly #ordinary = new Map<string, number | undefined>()

  constructor(zone: string) {
    this.#zone = zone
  }

  /** `minute`: of the day, as it is written. */
  instantOf(text: string): { readonly from: number; readonly minute: number } {
    const [, date = '', clock = '', offset = ''] = written.exec(text) ?? []
    if (!isDate(date)) {
      throw malformedCell('from', text, 'a time like 2026-03-02T09:30, or with an offset')
    }
    const time = clockTimeOf('from', offset === 'Z' ? clock : `${clock}${offset}`)
    if (offset === 'Z') {
      return { from: Date.parse(`${date}T00:00:00Z`) + time.minute * MINUTE, minute: time.minute }
    }
    const begin = offset === '' ? this.#beginOf(date) : undefined
    return {
      from:
        begin === undefined
          ? instantOf('from', date, time, this.#zone)
          : begin + time.minute * MINUTE,
      minute: time.minute,
    }
  }

  #beginOf(date: string): number | undefined {
    if (this.#ordinary.has(date)) return this.#ordinary.get(date)
    const { from, until } = dayIn(date, this.#zone)
    const begin = until - from === DAY ? from : undefined
    this.#ordinary.set(date, begin)
    return begin
  }
}
