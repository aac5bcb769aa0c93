import { timestamp } from '@evenkeel/chassis/errors'
import type {
  Intraday,
  IntradayInterval,
} from '@evenkeel/proto/evenkeel/forecasting/v1/staffing_service'
import {
  type Counts,
  type Forecast,
  type ForecastRow,
  type ForecastingState,
  forecastView,
  intervalsOf,
  needOf,
  type QueueRow,
  rosteredAsTold,
  signedIn,
  type StaffingRow,
} from '../../core/index.ts'
import { quantile } from '../../models/index.ts'
import { driftNow } from './drift.ts'

/** A queue's day as it stands, from all that the service keeps of it. */
export function intradayOf(
  s: ForecastingState,
  queue: QueueRow,
  row: ForecastRow,
  staffing: StaffingRow | undefined,
  time: number,
): Intraday {
  const now = forecastView(s, row)
  const before = forecastView(s, row, true)
  const { from, intervalMs } = now
  const drift = driftNow(s, queue, time)
  const until = from + now.expectedMilli.length * intervalMs
  const came = intervalsOf(s, queue, { from, until, lengthMs: intervalMs }, time)
  const rostered = staffing === undefined ? [] : rosteredAsTold(staffing, time)
  const byFrom = new Map(came.map((one) => [one.from, one]))
  const intervals = now.expectedMilli.map((_, at): IntradayInterval => {
    const begin = from + at * intervalMs
    const counted = byFrom.get(begin)
    const present = begin <= time && time < begin + intervalMs
    return {
      from: timestamp(begin),
      forecastMilli: before.expectedMilli[at] ?? 0,
      reforecastMilli:
        now.intervalsSeen > 0 && at >= now.intervalsSeen ? now.expectedMilli[at] : undefined,
      lowMilli: quantileMilli(now, at, 0.1),
      highMilli: quantileMilli(now, at, 0.9),
      actual: counted?.counts.arrivals,
      unique: counted?.counts.unique,
      ...staffed(staffing, rostered[at], at),
      signedInMilli: present
        ? signedIn(s, queue, time, needOf(s))
        : known(staffing?.signedInMilli[at]),
      serviceLevelBp: counted && serviceLevelBp(counted.counts),
      complete: counted?.complete ?? false,
    }
  })
  return {
    ...{ pool: now.pool, queueId: now.queueId, date: now.date, intervals, model: now.model },
    timeZone: s.pools.at(queue.pool).timeZone,
    asOf: timestamp(time),
    drifts: drift?.date === now.date ? [drift] : [],
    serviceLevelGoalBp: queue.goalBp,
  }
}

const known = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value

function staffed(
  row: StaffingRow | undefined,
  rosteredMilli: number | undefined,
  at: number,
): Pick<IntradayInterval, 'required' | 'scheduled' | 'rosteredMilli' | 'netMilli'> {
  const scheduled = row?.scheduled[at]
  const able = scheduled !== undefined && scheduled >= 0 && rosteredMilli !== undefined
  const netMilli = able ? rosteredMilli - 1_000 * scheduled : undefined
  return { required: row?.required[at], scheduled, rosteredMilli, netMilli }
}

/** Of all who were answered or gave up; undefined: of none. */
function serviceLevelBp({ answered, abandoned, inTarget }: Counts): number | undefined {
  const all = answered + abandoned
  return all === 0 ? undefined : Math.floor((10_000 * inTarget) / all)
}

function quantileMilli(forecast: Forecast, at: number, share: number): number {
  const { expectedMilli, logVarianceMicro, scale80Milli, scale95Milli } = forecast
  const scales = { scale80: scale80Milli / 1_000, scale95: scale95Milli / 1_000 }
  const expected = (expectedMilli[at] ?? 0) / 1_000
  const variance = (logVarianceMicro[at] ?? 0) / 1_000_000
  return Math.round(quantile(expected, variance, scales, share) * 1_000)
}
