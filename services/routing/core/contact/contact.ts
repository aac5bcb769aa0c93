import { isAway } from '../alternatives/away.ts'
import { destinationRefused, moveTo } from './other-queue.ts'
import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { weightOfOwn } from '../agent/availability.ts'
import { backToCallback } from '../callback/callback.ts'
import type {
  AbandonContact,
  CancelContact,
  CompleteContact,
  ExtendWrapUp,
  HoldContact,
  RequeueContact,
  ResumeContact,
  TransferContact,
} from '../commands.ts'
import { handOver, heirOf, transferToExpert } from '../legs/consult.ts'
import { isCustomerHeld, letGo } from '../callback/customer-first.ts'
import { endEarly } from './early-end.ts'
import type { RoutingEvent } from '../events.ts'
import { remember, rememberAgent } from './history.ts'
import { yieldNoMore } from './interruption.ts'
import { capacity, durations, limits, NEVER } from '../limits.ts'
import { isSpent, leaveLeg } from '../legs/legs.ts'
import {
  internRequestClass,
  isSkilled,
  requirementsText,
  requestClassesFull,
} from '../matching/classes.ts'
import { takenOf } from '../matching/free.ts'
import { connectContact } from '../offer/offer.ts'
import { placeKey } from './place-key.ts'
import {
  agentFreed,
  changeContact,
  endContact,
  enterQueue,
  leaveQueue,
  release,
  requeue,
  tellRequeued,
} from './placement.ts'
import { recover } from '../callback/recovery.ts'
import { resolveContact } from './resolve.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, isTerminal, keyOf, type RoutingState } from '../state.ts'
import { hungUp } from '../callback/trunk.ts'
import { accept, reject, type Turn, unreachable } from '../turn.ts'
import type { ContactState } from '../words.ts'

export const needs = (
  contact: ContactRow,
  states: readonly ContactState[],
): Outcome<RoutingEvent> => {
  const fields = { contact_id: idOf(contact.id), state: contact.state }
  return isTerminal(contact.state)
    ? reject('CONTACT_ENDED', fields)
    : reject('CONTACT_STATE', { ...fields, needed: states.join(', ') })
}

const spent = (contact: ContactRow): Outcome<RoutingEvent> => {
  const { id, state } = contact
  return reject('CONTACT_STATE', { contact_id: idOf(id), state, needed: 'a consult that is open' })
}

export function cancelContact(
  s: RoutingState,
  c: CancelContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return endEarly(s, c, contact, turn)
  if (contact.state === 'cancelled') return accept(turn, c.contactId)
  if (isTerminal(contact.state)) return needs(contact, [])
  s.contacts.update(contact, { cancelReason: c.reason })
  endContact(s, contact, 'cancelled', 'cancelled', turn)
  return accept(turn, c.contactId)
}

/** The customer hung up. Who has accepted a callback keeps the place; who had called in falls back to it. */
export function abandonContact(
  s: RoutingState,
  c: AbandonContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return endEarly(s, c, contact, turn)
  const status = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback).status
  switch (contact.state) {
    case 'abandoned':
      return accept(turn, c.contactId)
    case 'dialable':
    case 'callbackWaiting':
    case 'dialling':
      hungUp(s, s.callbacks.at(contact.callback), turn.at.time)
      return accept(turn, c.contactId)
    case 'waiting':
    case 'offered':
    case 'connecting':
    case 'customerHeld':
      if (status === 'accepted') {
        const held = isCustomerHeld(s.callbacks.at(contact.callback))
        if (held) letGo(s, contact, 'customerLeft', turn)
        return accept(turn, c.contactId)
      }
      if (status === 'calledIn') {
        // A leg that has been followed by another may hang up late: the customer is on the later
        // one.
        const former = c.contactId !== idOf(contact.id) && c.contactId !== contact.liveLegId
        if (!former) backToCallback(s, contact, turn)
      } else if (!isAway(s, contact, turn.at.time) && !recover(s, contact, turn)) {
        endContact(s, contact, 'abandoned', 'customerLeft', turn)
      }
      return accept(turn, c.contactId)
    case 'connected':
    case 'held':
    case 'interrupted':
    case 'wrapUp':
    case 'completed':
    case 'expired':
    case 'cancelled':
    case 'merged':
      return needs(contact, ['waiting', 'offered', 'connecting'])
    default:
      return unreachable(contact.state)
  }
}

const transferable = [
  'waiting',
  'connecting',
  'connected',
  'held',
  'interrupted',
  'wrapUp',
] as const

