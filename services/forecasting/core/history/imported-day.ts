import { assert } from '@evenkeel/chassis/table'
import { INTERVALS } from '../limits.ts'
import { PackedReader, PackedWriter } from '../packed.ts'

/** What a file can say of an interval. Contacts, or ms in sum. */
export const importMeasures = ['arrivals', 'unique', 'answered', 'abandoned', 'handleMs'] as const

export type ImportMeasure = (typeof importMeasures)[number]

/** Of one interval of a file. */
export type ImportedCounts = Readonly<Record<ImportMeasure, number>>

export const nothingImported: ImportedCounts = Object.freeze({
  ...{ arrivals: 0, unique: 0, answered: 0, abandoned: 0, handleMs: 0 },
})

export interface ImportedInterval {
  readonly counts: ImportedCounts
  /** Its length, in intervals of five minutes: 1, 3, 6 or 12. */
  readonly parts: number
}

/**
 * What files brought of a UTC day of a queue, as it is kept: of each interval its number, less the
 * one before, its parts and measures, each as a number of 7 bits a byte, the lowest first. Zeros
 * are kept: an interval that is not there is not known. None overlaps another.
 */
export class ImportedDay {
  readonly #intervals: Map<number, ImportedInterval>

  private constructor(intervals: Map<number, ImportedInterval>) {
    this.#intervals = intervals
  }

  static of(bytes: Uint8Array): ImportedDay {
    const intervals = new Map<number, ImportedInterval>()
    const read = new PackedReader(bytes)
    for (let before = -1; read.more; ) {
      const interval = before + 1 + read.next()
      assert(interval < INTERVALS, 'an interval is within its day')
      const parts = read.next()
      const counts: Record<ImportMeasure, number> = { ...nothingImported }
      for (const measure of importMeasures) counts[measure] = read.next()
      intervals.set(interval, { counts, parts })
      before = interval
    }
    return new ImportedDay(intervals)
  }

  /** What came to each five minutes by one measure, for who reads years; others stay as they are. */
  static read(
    bytes: Uint8Array,
    wanted: ImportMeasure,
    put: (interval: number, count: number) => void,
  ): void {
    const read = new PackedReader(bytes)
    for (let before = -1; read.more; ) {
      before += 1 + read.next()
      const parts = read.next()
      for (const measure of importMeasures) {
        const whole = read.next()
        if (measure !== wanted) continue
        for (let part = 0; part < parts; part++) put(before + part, share(whole, part, parts))
      }
    }
  }

  /**
   * That which covers five minutes, and where it begins; it may be none. From INTERVALS on: of the
   * day after, into which it may reach where zones are half an hour off.
   */
  over(interval: number): (ImportedInterval & { readonly begins: number }) | undefined {
    for (let begins = interval; begins >= 0 && begins > interval - PARTS_MAX; begins--) {
      const one = this.#intervals.get(begins)
      if (one !== undefined) return begins + one.parts > interval ? { ...one, begins } : undefined
    }
    return undefined
  }

  at(interval: number): ImportedInterval | undefined {
    return this.#intervals.get(interval)
  }

  /** The day with this one instead of whatever overlapped it. */
  with(interval: number, one: ImportedInterval): ImportedDay {
    const kept = [...this.#intervals].filter(
      ([begins, { parts }]) => begins + parts <= interval || begins >= interval + one.parts,
    )
    return new ImportedDay(new Map([...kept, [interval, one]]))
  }

  packed(): Uint8Array {
    const to = new PackedWriter()
    let before = -1
    for (let interval = 0; interval < INTERVALS; interval++) {
      const one = this.#intervals.get(interval)
      if (one === undefined) continue
      to.put(interval - before - 1)
      to.put(one.parts)
      for (const measure of importMeasures) to.put(one.counts[measure])
      before = interval
    }
    return to.packed()
  }
}

/** The part of a whole number that falls to one of equal parts; all of them add up to it. */
export const share = (whole: number, part: number, parts: number): number =>
  Math.floor((whole * (part + 1)) / parts) - Math.floor((whole * part) / parts)

/** An hour. */
export const PARTS_MAX = 12
