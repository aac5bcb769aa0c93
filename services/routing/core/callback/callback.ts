import { answerAlternatives } from '../alternatives/choose.ts'
import {
  answersAlternatives,
  isForAlternatives,
  reviewAlternatives,
} from '../alternatives/offer.ts'
import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { CallbackWish, RespondToCallbackOffer } from '../commands.ts'
import { isCallableWithin, neverCallable } from './calling-hours.ts'
import { dialAhead, isCustomerHeld, messageDue } from './customer-first.ts'
import { closeAttempt } from './dial.ts'
import { parkUntil } from './parking.ts'
import { noAttempts } from './dial-schema.ts'
import type { RoutingEvent } from '../events.ts'
import { rememberAgent } from '../contact/history.ts'
import { mayPromiseWithin } from '../queue/hours.ts'
import { legOf } from '../legs/legs.ts'
import { NEVER } from '../limits.ts'
import { countAnswer } from '../offer/offer.ts'
import {
  agentFreed,
  changeContact,
  enterQueue,
  leaveQueue,
  release,
  tellRequeued,
} from '../contact/placement.ts'
import { countAcceptance, countPromise, latenessOf, settlePromise } from './promise.ts'
import { choicesOf, type Window, windowOf } from './promise-room.ts'
import { resolveContact } from '../contact/resolve.ts'
import { changeStory } from '../contact/story.ts'
import type { AgentRow, CallbackRow, ContactRow, QueueRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { ordinaryPlace, reviewPlace } from './step-ahead.ts'
import { goOffLine, leaveLine } from './trunk.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { comesNow, foresee, promisedWait, waitOf } from '../wait/wait.ts'
import type { ExpectedWait } from '../wait/model.ts'
import type { CallbackPolicy, CallbackProduct } from '../words.ts'

/** The customer is not on the line and wants to be called. */
export const isCallbackPending = (callback: CallbackRow): boolean => callback.pending

export const customerKeyOf = (queue: QueueRow, key: string): string =>
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
  const { time } = turn.at
  const held = contact.callback !== NONE && isCustomerHeld(s.callbacks.at(contact.callback))
  if (held) return messageDue(s, contact, turn)
  if (contact.state === 'dialable') {
    reviewPlace(s, contact, time)
    return dialAhead(s, contact, turn)
  }
  if (contact.state !== 'waiting') {
    // A look that is due and left standing would be due for ever, and no tick would come to an end.
    if (contact.reviewAt !== NEVER) s.contacts.update(contact, { reviewAt: NEVER })
    return
  }
  const queue = s.queues.at(contact.queue)
  const offered = contact.callback !== NONE && s.callbacks.at(contact.callback).status === 'offered'
  if (!offered && isForAlternatives(s, contact, time)) return reviewAlternatives(s, contact, turn)
  // Agents among themselves are not called back.
  const policy = legOf(s, contact) === 'none' ? queue.callback : 'none'
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
  const { policyVersion } = s.queues.at(contact.queue)
  const expectedWaitMs = wait?.p50 ?? NEVER
  const facts = { status: 'offered', offeredAt: time, expectedWaitMs, policyVersion } as const
  if (callback) s.callbacks.update(callback, facts)
  else if (s.callbacks.size >= s.callbacks.cap) {
    s.contacts.update(contact, { reviewAt: time + policy.offerCadenceMs })
    return
  }
  const row =
    callback ??
    s.callbacks.insert(
      {
        ...facts,
        id: contact.id,
        contact: contact.slot,
        pool: contact.pool,
        queue: contact.queue,
        seq: contact.seq,
      },
      noCallback,
    )
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
    choices: policy.within ? choicesOf(s, contact, time) : undefined,
  })
}

/** Whoever was taken beyond a limit is asked now, whatever the wait. */
export function offerAtOnce(s: RoutingState, contact: ContactRow, turn: Turn): void {
  // Its end may have come before it did.
  if (contact.state !== 'waiting') return
  const { callback: policy } = s.queues.at(contact.queue)
  if (contact.callback !== NONE || policy === 'none') return
  offerCallback(s, contact, undefined, policy, waitOf(s, contact, turn.at.time), turn)
}

