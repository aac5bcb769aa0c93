import { DAY_LENGTH_MS, type DayKind, intensity, peakPerMs, queuesOn } from './demand.ts'
import { HOUR, MINUTE, type PastInterval } from './day.ts'
import { Random } from './random.ts'

/** What came to the demo's queues in the weeks before its day, as a planner would have it counted. */

const PAST_INTERVAL_MS = 30 * MINUTE
const DAY_MS = 24 * HOUR
const WEEKEND = [0, 6]
/** Over the mean of a week, Sunday first: Mondays are busiest, nobody works at weekends. */
const WEEKDAYS = [0, 1, 0.94, 0.92, 0.93, 0.9, 0]
/** Days differ by more than chance: standard deviation of their log. */
const DAY_SD = 0.05

/** The weekdays of `weeks` weeks before the day that opens then, in their order. */
export function pastIntervals(
  kind: DayKind,
  seed: number,
  openMs: number,
  weeks: number,
): PastInterval[] {
  const past: PastInterval[] = []
  for (let day = -7 * weeks; day < 0; day += 1) {
    // A day on a running server opens at any minute; forecasting counts by whole intervals.
    const opened = Math.floor(openMs / PAST_INTERVAL_MS) * PAST_INTERVAL_MS + day * DAY_MS
    const weekday = new Date(opened).getUTCDay()
    if (WEEKEND.includes(weekday)) continue
    const random = new Random(seed, `past/${-day}`)
    const level = (WEEKDAYS[weekday] ?? 1) * Math.exp(DAY_SD * random.normal())
    for (const habits of queuesOn(kind)) {
      for (let at = 0; at < DAY_LENGTH_MS; at += PAST_INTERVAL_MS) {
        const share = intensity(at + PAST_INTERVAL_MS / 2)
        const mean = peakPerMs(habits) * PAST_INTERVAL_MS * share * level
        const arrivals = random.poisson(mean)
        past.push({ queueId: habits.plan.queueId, fromMs: opened + at, arrivals })
      }
    }
  }
  return past
}
