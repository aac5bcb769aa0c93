import { limits, netRequirement } from '@evenkeel/chassis/staffing'
import {
  atOnceOver,
  calledBackBp,
  durations,
  type Forecast,
  type ForecastingState,
  handleMsOf,
  isLive,
  needOf,
  nobody,
  ONE_AT_ONCE_MILLI,
  openOf,
  type QueueRow,
  type Rostered,
  rosteredOver,
  type Staffing,
  staffingOf,
} from '../../core/index.ts'
import { requiredOf } from './requirement.ts'

/** Work that has lain for longer is not done for being forecast. */
const OPEN_DAYS = 30

/** Who is there for a queue on a day. */
export interface There {
  readonly rostered: Rostered
  /** Contacts that each of them has at once, in thousandths. */
  readonly atOnceMilli: number
}

/** Over a day, of any queue of the pool: its agents are walked over once. */
export function thereOn(
  s: ForecastingState,
  { pool: slot }: QueueRow,
  forecast: Forecast,
): (queue: QueueRow) => There {
  const { from, intervalMs, expectedMilli } = forecast
  const pool = s.pools.at(slot)
  const grid = { from, intervalMs, intervals: expectedMilli.length }
  const rostered = rosteredOver(s, pool, grid, needOf(s))
  const atOnce = atOnceOver(s, pool, from, needOf(s))
  return (queue) => ({
    rostered: rostered.get(queue.slot) ?? nobody,
    atOnceMilli: atOnce.get(queue.slot) ?? ONE_AT_ONCE_MILLI,
  })
}

/** What a queue needs on the day of a forecast, from all that is known. */
export function staffingFor(
  s: ForecastingState,
  queue: QueueRow,
  forecast: Forecast,
  { atOnceMilli, rostered }: There,
  time: number,
): Staffing {
  const { pool, queueId, date, from, intervalMs } = forecast
  const { patienceMs } = s.pools.at(queue.pool)
  const { channel, targetMs, goalBp } = queue
  const handleMs = handleMsOf(s, queue, time)
  const today = from <= time && time < from + forecast.expectedMilli.length * intervalMs
  const required = requiredOf(forecast, {
    ...{ channel, targetMs, goalBp, handleMs, atOnceMilli, patienceMs, time },
    calledBackBp: calledBackBp(queue),
    open: today && !isLive(channel) ? openOf(s, queue, time, OPEN_DAYS) : [],
    rosteredMilli: rostered.known ? rostered.milli : undefined,
    before: staffingOf(s, pool, queueId, date)?.required ?? [],
  })
  const known = required.map((agents) => Math.max(0, agents))
  const scheduled = netRequirement(known, shrinkageOf(s, queue), []).map((one) => one.scheduled)
  return {
    ...{ pool, queueId, date, from, intervalMs, required },
    ...{ handleMs, atOnceMilli },
    scheduled: scheduled.map((agents, at) => ((required[at] ?? 0) < 0 ? -1 : agents)),
    rosteredMilli: rostered.milli,
    rosteredKnown: rostered.known,
  }
}

/** Share of rostered time in which nobody is at work with contacts, breaks apart. */
export const shrinkageOf = (s: ForecastingState, queue: QueueRow): number =>
  Math.min(s.pools.at(queue.pool).shrinkageBp / 10_000, limits.shrinkage.max)

/** A day or later: what a day before is needed for is over. */
export const isAhead = (forecast: Pick<Forecast, 'from'>, time: number): boolean =>
  forecast.from + durations.day > time
