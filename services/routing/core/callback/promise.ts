import { NONE } from '@evenkeel/chassis/table'
import type { CallbackRow, ContactRow, QueueRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { isCounted } from '../legs/legs.ts'
import { countCallbackTaken, countSettled, totalOf } from '../queue/figures.ts'
import { answerGapMs } from './step-ahead.ts'
import type { Turn } from '../turn.ts'
import { waitOf } from '../wait/wait.ts'
import { learnPromise } from '../wait/learning.ts'

/** Spans in which the errors of promised times are counted: up to this many ms, and the rest. */
export const promiseErrorSpans = [
  30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
] as const

/** What is granted after the promised time: "about then" is looser than "by then". */
function toleranceOf(queue: QueueRow, callback: CallbackRow): number {
  const about = callback.product === 'keepPlace' && queue.callback !== 'none'
  return about ? queue.callback.promiseToleranceMs : 0
}

/** An agent has had it, or the customer has taken a callback: it is counted as that and as nothing else. */
export const isDecided = (s: RoutingState, contact: ContactRow): boolean =>
  contact.answeredAt > 0 ||
  (contact.callback !== NONE && s.callbacks.at(contact.callback).acceptedAt > 0)

/** The customer has left the line for a callback, unless an agent had answered before. */
export function countTakenCallback(s: RoutingState, contact: ContactRow, time: number): void {
  if (!isCounted(s, contact) || isDecided(s, contact)) return
  countCallbackTaken(s, s.queues.at(contact.queue), time)
}

/** Before acceptedAt is set: a customer who takes a second one has left the line already. */
export function countAcceptance(s: RoutingState, contact: ContactRow, time: number): void {
  if (contact.test) return
  const queue = s.queues.at(contact.queue)
  countTakenCallback(s, contact, time)
  const { requested } = s.callbacks.at(contact.callback)
  s.queues.update(queue, {
    callbacksAccepted: queue.callbacksAccepted + 1,
    callbacksRequested: queue.callbacksRequested + (requested ? 1 : 0),
  })
}

export function countPromise(s: RoutingState, contact: ContactRow, promisedAt: number): void {
  if (contact.test || promisedAt === 0) return
  const queue = s.queues.at(contact.queue)
  s.queues.update(queue, { promisesGiven: queue.promisesGiven + 1 })
}

/** Every promise ends once, as kept or broken. `happenedAt` undefined: the customer was never called. */
export function settlePromise(
  s: RoutingState,
  contact: ContactRow,
  happenedAt: number | undefined,
  turn: Turn,
): void {
  const callback = s.callbacks.at(contact.callback)
  const queue = s.queues.at(contact.queue)
  if (callback.promiseSettled || callback.promisedAt === 0) return
  const late = happenedAt === undefined || happenedAt > latest(queue, callback)
  s.callbacks.update(callback, { promiseSettled: true })
  const learns = callback.product === 'keepPlace' && !s.pools.at(contact.pool).learningOff
  if (learns && !contact.test) s.queues.update(queue, learnPromise(queue, !late))
  if (!contact.test) {
    countSettled(s, queue, !late, turn.at.time)
    const dialled = callback.attemptState === 'claimed' && happenedAt !== undefined
    if (dialled) countError(s, queue, Math.abs(happenedAt - callback.promisedAt))
  }
  turn.events.push({
    kind: 'promiseSettled',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    promisedAt: callback.promisedAt,
    happenedAt,
    kept: !late,
  })
}

/** By how much the queue is behind its promises: who has waited longest past the time told. */
export function latenessOf(s: RoutingState, queue: QueueRow, time: number): number {
  const soonest = s.openPromises.first(queue.slot)
  return soonest === NONE ? 0 : Math.max(0, time - s.callbacks.at(soonest).promisedAt)
}

const latest = (queue: QueueRow, callback: CallbackRow): number =>
  callback.promisedAt + toleranceOf(queue, callback)

function countError(s: RoutingState, queue: QueueRow, error: number): void {
  const span = promiseErrorSpans.findIndex((upTo) => error <= upTo)
  const counted = span < 0 ? promiseErrorSpans.length : span
  const counts = Array.from(
    { length: promiseErrorSpans.length + 1 },
    (_, k) => (queue.promiseErrors[k] ?? 0) + (k === counted ? 1 : 0),
  )
  s.queues.update(queue, {
    promiseErrors: counts,
    promiseErrorMs: queue.promiseErrorMs + error,
  })
}

/**
 * The customer no longer waits for it: before its time neither kept nor broken, afterwards broken
 * all the same. True: a promise has become void.
 */
export function endPromise(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const callback = s.callbacks.at(contact.callback)
  if (!callback.pending || callback.promiseSettled || callback.promisedAt === 0) return false
  const queue = s.queues.at(callback.queue)
  if (turn.at.time > latest(queue, callback)) {
    settlePromise(s, contact, undefined, turn)
    return false
  }
  s.callbacks.update(callback, { promiseSettled: true })
  if (!contact.test) s.queues.update(queue, { promisesVoid: queue.promisesVoid + 1 })
  return true
}

/** How a queue's promises stand, for supervisors. */
export interface PromisesView {
  readonly queueId: string
  readonly row: QueueRow
  readonly kept: number
  readonly broken: number
  readonly open: number
  readonly atRisk: number
  /** The first of them. */
  readonly atRiskContactIds: readonly string[]
}

/** Looks at `lookedAt` open promises at most, the soonest first, and names the first `named` at risk. */
export function promisesView(
  s: RoutingState,
  queue: QueueRow,
  time: number,
  lookedAt: number,
  named: number,
): PromisesView {
  const atRisk: string[] = []
  let before = 0
  let slot = s.openPromises.first(queue.slot)
  for (let seen = 0; slot !== NONE && seen < lookedAt; seen++) {
    const callback = s.callbacks.at(slot)
    if (willBeLate(s, queue, callback, before, time)) atRisk.push(idOf(callback.id))
    if (callback.product === 'within') before += 1
    slot = s.openPromises.next(slot)
  }
  return {
    queueId: idOf(queue.id),
    row: queue,
    kept: totalOf(s, queue, 'promisesKept'),
    broken: totalOf(s, queue, 'promisesBroken'),
    open: s.openPromises.size(queue.slot),
    atRisk: atRisk.length,
    atRiskContactIds: atRisk.slice(0, named),
  }
}

/** As things stand: when those before it have been called, and it is next. */
function willBeLate(
  s: RoutingState,
  queue: QueueRow,
  callback: CallbackRow,
  before: number,
  time: number,
): boolean {
  const contact = s.contacts.at(callback.contact)
  // Somebody has it in hand.
  if (contact.state === 'offered' || contact.state === 'dialling') return false
  const gap = answerGapMs(s, queue, contact.requestClass)
  const wait =
    callback.product === 'within'
      ? gap && (before + 1) * gap
      : waitOf(s, contact, Math.max(time, callback.nextAttemptAt))?.p80
  return wait === undefined || time + wait > latest(queue, callback)
}
