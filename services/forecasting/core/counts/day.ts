import { assert } from '@evenkeel/chassis/table'
import { INTERVALS } from '../limits.ts'
import { PackedReader, PackedWriter } from '../packed.ts'

/** What is counted of an interval. Contacts, or ms in sum. */
export const measures = [
  'arrivals',
  'unique',
  'answered',
  'inTarget',
  'abandoned',
  'otherwise',
  'handleMs',
  'waitMs',
] as const

export type Measure = (typeof measures)[number]

/** Of one interval. */
export type Counts = Readonly<Record<Measure, number>>

export const noCounts: Counts = Object.freeze({
  arrivals: 0,
  unique: 0,
  answered: 0,
  inTarget: 0,
  abandoned: 0,
  otherwise: 0,
  handleMs: 0,
  waitMs: 0,
})

export const isNothing = (counts: Counts): boolean => measures.every((one) => counts[one] === 0)

export function sum(one: Counts, other: Counts): Counts {
  const added: Record<Measure, number> = { ...one }
  for (const measure of measures) added[measure] += other[measure]
  return added
}

/**
 * A UTC day of a queue, as it is kept: of each interval in which something came its number, less
 * the one before, and its measures, each as a number of 7 bits a byte, the lowest first.
 */
export class DayCounts {
  readonly #intervals: Map<number, Counts>

  private constructor(intervals: Map<number, Counts>) {
    this.#intervals = intervals
  }

  static of(bytes: Uint8Array): DayCounts {
    const intervals = new Map<number, Counts>()
    const read = new PackedReader(bytes)
    let interval = -1
    while (read.more) {
      interval += read.next() + 1
      assert(interval < INTERVALS, 'an interval is within its day')
      const counts: Record<Measure, number> = { ...noCounts }
      for (const measure of measures) counts[measure] = read.next()
      intervals.set(interval, counts)
    }
    return new DayCounts(intervals)
  }

  /** One measure of each interval, for who reads years of them: nothing else is made. */
  static read(bytes: Uint8Array, wanted: Measure, into: Float64Array, offset: number): void {
    const reader = new PackedReader(bytes)
    let interval = -1
    while (reader.more) {
      interval += reader.next() + 1
      for (const measure of measures) {
        const value = reader.next()
        if (measure === wanted) into[offset + interval] = value
      }
    }
  }

  /** 0 to INTERVALS - 1. */
  at(interval: number): Counts {
    return this.#intervals.get(interval) ?? noCounts
  }

  /** The day with something more in one of its intervals. */
  plus(interval: number, counts: Counts): DayCounts {
    const intervals = new Map(this.#intervals)
    intervals.set(interval, sum(this.at(interval), counts))
    return new DayCounts(intervals)
  }

  packed(): Uint8Array {
    const to = new PackedWriter()
    let before = -1
    for (let interval = 0; interval < INTERVALS; interval++) {
      const counts = this.at(interval)
      if (isNothing(counts)) continue
      to.put(interval - before - 1)
      for (const measure of measures) to.put(counts[measure])
      before = interval
    }
    return to.packed()
  }
}
