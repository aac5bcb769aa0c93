import {
  type Calendar,
  type Day,
  fiveComponents,
  fourWeekMean,
  lastWeek,
  NO_CALENDAR,
  quantileOf,
  type Rival,
  weekdayAndResidual,
} from '../models/index.ts'
import { rollOver, type TestDay } from './rolling.ts'
import { Errors, rankedProbabilityScore, rounded } from './score.ts'

export interface RivalScore {
  /** Days of the test on which it had something to say. */
  readonly days: number
  readonly wape: number | null
  readonly rmse: number | null
}

/** Shares and contacts; null: nothing to compare with. */
export interface ForecastReport extends RivalScore {
  readonly crps: number | null
  readonly cover80: number | null
  readonly cover95: number | null
  /** Days of the test by the model that was chosen for them. */
  readonly models: Readonly<Record<string, number>>
  readonly rivals: Readonly<Record<string, RivalScore>>
}

const RIVALS: Readonly<Record<string, Rival>> = {
  last_week: lastWeek,
  four_week_mean: fourWeekMean,
  weekday_and_residual: weekdayAndResidual,
  five_components: fiveComponents,
}

/** One day ahead, on each of the last `testDays` of `days`. */
export function backtestForecast(
  days: readonly Day[],
  testDays: number,
  progress: (share: number) => void,
  calendar: Calendar = NO_CALENDAR,
): ForecastReport {
  const ours = new Errors()
  const bands = new BandScore()
  const models = new Map<string, number>()
  const rivals = Object.entries(RIVALS).map(([name, rival]) => ({
    name,
    rival,
    errors: new Errors(),
    days: 0,
  }))
  const judged = rollOver(days, testDays, calendar, (one, share) => {
    const { day, forecast, before } = one
    models.set(forecast.model, (models.get(forecast.model) ?? 0) + 1)
    addAll(ours, forecast.expected, day)
    bands.add(one)
    for (const rival of rivals) {
      const said = rival.rival(before, day.date)
      if (said === undefined) continue
      rival.days += 1
      addAll(rival.errors, said, day)
    }
    progress(share)
  })
  return {
    days: judged,
    wape: rounded(ours.wape),
    rmse: rounded(ours.rmse),
    ...bands.report(),
    models: Object.fromEntries(models),
    rivals: Object.fromEntries(
      rivals.map(({ name, errors, days: said }) => [
        name,
        { days: said, wape: rounded(errors.wape), rmse: rounded(errors.rmse) },
      ]),
    ),
  }
}

function addAll(errors: Errors, expected: readonly number[], day: Day): void {
  day.counts.forEach((count, at) => {
    if (count !== undefined) errors.add(expected[at] ?? 0, count)
  })
}

class BandScore {
  #within80 = 0
  #within95 = 0
  #score = 0
  #intervals = 0

  add({ day, forecast }: TestDay): void {
    day.counts.forEach((count, at) => {
      if (count === undefined) return
      const quantile = (share: number): number => quantileOf(forecast, at, share)
      this.#intervals += 1
      if (count >= quantile(0.1) && count <= quantile(0.9)) this.#within80 += 1
      if (count >= quantile(0.025) && count <= quantile(0.975)) this.#within95 += 1
      this.#score += rankedProbabilityScore(quantile, count)
    })
  }

  report(): Pick<ForecastReport, 'crps' | 'cover80' | 'cover95'> {
    const mean = (sum: number): number | null =>
      this.#intervals === 0 ? null : rounded(sum / this.#intervals)
    return {
      crps: mean(this.#score),
      cover80: mean(this.#within80),
      cover95: mean(this.#within95),
    }
  }
}
