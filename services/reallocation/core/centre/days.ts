import { durations } from '../limits.ts'

/** What is known of a queue day by day: a fortnight is told ahead, in any order, and told again. */
export interface Day {
  readonly from: number
  readonly intervalMs: number
  /** As many as its lists have entries. */
  readonly intervals: number
}

/** What has come of a move is looked at for as long. */
const KEPT_MS = 12 * durations.hour

const endOf = ({ from, intervalMs, intervals }: Day): number => from + intervals * intervalMs

/** By when they begin, none overlapping: what is told last counts. */
export function withDay<D extends Day>(days: readonly D[], day: D, time: number): readonly D[] {
  const others = days.filter((one) => endOf(one) <= day.from || one.from >= endOf(day))
  return [...others, day]
    .filter((one) => endOf(one) + KEPT_MS > time)
    .sort((one, other) => one.from - other.from)
}

/** The one that has this instant. */
export const dayAt = <D extends Day>(days: readonly D[], instant: number): D | undefined =>
  days.find((day) => day.from <= instant && instant < endOf(day))

/** The interval of a day that has an instant of it. */
export const intervalAt = ({ from, intervalMs }: Day, instant: number): number =>
  Math.floor((instant - from) / intervalMs)
