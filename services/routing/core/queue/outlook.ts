import type { Outcome } from '@evenkeel/chassis/protocol'
import type { TellOutlook } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { durations, limits } from '../limits.ts'
import type { QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import type { DayOutlook } from './outlook-schema.ts'

/**
 * What will come to a queue, and who will be there, by the forecasting service. Nothing waits for
 * it: where it has told nothing, or is gone, the queue goes by its own pace.
 */

export function tellOutlook(s: RoutingState, c: TellOutlook, turn: Turn): Outcome<RoutingEvent> {
  const { pool, queueId, of, from, intervalMs, milli } = c
  const queue = s.queues.find(pool, queueId)
  if (!queue) return reject('QUEUE_UNKNOWN', { pool, queue_id: queueId })
  const limit = limits.outlookIntervals
  if (milli.length > limit) {
    return reject('OUTLOOK_TOO_LONG', { field: of, value: milli.length, limit })
  }
  const { time } = turn.at
  const known = s.outlooks.get(queue.id)
  const kept = known?.[of] ?? []
  const others = kept.filter((day) => day.from !== from && endOf(day) > time)
  const told = { from, intervalMs, milli }
  const near = from - time <= durations.outlookAhead && endOf(told) > time
  const days = near ? [...others, told].toSorted((a, b) => a.from - b.from) : others
  const put = { [of]: days.slice(0, limits.outlookDays) }
  if (known) s.outlooks.update(known, put)
  else if (near)
    s.outlooks.insert({ id: queue.id, queue: queue.slot, expected: [], places: [], ...put })
  return accept(turn, queueId)
}

const endOf = ({ from, intervalMs, milli }: DayOutlook): number => from + milli.length * intervalMs

/** What a queue answers, and what comes to it, in a span of time. */
export interface Flow {
  /** Places that serve it, in thousandths, times ms. */
  readonly placesMilliMs: number
  /** Contacts; infinite: nobody knows. */
  readonly arrivals: number
}

/** The part of a span in which nothing changes: until when, and what is told of it. */
interface Step {
  readonly until: number
  readonly day: DayOutlook | undefined
  readonly milli: number
}

const nothing = -1

function stepAt(days: readonly DayOutlook[], at: number): Step {
  const day = days.find((one) => endOf(one) > at)
  if (day === undefined) return { until: Number.POSITIVE_INFINITY, day, milli: nothing }
  if (day.from > at) return { until: day.from, day: undefined, milli: nothing }
  const interval = Math.floor((at - day.from) / day.intervalMs)
  const until = day.from + (interval + 1) * day.intervalMs
  return { until, day, milli: day.milli[interval] ?? nothing }
}

/** Who is there for a span of time. */
interface Present {
  /** Places by now, in thousandths: they count where no roster is known. */
  readonly now: number
  /** Of the rostered places, those that count. */
  readonly share: number
  /** In a moment no more are there than now: who is to come may be late. */
  readonly near: boolean
  /** Until then shifts have been told of for sure: beyond, nobody on shift is not none. */
  readonly knownUntil: number
}

export function flowBetween(
  s: RoutingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number },
  { now, share, near, knownUntil }: Present,
): Flow {
  const told = s.outlooks.get(queue.id)
  let placesMilliMs = 0
  let arrivals = 0
  let at = span.from
  while (at < span.until) {
    const places = stepAt(at < knownUntil ? (told?.places ?? []) : [], at)
    const comes = stepAt(told?.expected ?? [], at)
    const known = at < knownUntil ? knownUntil : span.until
    const until = Math.min(span.until, known, places.until, comes.until)
    const rostered = places.milli === nothing ? now : Math.trunc(places.milli * share)
    placesMilliMs += (until - at) * (near ? Math.min(now, rostered) : rostered)
    const { day, milli } = comes
    arrivals += day === undefined ? Infinity : (milli * (until - at)) / (day.intervalMs * 1_000)
    at = until
  }
  return { placesMilliMs, arrivals }
}
