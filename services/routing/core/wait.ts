import { NONE } from '@evenkeel/chassis/table'
import { durations, paceAnswersMin } from './limits.ts'
import type { ContactRow, QueueRow, RequestClassRow } from './schema.ts'
import type { RoutingState } from './state.ts'

/**
 * Expected wait of a contact with `ahead` others before it, ms; undefined: nobody at work is
 * skilled for it. (ahead + 1) / effective capacity, where capacity is the measured pace of the
 * queue's answers while contacts waited, if fresh; otherwise the places at skilled agents over the
 * mean handle time (Little 1961).
 */
export function expectedWaitMs(
  s: RoutingState,
  request: RequestClassRow,
  ahead: number,
  time: number,
): number | undefined {
  const places = s.staffing.placesFor(request.slot)
  if (places === 0) return undefined
  const queue = s.queues.at(request.queue)
  const pace = freshPace(queue, time) ?? queue.handleMs / places
  return Math.trunc((ahead + 1) * pace)
}

const freshPace = (queue: QueueRow, time: number): number | undefined =>
  queue.paceAnswers >= paceAnswersMin && time - queue.pacedAt <= durations.paceFresh
    ? queue.paceMs
    : undefined

/** Contacts before this one in its queue, callbacks among them. */
export const aheadOf = (s: RoutingState, contact: ContactRow): number =>
  s.inQueue.setOf(contact.slot) === NONE ? 0 : s.inQueue.rank(contact.slot)

export const waitOf = (s: RoutingState, contact: ContactRow, time: number): number | undefined => {
  // How fast a queue will be once it opens, its pace of before does not tell.
  if (contact.awaitsOpening) return undefined
  return expectedWaitMs(s, s.requestClasses.at(contact.requestClass), aheadOf(s, contact), time)
}

/**
 * A contact that had to wait gets an agent: one gap more for the pace of its queue, smoothed by
 * 1/8. Gaps that begin with an empty queue say nothing about capacity.
 */
export function measurePace(s: RoutingState, contact: ContactRow, time: number): void {
  const queue = s.queues.at(contact.queue)
  const waited = contact.createdAt < time
  const lastAnswerAt = s.inQueue.size(queue.slot) > 0 ? time : 0
  if (!waited || queue.lastAnswerAt === 0 || s.pools.at(queue.pool).learningOff) {
    if (queue.lastAnswerAt !== lastAnswerAt) s.queues.update(queue, { lastAnswerAt })
    return
  }
  const gap = time - queue.lastAnswerAt
  const first = queue.paceAnswers === 0
  s.queues.update(queue, {
    lastAnswerAt,
    pacedAt: time,
    paceAnswers: queue.paceAnswers + 1,
    paceMs: first ? gap : queue.paceMs + Math.trunc((gap - queue.paceMs) / 8),
  })
}
