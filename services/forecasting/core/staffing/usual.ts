import { NONE } from '@evenkeel/chassis/table'
import type { Ended } from '../counts/count.ts'
import { type Counts, DayCounts } from '../counts/day.ts'
import { durations, INTERVALS } from '../limits.ts'
import { queueOf } from '../queue.ts'
import type { ForecastingState, QueueRow } from '../state.ts'

/** What the staff of a queue is reckoned with beside what comes. */

/** Contacts after which all that was counted weighs half, so that what is long ago fades. */
const FADES = 2_000
/** Below so many answered, the queue's own figure says more. */
const ANSWERED_LEAST = 20
const HANDLE_DAYS = 28

/** A contact has ended: whether it had been called back. */
export function sharesCounted(s: ForecastingState, c: Ended): void {
  const queue = queueOf(s, c.pool, c.queueId)
  if (queue === undefined) return
  const full = queue.finished >= FADES
  const finished = (full ? Math.floor(queue.finished / 2) : queue.finished) + 1
  const before = full ? Math.floor(queue.calledBack / 2) : queue.calledBack
  s.queues.update(queue, { finished, calledBack: before + (c.calledBack ? 1 : 0) })
}

/** Of those who come, so many are called back instead of waiting on the line. */
export const calledBackBp = (queue: QueueRow): number =>
  queue.finished === 0 ? 0 : Math.floor((10_000 * queue.calledBack) / queue.finished)

/** Mean time of an agent with a contact, over the last four weeks. */
export function handleMsOf(s: ForecastingState, queue: QueueRow, time: number): number {
  let handleMs = 0
  let answered = 0
  const first = Math.floor(time / durations.day) - HANDLE_DAYS
  for (const { counts } of countsSince(s, queue, first)) {
    handleMs += counts.handleMs
    answered += counts.answered
  }
  if (answered < ANSWERED_LEAST || handleMs === 0) return queue.usualHandleMs
  return Math.max(1, Math.floor(handleMs / answered))
}

export interface Open {
  readonly enteredAt: number
  readonly contacts: number
}

/** Who came in the last `days` and has not ended, by when they came. */
export function openOf(
  s: ForecastingState,
  queue: QueueRow,
  time: number,
  days: number,
): readonly Open[] {
  const open: Open[] = []
  for (const { from, counts } of countsSince(s, queue, Math.floor(time / durations.day) - days)) {
    const left = counts.arrivals - counts.answered - counts.abandoned - counts.otherwise
    if (left > 0) open.push({ enteredAt: from, contacts: left })
  }
  return open
}

function* countsSince(
  s: ForecastingState,
  queue: QueueRow,
  first: number,
): Iterable<{ readonly from: number; readonly counts: Counts }> {
  let slot = s.daysOfQueue.atOrAfter(queue.slot, first, 0)
  for (; slot !== NONE; slot = s.daysOfQueue.next(slot)) {
    const { day, counts } = s.days.at(slot)
    const read = DayCounts.of(counts)
    for (let interval = 0; interval < INTERVALS; interval++) {
      const from = day * durations.day + interval * durations.interval
      yield { from, counts: read.at(interval) }
    }
  }
}
