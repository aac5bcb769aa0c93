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

/** Which part of the day an interval is. */
export interface DayGrid {
  readonly intervalMinutes: number
  /** Minute of the day at which the first interval begins. */
  readonly firstMinute: number
  /** Intervals of a day. */
  readonly intervals: number
}

/** Intervals that are over at a minute of the day. */
export function intervalsOver(grid: DayGrid, minute: number): number {
  const over = Math.floor((minute - grid.firstMinute) / grid.intervalMinutes)
  return Math.max(0, Math.min(grid.intervals, over))
}

const DAY_MS = 86_400_000

/** Dates are read again and again, by every model; these many are ten years. */
const NUMBERS_MAX = 4_000
const numbers = new Map<string, number>()

/** Days since 1970-01-01 of a date YYYY-MM-DD; a total order, and differences are days. */
export function dayNumber(date: string): number {
  const known = numbers.get(date)
  if (known !== undefined) return known
  const number = Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS)
  if (numbers.size >= NUMBERS_MAX) numbers.clear()
  numbers.set(date, number)
  return number
}

export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** 0 is Sunday, 6 Saturday. */
export const weekdayOf = (date: string): number => (((dayNumber(date) + 4) % 7) + 7) % 7

/** Of the intervals that are known. */
export const totalOf = (day: Day): number =>
  day.counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)

export const isWhole = (day: Day): boolean => day.counts.every((count) => count !== undefined)
