import { takeBack } from '../alternatives/offer.ts'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isCallbackPending, reviewCallback } from '../callback/callback.ts'
import { dialAhead, isCustomerHeld, letGo } from '../callback/customer-first.ts'
import { endAttempt } from '../callback/dial.ts'
import { parkOutsideHours, parkUntil } from '../callback/parking.ts'
import { leaveWork, resumeWork } from './interruption.ts'
import { answerWhenClosed } from '../queue/hours.ts'
import { endPromise, isDecided, settlePromise } from '../callback/promise.ts'
import { durations, NEVER } from '../limits.ts'
import { endOwnLeg, isCounted, leaveLeg, legReleased } from '../legs/legs.ts'
import { matchAgent, matchContact, nextContact } from '../matching/choose.ts'
import { touchRequestClass } from '../matching/classes.ts'
import { keepHours } from '../queue/opening.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { countEnded } from '../queue/figures.ts'
import { armWarning } from './expiry.ts'
import { rememberDeparture } from './redial.ts'
import { idOf, isTerminal, type RoutingState } from '../state.ts'
import { placeOf } from '../callback/step-ahead.ts'
import { otherWorkLess } from '../agent/moves.ts'
import { leavesWork } from '../agent/presence.ts'
import { settleTrunk } from '../callback/trunk.ts'
import type { Turn } from '../turn.ts'
import { waits } from '../queue/unstaffed.ts'
import { contactFacts } from '../view.ts'
import { learnPace } from '../wait/wait.ts'
import { learnHandle } from '../wait/learning.ts'
import type { RequeueCause } from '../events.ts'
import type { ContactState, EndCause } from '../words.ts'

/** The three places of a contact: its queue, an agent, its end; and the moves between them. */

export type ContactPatch = Parameters<RoutingState['contacts']['update']>[1]

/** Whoever had it, or its place, has it no longer: it goes back to its queue. */
export function tellRequeued(
  s: RoutingState,
  contact: ContactRow,
  cause: RequeueCause,
  turn: Turn,
): void {
  turn.events.push({
    kind: 'contactRequeued',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    queueId: idOf(s.queues.at(contact.queue).id),
    cause,
  })
}

/** Every change of a contact goes through here, so that its version tells whoever watches. */
export function changeContact(s: RoutingState, contact: ContactRow, patch: ContactPatch): void {
  s.contacts.update(contact, patch)
  s.contacts.update(contact, { version: contact.version + 1 })
}

/**
 * Puts a contact into its place of the queue, and at once with an agent if one has room; or to its
 * end, if its time in the queue is over. `freed`: the agent who has just given it up, and who is
 * for whoever waits longest, this contact or another.
 */
export function enterQueue(
  s: RoutingState,
  contact: ContactRow,
  turn: Turn,
  freed?: AgentRow,
): void {
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const pending = callback !== undefined && isCallbackPending(callback)
  const held = pending && isCustomerHeld(callback)
  if (pending && !held && s.pools.at(contact.pool).dialsOff) {
    parkUntil(s, contact, turn.at.time + durations.dialsOffRecheck, turn)
    return agentFreed(s, freed, turn)
  }
  if (pending) s.contacts.update(contact, placeOf(s, contact, callback, turn.at.time))
  changeContact(s, contact, {
    state: held ? 'customerHeld' : pending ? 'dialable' : 'waiting',
    stateSince: turn.at.time,
    dueTime: held ? callback.heldUntil : pending ? callback.giveUpAt : contact.expiresAt,
    dueUptime: NEVER,
  })
  if (contact.state === 'waiting') armWarning(s, contact)
  // Its time may have passed at desks that do not answer. As long as somebody had room it would go
  // from one to the next for ever: an offer has a deadline of its own, and this one is nobody's.
  if (contact.dueTime <= turn.at.time) {
    if (held) letGo(s, contact, 'timeLimit', turn)
    else endContact(s, contact, 'expired', pending ? 'callbackGivenUp' : 'timeToLive', turn)
    return agentFreed(s, freed, turn)
  }
  if (!held && !keepHours(s, contact, turn)) {
    agentFreed(s, freed, turn)
    const closed = answerWhenClosed(s.queues.at(contact.queue), turn.at.time)
    if (closed?.way === 'callback') reviewCallback(s, contact, turn)
    return
  }
  if (parkOutsideHours(s, contact, turn)) return agentFreed(s, freed, turn)
  const mine = freed === undefined || nextContact(s, freed) === contact.slot
  if (!mine) agentFreed(s, freed, turn)
  if (!matchContact(s, contact, turn)) {
    if (pending) dialAhead(s, contact, turn)
    else waits(s, contact, turn)
  }
  if (mine) agentFreed(s, freed, turn)
}

