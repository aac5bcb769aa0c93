import { dateOf, dayNumber, weekdayOf } from './history.ts'

/** What is known of days beside their counts. */
export interface Calendar {
  /** Dates on which the series is closed though its weekday is open: public holidays. */
  readonly closed: ReadonlySet<string>
  /**
   * What a planned event does to a date's arrivals as a factor above 0, e.g. 1.3 on the day a
   * campaign lands. It is taken out of the history and put on the forecast.
   */
  readonly factors: ReadonlyMap<string, number>
}

export const NO_CALENDAR: Calendar = { closed: new Set(), factors: new Map() }

/** A weekday is open if it was on at least this share of its last dates. */
const OPEN_SHARE_MIN = 0.5
const OPEN_WEEKS = 8
/** Longer absences are gaps of the data, and say nothing of a closure. */
const CLOSURE_DAYS_MAX = 1
const CLOSURE_SPAN = 14
/** Weeks ago in which a weekday must have been seen. */
const FAMILIAR = [1, 2]

/** A day as a model sees it. */
export interface DayPlace {
  /** Days since 1970-01-01. */
  readonly number: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** Share of the month that has gone by at noon, 0 to 1. */
  readonly month: number
  /** The first open day after a closure that weekdays do not explain. */
  readonly afterClosure: boolean
  /** Days on which the series is usually open, from the one learned last up to this one. */
  readonly steps: number
  /** The weekday on which most weeks begin, the first open one after closed ones, if there is. */
  readonly opener: number | undefined
  /** Its weekday has been seen often enough to tell what is unusual on it. */
  readonly familiar: boolean
}

/** When a series is usually open, and what befell it, as far as its days tell. */
export class Openings {
  readonly #calendar: Calendar
  readonly #seen = new Set<number>()
  #first: number | undefined
  #last: number | undefined

  constructor(calendar: Calendar) {
    this.#calendar = calendar
  }

  /** The day learned last. */
  get last(): number | undefined {
    return this.#last
  }

  /** A day with counts; days come in their order. */
  learn(date: string): void {
    const number = dayNumber(date)
    this.#first ??= number
    this.#last = number
    this.#seen.add(number)
  }

  /** Whether the series is expected to be open on a date after the last one learned. */
  isOpen(date: string): boolean {
    if (this.#calendar.closed.has(date)) return false
    // Of a weekday that nobody has seen yet nothing is known; it may well be open.
    return this.#share(weekdayOf(date)) !== 0
  }

  /** Where a date after the last one learned stands. */
  place(date: string): DayPlace {
    const number = dayNumber(date)
    const [year, month, day] = date.split('-').map(Number)
    const daysOfMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()
    const open = Array.from({ length: 7 }, (_, weekday) => this.#usuallyOpen(weekday))
    const opener = open.findIndex((one, weekday) => one && open[(weekday + 6) % 7] === false)
    return {
      number,
      weekday: weekdayOf(date),
      month: ((day ?? 1) - 0.5) / daysOfMonth,
      afterClosure: this.#isAfterClosure(number, open),
      steps: this.#steps(number, open),
      opener: opener < 0 ? undefined : opener,
      familiar: FAMILIAR.every((weeks) => this.#seen.has(number - 7 * weeks)),
    }
  }

  #usuallyOpen(weekday: number): boolean {
    return (this.#share(weekday) ?? 0) >= OPEN_SHARE_MIN
  }

  /** Of the last dates of a weekday that the history spans; undefined: it spans none. */
  #share(weekday: number): number | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined
    let dates = 0
    let open = 0
    const latest = this.#last - ((((this.#last + 4 - weekday) % 7) + 7) % 7)
    for (let at = latest; at >= this.#first && dates < OPEN_WEEKS; at -= 7) {
      dates += 1
      if (this.#seen.has(at)) open += 1
    }
    return dates === 0 ? undefined : open / dates
  }

  /**
   * One open weekday that is missing was a holiday; several in a row are a gap of the data, unless
   * the calendar has one of them as closed.
   */
  #isAfterClosure(number: number, open: readonly boolean[]): boolean {
    if (this.#first === undefined) return false
    let missing = 0
    let declared = 0
    for (let at = number - 1; at >= number - CLOSURE_SPAN && !this.#seen.has(at); at--) {
      const date = dateOf(at)
      if (at < this.#first || open[weekdayOf(date)] !== true) continue
      missing += 1
      if (this.#calendar.closed.has(date)) declared += 1
    }
    return declared > 0 || (missing > 0 && missing <= CLOSURE_DAYS_MAX)
  }

  #steps(number: number, open: readonly boolean[]): number {
    if (this.#last === undefined) return 0
    const weeks = Math.floor((number - this.#last) / 7)
    let steps = weeks * open.filter(Boolean).length
    for (let at = this.#last + 7 * weeks + 1; at < number; at++) {
      if (open[weekdayOf(dateOf(at))] === true) steps += 1
    }
    return steps + 1
  }
}
