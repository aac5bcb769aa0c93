import type { Intraday } from '@evenkeel/proto/evenkeel/forecasting/v1/staffing_service'
import { DriftDirection } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'

const MINUTE = 60_000
const MORNING = Date.UTC(2026, 2, 2, 6)
const stamp = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: 0 })

/** Half past noon of a day in Berlin on which 40% more come since eleven. */
export function surgingDay(): Intraday {
  const now = MORNING + 5.5 * 60 * MINUTE
  const intervals = Array.from({ length: 28 }, (_, at) => {
    const from = MORNING + at * 30 * MINUTE
    const hill = Math.exp(-(((at - 8) / 7) ** 2)) + 0.5 * Math.exp(-(((at - 18) / 5) ** 2))
    const forecast = 140 * hill + 6
    const factor = at >= 8 ? 1.4 : 1
    const over = from + 30 * MINUTE <= now
    const came = Math.round(forecast * factor * (1 + 0.06 * Math.sin(at * 2.3)))
    const required = Math.ceil((forecast * (over ? 1 : factor)) / 6) + 3
    const rostered = Math.max(4, Math.ceil(forecast / 6) + 3)
    const expected = over ? forecast : forecast * factor
    return {
      from: stamp(from),
      forecastMilli: Math.round(forecast * 1_000),
      reforecastMilli: over ? undefined : Math.round(expected * 1_000),
      lowMilli: Math.round((expected * 0.85 - 3) * 1_000),
      highMilli: Math.round((expected * 1.16 + 3) * 1_000),
      actual: over ? Math.round(came * 1.08) : undefined,
      unique: over ? came : undefined,
      required,
      scheduled: Math.ceil(required / 0.9),
      rosteredMilli: rostered * 1_000,
      signedInMilli: from <= now ? (rostered - (at % 3)) * 1_000 : undefined,
      netMilli: (rostered - Math.ceil(required / 0.9)) * 1_000,
      serviceLevelBp: over ? (at >= 8 ? 5_900 - at * 40 : 8_600 - at * 20) : undefined,
      complete: over,
    }
  })
  const drift = {
    ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', probabilityBp: 9_700 },
    ...{ direction: DriftDirection.DRIFT_DIRECTION_ABOVE, factorMilli: 1_390 },
    ...{ since: stamp(MORNING + 4 * 60 * MINUTE), detectedAt: stamp(now), falseAlarmBp: 400 },
    ...{ serviceLevelAsForecastBp: 8_300, serviceLevelExpectedBp: 4_100, cause: '' },
    selfService: undefined,
  }
  return {
    ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', timeZone: 'Europe/Berlin' },
    ...{ asOf: stamp(now), intervals, model: 'average', drifts: [drift] },
    serviceLevelGoalBp: 8_000,
  }
}