/** Waits for its preferred agents alone no longer. */
export function endHoldOut(s: RoutingState, contact: ContactRow): void {
  for (let p = s.preferencesOfContact.first(contact.slot); p !== NONE; ) {
    const next = s.preferencesOfContact.next(p)
    s.preferences.delete(s.preferences.at(p))
    p = next
  }
  if (contact.heldOut || contact.holdOutUntil !== NEVER) {
    s.contacts.update(contact, { heldOut: false, awaitsOpening: false, holdOutUntil: NEVER })
  }
}

/** Marks that a contact is no longer in its queue: nobody is held out for, nothing is reviewed. */
export function leaveQueue(s: RoutingState, contact: ContactRow): void {
  endHoldOut(s, contact)
  if (contact.story !== NONE) takeBack(s, contact)
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback?.status === 'offered') s.callbacks.update(callback, { status: 'lapsed' })
  // A held customer is to hear something although an agent is being asked.
  const reviewAt = callback !== undefined && isCustomerHeld(callback) ? callback.messageAt : NEVER
  if (contact.reviewAt !== reviewAt || contact.watched !== 'no') {
    s.contacts.update(contact, { reviewAt, watched: 'no' })
  }
}

/**
 * Takes a contact from its agent and gives the capacity back, first of all to what was set aside;
 * an unanswered offer ends as `offerEnd`. The agent is not matched yet: the contact must have its
 * new place first; then call `agentFreed`.
 */
export function release(
  s: RoutingState,
  contact: ContactRow,
  turn: Turn,
  offerEnd: 'declined' | 'expired' | 'withdrawn' = 'withdrawn',
): AgentRow | undefined {
  if (contact.agent === NONE) return undefined
  const { time } = turn.at
  const agent = s.agents.at(contact.agent)
  if (contact.offer !== NONE) closeOffer(s, contact, agent, offerEnd, turn)
  learnPace(s, contact, time)
  leaveWork(s, contact, agent)
  s.agents.update(agent, {
    load: agent.load - contact.weight,
    idleSince: contact.weight > 0 ? time : agent.idleSince,
    openOffer: agent.openOffer === contact.offer ? NONE : agent.openOffer,
  })
  changeContact(s, contact, {
    agent: NONE,
    offer: NONE,
    weight: 0,
    handledMs: contact.handledMs + (contact.handledSince > 0 ? time - contact.handledSince : 0),
    handledSince: 0,
  })
  legReleased(s, contact, agent, turn)
  resumeWork(s, agent, turn)
  return agent
}

function closeOffer(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
  end: 'declined' | 'expired' | 'withdrawn',
  turn: Turn,
): void {
  const offer = s.offers.at(contact.offer)
  const open = offer.status === 'open'
  s.offers.update(offer, {
    status: open ? end : offer.status,
    forgetAt: turn.at.uptime + durations.retainOffer,
  })
  if (!open) return
  turn.events.push({
    kind: 'offerClosed',
    pool: s.pools.at(contact.pool).id,
    offerId: offer.id,
    contactId: idOf(contact.id),
    agentId: idOf(agent.id),
    end,
  })
}

/** An agent may have room now: the next contact, or the end of draining. */
export function agentFreed(s: RoutingState, agent: AgentRow | undefined, turn: Turn): void {
  if (agent === undefined) return
  resumeWork(s, agent, turn)
  otherWorkLess(s, agent, turn)
  if (!leavesWork(s, agent, turn)) matchAgent(s, agent, turn)
}

