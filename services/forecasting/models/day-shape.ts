import type { DayPlace } from './calendar.ts'

/** A day's total is what it is; here are the shares that its intervals have of it. */

/** Weight of a day on the next one in the profile of all weekdays. */
const RECENT_DECAY = 0.95
/** The same in the profile that few counts are leaned on. */
const LONG_DECAY = 0.998
/** Contacts that the long profile weighs in the recent one: few counts are shrunk to it. */
const LONG_CONTACTS = 2_000
/** A weekday's own profile counts half after so many of its days, or so many contacts. */
const WEEKDAY_DAYS = 3
const WEEKDAY_CONTACTS = 500
/** Contacts that no profile at all weighs in the long one. */
const FLAT_CONTACTS = 1
/** A window of the smoothing should hold so many counts, or a quarter of the day. */
const SMOOTH_COUNTS = 100
/**
 * An interval that none of so many days knew is one at which nobody counts: exports of open hours
 * leave out the night. Taken for unknown instead, it would be given its share of every day.
 */
const UNCOUNTED_DAYS = 5

/** Shares of a day's contacts by weekday, each at most 1 and in sum 1. */
export class Profile {
  readonly #intervals: number
  readonly #recent: Sums
  readonly #long: Sums
  readonly #weekdays: readonly Sums[]
  #days = 0

  constructor(intervals: number) {
    this.#intervals = intervals
    this.#recent = new Sums(intervals)
    this.#long = new Sums(intervals)
    this.#weekdays = Array.from({ length: 7 }, () => new Sums(intervals))
  }

  /** `total`: of the whole day, also where some intervals are not known. */
  learn(place: DayPlace, counts: readonly (number | undefined)[], total: number): void {
    this.#recent.add(counts, total, RECENT_DECAY)
    this.#long.add(counts, total, LONG_DECAY)
    this.#weekdays[place.weekday]?.add(counts, total, 1)
    this.#days += 1
  }

  /** The shares of a day; after a closure those of the weekday that weeks open with. */
  shares(place: DayPlace): readonly number[] {
    const weekday = place.closure !== undefined ? (place.opener ?? place.weekday) : place.weekday
    const recent = this.#shrunk(this.#recent, this.#longShares(), LONG_CONTACTS)
    const own = this.#weekdays[weekday] ?? this.#recent
    const usual = this.#days === 0 ? 0 : this.#long.contacts / this.#long.days
    const weight = Math.max(WEEKDAY_DAYS * usual, WEEKDAY_CONTACTS)
    const shares = this.#shrunk(own, recent, weight)
    return normalised(shares.map((share, at) => (this.#isUncounted(at) ? 0 : share)))
  }

  #isUncounted(at: number): boolean {
    return this.#days >= UNCOUNTED_DAYS && this.#long.exposures[at] === 0
  }

  #longShares(): readonly number[] {
    const flat = new Array<number>(this.#intervals).fill(1 / this.#intervals)
    const sums = this.#long
    const width = Math.min(
      this.#intervals / 8,
      (SMOOTH_COUNTS * this.#intervals) / Math.max(1, sums.contacts) / 2,
    )
    return smoothed(this.#shrunk(sums, flat, FLAT_CONTACTS), Math.floor(width))
  }

  #shrunk(sums: Sums, towards: readonly number[], contacts: number): readonly number[] {
    return towards.map((share, at) => {
      const exposure = sums.exposures[at] ?? 0
      return ((sums.counts[at] ?? 0) + contacts * share) / (exposure + contacts)
    })
  }
}

/** Counts, and the totals of the days on which each interval was known; older ones weigh less. */
class Sums {
  readonly counts: Float64Array
  readonly exposures: Float64Array
  contacts = 0
  days = 0

  constructor(intervals: number) {
    this.counts = new Float64Array(intervals)
    this.exposures = new Float64Array(intervals)
  }

  add(counts: readonly (number | undefined)[], total: number, decay: number): void {
    this.contacts = this.contacts * decay + total
    this.days = this.days * decay + 1
    counts.forEach((count, at) => {
      const known = count !== undefined
      this.counts[at] = (this.counts[at] ?? 0) * decay + (known ? count : 0)
      this.exposures[at] = (this.exposures[at] ?? 0) * decay + (known ? total : 0)
    })
  }
}

/** Means over `width` neighbours to either side, as many as there are at the ends. */
function smoothed(values: readonly number[], width: number): readonly number[] {
  if (width === 0) return values
  return values.map((_, at) => {
    const window = values.slice(Math.max(0, at - width), at + width + 1)
    return window.reduce((sum, value) => sum + value, 0) / window.length
  })
}

export function normalised(shares: readonly number[]): readonly number[] {
  const sum = shares.reduce((all, share) => all + share, 0)
  return sum > 0 ? shares.map((share) => share / sum) : shares.map(() => 1 / shares.length)
}
