import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { RespondToCallbackOffer } from './commands.ts'
import { closeAttempt, parkUntil } from './dial.ts'
import type { RoutingEvent } from './events.ts'
import { NEVER } from './limits.ts'
import { countAnswer } from './offer.ts'
import { agentFreed, changeContact, enterQueue, leaveQueue, release } from './placement.ts'
import { settlePromise } from './promise.ts'
import { resolveContact } from './resolve.ts'
import type { CallbackRow, ContactRow, QueueRow } from './schema.ts'
import { idOf, type RoutingState } from './state.ts'
import { accept, reject, type Turn } from './turn.ts'
import { comesNow, foresee, waitOf } from './wait.ts'
import type { ExpectedWait } from './wait-model.ts'
import type { CallbackPolicy } from './words.ts'

/** The customer is not on the line and wants to be called. */
export const isCallbackPending = (callback: CallbackRow): boolean => callback.pending

const customerKeyOf = (queue: QueueRow, key: string): string =>
  key === '' ? '' : `${queue.id}|${key}`

/** The pending callback that a customer who calls again meets; in the same queue, since another need is another contact. */
export function pendingCallbackOf(
  s: RoutingState,
  queue: QueueRow,
  keys: { readonly customerKey: string; readonly addressKey: string },
): CallbackRow | undefined {
  const customer = customerKeyOf(queue, keys.customerKey)
  const address = customerKeyOf(queue, keys.addressKey)
  let slot = customer === '' ? NONE : s.callbackOfCustomer.first(customer)
  if (slot === NONE && address !== '') slot = s.callbackOfAddress.first(address)
  return slot === NONE ? undefined : s.callbacks.at(slot)
}

/** Offers a callback to a customer who will wait too long; takes an unanswered offer back; sees when to look again. */
export function reviewCallback(s: RoutingState, contact: ContactRow, turn: Turn): void {
  if (contact.state !== 'waiting') return
  const { time } = turn.at
  const queue = s.queues.at(contact.queue)
  const policy = queue.callback
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const mayAsk = callback === undefined || callback.status === 'lapsed'
  if (policy === 'none' || (!mayAsk && callback.status !== 'offered')) {
    if (comesNow(contact, time)) foresee(s, contact, time)
    if (contact.reviewAt !== NEVER) s.contacts.update(contact, { reviewAt: NEVER })
    return
  }
  if (callback?.status === 'offered') {
    if (contact.reviewAt > time) return
    s.callbacks.update(callback, { status: 'lapsed' })
    changeContact(s, contact, { reviewAt: time + policy.offerCadenceMs })
    return
  }
  const outlook = foresee(s, contact, time)
  const tooLong = outlook?.isLikelyAbove(policy.offerAboveMs, policy.offerLevelBp) ?? true
  if (tooLong) offerCallback(s, contact, callback, policy, outlook?.wait, turn)
  else s.contacts.update(contact, { reviewAt: time + policy.offerCadenceMs })
}

function offerCallback(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow | undefined,
  policy: CallbackPolicy,
  wait: ExpectedWait | undefined,
  turn: Turn,
): void {
  const { time } = turn.at
  const facts = { status: 'offered', offeredAt: time, expectedWaitMs: wait?.p50 ?? NEVER } as const
  if (callback) s.callbacks.update(callback, facts)
  else if (s.callbacks.size >= s.callbacks.cap) {
    s.contacts.update(contact, { reviewAt: time + policy.offerCadenceMs })
    return
  }
  const row =
    callback ??
    s.callbacks.insert({
      ...noCallback,
      ...facts,
      id: contact.id,
      contact: contact.slot,
      pool: contact.pool,
      seq: contact.seq,
    })
  changeContact(s, contact, { callback: row.slot, reviewAt: time + policy.offerTimeoutMs })
  if (!contact.test) {
    const queue = s.queues.at(contact.queue)
    s.queues.update(queue, { callbacksOffered: queue.callbacksOffered + 1 })
  }
  turn.events.push({
    kind: 'callbackOffered',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    wait,
  })
}

