import { type Bands, bandsOf, quantile, widened } from './bands.ts'
import type { DayPlace } from './calendar.ts'
import { DayAhead, type DayAheadOptions } from './day-ahead.ts'
import { type Day, totalOf } from './history.ts'
import { fourWeekMean, lastWeek, type Rival, weekdayAndResidual } from './rivals.ts'
import { type Covariance, covarianceOf, type PastDay } from './within-day.ts'

/** Days whose forecasts are remembered: of a season, rather than of another year. */
const PAST_DAYS_MAX = 120
/** Forecasts from fewer days are those of a beginner, and say nothing of later ones. */
const WARM_DAYS = 10
/** Below so many forecasts that have been compared it is not known how good the next will be. */
const KNOWN_DAYS_MIN = 10
/** Another model is taken where its error is smaller than ours by so much. */
const BETTER_SHARE = 0.97
/** Days of open history that the other models are shown. */
const SHOWN_DAYS = 60

export const AVERAGE = 'average'

/** Models that a series may be better served by than by the average of ours. */
const OTHERS: Readonly<Record<string, Rival>> = {
  last_week: lastWeek,
  four_week_mean: fourWeekMean,
  weekday_and_residual: weekdayAndResidual,
}

/** How near a model's one-day-ahead forecasts of the remembered days came. */
export interface ModelError {
  readonly model: string
  readonly days: number
  /** Sum of absolute errors over sum of counts; a share, 0 is perfect. */
  readonly wape: number
}

export interface DayForecast {
  readonly date: string
  /** Median of each interval's rate, contacts. */
  readonly expected: readonly number[]
  /**
   * The model that it was chosen by its own errors; 'unknown': too few forecasts have been compared
   * with what came, and the bands are wide.
   */
  readonly model: string
  /** The last day that was learned. */
  readonly asOf: string
  /** Best first; empty while unknown. */
  readonly errors: readonly ModelError[]
  readonly bands: Bands
}

/** The count that an interval does not exceed with probability `share`, above 0 and below 1. */
export function quantileOf(forecast: DayForecast, interval: number, share: number): number {
  const expected = forecast.expected[interval] ?? 0
  return quantile(expected, forecast.bands.variances[interval] ?? 0, forecast.bands, share)
}

interface Compared {
  /** Sum of absolute errors by model; undefined: some model had nothing to say. */
  readonly off: ReadonlyMap<string, number> | undefined
  /** Contacts of the day. */
  readonly came: number
  /** What was given as the forecast. */
  readonly past: PastDay
}

const MODELS = [AVERAGE, ...Object.keys(OTHERS)]

/**
 * Forecasts of one series, day after day: chooses the model by the errors of its forecasts so far,
 * and knows from them how far off the next may be. All of it follows from the days learned;
 * learning them again gives the same forecasts.
 */
export class Forecaster {
  readonly intervals: number
  readonly #average: DayAhead
  readonly #days: Day[] = []
  readonly #compared: Compared[] = []
  #asOf: string | undefined
  /** Of what has been compared so far. */
  #known: Bands | undefined

  constructor(intervals: number, options: DayAheadOptions = {}) {
    this.intervals = intervals
    this.#average = new DayAhead(intervals, options)
  }

  /** Forecasts made the evening before, beside what came; the oldest first. */
  get past(): readonly PastDay[] {
    return this.#compared.map(({ past }) => past)
  }

  isOpen(date: string): boolean {
    return this.#average.isOpen(date)
  }

  /** Where a date after the last one learned stands. */
  place(date: string, today: string): DayPlace {
    return this.#average.place(date, today)
  }

  /** A day after the last one learned, as it is told on `today`; undefined: nothing is known. */
  forecast(date: string, today = date): DayForecast | undefined {
    const said = this.#said(date, today)
    const ours = said.get(AVERAGE)
    if (this.#asOf === undefined || ours === undefined) return undefined
    const known = this.#compared.length >= KNOWN_DAYS_MIN && this.#average.isSeen(date)
    const errors = known ? this.#errors() : []
    const model = chosen(errors, said)
    return {
      date,
      expected: said.get(model) ?? ours,
      model: known ? model : 'unknown',
      asOf: this.#asOf,
      errors,
      bands: known ? this.#bands() : widened(this.#bands()),
    }
  }

  #bands(): Bands {
    this.#known ??= bandsOf(this.intervals, this.past)
    return this.#known
  }

  /** For updates within the day that `forecast` is of. */
  covariance(): Covariance {
    return covarianceOf(this.intervals, this.past)
  }

  /** Days come in their order; one that teaches nothing is passed over. */
  learn(day: Day): void {
    const said = this.#said(day.date)
    const ours = said.get(AVERAGE)
    if (!this.#average.learn(day)) return
    if (ours !== undefined && this.#days.length >= WARM_DAYS) {
      const expected = said.get(chosen(this.#errors(), said)) ?? ours
      const { date, counts } = day
      this.#known = undefined
      this.#compared.push({ ...offBy(said, day), past: { date, expected, counts } })
      if (this.#compared.length > PAST_DAYS_MAX) this.#compared.shift()
    }
    this.#days.push(day)
    if (this.#days.length > SHOWN_DAYS) this.#days.shift()
    this.#asOf = day.date
  }

  #said(date: string, today = date): ReadonlyMap<string, readonly number[]> {
    const said = new Map<string, readonly number[]>()
    const ours = this.#average.expect(date, today)
    if (ours !== undefined) said.set(AVERAGE, ours.counts)
    for (const [name, rival] of Object.entries(OTHERS)) {
      const counts = rival(this.#days, date)
      if (counts !== undefined) said.set(name, counts)
    }
    return said
  }

  /** On the days on which every model had something to say; else they were not compared alike. */
  #errors(): readonly ModelError[] {
    const alike = this.#compared.filter(({ off }) => off !== undefined)
    const came = alike.reduce((sum, one) => sum + one.came, 0)
    if (came === 0) return []
    const errors = MODELS.map((model): ModelError => {
      const off = alike.reduce((sum, one) => sum + (one.off?.get(model) ?? 0), 0)
      return { model, days: alike.length, wape: off / came }
    })
    return errors.sort((a, b) => a.wape - b.wape || (a.model < b.model ? -1 : 1))
  }
}

function offBy(
  said: ReadonlyMap<string, readonly number[]>,
  day: Day,
): Pick<Compared, 'off' | 'came'> {
  if (!MODELS.every((model) => said.has(model))) return { off: undefined, came: totalOf(day) }
  const off = [...said].map(([model, expected]): [string, number] => [
    model,
    day.counts.reduce<number>(
      (sum, count, at) => sum + (count === undefined ? 0 : Math.abs(count - (expected[at] ?? 0))),
      0,
    ),
  ])
  return { off: new Map(off), came: totalOf(day) }
}

/** The average of ours, unless another has been better by more than chance would have it. */
function chosen(
  errors: readonly ModelError[],
  said: ReadonlyMap<string, readonly number[]>,
): string {
  const ours = errors.find(({ model }) => model === AVERAGE)
  const best = errors.find(({ model, days }) => said.has(model) && days >= KNOWN_DAYS_MIN)
  if (ours === undefined || best === undefined) return AVERAGE
  return best.wape < BETTER_SHARE * ours.wape ? best.model : AVERAGE
}
