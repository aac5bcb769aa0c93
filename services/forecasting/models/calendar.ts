import { dateOf, dayNumber, weekdayOf } from './history.ts'

/** What is known of days beside their counts. */
export interface Calendar {
  /** Dates on which the series is closed though its weekday is open: public holidays. */
  readonly closed: ReadonlySet<string>
  /** Dates on which it is open, whatever its weekday is. */
  readonly opened: ReadonlySet<string>
  /** Days of the month on which people are paid; 31: the last. */
  readonly paydays: readonly number[]
}

export const NO_CALENDAR: Calendar = { closed: new Set(), opened: new Set(), paydays: [] }

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
  /** It is the first open day after this one, a closure that weekdays do not explain. */
  readonly closure: string | undefined
  /** People are paid on it, or were on the working day before. */
  readonly pay: 'on' | 'after' | undefined
  /** Days on which the series is usually open, from the one learned last up to this one. */
  readonly steps: number
  /** The weekday on which most weeks begin, the first open one after closed ones, if there is. */
  readonly opener: number | undefined
  /** Its weekday has been seen often enough to tell what is unusual on it. */
  readonly familiar: boolean
}

/** Which day of how many. */
function dayOfMonth(number: number): { readonly day: number; readonly of: number } {
  const [year = 0, month = 0, day = 1] = dateOf(number).split('-').map(Number)
  return { day, of: new Date(Date.UTC(year, month, 0)).getUTCDate() }
}

function isDayOfMonth(number: number, wanted: number): boolean {
  const { day, of } = dayOfMonth(number)
  return day === Math.min(wanted, of)
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
    if (this.#calendar.opened.has(date)) return true
    // Of a weekday that nobody has seen yet nothing is known; it may well be open.
    return this.#share(weekdayOf(date)) !== 0
  }

  /** Days of its weekday have been open. */
  isSeen(date: string): boolean {
    return (this.#share(weekdayOf(date)) ?? 0) > 0
  }

  /** Where a date after the last one learned stands, as it is told on `today`. */
  place(date: string, today = date): DayPlace {
    const number = dayNumber(date)
    const { day, of } = dayOfMonth(number)
    const open = Array.from({ length: 7 }, (_, weekday) => this.#usuallyOpen(weekday))
    const opener = open.findIndex((one, weekday) => one && open[(weekday + 6) % 7] === false)
    return {
      number,
      weekday: weekdayOf(date),
      month: (day - 0.5) / of,
      closure: this.#closureBefore(number, open, dayNumber(today)),
      pay: this.#pay(number),
      steps: this.#steps(number, open),
      opener: opener < 0 ? undefined : opener,
      familiar: FAMILIAR.every((weeks) => this.#seen.has(number - 7 * weeks)),
    }
  }

  #pay(number: number): DayPlace['pay'] {
    if (this.#calendar.paydays.length === 0) return undefined
    if (this.#isPayday(number)) return 'on'
    let before = number - 1
    while (!this.#isWorkday(before) && number - before < CLOSURE_SPAN) before -= 1
    return this.#isPayday(before) ? 'after' : undefined
  }

  /** Its own day of the month is one, or those of the days after it that banks do not work on. */
  #isPayday(number: number): boolean {
    if (!this.#isWorkday(number)) return false
    let at = number
    do {
      if (this.#calendar.paydays.some((day) => isDayOfMonth(at, day))) return true
      at += 1
    } while (!this.#isWorkday(at) && at - number < CLOSURE_SPAN)
    return false
  }

  #isWorkday(number: number): boolean {
    const date = dateOf(number)
    return weekdayOf(date) % 6 !== 0 && !this.#calendar.closed.has(date)
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
   * the calendar has one of them as closed. From `today` on the calendar alone tells: that a day
   * has not come yet is no gap.
   */
  #closureBefore(number: number, open: readonly boolean[], today: number): string | undefined {
    if (this.#first === undefined) return undefined
    const missing: string[] = []
    let declared: string | undefined
    for (let at = number - 1; at >= number - CLOSURE_SPAN && !this.#seen.has(at); at--) {
      const date = dateOf(at)
      if (at < this.#first || open[weekdayOf(date)] !== true) continue
      const closed = this.#calendar.closed.has(date)
      if (at >= today && !closed) break
      missing.push(date)
      if (closed) declared ??= date
    }
    return declared ?? (missing.length <= CLOSURE_DAYS_MAX ? missing[0] : undefined)
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
