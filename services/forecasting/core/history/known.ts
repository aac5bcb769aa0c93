import { NONE } from '@evenkeel/chassis/table'
import { isComplete } from '../counts/count.ts'
import { DayCounts, noCounts } from '../counts/day.ts'
import { incidentsOver } from '../incidents/over.ts'
import type { IncidentRow } from '../incidents/schema.ts'
import { dayKey } from '../keys.ts'
import { durations, INTERVALS } from '../limits.ts'
import { plannedOver } from '../planned/planned.ts'
import type { PlannedRow } from '../planned/schema.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import {
  ImportedDay,
  type ImportedCounts,
  importMeasures,
  type ImportMeasure,
  share,
} from './imported-day.ts'

/** What is known of a queue's past, for whoever learns from it. */

/** An interval of which all is known, and nothing that befell it was out of the ordinary. */
export interface Known {
  readonly counts: ImportedCounts
  /** Some of it is a part of a longer interval of a file, taken as spread evenly over it. */
  readonly spread: boolean
}

/** `lengthMs` is made of whole counted intervals; `from` is on their grid. */
export interface KnownSpan {
  readonly from: number
  readonly until: number
  readonly lengthMs: number
}

/**
 * One for each interval that begins from `from` on and before `until`, in their order; undefined:
 * teaches nothing. It is over and was counted as contacts came, or a file has all of it; no
 * incident befell it, and nothing was planned for it. What was counted goes before what a file
 * says, unless an incident says that data are missing: then a file alone can tell.
 */
export function knownCountsOf(
  s: ForecastingState,
  queue: QueueRow,
  span: KnownSpan,
  time: number,
): readonly (Known | undefined)[] {
  const past = new Past(s, queue, span, time)
  const found: (Known | undefined)[] = []
  for (let from = span.from; from < span.until; from += span.lengthMs) {
    found.push(past.between(from, from + span.lengthMs))
  }
  return found
}

/** The day, UTC since 1970, of the first interval that may be known; undefined: none. */
export function firstDayKnown(s: ForecastingState, queue: QueueRow): number | undefined {
  const imported = s.importedOfQueue.first(queue.slot)
  const counted = s.daysOfQueue.first(queue.slot)
  if (imported === NONE) return counted === NONE ? undefined : s.days.at(counted).day
  const day = s.imported.at(imported).day
  return counted === NONE ? day : Math.min(day, s.days.at(counted).day)
}

/** Of one queue, while the state stays as it is. */
class Past {
  readonly #s: ForecastingState
  readonly #queue: QueueRow
  readonly #time: number
  readonly #incidents: readonly IncidentRow[]
  readonly #planned: readonly PlannedRow[]
  readonly #days = new Map<number, Day>()

  constructor(s: ForecastingState, queue: QueueRow, span: KnownSpan, time: number) {
    this.#s = s
    this.#queue = queue
    this.#time = time
    // The last interval may end after the span.
    const until = span.until + span.lengthMs
    this.#incidents = incidentsOver(s, queue, { from: span.from, until })
    this.#planned = plannedOver(s, queue, { from: span.from, until })
  }

  between(from: number, until: number): Known | undefined {
    const sum: Record<ImportMeasure, number> = {
      ...{ arrivals: 0, unique: 0, answered: 0, abandoned: 0, handleMs: 0 },
    }
    let spread = false
    for (let part = from; part < until; part += durations.interval) {
      const known = this.#part(part)
      if (known === undefined) return undefined
      for (const measure of importMeasures) sum[measure] += known.counts[measure]
      spread ||= known.from < from || known.until > until
    }
    return { counts: sum, spread }
  }

  /** Five minutes, and whence they are known. */
  #part(from: number): Part | undefined {
    const until = from + durations.interval
    if (this.#planned.some((one) => one.from < until && one.until > from)) return undefined
    let missing = false
    for (const one of this.#incidents) {
      if (one.from >= until || one.until <= from) continue
      if (one.kind !== 'dataGap') return undefined
      missing = true
    }
    const day = this.#day(Math.floor(from / durations.day))
    const interval = (from % durations.day) / durations.interval
    // A day that was forgotten had counts.
    const kept = (day.day + 1) * durations.day + durations.retainDay > this.#time
    if (!missing && kept && isComplete(this.#queue, from, this.#time)) {
      return { from, until, counts: day.counted?.at(interval) ?? noCounts }
    }
    return this.#imported(day, from, interval)
  }

  #imported(day: Day, from: number, interval: number): Part | undefined {
    const before = this.#day(day.day - 1).imported?.over(interval + INTERVALS)
    const own = day.imported?.over(interval)
    const one = own ?? (before && { ...before, begins: before.begins - INTERVALS })
    if (one === undefined) return undefined
    const begins = from - (interval - one.begins) * durations.interval
    const counts: Record<ImportMeasure, number> = { ...one.counts }
    for (const measure of importMeasures) {
      counts[measure] = share(one.counts[measure], interval - one.begins, one.parts)
    }
    return { from: begins, until: begins + one.parts * durations.interval, counts }
  }

  #day(day: number): Day {
    const known = this.#days.get(day)
    if (known !== undefined) return known
    const key = dayKey(this.#queue.key, day)
    const counted = this.#s.days.get(key)
    const imported = this.#s.imported.get(key)
    const read = {
      day,
      counted: counted && DayCounts.of(counted.counts),
      imported: imported && ImportedDay.of(imported.intervals),
    }
    this.#days.set(day, read)
    return read
  }
}

interface Day {
  readonly day: number
  readonly counted: DayCounts | undefined
  readonly imported: ImportedDay | undefined
}

/** `from` and `until`: of the interval that it is a part of. */
interface Part {
  readonly from: number
  readonly until: number
  readonly counts: ImportedCounts
}
