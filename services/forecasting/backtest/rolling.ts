import { type Calendar, type Day, type DayForecast, Forecaster } from '../models/index.ts'

/** A day of the test, with what was forecast from the days before it and nothing else. */
export interface TestDay {
  readonly day: Day
  readonly forecast: DayForecast
  /** Open days before it, oldest first. */
  readonly before: readonly Day[]
  /** As it stood before the day. */
  readonly forecaster: Forecaster
}

/**
 * Goes through `days` as time would: forecasts each of the last `testDays` from the days before it,
 * shows it to `look`, and only then learns it. Days of which nothing is known, or on which nobody
 * came though many were expected, are not judged. Says how many were.
 */
export function rollOver(
  days: readonly Day[],
  testDays: number,
  calendar: Calendar,
  look: (one: TestDay, share: number) => void,
): number {
  const forecaster = new Forecaster(days[0]?.counts.length ?? 0, { calendar })
  const first = days.length - testDays
  let judged = 0
  days.forEach((day, at) => {
    const known = day.counts.some((count) => count !== undefined)
    const forecast = at < first || !known ? undefined : forecaster.forecast(day.date)
    if (forecast !== undefined && cameOrFew(day, forecast)) {
      look({ day, forecast, before: days.slice(0, at), forecaster }, (at - first + 1) / testDays)
      judged += 1
    }
    forecaster.learn(day)
  })
  return judged
}

/** Zero calls on a day of so many is a closed door, which no forecast of calls is judged by. */
const CLOSED_EXPECTED = 10

function cameOrFew(day: Day, forecast: DayForecast): boolean {
  const came = day.counts.some((count) => count !== undefined && count > 0)
  return came || forecast.expected.reduce((sum, count) => sum + count, 0) < CLOSED_EXPECTED
}