/** From wherever it is back to its place in the queue. */
export function requeue(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const agent = release(s, contact, turn)
  enterQueue(s, contact, turn, agent)
}

/** Ends a contact for good and frees whatever it held. */
export function endContact(
  s: RoutingState,
  contact: ContactRow,
  state: ContactState,
  cause: EndCause,
  turn: Turn,
): void {
  leaveLeg(s, contact, turn)
  const agent = release(s, contact, turn)
  endOwnLeg(s, contact, turn)
  leaveQueue(s, contact)
  dropExclusions(s, contact)
  closeCallback(s, contact, cause, turn)
  changeContact(s, contact, {
    state,
    stateSince: turn.at.time,
    endedAt: turn.at.time,
    endCause: cause,
    dueTime: turn.at.time + durations.retainContact,
    dueUptime: NEVER,
  })
  countEnd(s, contact, turn.at.time)
  rememberDeparture(s, contact, turn.at.time)
  turn.events.push({
    kind: 'contactEnded',
    pool: s.pools.at(contact.pool).id,
    contact: contactFacts(s, contact, turn.at),
    handleMs: contact.handledMs,
    waitMs: (contact.answeredAt > 0 ? contact.answeredAt : turn.at.time) - contact.enteredAt,
  })
  agentFreed(s, agent, turn)
}

function dropExclusions(s: RoutingState, contact: ContactRow): void {
  for (let e = s.exclusionsOfContact.first(contact.slot); e !== NONE; ) {
    const next = s.exclusionsOfContact.next(e)
    s.exclusions.delete(s.exclusions.at(e))
    e = next
  }
}

function closeCallback(s: RoutingState, contact: ContactRow, cause: EndCause, turn: Turn): void {
  if (contact.callback === NONE) return
  const callback = s.callbacks.at(contact.callback)
  const givenUp = cause === 'callbackGivenUp'
  // That its queue closed is the centre's doing: what was promised is broken.
  if (givenUp || cause === 'queueClosed') settlePromise(s, contact, undefined, turn)
  else endPromise(s, contact, turn)
  s.callbacks.update(callback, {
    status: givenUp ? 'givenUp' : callback.status,
    pending: false,
    customer: '',
    address: '',
    ...{ heldUntil: NEVER, messageAt: NEVER, firstAt: 0 },
  })
  if (contact.reviewAt !== NEVER) s.contacts.update(contact, { reviewAt: NEVER })
  endAttempt(s, contact, 'cancelled', turn)
  settleTrunk(s, contact, turn.at.time)
}

function countEnd(s: RoutingState, contact: ContactRow, time: number): void {
  if (!isCounted(s, contact)) return
  const queue = s.queues.at(contact.queue)
  countEnded(s, queue, contact, isDecided(s, contact), time)
  if (contact.state === 'completed' && !s.pools.at(contact.pool).learningOff) {
    s.queues.update(queue, { handleMs: learnHandle(queue.handleMs, contact.handledMs) })
  } else if (contact.endCause === 'callbackGivenUp') {
    s.queues.update(queue, { callbacksGivenUp: queue.callbacksGivenUp + 1 })
  }
}

/** A terminal record's retention is over: a tombstone keeps its end for retries. */
export function bury(s: RoutingState, contact: ContactRow, tombstoneId: string, at: Moment): void {
  if (isTerminal(contact.state) && s.tombstones.size < s.tombstones.cap) {
    if (!s.tombstones.get(tombstoneId)) {
      s.tombstones.insert({
        id: tombstoneId,
        seq: contact.seq,
        state: contact.state,
        endCause: contact.endCause,
        endedAt: contact.endedAt,
        forgetAt: at.time + durations.retainTombstone,
      })
    }
  }
  if (contact.callback !== NONE) s.callbacks.delete(s.callbacks.at(contact.callback))
  if (contact.story !== NONE) s.stories.delete(s.stories.at(contact.story))
  const { requestClass } = contact
  s.contacts.delete(contact)
  touchRequestClass(s, requestClass, at.time)
}
