import { type Calendar, type DayPlace, NO_CALENDAR, Openings } from './calendar.ts'
import { Components } from './day-components.ts'
import { normalised, Profile } from './day-shape.ts'
import { expectTotal, learnTotal, startTotal, type TotalModel } from './day-total.ts'
import type { Expected, Regression } from './dynamic-regression.ts'
import { type Day, totalOf } from './history.ts'

/**
 * Models of the day's total; a forecast is made of all of them, weighed by how near each has been.
 * Fast and slow levels, with and without the month: which is right differs between series and
 * seasons, and what is said by several is nearer than what is said by the best of them so far.
 */
const TOTALS: readonly TotalModel[] = [
  { name: 'fast', decay: 0.8, moveSd: 0.03, ownSd: 0.015, monthSd: 0.03 },
  { name: 'no-month', decay: 0.97, moveSd: 0.02, ownSd: 0.03, monthSd: 0 },
  { name: 'slow', decay: 0.97, moveSd: 0.02, ownSd: 0.03, monthSd: 0.03 },
  { name: 'still', decay: 1, moveSd: 0.005, ownSd: 0.05, monthSd: 0.03 },
]

/** Components of the shape that are averaged over; 0: the profile as it is. */
const COMPONENTS = [0, 2, 4]
const COMPONENTS_MAX = 4
/** Squared errors by which totals are weighed: what one of yesterday weighs tomorrow. */
const ERROR_DECAY = 0.98
/** Days after which weights are half their own, and the squared error that stands for none. */
const ERROR_DAYS = 20
const ERROR_SQUARE = 0.05 ** 2
/** More than so many times what was expected, and so many contacts, counts as that many. */
const SPIKE = 5
const SPIKE_CONTACTS = 20
/** A day of which less is known, by its usual shares, teaches nothing. */
const KNOWN_SHARE_MIN = 0.5
/** A day of 0 where as many are expected was no quiet day: it was closed, or nobody counted. */
const EXPECTED_MIN = 10

export interface DayAheadOptions {
  readonly calendar?: Calendar
}

export interface DayExpected {
  readonly date: string
  /** Contacts of each interval: the median of what may come. */
  readonly counts: readonly number[]
  /** Of the log total: how unsure the level, the weekday and the rest are. */
  readonly logTotal: Expected
  /** The part of each model of the total in it, in sum 1. */
  readonly weights: Readonly<Record<string, number>>
}

interface Member {
  readonly model: TotalModel
  readonly state: Regression
  /** Of the log total, one step ahead; older ones weigh less. */
  readonly squares: number
  readonly days: number
}

/** Learns day after day, and says at any time what the next ones will bring. */
export class DayAhead {
  readonly #calendar: Calendar
  readonly #openings: Openings
  readonly #profile: Profile
  readonly #components: Components
  #members: readonly Member[] = []
  /** What was said last: a day is asked for several times before it is learned. */
  #said: { readonly date: string; readonly today: string; readonly is: DayExpected } | undefined

  constructor(intervals: number, options: DayAheadOptions = {}) {
    this.#calendar = options.calendar ?? NO_CALENDAR
    this.#openings = new Openings(this.#calendar)
    this.#profile = new Profile(intervals)
    this.#components = new Components(intervals, COMPONENTS_MAX)
  }

  /**
   * What a day after the last one learned will bring, as it is told on `today`; undefined: nothing
   * has been learned yet.
   */
  expect(date: string, today = date): DayExpected | undefined {
    if (this.#members.length === 0) return undefined
    if (this.#said?.date === date && this.#said.today === today) return this.#said.is
    const place = this.#openings.place(date, today)
    const { logTotal, weights } = this.#total(place)
    const total = Math.exp(logTotal.mean)
    const counts = this.#shares(place).map((share) => share * total)
    const is = { date, counts, logTotal, weights }
    this.#said = { date, today, is }
    return is
  }

  /** Whether a day after the last one learned is expected to be open. */
  isOpen(date: string): boolean {
    return this.#openings.isOpen(date)
  }

  /** Whether days of its weekday have been open, so that more is known of it than of all days. */
  isSeen(date: string): boolean {
    return this.#openings.isSeen(date)
  }

  /** Where a date after the last one learned stands. */
  place(date: string, today: string): DayPlace {
    return this.#openings.place(date, today)
  }

  /** Days come in their order. What a day teaches nothing by is passed over. */
  learn(day: Day): boolean {
    if (this.#calendar.closed.has(day.date)) return false
    const place = this.#openings.place(day.date)
    const before = place.familiar ? this.expect(day.date)?.counts : undefined
    const counts = day.counts.map((count, at) => {
      if (count === undefined) return undefined
      const most = before === undefined ? Infinity : SPIKE * (before[at] ?? 0) + SPIKE_CONTACTS
      return Math.min(count, most)
    })
    const profile = this.#profile.shares(place)
    const known = counts.reduce<number>(
      (sum, count, at) => sum + (count === undefined ? 0 : (profile[at] ?? 0)),
      0,
    )
    if (known < KNOWN_SHARE_MIN) return false
    const total = totalOf({ ...day, counts }) / known
    const expected = this.expect(day.date)?.counts.reduce((sum, count) => sum + count, 0)
    if (total === 0 && (expected === undefined || expected >= EXPECTED_MIN)) return false
    this.#said = undefined
    this.#learnTotal(place, Math.log(total + 0.5))
    this.#components.learn(place, counts, profile, total)
    this.#profile.learn(place, counts, total)
    this.#openings.learn(day.date)
    return true
  }

  #learnTotal(place: DayPlace, logTotal: number): void {
    if (this.#members.length === 0) {
      this.#members = TOTALS.map((model) => ({
        model,
        state: startTotal(model, logTotal, this.#calendar.paydays.length > 0),
        squares: 0,
        days: 0,
      }))
    }
    this.#members = this.#members.map(({ model, state, squares, days }) => {
      const learned = learnTotal(model, state, place, logTotal)
      return {
        ...{ model, state: learned.state },
        squares: squares * ERROR_DECAY + learned.error ** 2,
        days: days * ERROR_DECAY + 1,
      }
    })
  }

  /** Weights by inverse squared error (Bates and Granger, Oper. Res. Q. 20, 1969). */
  #total(place: DayPlace): Pick<DayExpected, 'logTotal' | 'weights'> {
    const weights = this.#members.map(
      ({ squares, days }) => (days + ERROR_DAYS) / (squares + ERROR_DAYS * ERROR_SQUARE),
    )
    const all = weights.reduce((sum, weight) => sum + weight, 0)
    const said = this.#members.map(({ model, state }) => expectTotal(model, state, place))
    const average = (of: (one: Expected) => number): number =>
      said.reduce((sum, one, at) => sum + of(one) * (weights[at] ?? 0), 0) / all
    const mean = average((one) => one.mean)
    const variance = average((one) => one.variance + (one.mean - mean) ** 2)
    const parts = this.#members.map(({ model }, at): [string, number] => [
      model.name,
      (weights[at] ?? 0) / all,
    ])
    return { logTotal: { mean, variance }, weights: Object.fromEntries(parts) }
  }

  #shares(place: DayPlace): readonly number[] {
    const profile = this.#profile.shares(place)
    const said = this.#components.expect(place)
    // There are fewer while few days are known.
    const corrections = COMPONENTS.map((count) => said[Math.min(count, said.length - 1)])
    return normalised(
      profile.map((share, at) => {
        const sum = corrections.reduce((all, correction) => all + (correction?.[at] ?? 0), 0)
        return share * Math.exp(sum / corrections.length)
      }),
    )
  }
}
