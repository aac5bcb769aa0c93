import { decoded, parse } from '@evenkeel/chassis/errors'
import { Event } from '@evenkeel/proto/evenkeel/forecasting/v1/events'
import type { DayForecast, DayStaffing } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import type { Command, TellOutlook } from '../../core/index.ts'

/** What will come, and who will be there for it, as the forecasting service has published it. */

const event = (body: Uint8Array): Event => decoded('evenkeel.forecasting.v1.Event', Event, body)

export const knowsOutlook = (body: Uint8Array): boolean => event(body).kind !== undefined

export function decodeOutlook(body: Uint8Array): Command | undefined {
  const { kind } = event(body)
  switch (kind?.$case) {
    case 'forecastPublished':
      return kind.value.forecast && expected(kind.value.forecast)
    case 'staffingPublished':
      return kind.value.staffing && places(kind.value.staffing)
    // Counts, drifts and planned events are in the forecasts that follow from them.
    default:
      return undefined
  }
}

type Day = Pick<DayForecast, 'pool' | 'queueId' | 'from' | 'interval'>

const dayOf = ({ pool, queueId, from, interval }: Day) => ({
  kind: 'tellOutlook' as const,
  ...{ pool, queueId },
  from: parse.timeMs('from', from),
  intervalMs: parse.durationMs('interval', interval, minuteMs, 24 * 60 * minuteMs),
})

const minuteMs = 60_000

/** Of a model that says how little it knows nothing is promised. */
const expected = (f: DayForecast): TellOutlook => ({
  ...{ ...dayOf(f), of: 'expected' },
  milli: f.model === 'unknown' ? [] : f.expectedMilli,
})

/** Of those on shift some are not there: as many as were added to what is required. */
function places(d: DayStaffing): TellOutlook {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + Math.max(0, n), 0)
  const scheduled = sum(d.scheduled)
  const there = scheduled === 0 ? 1 : Math.min(1, sum(d.required) / scheduled)
  const atOnce = Math.max(1_000, d.atOnceMilli) / 1_000
  const rostered = d.rosteredKnown ? d.rosteredMilli : []
  return {
    ...{ ...dayOf(d), of: 'places' },
    milli: rostered.map((milli) => Math.trunc(Math.max(0, milli) * there * atOnce)),
  }
}
