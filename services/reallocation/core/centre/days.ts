import { durations, limits } from '../limits.ts'

/**
 * What is known of a queue day by day: a week is told ahead, in any order, and told again. Of a
 * queue with half-hours ten days are 15 kB.
 */
export interface Day {
  readonly from: number
  readonly intervalMs: number
  /** As many as its lists have entries. */
  readonly intervals: number
}

const endOf = ({ from, intervalMs, intervals }: Day): number => from + intervals * intervalMs

/** By when they begin, none overlapping: what is told last counts, and what is nearest is kept. */
export function withDay<D extends Day>(days: readonly D[], day: D, time: number): readonly D[] {
  const others = days.filter((one) => endOf(one) <= day.from || one.from >= endOf(day))
  return [...others, ...(day.intervals > 0 ? [day] : [])]
    .filter((one) => endOf(one) + durations.judged > time)
    .sort((one, other) => one.from - other.from)
    .slice(0, limits.daysPerQueue)
}

/** The one that has this instant. */
export const dayAt = <D extends Day>(days: readonly D[], instant: number): D | undefined =>
  days.find((day) => day.from <= instant && instant < endOf(day))

/** The interval of a day that has an instant of it. */
export const intervalAt = ({ from, intervalMs }: Day, instant: number): number =>
  Math.floor((instant - from) / intervalMs)
