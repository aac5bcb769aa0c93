import type { DayPlace } from './calendar.ts'
import { dot, eigenvectors } from './components.ts'
import { evolve, learn, meanAhead, type Regression, startRegression } from './dynamic-regression.ts'

/**
 * How days differ in shape from the profile of their weekday: the first components of the log
 * residuals, whose scores go on from day to day and with the month (singular value decomposition of
 * days by intervals: Shen and Huang, Manuf. Serv. Oper. Manage. 10, 2008). The profile keeps what
 * the components do not explain.
 */

/** Days before the first components are taken; fewer days are all components. */
const DAYS_MIN = 15
/** Components are taken anew when there are so many times the days. */
const GROWTH = 1.1
/** Of a score in units of its standard deviation: what stays, moves, is its own. */
const DECAY = 0.8
const MOVE_VARIANCE = 0.1
const OWN_VARIANCE = 0.7
const MONTH_VARIANCE = 0.09
const MONTH_WAVES = 2
/** Below so many contacts in an interval on average a log residual is chance. */
const INTERVAL_CONTACTS_MIN = 10

interface Component {
  readonly vector: Float64Array
  readonly sd: number
  regression: Regression
}

export class Components {
  readonly #intervals: number
  readonly #max: number
  readonly #residuals: { readonly place: DayPlace; readonly values: Float64Array }[] = []
  readonly #products: Float64Array
  #components: readonly Component[] = []
  #takenAt = 0
  #contacts = 0

  /** `max`: the most components anybody will ask for. */
  constructor(intervals: number, max: number) {
    this.#intervals = intervals
    this.#max = max
    this.#products = new Float64Array(intervals * intervals)
  }

  /** The log corrections of each interval's share by none of the components, by the first one, ... */
  expect(place: DayPlace): readonly Float64Array[] {
    let correction = new Float64Array(this.#intervals)
    const all = [correction]
    for (const { vector, sd, regression } of this.#components) {
      const score = sd * meanAhead(regression, DECAY, 1, rowOf(place))
      correction = correction.map((sum, at) => sum + score * (vector[at] ?? 0))
      all.push(correction)
    }
    return all
  }

  /** `shares`: what the profile had expected of a day of `total`. */
  learn(
    place: DayPlace,
    counts: readonly (number | undefined)[],
    shares: readonly number[],
    total: number,
  ): void {
    const values = Float64Array.from(counts, (count, at) =>
      count === undefined ? 0 : Math.log((count + 0.5) / ((shares[at] ?? 0) * total + 0.5)),
    )
    this.#contacts += total
    this.#residuals.push({ place, values })
    const size = this.#intervals
    for (let row = 0; row < size; row++) {
      for (let at = 0; at < size; at++) {
        const place = row * size + at
        this.#products[place] =
          (this.#products[place] ?? 0) + (values[row] ?? 0) * (values[at] ?? 0)
      }
    }
    this.#take(place, values)
  }

  #take(place: DayPlace, values: Float64Array): void {
    const days = this.#residuals.length
    const usual = this.#contacts / days / this.#intervals
    if (days < DAYS_MIN || usual < INTERVAL_CONTACTS_MIN) return
    if (days < GROWTH * this.#takenAt) {
      this.#components.forEach((component) => learnScore(component, place, values))
      return
    }
    this.#takenAt = days
    const vectors = eigenvectors(this.#products, this.#intervals, this.#max)
    this.#components = vectors.map((vector) => {
      const square = this.#residuals.reduce((sum, one) => sum + dot(one.values, vector) ** 2, 0)
      const sd = Math.max(1e-9, Math.sqrt(square / days))
      const component: Component = { vector, sd, regression: startScore() }
      for (const one of this.#residuals) learnScore(component, one.place, one.values)
      return component
    })
  }
}

function startScore(): Regression {
  const level = MOVE_VARIANCE / (1 - DECAY ** 2)
  return startRegression(new Array<number>(2 + 2 * MONTH_WAVES).fill(0), [
    level,
    1,
    ...new Array<number>(2 * MONTH_WAVES).fill(MONTH_VARIANCE),
  ])
}

function rowOf({ month }: DayPlace): number[] {
  const row = [1, 1]
  for (let wave = 1; wave <= MONTH_WAVES; wave++) {
    row.push(Math.cos(2 * Math.PI * wave * month), Math.sin(2 * Math.PI * wave * month))
  }
  return row
}

function learnScore(component: Component, place: DayPlace, values: Float64Array): void {
  const next = evolve(component.regression, DECAY, MOVE_VARIANCE, 1)
  const score = dot(values, component.vector) / component.sd
  component.regression = learn(next, rowOf(place), OWN_VARIANCE, score)
}
