import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { ClaimDial, ReportDial, RespondToCallbackOffer } from './commands.ts'
import type { AttemptFacts, RoutingEvent } from './events.ts'
import { durations, NEVER } from './limits.ts'
import { connectContact, countAnswer, missed } from './offer.ts'
import {
  agentFreed,
  changeContact,
  endContact,
  enterQueue,
  leaveQueue,
  release,
} from './placement.ts'
import { resolveContact } from './resolve.ts'
import type { AgentRow, CallbackRow, ContactRow, QueueRow } from './schema.ts'
import { idOf, type RoutingState } from './state.ts'
import { accept, newId, reject, type Turn, unreachable } from './turn.ts'
import { waitOf } from './wait.ts'
import type { CallbackPolicy, DialOutcome } from './words.ts'

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
    if (contact.reviewAt !== NEVER) s.contacts.update(contact, { reviewAt: NEVER })
    return
  }
  if (callback?.status === 'offered') {
    if (contact.reviewAt > time) return
    s.callbacks.update(callback, { status: 'lapsed' })
    changeContact(s, contact, { reviewAt: time + policy.offerCadenceMs })
    return
  }
  const wait = waitOf(s, contact, time)
  const tooLong = wait === undefined || wait > policy.offerAboveMs
  if (tooLong) offerCallback(s, contact, callback, policy, wait, turn)
  else s.contacts.update(contact, { reviewAt: time + policy.offerCadenceMs })
}

function offerCallback(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow | undefined,
  policy: CallbackPolicy,
  wait: number | undefined,
  turn: Turn,
): void {
  const { time } = turn.at
  const facts = { status: 'offered', offeredAt: time, expectedWaitMs: wait ?? NEVER } as const
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
    expectedWaitMs: wait,
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
  // Nothing is promised where nothing is known.
  const promisedAt = wait === undefined ? 0 : time + wait
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

/** An agent accepted a callback and is reserved for it: somebody is to claim the attempt and dial. */
export function requestDial(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
  turn: Turn,
): void {
  const { time, uptime } = turn.at
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, {
    attemptId: newId(turn, 'd'),
    attemptState: 'requested',
    attemptAgentId: idOf(agent.id),
    attemptOutcome: 'none',
    claimant: '',
    claimBefore: time + durations.dialClaim,
  })
  changeContact(s, contact, {
    state: 'dialling',
    dueTime: NEVER,
    dueUptime: uptime + durations.dialClaim,
  })
  turn.events.push({
    kind: 'dialRequested',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    attempt: attemptFacts(s, contact, callback),
    addressRef: callback.addressRef,
  })
}

export function attemptFacts(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow,
): AttemptFacts {
  const policy = s.queues.at(contact.queue).callback
  return {
    attemptId: callback.attemptId,
    agentId: callback.attemptAgentId,
    claimant: callback.claimant,
    ringTimeoutMs: policy === 'none' ? 0 : policy.ringTimeoutMs,
    claimBefore: callback.claimBefore,
    outcome: callback.attemptOutcome,
  }
}

interface OfAttempt {
  readonly pool: string
  readonly contactId: string
  readonly attemptId: string
  readonly claimant: string
}

type Attempt = { readonly contact: ContactRow; readonly callback: CallbackRow }

function findAttempt(s: RoutingState, c: OfAttempt): Attempt | Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (!callback || callback.attemptId === '' || callback.attemptId !== c.attemptId) {
    return reject('ATTEMPT_UNKNOWN', { contact_id: c.contactId, attempt_id: c.attemptId })
  }
  return { contact, callback }
}

/** The right to dial: the first claimant gets it, and gets it again when it asks again; nobody else ever does. */
export function claimDial(s: RoutingState, c: ClaimDial, turn: Turn): Outcome<RoutingEvent> {
  const found = findAttempt(s, c)
  if (!('contact' in found)) return found
  const { contact, callback } = found
  const { attemptId, attemptOutcome: outcome, claimant } = callback
  switch (callback.attemptState) {
    case 'claimed':
      if (claimant === c.claimant) return accept(turn, c.contactId)
      return reject('ATTEMPT_CLAIMED', { attempt_id: attemptId, claimant })
    case 'none':
    case 'closed':
      return reject('ATTEMPT_CLOSED', { attempt_id: attemptId, outcome })
    case 'requested':
      break
    default:
      return unreachable(callback.attemptState)
  }
  const { time, uptime } = turn.at
  const queue = s.queues.at(contact.queue)
  const { ringTimeoutMs } = attemptFacts(s, contact, callback)
  s.callbacks.update(callback, {
    attemptState: 'claimed',
    claimant: c.claimant,
    attempts: callback.attempts + 1,
    firstDialledAt: callback.firstDialledAt === 0 ? time : callback.firstDialledAt,
  })
  changeContact(s, contact, { dueUptime: uptime + ringTimeoutMs + durations.dialReportGrace })
  if (!contact.test) s.queues.update(queue, { dialled: queue.dialled + 1 })
  settlePromise(s, contact, time, turn)
  return accept(turn, c.contactId)
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
  const tolerance = queue.callback === 'none' ? 0 : queue.callback.promiseToleranceMs
  const kept = happenedAt !== undefined && happenedAt <= callback.promisedAt + tolerance
  s.callbacks.update(callback, { promiseSettled: true })
  if (!contact.test) {
    s.queues.update(
      queue,
      kept
        ? { promisesKept: queue.promisesKept + 1 }
        : { promisesBroken: queue.promisesBroken + 1 },
    )
  }
  turn.events.push({
    kind: 'promiseSettled',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    promisedAt: callback.promisedAt,
    happenedAt,
    kept,
  })
}

