import { performanceOf } from '@evenkeel/chassis/staffing'
import {
  calledBackBp,
  type Drift,
  type ForecastingState,
  forecastOf,
  forecastView,
  handleMsOf,
  isLive,
  type QueueRow,
  staffingOf,
} from '../../core/index.ts'
import { DRIFT_HOURS } from '../../models/index.ts'
import { shrinkageOf } from './day.ts'
import { lineOf, meansOf, ratesOf } from './requirement.ts'

/** Service level of the next hours with those on shift, in basis points. */
export interface Effect {
  readonly asForecastBp: number
  readonly expectedBp: number
}

/**
 * What a drift does if nobody does anything: the line (Erlang-A, of all arrivals) with what was
 * forecast the evening before, and with what comes instead. Undefined: nobody waits on a line, or
 * who is on shift is not known.
 */
export function effectOf(
  s: ForecastingState,
  queue: QueueRow,
  { pool, queueId, date, factorMilli }: Drift,
  time: number,
): Effect | undefined {
  const row = forecastOf(s, pool, queueId, date)
  const staffing = staffingOf(s, pool, queueId, date)
  if (row === undefined || staffing === undefined || !staffing.rosteredKnown) return undefined
  if (!isLive(queue.channel)) return undefined
  const before = forecastView(s, row, true)
  const { from, intervalMs } = before
  const first = Math.max(0, Math.floor((time - from) / intervalMs))
  const last = Math.ceil((time + DRIFT_HOURS * 3_600_000 - from) / intervalMs)
  const { patienceMs } = s.pools.at(queue.pool)
  const { targetMs } = queue
  const terms = { handleMs: handleMsOf(s, queue, time), patienceMs, targetMs }
  const { thresholdS, ...line } = lineOf(terms)
  const atWork = 1 - shrinkageOf(s, queue)
  const levelAt = (factor: number): number | undefined => {
    let [came, inTime] = [0, 0]
    for (const [at, { contacts }] of meansOf(before).slice(0, last).entries()) {
      if (at < first || contacts === 0) continue
      const traffic = { ...line, ...ratesOf(factor * contacts, intervalMs, calledBackBp(queue)) }
      const agents = ((staffing.rosteredMilli[at] ?? 0) / 1_000) * atWork
      const places = agents * (staffing.atOnceMilli / 1_000)
      came += contacts
      inTime += contacts * performanceOf(traffic, places, thresholdS).serviceLevel.ofAll
    }
    return came === 0 ? undefined : Math.round((10_000 * inTime) / came)
  }
  const [asForecastBp, expectedBp] = [levelAt(1), levelAt(factorMilli / 1_000)]
  if (asForecastBp === undefined || expectedBp === undefined) return undefined
  return { asForecastBp, expectedBp }
}