/**
 * To another queue with its history, or to the expert of its consult: entered_at stays, so nobody
 * starts again at the end of the line.
 */
export function transferContact(
  s: RoutingState,
  c: TransferContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  if (contact.lastRequestId === c.requestId) return accept(turn, c.contactId)
  const consultId = c.consultContactId
  if (consultId !== undefined) return transferToExpert(s, c, contact, consultId, turn)
  if (!transferable.some((state) => state === contact.state)) return needs(contact, transferable)
  // Who answered a dial was promised a call by this queue: first the two meet.
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback?.pending) return needs(contact, ['connected'])
  if (isSpent(s, contact)) return spent(contact)
  const refused = destinationRefused(s, c.pool, c.queueId, contact.channel)
  if (refused) return { ok: false, rejection: refused }
  const queue = s.queues.must(keyOf(c.pool, c.queueId))
  const requestClass = internRequestClass(s, queue, c.requirements)
  if (requestClass === NONE) return { ok: false, rejection: requestClassesFull }
  leaveLeg(s, contact, turn)
  remember(s, contact, 'transferred', turn.at.time)
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  moveTo(s, contact, { queue, requestClass }, turn.at.time, {
    ownRequirements: requirementsText(c.requirements),
    key: placeKey(s, queue, contact.enteredAt, contact.priority),
    expiresAt: turn.at.time + queue.policy.timeToLiveMs,
    lastRequestId: c.requestId,
  })
  tellRequeued(s, contact, 'transferred', turn)
  enterQueue(s, contact, turn, agent)
  return accept(turn, c.contactId)
}

const requeueable = ['offered', 'connecting', 'connected', 'wrapUp', 'interrupted'] as const

export function requeueContact(
  s: RoutingState,
  c: RequeueContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  if (contact.lastRequestId === c.requestId) return accept(turn, c.contactId)
  if (!requeueable.some((state) => state === contact.state)) return needs(contact, requeueable)
  if (isSpent(s, contact)) return spent(contact)
  if (contact.requeues >= limits.requeuesPerContact) {
    return reject('REQUEUE_LIMIT', {
      contact_id: c.contactId,
      value: contact.requeues,
      limit: limits.requeuesPerContact,
    })
  }
  changeContact(s, contact, {
    requeues: contact.requeues + 1,
    lastRequestId: c.requestId,
    expiresAt: expiryFromNow(s, contact, turn),
  })
  const heir = heirOf(s, contact)
  if (heir) {
    handOver(s, contact, heir, turn)
    return accept(turn, c.contactId)
  }
  leaveLeg(s, contact, turn)
  rememberAgent(s, contact, 'requeued', turn.at.time)
  tellRequeued(s, contact, 'requeued', turn)
  requeue(s, contact, turn)
  return accept(turn, c.contactId)
}

/** A contact that was with an agent waits anew: its old time to live may have passed meanwhile. */
export const expiryFromNow = (s: RoutingState, contact: ContactRow, turn: Turn): number =>
  turn.at.time + s.queues.at(contact.queue).policy.timeToLiveMs

/** Waits for the customer: the owner stays, the capacity is free. */
export function holdContact(s: RoutingState, c: HoldContact, turn: Turn): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  if (contact.state === 'held') return accept(turn, c.contactId)
  if (contact.state !== 'connected') return needs(contact, ['connected'])
  const agent = s.agents.at(contact.agent)
  if (s.workOf.size(agent.slot) >= limits.workPerAgent) {
    return reject('TOO_MANY', { cap: 'workPerAgent', limit: limits.workPerAgent })
  }
  leaveLeg(s, contact, turn)
  holdForCustomer(s, contact, turn)
  agentFreed(s, agent, turn)
  return accept(turn, c.contactId)
}

/** Waits for the customer with its owner. The agent is not matched yet. */
export function holdForCustomer(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { time } = turn.at
  s.agents.update(s.agents.at(contact.agent), { idleSince: time })
  stopWork(s, contact, 'held', time + s.queues.at(contact.queue).policy.holdLimitMs, turn)
  tellHeld(s, contact, true, turn)
}