/** What became of the dial, by its claimant. */
export function reportDial(s: RoutingState, c: ReportDial, turn: Turn): Outcome<RoutingEvent> {
  const found = findAttempt(s, c)
  if (!('contact' in found)) return found
  const { contact, callback } = found
  const { attemptId, attemptOutcome: outcome, claimant } = callback
  if (callback.attemptState === 'closed') {
    const repeated = claimant === c.claimant && outcome === c.outcome
    return repeated
      ? accept(turn, c.contactId)
      : reject('ATTEMPT_CLOSED', { attempt_id: attemptId, outcome })
  }
  if (callback.attemptState !== 'claimed') {
    return reject('ATTEMPT_UNCLAIMED', { attempt_id: attemptId })
  }
  if (claimant !== c.claimant) {
    return reject('ATTEMPT_CLAIMED', { attempt_id: attemptId, claimant })
  }
  closeAttempt(s, contact, c.outcome, turn)
  return accept(turn, c.contactId)
}

/** Ends the present attempt and moves the contact on by its outcome. */
export function closeAttempt(
  s: RoutingState,
  contact: ContactRow,
  outcome: DialOutcome,
  turn: Turn,
): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { attemptState: 'closed', attemptOutcome: outcome })
  turn.events.push({
    kind: 'dialClosed',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    attempt: attemptFacts(s, contact, callback),
  })
  switch (outcome) {
    case 'human':
      return reached(s, contact, callback, turn)
    case 'calledIn':
      return
    case 'rejected':
    case 'invalid':
    case 'barred':
      return endContact(s, contact, 'expired', 'callbackGivenUp', turn)
    case 'machine':
    case 'messageLeft':
    case 'busy':
    case 'noAnswer':
    case 'unknown':
      return tryLater(s, contact, turn)
    case 'congestion':
      return uncounted(s, contact, turn)
    case 'agentGone':
      return agentGone(s, contact, turn)
    case 'none':
      return
    default:
      return unreachable(outcome)
  }
}

function reached(s: RoutingState, contact: ContactRow, callback: CallbackRow, turn: Turn): void {
  s.callbacks.update(callback, { status: 'reached', pending: false, customer: '', address: '' })
  countAnswer(s, contact, turn.at.time)
  if (!contact.test) {
    const queue = s.queues.at(contact.queue)
    s.queues.update(queue, { callbacksReached: queue.callbacksReached + 1 })
  }
  connectContact(s, contact, turn)
}

/** The attempt counts: another one by the schedule, or none if they are used up. */
function tryLater(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const policy = s.queues.at(contact.queue).callback
  const callback = s.callbacks.at(contact.callback)
  if (policy === 'none' || callback.attempts >= policy.maxAttempts) {
    endContact(s, contact, 'expired', 'callbackGivenUp', turn)
  } else parkUntil(s, contact, turn.at.time + policy.retryAfterMs, turn)
}

/** No line was to be had: nobody was disturbed, so the attempt does not count. */
function uncounted(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { attempts: Math.max(0, callback.attempts - 1) })
  parkUntil(s, contact, turn.at.time + durations.dialCongestion, turn)
}

/** Nobody claimed the attempt, so nobody has dialled. */
export function unclaimed(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { attemptState: 'closed', attemptOutcome: 'congestion' })
  turn.events.push({
    kind: 'dialClosed',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    attempt: attemptFacts(s, contact, callback),
  })
  parkUntil(s, contact, turn.at.time + durations.dialCongestion, turn)
}

function parkUntil(s: RoutingState, contact: ContactRow, nextAttemptAt: number, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  const agent = release(s, contact, turn)
  s.callbacks.update(callback, { nextAttemptAt })
  changeContact(s, contact, {
    state: 'callbackWaiting',
    stateSince: turn.at.time,
    dueTime: Math.min(nextAttemptAt, callback.giveUpAt),
    dueUptime: NEVER,
  })
  agentFreed(s, agent, turn)
}

/** The agent vanished before the customer answered: the customer is next for another one. */
function agentGone(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { attempts: Math.max(0, callback.attempts - 1) })
  const agent = release(s, contact, turn)
  if (agent) missed(s, agent, turn)
  enterQueue(s, contact, turn)
  agentFreed(s, agent, turn)
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
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  s.callbacks.update(s.callbacks.at(contact.callback), { status: 'accepted', pending: true })
  changeContact(s, contact, { liveLegId: '' })
  enterQueue(s, contact, turn)
  agentFreed(s, agent, turn)
}
