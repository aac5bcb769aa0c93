import {
  type CalendarRule,
  DayCounts,
  durations,
  ImportedDay,
  type PlannedEvent,
} from '../../core/index.ts'
import type { Day } from '../../models/index.ts'
import type { LocalDay, LocalDays } from './local-day.ts'

/** What is known of a queue's past as it goes to a worker: bytes as the state keeps them. */
export interface Material {
  /** The first day that may be known, since 1970 (UTC); undefined: nothing is. */
  readonly first: number | undefined
  readonly counted: PackedDays
  readonly imported: PackedDays
  /** Counted since then; what was before is known from files alone. */
  readonly since: number
  readonly incidents: readonly Exception[]
  /** When the queue is open; undefined: nobody says so. */
  readonly hours: CalendarRule | undefined
  /** Who comes while it is closed is taken in, and counts. */
  readonly takesWhileClosed: boolean
  /** Days of the month on which customers are paid. */
  readonly paydays: readonly number[]
  /** Over what may be known, and ahead. */
  readonly planned: readonly PlannedEvent[]
}

export interface PackedDays {
  /** Days since 1970, UTC, ascending. */
  readonly days: Int32Array
  /** Where each ends in `bytes`. */
  readonly ends: Int32Array
  readonly bytes: Uint8Array
}

/** `parts`: of each day, as the core packs them. */
export function packedUp(days: readonly number[], parts: readonly Uint8Array[]): PackedDays {
  const ends = new Int32Array(parts.length)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let end = 0
  parts.forEach((part, at) => {
    bytes.set(part, end)
    end += part.length
    ends[at] = end
  })
  return { days: Int32Array.from(days), ends, bytes }
}

/** Nothing is to be learned from what befell it; of missing data files may tell. */
export interface Exception {
  readonly from: number
  readonly until: number
  readonly missing: boolean
}

const perDay = durations.day / durations.interval

/** What has come by five minutes of UTC, as knownCountsOf of the core has it; NaN: not known. */
export class Arrivals {
  /** Days since 1970 of the first one; undefined: nothing is known. */
  readonly first: number | undefined
  readonly #counts: Float64Array

  /** `until`: nothing is known from then on. */
  constructor({ first, counted, imported, since, incidents }: Material, until: number) {
    this.first = first
    const start = this.first ?? 0
    const end = Math.max(start, Math.ceil(until / durations.day))
    this.#counts = new Float64Array((end - start) * perDay).fill(Number.NaN)
    eachDay(imported, start, end, (bytes, place) => {
      ImportedDay.read(bytes, 'unique', (interval, count) => {
        if (place + interval < this.#counts.length) this.#counts[place + interval] = count
      })
    })
    const files = this.#counts.slice()
    this.#fill(Math.ceil(since / durations.interval) * durations.interval, Infinity, 0)
    const from = Math.max(0, Math.min(this.#counts.length, Math.ceil(this.#place(since))))
    const own = new Float64Array(perDay)
    eachDay(counted, start, end, (bytes, place) => {
      own.fill(0)
      DayCounts.read(bytes, 'unique', own, 0)
      const first = Math.min(perDay, Math.max(0, from - place))
      this.#counts.set(own.subarray(first), place + first)
    })
    for (const one of incidents) this.#except(one, files)
    this.#fill(until - (until % durations.interval), Infinity, Number.NaN)
  }

  #place(time: number): number {
    return (time - (this.first ?? 0) * durations.day) / durations.interval
  }

  #span(from: number, until: number): readonly [number, number] {
    const size = this.#counts.length
    const begin = Math.max(0, Math.min(size, Math.floor(this.#place(from))))
    return [begin, Math.max(begin, Math.min(size, Math.ceil(this.#place(until))))]
  }

  #fill(from: number, until: number, value: number): void {
    this.#counts.fill(value, ...this.#span(from, until))
  }

  #except({ from, until, missing }: Exception, files: Float64Array): void {
    if (!missing) return this.#fill(from, until, Number.NaN)
    const [begin, end] = this.#span(from, until)
    this.#counts.set(files.subarray(begin, end), begin)
  }

  /** In sum; undefined: some of it is not known. */
  between(from: number, until: number): number | undefined {
    if (this.first === undefined) return undefined
    const begin = (from - this.first * durations.day) / durations.interval
    const end = (until - this.first * durations.day) / durations.interval
    if (begin < 0 || end > this.#counts.length) return undefined
    let sum = 0
    for (let at = begin; at < end; at++) sum += this.#counts[at] ?? 0
    return Number.isNaN(sum) ? undefined : sum
  }
}

/** A local day by the clock on the wall; an hour that is twice, or not at all, is not known. */
export function dayOf(arrivals: Arrivals, day: LocalDay, days: LocalDays): Day {
  const counts = new Array<number | undefined>(days.size).fill(undefined)
  const twice = new Set<number>()
  for (const { from, wall } of day.intervals) {
    if (counts[wall] !== undefined) twice.add(wall)
    counts[wall] = arrivals.between(from, from + days.intervalMs)
  }
  for (const wall of twice) counts[wall] = undefined
  return { date: day.date, counts }
}

/** From the first of which anything is known up to the one before `today`. */
export function daysBefore(today: string, arrivals: Arrivals, days: LocalDays): readonly Day[] {
  if (arrivals.first === undefined) return []
  const first = days.dateAt(arrivals.first * durations.day)
  const many = Math.round((days.day(today).from - days.day(first).from) / durations.day)
  return days.dates(first, many).map((date) => dayOf(arrivals, days.day(date), days))
}

/** Of days from `start` on and before `end`; `place`: of its first five minutes from `start` on. */
function eachDay(
  { days, ends, bytes }: PackedDays,
  start: number,
  end: number,
  look: (bytes: Uint8Array, place: number) => void,
): void {
  days.forEach((day, at) => {
    if (day < start || day >= end) return
    look(bytes.subarray(ends[at - 1] ?? 0, ends[at]), (day - start) * perDay)
  })
}
