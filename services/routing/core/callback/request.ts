import { needs } from '../contact/contact.ts'
import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import {
  acceptCallback,
  give,
  givenWindow,
  isGiven,
  noCallback,
  promiseFor,
  standBy,
} from './callback.ts'
import type { RequestCallback, RescheduleCallback, SubmitContact } from '../commands.ts'
import { takeEarlyEnd } from '../contact/early-end.ts'
import { isCustomerHeld } from './customer-first.ts'
import type { RoutingEvent } from '../events.ts'
import { legOf } from '../legs/legs.ts'
import { limits } from '../limits.ts'
import { changeContact, leaveQueue, release } from '../contact/placement.ts'
import { endPromise } from './promise.ts'
import { resolveContact } from '../contact/resolve.ts'
import type { CallbackRow, ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { linePlace } from './step-ahead.ts'
import { arrive, becomeAlias, endAs, newContact } from '../contact/submit.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { contactFacts } from '../view.ts'

/** Callbacks that customers ask for by themselves, and at another time than they had. */

export function requestCallback(
  s: RoutingState,
  c: RequestCallback,
  turn: Turn,
): Outcome<RoutingEvent> {
  if (c.submission) return requestAnew(s, c, c.submission, turn)
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (isGiven(c, callback)) return accept(turn, c.contactId)
  if (contact.state !== 'waiting') return needs(contact, ['waiting'])
  // Agents among themselves are not called back.
  if (legOf(s, contact) === 'consult') {
    const fields = { contact_id: idOf(contact.id), state: contact.state }
    return reject('CONTACT_STATE', { ...fields, needed: 'a customer who waits, not a consult' })
  }
  return callBack(s, contact, c, turn)
}

/**
 * A customer who is not on the line. Who is to be called back in that queue already is called once,
 * as was promised: nobody hears two times for one need.
 */
function requestAnew(
  s: RoutingState,
  c: RequestCallback,
  submission: SubmitContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const arrival = arrive(s, submission, false, turn)
  if ('ok' in arrival) return arrival
  if ('met' in arrival) {
    becomeAlias(s, arrival.met, submission, turn)
    return accept(turn, c.contactId)
  }
  const contact = newContact(s, arrival.as, arrival.entry, turn)
  if ('ok' in contact) return contact
  const facts = contactFacts(s, contact, turn.at)
  turn.events.push({ kind: 'contactAccepted', pool: c.pool, contact: facts })
  // That nobody is on the line any more changes nothing for who never was.
  const ended = takeEarlyEnd(s, contact.id)
  if (ended?.state !== 'cancelled') return callBack(s, contact, c, turn)
  endAs(s, contact, ended, turn)
  return accept(turn, c.contactId)
}

function callBack(
  s: RoutingState,
  contact: ContactRow,
  c: RequestCallback,
  turn: Turn,
): Outcome<RoutingEvent> {
  const queue = s.queues.at(contact.queue)
  if (queue.callback === 'none') return reject('CALLBACKS_NONE', { queue_id: idOf(queue.id) })
  const promise = promiseFor(s, contact, c, turn.at.time)
  if ('ok' in promise) return promise
  const callback = callbackOf(s, contact)
  if (!callback) return reject('TOO_MANY', { cap: 'callbacks', limit: limits.callbacks })
  s.callbacks.update(callback, { requested: true, recovered: false })
  acceptCallback(s, contact, callback, { ...promise, addressRef: c.addressRef }, turn)
  return accept(turn, c.contactId)
}

/** The contact's callback row; undefined: there is no room for another. */
export function callbackOf(s: RoutingState, contact: ContactRow): CallbackRow | undefined {
  if (contact.callback !== NONE) return s.callbacks.at(contact.callback)
  if (s.callbacks.size >= s.callbacks.cap) return undefined
  const { id, pool, queue, seq, slot } = contact
  const row = s.callbacks.insert({
    ...noCallback,
    ...{ id, contact: slot, pool, queue, seq },
    ...{ status: 'accepted', offeredAt: 0, expectedWaitMs: 0 },
    policyVersion: s.queues.at(queue).policyVersion,
  })
  changeContact(s, contact, { callback: row.slot })
  return row
}

const movable = ['dialable', 'callbackWaiting', 'offered'] as const

/** Another time for an accepted callback; without room for it all stays as it was. */
export function rescheduleCallback(
  s: RoutingState,
  c: RescheduleCallback,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback?.lastRequestId === c.requestId) return accept(turn, c.contactId)
  if (!callback?.pending) {
    const status = callback?.status ?? 'none'
    return reject('CALLBACK_NOT_ACCEPTED', { contact_id: c.contactId, status })
  }
  // Whoever has answered a dial is on the line.
  if (isCustomerHeld(callback) || !movable.some((state) => state === contact.state)) {
    return needs(contact, movable)
  }
  const queue = s.queues.at(contact.queue)
  if (queue.callback === 'none') return reject('CALLBACKS_NONE', { queue_id: idOf(queue.id) })
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  const formerPromisedAt = endPromise(s, contact, turn) ? callback.promisedAt : 0
  changeContact(s, contact, { key: linePlace(s, contact) })
  const promise = promiseFor(s, contact, c, turn.at.time)
  if ('ok' in promise) return promise
  s.callbacks.update(callback, {
    lastRequestId: c.requestId,
    addressRef: c.addressRef === '' ? callback.addressRef : c.addressRef,
  })
  give(s, contact, promise, turn)
  turn.events.push({
    kind: 'callbackRescheduled',
    pool: c.pool,
    contactId: idOf(contact.id),
    formerPromisedAt,
    promisedAt: promise.promisedAt,
    window: givenWindow(promise, turn.at.time),
  })
  standBy(s, contact, turn, agent)
  return accept(turn, c.contactId)
}
