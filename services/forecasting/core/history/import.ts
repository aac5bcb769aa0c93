import {
  type Moment,
  type Outcome,
  type Rejection,
  type RefusedLine,
  type Tally,
  tallyRef,
} from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'
import { rejection } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { incidentsOver } from '../incidents/over.ts'
import { dayKey } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import { queueOf } from '../queue.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import { type ImportedCounts, ImportedDay, importMeasures } from './imported-day.ts'

/** What files bring enters beside what was counted, and never instead of it. */

export interface HistorySlice {
  readonly pool: string
  /** One of historyIntervalsMs. */
  readonly intervalMs: number
  /** In the order of the file; at most historySliceLines. */
  readonly lines: readonly HistoryLine[]
}

export interface HistoryLine {
  readonly line: number
  readonly queueId: string
  /** On the grid of counted intervals. */
  readonly from: number
  readonly counts: ImportedCounts
}

/** Takes every good line and leaves every bad one; the answer (`ref`) tells which is which. */
export function importHistory(
  s: ForecastingState,
  slice: HistorySlice,
  at: Moment,
): Outcome<ForecastingEvent> {
  assert(slice.lines.length <= limits.historySliceLines, 'a slice fits one command')
  const unknown = poolRefusal(s, slice.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const tally = take(s, slice, at, (queue, day, content) => {
    const row = s.imported.get(dayKey(queue.key, day))
    if (row !== undefined) s.imported.update(row, { intervals: content })
    else {
      s.imported.insert({
        key: dayKey(queue.key, day),
        queue: queue.slot,
        day,
        intervals: content,
        forgetAt: (day + 1) * durations.day + durations.retainDay,
        seq: at.offset,
      })
    }
  })
  return { ok: true, events: [], ref: tallyRef(tally) }
}

/** What importing them would answer. */
export const checkHistory = (s: ForecastingState, slice: HistorySlice, at: Moment): Tally =>
  take(s, slice, at, () => {})

function take(
  s: ForecastingState,
  { pool, intervalMs, lines }: HistorySlice,
  at: Moment,
  store: (queue: QueueRow, day: number, content: Uint8Array) => void,
): Tally {
  const parts = intervalMs / durations.interval
  const refused: RefusedLine[] = []
  let [imported, unchanged] = [0, 0]
  for (const { line, queueId, from, counts } of lines) {
    const queue = queueOf(s, pool, queueId)
    const wrong =
      queue === undefined
        ? rejection('QUEUE_UNKNOWN', { field: 'queue_id', value: queueId, pool })
        : refusalOf(s, queue, { from, until: from + intervalMs }, at)
    if (queue === undefined || wrong !== undefined) {
      if (wrong !== undefined) refused.push({ line, rejection: wrong })
      continue
    }
    const day = Math.floor(from / durations.day)
    const interval = (from - day * durations.day) / durations.interval
    const held = ImportedDay.of(s.imported.get(dayKey(queue.key, day))?.intervals ?? nothing)
    const now = held.at(interval)
    const same = importMeasures.every((one) => now?.counts[one] === counts[one])
    if (same && now?.parts === parts) unchanged++
    else {
      store(queue, day, held.with(interval, { counts, parts }).packed())
      imported++
    }
  }
  return { imported, unchanged, refused }
}

const nothing = new Uint8Array()

function refusalOf(
  s: ForecastingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number },
  at: Moment,
): Rejection | undefined {
  const field = 'from'
  const { from, until } = span
  if (from < at.time - durations.retainDay) {
    const [value, limit] = [at.time - from, durations.retainDay].map((ms) =>
      Math.floor(ms / durations.day),
    )
    return rejection('HISTORY_TOO_OLD', { field, value: value ?? 0, limit: limit ?? 0 })
  }
  if (until > at.time) {
    const value = Math.ceil((until - at.time) / 60_000)
    return rejection('HISTORY_AHEAD', { field, value })
  }
  if (until > queue.since) {
    const missing = incidentsOver(s, queue, span).some(
      (one) => one.kind === 'dataGap' && one.from <= from && one.until >= until,
    )
    if (!missing) return rejection('HISTORY_COUNTED', { field, value: queue.queueId })
  }
  const day = Math.floor(from / durations.day)
  if (s.imported.get(dayKey(queue.key, day)) === undefined && s.imported.size >= s.imported.cap) {
    return rejection('TOO_MANY_DAYS', { field, value: queue.queueId, limit: s.imported.cap })
  }
  return undefined
}