export const noCallback = {
  pending: false,
  recovered: false,
  requested: false,
  lastRequestId: '',
  product: 'keepPlace',
  windowFrom: 0,
  placeKey: 0,
  acceptedAt: 0,
  promisedAt: 0,
  promiseSettled: false,
  addressRef: '',
  giveUpAt: NEVER,
  ...noAttempts,
  customer: '',
  address: '',
} as const

/** The customer's answer. Accepted: the contact keeps its place, or its promised time, and the customer may hang up. */
export function respondToCallbackOffer(
  s: RoutingState,
  c: RespondToCallbackOffer,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const ofCallback = callback?.status === 'offered' || isRepeated(c, callback)
  if (answersAlternatives(s, contact, c) && !(ofCallback && c.alternativeId === undefined)) {
    return answerAlternatives(s, contact, c, turn)
  }
  if (isRepeated(c, callback)) return accept(turn, c.contactId)
  const { callback: policy } = s.queues.at(contact.queue)
  if (callback?.status !== 'offered' || policy === 'none') {
    const status = callback?.status ?? 'none'
    return reject('CALLBACK_NOT_OFFERED', { contact_id: c.contactId, status })
  }
  if (!c.accept) {
    s.callbacks.update(callback, { status: 'declined' })
    changeContact(s, contact, { reviewAt: NEVER })
    return accept(turn, c.contactId)
  }
  const promise = promiseFor(s, contact, c, turn.at.time)
  if ('ok' in promise) return promise
  acceptCallback(s, contact, callback, { ...promise, addressRef: c.addressRef }, turn)
  return accept(turn, c.contactId)
}

function isRepeated(c: RespondToCallbackOffer, callback: CallbackRow | undefined): boolean {
  return c.accept ? isGiven(c, callback) : callback?.status === 'declined'
}

/** The customer is to be called back just as is wished. */
export function isGiven(
  c: CallbackWish & { readonly addressRef: string },
  callback: CallbackRow | undefined,
): boolean {
  if (callback?.status !== 'accepted' || callback.addressRef !== c.addressRef) return false
  return c.product === undefined
    ? c.windowFrom === undefined
    : c.product === callback.product && (c.windowFrom ?? 0) === callback.windowFrom
}

export interface Given {
  readonly product: CallbackProduct
  /** 0: nothing is known, so nothing is promised. */
  readonly promisedAt: number
  /** 0: no window. */
  readonly windowFrom: number
}

/** What can be promised of what the customer chose. */
export function promiseFor(
  s: RoutingState,
  contact: ContactRow,
  c: CallbackWish,
  time: number,
): Given | Outcome<RoutingEvent> {
  const { callback: policy } = s.queues.at(contact.queue)
  if (c.timeZone !== undefined) {
    if (!s.zones.get(c.timeZone)) return reject('ZONE_UNKNOWN', { time_zone: c.timeZone })
    changeStory(s, contact, { timeZone: c.timeZone })
  }
  const never = neverCallable(s, contact, time)
  if (never) return { ok: false, rejection: never }
  const within = policy === 'none' ? undefined : policy.within
  const product = c.product ?? (within?.only === true ? 'within' : 'keepPlace')
  const offered = product === 'within' ? within !== undefined : within?.only !== true
  if (!offered) return reject('CALLBACK_PRODUCT', { contact_id: c.contactId, product })
  if (product === 'keepPlace') {
    const queue = s.queues.at(contact.queue)
    const wait = promisedWait(s, contact, time)
    // Nothing where nothing is known.
    if (wait === undefined) return { product, promisedAt: 0, windowFrom: 0 }
    const promisedAt = time + wait + latenessOf(s, queue, time)
    // The pace of before a closing tells nothing of the time after it.
    const isOpen =
      mayPromiseWithin(s, queue, time, promisedAt) && isCallableWithin(s, contact, time, promisedAt)
    return { product, promisedAt: isOpen ? promisedAt : 0, windowFrom: 0 }
  }
  const choices = choicesOf(s, contact, time)
  const window = windowOf(choices, c.windowFrom)
  if (window) return { product, promisedAt: window.until, windowFrom: c.windowFrom ?? 0 }
  const next = choices.within ?? choices.windows[0]
  const fields = { contact_id: c.contactId, next_from_ms: next?.from ?? 'none' }
  return reject('CALLBACK_FULL', fields)
}

