import { incidentIn, incidentsOver } from '../incidents/over.ts'
import { dayKey } from '../keys.ts'
import { durations } from '../limits.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import { isComplete } from './count.ts'
import { type Counts, DayCounts, isNothing, noCounts, sum } from './day.ts'

/** Intervals of any length from what is counted. */

export interface ReportInterval {
  readonly from: number
  readonly counts: Counts
  readonly complete: boolean
  /** Of an incident that befell it; '': none did. */
  readonly incidentId: string
}

/**
 * Intervals of `lengthMs` (made of whole counted ones) that begin from `from` on and before
 * `until`, both on its grid. What nothing is known of is left out: from before the queue was
 * counted, unless something is there, and from what has not begun.
 */
export function intervalsOf(
  s: ForecastingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number; readonly lengthMs: number },
  time: number,
): readonly ReportInterval[] {
  const { from, until, lengthMs } = span
  const days = new Map<number, DayCounts | undefined>()
  const dayAt = (day: number): DayCounts | undefined => {
    if (!days.has(day)) {
      const row = s.days.get(dayKey(queue.key, day))
      days.set(day, row && DayCounts.of(row.counts))
    }
    return days.get(day)
  }
  const incidents = incidentsOver(s, queue, { from, until: until + lengthMs })
  const found: ReportInterval[] = []
  for (let begin = from; begin < Math.min(until, time); begin += lengthMs) {
    let counts = noCounts
    let complete = true
    for (let part = begin; part < begin + lengthMs; part += durations.interval) {
      const day = Math.floor(part / durations.day)
      const own = dayAt(day)?.at((part - day * durations.day) / durations.interval)
      if (own !== undefined) counts = sum(counts, own)
      complete &&= isComplete(queue, part, time)
    }
    const known = begin + lengthMs > queue.since || !isNothing(counts)
    const incidentId = incidentIn(incidents, begin, begin + lengthMs)
    if (known) found.push({ from: begin, counts, complete, incidentId })
  }
  return found
}
