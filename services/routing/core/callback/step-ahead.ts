import { exp, log } from '@evenkeel/chassis/detmath'
import { NONE } from '@evenkeel/chassis/table'
import { durations, NEVER } from '../limits.ts'
import { changeContact } from '../contact/placement.ts'
import type { CallbackRow, ContactRow, QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'

/**
 * The place of a callback: before everybody, if its customer is held on the line; next, if its
 * agent was gone. Within a time: behind everybody on the line until its time comes near, then
 * before them, by promised time. Nobody on the line waits for a promise that needs no haste.
 */

/** 2^42 ms: keys are times, and no two lie so far apart; a span either way is behind or before all. */
const span = 4_398_046_511_104

/** Its time is still to be kept. */
export const isTimed = (callback: CallbackRow): boolean =>
  callback.product === 'within' && callback.pending && !callback.promiseSettled

const isTimedKey = (key: number): boolean => key < 0 || key > span

export const hasSteppedAhead = (contact: ContactRow): boolean => contact.key < 0

/** Mean time between two answers of the queue when all its agents are busy, ms; undefined: nobody is at work. */
export function answerGapMs(
  s: RoutingState,
  queue: QueueRow,
  requestClass: number,
): number | undefined {
  const places = s.staffing.placesFor(requestClass)
  return places === 0 ? undefined : Math.ceil(queue.handleMs / places)
}

/**
 * Places that serve the class at the pace that the queue has now: agents who serve other queues too
 * are not all its own. At least one is, if any serves it, or nothing could be promised of a queue
 * to which nobody comes.
 */
export function ownPlaces(s: RoutingState, queue: QueueRow, requestClass: number): number {
  const places = s.staffing.placesFor(requestClass)
  return Math.min(places, Math.max(1, s.counts.sum(queue.slot, serviceStates)))
}

const serviceStates = ['offered', 'connecting', 'connected', 'wrapUp', 'dialling'] as const

/**
 * When it must step ahead: callbacks before it, and one answer more, are to fit into the time that
 * is left, less the slack. With nobody at work at once: whoever comes first is for it.
 */
function stepAheadAt(s: RoutingState, contact: ContactRow, callback: CallbackRow): number {
  const queue = s.queues.at(contact.queue)
  const policy = queue.callback === 'none' ? undefined : queue.callback.within
  const gap = answerGapMs(s, queue, contact.requestClass)
  if (gap === undefined) return 0
  const answers = s.promised.rank(callback.slot) + 1
  return callback.promisedAt - (policy?.slackMs ?? 0) - surelyWithin(answers, gap)
}

/**
 * So many answers have come within this, all but surely: their mean time and twice its standard
 * deviation, were they a Poisson process. The mean alone would be too short for every other one.
 */
const surelyWithin = (answers: number, gap: number): number =>
  answers === 0 ? 0 : Math.ceil(gap * (answers + 2 * exp(log(answers) / 2)))

/** How many callbacks that are behind a contact which waits so long will have stepped ahead of it by then. */
export function overtakingWithin(
  s: RoutingState,
  queue: QueueRow,
  requestClass: number,
  waitMs: number,
  time: number,
): number {
  const all = s.promised.size(queue.slot)
  const gap = all === 0 ? undefined : answerGapMs(s, queue, requestClass)
  if (gap === undefined) return 0
  const ordinary = s.inQueue.atOrAfter(queue.slot, 0, 0)
  const ahead = ordinary === NONE ? s.inQueue.size(queue.slot) : s.inQueue.rank(ordinary)
  const dueBy = (at: number): number => {
    const later = s.promised.atOrAfter(queue.slot, Math.trunc(at) + 1, 0)
    return later === NONE ? all : s.promised.rank(later)
  }
  // As many as are due by then begin earlier by the time that they take, which lets in some more.
  const due = dueBy(time + waitMs)
  return Math.max(0, dueBy(time + waitMs + surelyWithin(due, gap)) - ahead)
}

/** Key and next look of a pending callback that comes to its place in the queue. */
export function placeOf(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow,
  time: number,
): { readonly key?: number; readonly reviewAt?: number } {
  const { firstAt, lineSince, messageAt } = callback
  if (lineSince > 0) return { key: lineSince - 3 * span, reviewAt: messageAt }
  if (firstAt > 0) return { key: firstAt - 2 * span }
  if (!isTimed(callback)) return ordinaryPlace(contact, callback)
  const stepsAt = stepAheadAt(s, contact, callback)
  if (stepsAt <= time) return { key: callback.promisedAt - span, reviewAt: NEVER }
  const { callback: policy } = s.queues.at(contact.queue)
  // Its queue may give no more callbacks by now; those that are promised are kept.
  const cadence = policy === 'none' ? durations.promiseRecheck : policy.offerCadenceMs
  // Agents may leave meanwhile, and then its time to step ahead comes sooner.
  return { key: callback.promisedAt + span, reviewAt: Math.min(stepsAt, time + cadence) }
}

/** The place that it has kept, once its time is no longer to be kept; nothing if it is there. */
export const ordinaryPlace = (
  contact: ContactRow,
  callback: CallbackRow,
): { readonly key?: number } => (isTimedKey(contact.key) ? { key: callback.placeKey } : {})

/** Its place among those on the line: the one that it has, or has kept while it has a time to keep. */
export function linePlace(s: RoutingState, contact: ContactRow): number {
  return isTimedKey(contact.key) ? s.callbacks.at(contact.callback).placeKey : contact.key
}

/**
 * Another place among those on the line; for afterwards, while it has a time to keep, which one
 * that is parked until its window has still before it.
 */
export function changeLinePlace(s: RoutingState, contact: ContactRow, key: number): void {
  if (contact.callback !== NONE) {
    s.callbacks.update(s.callbacks.at(contact.callback), { placeKey: key })
  }
  if (!isTimedKey(contact.key)) changeContact(s, contact, { key })
}

/** Looks whether a callback in the queue must step ahead by now. */
export function reviewPlace(s: RoutingState, contact: ContactRow, time: number): void {
  const callback = s.callbacks.at(contact.callback)
  if (contact.reviewAt === NEVER) return
  if (!isTimed(callback) || callback.firstAt > 0) {
    s.contacts.update(contact, { reviewAt: NEVER })
    return
  }
  changeContact(s, contact, { reviewAt: NEVER, ...placeOf(s, contact, callback, time) })
}
