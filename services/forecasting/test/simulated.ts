import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { type Day, dateOf, dayNumber, weekdayOf } from '../models/index.ts'

/** Series whose truth is known: what a model should find is what was put in. */

export const INTERVALS = 20
export const GRID = { intervalMinutes: 30, firstMinute: 480, intervals: INTERVALS }

export class Chance {
  readonly #generator

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed)
  }

  unit(): number {
    return uniformFloat64(this.#generator)
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit())
  }

  poisson(mean: number): number {
    if (mean > 64) return this.poisson(mean / 2) + this.poisson(mean / 2)
    let count = 0
    for (let at = -Math.log(1 - this.unit()); at < mean; at -= Math.log(1 - this.unit())) count += 1
    return count
  }
}

export interface Truth {
  readonly days: number
  readonly from: string
  /** Contacts of a usual day. */
  readonly total: number
  /** Standard deviation of a day's log total, and of an interval's log rate. */
  readonly daySd: number
  readonly intervalSd: number
  /** Open on Saturday and Sunday too. */
  readonly weekends: boolean
  readonly seed: number
}

export const TRUTH: Truth = {
  days: 120,
  from: '2024-01-01',
  total: 4_000,
  daySd: 0.05,
  intervalSd: 0.05,
  weekends: false,
  seed: 1,
}

/** By weekday, 0 is Sunday. */
const WEEKDAYS = [0.5, 1.25, 1.05, 1, 0.95, 0.9, 0.6]

export const shareAt = (at: number): number =>
  (1 + Math.sin((Math.PI * (at + 0.5)) / INTERVALS)) / (INTERVALS * (1 + 2 / Math.PI))

/** What the day would bring without chance. */
export function expectedOn(date: string, truth: Truth): number[] {
  const weekday = WEEKDAYS[weekdayOf(date)] ?? 1
  return Array.from({ length: INTERVALS }, (_, at) => truth.total * weekday * shareAt(at))
}

export function simulate(changes: Partial<Truth> = {}): Day[] {
  const truth = { ...TRUTH, ...changes }
  const chance = new Chance(truth.seed)
  const days: Day[] = []
  for (let number = dayNumber(truth.from); days.length < truth.days; number++) {
    const date = dateOf(number)
    if (!truth.weekends && [0, 6].includes(weekdayOf(date))) continue
    const level = Math.exp(truth.daySd * chance.normal())
    const counts = expectedOn(date, truth).map((mean) =>
      chance.poisson(mean * level * Math.exp(truth.intervalSd * chance.normal())),
    )
    days.push({ date, counts })
  }
  return days
}

/** The date after the last day that is open. */
export function nextDate(days: readonly Day[], weekends = false): string {
  let number = dayNumber(days.at(-1)?.date ?? '') + 1
  while (!weekends && [0, 6].includes(weekdayOf(dateOf(number)))) number++
  return dateOf(number)
}