/** The owner stays, the capacity is given back, the handle clock stops. */
export function stopWork(
  s: RoutingState,
  contact: ContactRow,
  state: 'held' | 'interrupted',
  dueTime: number,
  turn: Turn,
): void {
  const { time, uptime } = turn.at
  const agent = s.agents.at(contact.agent)
  yieldNoMore(s, contact)
  s.agents.update(agent, { load: agent.load - contact.weight })
  // The offer has done its part; kept, it would be one more row to write for each when the agent
  // leaves.
  if (contact.offer !== NONE) {
    const forgetAt = uptime + durations.retainOffer
    s.offers.update(s.offers.at(contact.offer), { forgetAt })
  }
  changeContact(s, contact, {
    offer: NONE,
    state,
    stateSince: time,
    weight: 0,
    handledMs: contact.handledMs + (time - contact.handledSince),
    handledSince: 0,
    dueTime,
  })
}

function tellHeld(s: RoutingState, contact: ContactRow, held: boolean, turn: Turn): void {
  const pool = s.pools.at(contact.pool).id
  turn.events.push({ kind: 'contactHeld', pool, contactId: idOf(contact.id), held })
}

/** Stands for the request of a resumption into the queue, so that a repeat is known; no caller's id looks like it. */
const resumed = '#resumed'

/** The customer is back: to the owner if there is room, else to the queue with the owner preferred. */
export function resumeContact(
  s: RoutingState,
  c: ResumeContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  if (contact.state === 'connected') return accept(turn, c.contactId)
  if (contact.state !== 'held') {
    const repeated = contact.lastRequestId === resumed && !isTerminal(contact.state)
    return repeated ? accept(turn, c.contactId) : needs(contact, ['held'])
  }
  leaveLeg(s, contact, turn)
  if (resumeWithOwner(s, contact, turn)) {
    // It may yield to who waits already.
    agentFreed(s, s.agents.at(contact.agent), turn)
    return accept(turn, c.contactId)
  }
  tellHeld(s, contact, false, turn)
  const owner = contact.agent === NONE ? undefined : s.agents.at(contact.agent)
  rememberAgent(s, contact, 'resumed', turn.at.time)
  changeContact(s, contact, {
    preferred: owner ? idOf(owner.id) : contact.preferred,
    lastRequestId: resumed,
    expiresAt: expiryFromNow(s, contact, turn),
  })
  tellRequeued(s, contact, 'resumed', turn)
  requeue(s, contact, turn)
  return accept(turn, c.contactId)
}

/** Off hold with its owner, if there is room. False: it stays on hold. */
export function resumeWithOwner(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const owner = contact.agent === NONE ? undefined : s.agents.at(contact.agent)
  const weight = owner === undefined ? 0 : weightOfOwn(owner, contact.channel)
  const room = weight > 0 && owner !== undefined && takenOf(owner) + weight <= capacity
  // A level that was lowered meanwhile: what is resumed is assigned anew, and the floor holds.
  const fit = room && owner.presence !== 'signedOut' && isSkilled(s, owner, contact)
  if (!fit) return false
  tellHeld(s, contact, false, turn)
  s.agents.update(owner, { load: owner.load + weight })
  changeContact(s, contact, { weight, handledSince: turn.at.time })
  connectContact(s, contact, turn)
  return true
}

export const completable = ['connecting', 'connected', 'wrapUp', 'held', 'interrupted'] as const

export function completeContact(
  s: RoutingState,
  c: CompleteContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  if (contact.state === 'completed') return accept(turn, c.contactId)
  if (!completable.some((state) => state === contact.state)) return needs(contact, completable)
  if (contact.agent === NONE || idOf(s.agents.at(contact.agent).id) !== c.agentId) {
    return reject('CONTACT_NOT_YOURS', { contact_id: c.contactId, agent_id: c.agentId })
  }
  endContact(s, contact, 'completed', 'completed', turn)
  return accept(turn, c.contactId)
}

export function extendWrapUp(s: RoutingState, c: ExtendWrapUp, turn: Turn): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  if (contact.state !== 'wrapUp') return needs(contact, ['wrapUp'])
  if (idOf(s.agents.at(contact.agent).id) !== c.agentId) {
    return reject('CONTACT_NOT_YOURS', { contact_id: c.contactId, agent_id: c.agentId })
  }
  const total = turn.at.time - contact.stateSince + c.extensionMs
  const limit = s.queues.at(contact.queue).policy.wrapUpMaxMs ?? durations.wrapUpTotal
  if (total > limit) {
    return reject('WRAP_UP_LIMIT', {
      contact_id: c.contactId,
      value: total,
      limit,
    })
  }
  changeContact(s, contact, { dueUptime: turn.at.uptime + c.extensionMs, dueTime: NEVER })
  return accept(turn, c.contactId)
}