const noCallback = {
  pending: false,
  acceptedAt: 0,
  promisedAt: 0,
  promiseSettled: false,
  addressRef: '',
  attempts: 0,
  nextAttemptAt: 0,
  giveUpAt: NEVER,
  firstDialledAt: 0,
  attemptId: '',
  attemptState: 'none',
  attemptAgentId: '',
  attemptOutcome: 'none',
  claimant: '',
  claimBefore: 0,
  customer: '',
  address: '',
} as const

/** The customer's answer. Accepted: the contact keeps its key, and so its place, and the customer may hang up. */
export function respondToCallbackOffer(
  s: RoutingState,
  c: RespondToCallbackOffer,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const repeated = c.accept
    ? callback?.status === 'accepted' && callback.addressRef === c.addressRef
    : callback?.status === 'declined'
  if (repeated) return accept(turn, c.contactId)
  const policy = s.queues.at(contact.queue).callback
  if (callback?.status !== 'offered' || policy === 'none') {
    const status = callback?.status ?? 'none'
    return reject('CALLBACK_NOT_OFFERED', { contact_id: c.contactId, status })
  }
  if (c.accept) acceptCallback(s, contact, callback, policy, c.addressRef, turn)
  else {
    s.callbacks.update(callback, { status: 'declined' })
    changeContact(s, contact, { reviewAt: NEVER })
  }
  return accept(turn, c.contactId)
}

function acceptCallback(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow,
  policy: CallbackPolicy,
  addressRef: string,
  turn: Turn,
): void {
  const { time } = turn.at
  const queue = s.queues.at(contact.queue)
  const wait = waitOf(s, contact, time)
  // Nothing is promised where nothing is known; and what four of five would not exceed is promised.
  const promisedAt = wait === undefined ? 0 : time + wait.p80
  s.callbacks.update(callback, {
    status: 'accepted',
    pending: true,
    acceptedAt: time,
    promisedAt,
    addressRef,
    giveUpAt: time + policy.giveUpAfterMs,
    customer: customerKeyOf(queue, contact.customerKey),
    address: customerKeyOf(queue, contact.addressKey),
  })
  leaveQueue(s, contact)
  if (!contact.test) s.queues.update(queue, { callbacksAccepted: queue.callbacksAccepted + 1 })
  turn.events.push({
    kind: 'callbackAccepted',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    promisedAt,
  })
  enterQueue(s, contact, turn)
}

/** The customer with a pending callback calls in: live again, at the kept place; a dial that is under way is cancelled. */
export function calledIn(
  s: RoutingState,
  contact: ContactRow,
  liveLegId: string,
  turn: Turn,
): void {
  const { time, uptime } = turn.at
  const callback = s.callbacks.at(contact.callback)
  const queue = s.queues.at(contact.queue)
  settlePromise(s, contact, time, turn)
  s.callbacks.update(callback, { status: 'calledIn', pending: false })
  changeContact(s, contact, { liveLegId, expiresAt: time + queue.policy.timeToLiveMs })
  // Offered: the agent who accepts finds the customer on the line.
  if (contact.state === 'offered') return
  if (contact.state !== 'dialling') {
    enterQueue(s, contact, turn)
    return
  }
  closeAttempt(s, contact, 'calledIn', turn)
  countAnswer(s, contact, time)
  changeContact(s, contact, {
    state: 'connecting',
    stateSince: time,
    dueUptime: uptime + queue.policy.connectTimeoutMs,
  })
}

/** The customer who had called in hung up again: the callback stands as before. */
export function backToCallback(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const accepted = contact.state === 'connecting'
  const callback = s.callbacks.at(contact.callback)
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  s.callbacks.update(callback, { status: 'accepted', pending: true })
  changeContact(s, contact, { liveLegId: '' })
  // An unanswered offer is told as closed; who had accepted must be told to have lost it.
  if (accepted) {
    turn.events.push({
      kind: 'contactRequeued',
      pool: s.pools.at(contact.pool).id,
      contactId: idOf(contact.id),
      queueId: idOf(s.queues.at(contact.queue).id),
      cause: 'connectFailed',
    })
  }
  // Nobody knows what became of the last dial: it may ring yet, so the schedule stands.
  const parked = callback.attemptOutcome === 'unknown' && callback.nextAttemptAt > turn.at.time
  if (!parked) return enterQueue(s, contact, turn, agent)
  parkUntil(s, contact, callback.nextAttemptAt, turn)
  agentFreed(s, agent, turn)
}
