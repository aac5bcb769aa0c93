/**
 * Counts of one series (a queue, a pool, a file) on one local day. Every day of a history has the
 * same number of intervals, which begin at the same times of the day.
 */
export interface Day {
  /** YYYY-MM-DD in the series' own zone. */
  readonly date: string
  /**
   * Arrivals per interval, each at least 0; undefined: not known (a gap, an incident, the clocks
   * were changed). What is not known teaches nothing: it is never taken for 0.
   */
  readonly counts: readonly (number | undefined)[]
}

const DAY_MS = 86_400_000

/** Days since 1970-01-01 of a date YYYY-MM-DD; a total order, and differences are days. */
export const dayNumber = (date: string): number =>
  Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS)

/** 0 is Sunday, 6 Saturday. */
export const weekdayOf = (date: string): number => (((dayNumber(date) + 4) % 7) + 7) % 7