export function acceptCallback(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow,
  accepted: Given & { readonly addressRef: string },
  turn: Turn,
): void {
  goOffLine(s, callback, turn.at.time)
  s.callbacks.update(callback, {
    status: 'accepted',
    pending: true,
    placeKey: contact.key,
    addressRef: accepted.addressRef,
  })
  countAcceptance(s, contact, turn.at.time)
  give(s, contact, accepted, turn)
  leaveQueue(s, contact)
  turn.events.push({
    kind: 'callbackAccepted',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    promisedAt: accepted.promisedAt,
    window: givenWindow(accepted, turn.at.time),
    recovered: false,
    requested: callback.requested,
  })
  standBy(s, contact, turn)
}

export const givenWindow = (given: Given, time: number): Window | undefined =>
  given.product === 'within'
    ? { from: given.windowFrom === 0 ? time : given.windowFrom, until: given.promisedAt }
    : undefined

/** A promise is given; what a former one has left behind is over. */
export function give(s: RoutingState, contact: ContactRow, given: Given, turn: Turn): void {
  const { time } = turn.at
  const { product, promisedAt, windowFrom } = given
  const queue = s.queues.at(contact.queue)
  const giveUpAfterMs = queue.callback === 'none' ? 0 : queue.callback.giveUpAfterMs
  s.callbacks.update(s.callbacks.at(contact.callback), {
    acceptedAt: time,
    queue: queue.slot,
    product,
    windowFrom,
    promisedAt,
    promiseSettled: false,
    ...{ attempts: 0, busyTries: 0, noAnswerTries: 0, machineTries: 0, messageLeftTries: 0 },
    giveUpAt: (product === 'within' ? promisedAt : time) + giveUpAfterMs,
    customer: customerKeyOf(queue, contact.customerKey),
    address: customerKeyOf(queue, contact.addressKey),
  })
  countPromise(s, contact, promisedAt)
}

/**
 * To its place in the queue, or parked until the window that was chosen. Nobody knows what became
 * of a last dial that is unknown: it may ring yet, so its schedule stands.
 */
export function standBy(s: RoutingState, contact: ContactRow, turn: Turn, freed?: AgentRow): void {
  const { attemptFrom, attemptOutcome, windowFrom } = s.callbacks.at(contact.callback)
  const from = Math.max(windowFrom, attemptOutcome === 'unknown' ? attemptFrom : 0)
  if (from <= turn.at.time) return enterQueue(s, contact, turn, freed)
  parkUntil(s, contact, from, turn)
  agentFreed(s, freed, turn)
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
  leaveLine(s, callback, time)
  s.callbacks.update(callback, {
    ...{ status: 'calledIn', pending: false },
    ...{ lineSince: time, heldUntil: NEVER, messageAt: NEVER, firstAt: 0 },
  })
  const expiresAt = time + queue.policy.timeToLiveMs
  // Who was held while an agent was asked was to hear something; on the line there is no message.
  const place = { reviewAt: NEVER, ...ordinaryPlace(contact, callback) }
  changeContact(s, contact, { liveLegId, expiresAt, ...place })
  // Offered: the agent who accepts finds the customer on the line.
  if (contact.state === 'offered' || contact.state === 'connecting') return
  if (contact.state === 'dialling') closeAttempt(s, contact, 'calledIn', turn)
  if (contact.agent === NONE) return enterQueue(s, contact, turn)
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
  rememberAgent(s, contact, 'connectFailed', turn.at.time)
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  leaveLine(s, callback, turn.at.time)
  s.callbacks.update(callback, { status: 'accepted', pending: true })
  changeContact(s, contact, { liveLegId: '' })
  // An unanswered offer is told as closed; who had accepted must be told to have lost it.
  if (accepted) {
    tellRequeued(s, contact, 'connectFailed', turn)
  }
  standBy(s, contact, turn, agent)
}
