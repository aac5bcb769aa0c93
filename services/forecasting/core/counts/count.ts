import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import type { Arrived } from '../commands.ts'
import { refuse } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { incidentIn, incidentsOver } from '../incidents/over.ts'
import { dayKey } from '../keys.ts'
import { durations } from '../limits.ts'
import { queueOf } from '../queue.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import { type Counts, DayCounts, noCounts } from './day.ts'

/** What has come, and what became of it, counted as routing tells it. */

export interface Ended {
  readonly pool: string
  /** In which it ended. */
  readonly queueId: string
  readonly enteredAt: number
  readonly end: 'answered' | 'abandoned' | 'otherwise'
  readonly handleMs: number
  readonly waitMs: number
  /** The customer had accepted a callback. */
  readonly calledBack: boolean
}

export function arrived(s: ForecastingState, c: Arrived, at: Moment): Outcome<ForecastingEvent> {
  return count(s, c, { ...noCounts, arrivals: 1, unique: c.unique ? 1 : 0 }, at)
}

export function ended(s: ForecastingState, c: Ended, at: Moment): Outcome<ForecastingEvent> {
  const { end, handleMs, waitMs } = c
  const queue = queueOf(s, c.pool, c.queueId)
  const inTarget = end === 'answered' && queue !== undefined && waitMs <= queue.targetMs ? 1 : 0
  const handled = end === 'answered' ? handleMs : 0
  return count(s, c, { ...noCounts, [end]: 1, inTarget, handleMs: handled, waitMs }, at)
}

/**
 * What a platform says of its own clock may be wrong by years: then it is counted as of now.
 */
function enteredAt(told: number, at: Moment): number {
  return Math.abs(told - at.time) > durations.enteredMost ? at.time : told
}

function count(
  s: ForecastingState,
  c: { readonly pool: string; readonly queueId: string; readonly enteredAt: number },
  counts: Counts,
  at: Moment,
): Outcome<ForecastingEvent> {
  const queue = queueOf(s, c.pool, c.queueId)
  // Made before this service was: its next change makes it known, and it is counted from then on.
  if (queue === undefined) return { ok: true, events: [], ref: c.queueId }
  const entered = enteredAt(c.enteredAt, at)
  const from = entered - (entered % durations.interval)
  const day = Math.floor(from / durations.day)
  const row = s.days.get(dayKey(queue.key, day))
  if (row === undefined && s.days.size >= s.days.cap) {
    const field = 'entered_at'
    return refuse('TOO_MANY_DAYS', { field, value: c.queueId, limit: s.days.cap })
  }
  const interval = (from - day * durations.day) / durations.interval
  const packed = DayCounts.of(row?.counts ?? new Uint8Array())
    .plus(interval, counts)
    .packed()
  if (row !== undefined) s.days.update(row, { counts: packed })
  else {
    s.days.insert({
      key: dayKey(queue.key, day),
      queue: queue.slot,
      day,
      counts: packed,
      forgetAt: (day + 1) * durations.day + durations.retainDay,
      seq: at.offset,
    })
  }
  return { ok: true, events: tellLater(s, queue, from, at), ref: c.queueId }
}

/** When an interval is closed. */
export const closesAt = (from: number): number => from + durations.interval + durations.closeAfter

/**
 * What is open is told as it closes. What is closed already is told again with the intervals that
 * close next, or, where no more can wait, at once.
 */
function tellLater(
  s: ForecastingState,
  queue: QueueRow,
  from: number,
  at: Moment,
): readonly ForecastingEvent[] {
  const key = dayKey(queue.key, from)
  if (s.untold.get(key) !== undefined) return []
  const open = at.time < closesAt(from)
  if (s.untold.size >= s.untold.cap) return open ? [] : [closed(s, queue, from, true, at)]
  const next = at.time - (at.time % durations.interval)
  const tellAt = open ? closesAt(from) : closesAt(next)
  s.untold.insert({ key, queue: queue.slot, from, revised: !open, tellAt, seq: at.offset })
  return []
}

/** The oldest of what is to be told. */
export function tellDue(s: ForecastingState, at: Moment): ForecastingEvent {
  const row = s.untold.at(s.untoldByTime.first())
  const event = closed(s, s.queues.at(row.queue), row.from, row.revised, at)
  s.untold.delete(row)
  return event
}

function closed(
  s: ForecastingState,
  queue: QueueRow,
  from: number,
  revised: boolean,
  at: Moment,
): ForecastingEvent {
  const until = from + durations.interval
  return {
    kind: 'intervalClosed',
    pool: s.pools.at(queue.pool).id,
    queueId: queue.queueId,
    from,
    counts: countsAt(s, queue, from),
    complete: isComplete(queue, from, at.time),
    incidentId: incidentIn(incidentsOver(s, queue, { from, until }), from, until),
    revised,
  }
}

/** Of the interval that begins then. */
export function countsAt(s: ForecastingState, queue: QueueRow, from: number): Counts {
  const day = Math.floor(from / durations.day)
  const row = s.days.get(dayKey(queue.key, day))
  if (row === undefined) return noCounts
  return DayCounts.of(row.counts).at((from - day * durations.day) / durations.interval)
}

/** It is over, and whatever came in it was told. */
export const isComplete = (queue: QueueRow, from: number, time: number): boolean =>
  from >= queue.since && time >= closesAt(from)
