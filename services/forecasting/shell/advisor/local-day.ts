import { dateIn, dayIn, daysAfter, resolveLocal } from '@evenkeel/chassis/zones'
import { durations } from '../../core/index.ts'

/**
 * A local day by its intervals. Models know days of the same intervals by the clock on the wall;
 * where clocks are changed, some of these are not, or are twice.
 */
export interface LocalDay {
  readonly date: string
  readonly from: number
  readonly until: number
  /** In the order of time: when it begins, and which interval the clock shows. */
  readonly intervals: readonly { readonly from: number; readonly wall: number }[]
}

/** Local days of a zone, made once each. */
export class LocalDays {
  readonly zone: string
  readonly intervalMs: number
  readonly #days = new Map<string, LocalDay>()

  constructor(zone: string, intervalMs: number) {
    this.zone = zone
    this.intervalMs = intervalMs
  }

  /** Of a usual day. */
  get size(): number {
    return durations.day / this.intervalMs
  }

  dateAt(time: number): string {
    return dateIn(time, this.zone)
  }

  dates(from: string, days: number): readonly string[] {
    return Array.from({ length: days }, (_, at) => daysAfter(from, at))
  }

  day(date: string): LocalDay {
    const known = this.#days.get(date)
    if (known !== undefined) return known
    const made = this.#made(date)
    this.#days.set(date, made)
    return made
  }

  #made(date: string): LocalDay {
    const { from, until } = dayIn(date, this.zone)
    const usual = until - from === durations.day
    const intervals = usual ? this.#even(from) : this.#changed(date, from, until)
    return { date, from, until, intervals }
  }

  #even(from: number): LocalDay['intervals'] {
    return Array.from({ length: this.size }, (_, wall) => ({
      from: from + wall * this.intervalMs,
      wall,
    }))
  }

  /** Clocks are changed on it: each interval of the wall's clock is asked when it is. */
  #changed(date: string, from: number, until: number): LocalDay['intervals'] {
    const intervals: { from: number; wall: number }[] = []
    for (let wall = 0; wall < this.size; wall++) {
      const minute = (wall * this.intervalMs) / 60_000
      const local = { date, hour: Math.floor(minute / 60), minute: minute % 60 }
      const found = resolveLocal(local, this.zone)
      if (found.kind === 'once') intervals.push({ from: found.at.at, wall })
      if (found.kind !== 'twice') continue
      intervals.push({ from: found.first.at, wall }, { from: found.second.at, wall })
    }
    return intervals
      .filter((one) => one.from >= from && one.from < until)
      .sort((a, b) => a.from - b.from)
  }
}
