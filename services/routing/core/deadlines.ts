import type { Moment, WorkItem } from '@evenkeel/chassis/protocol'
import { assert, CoreFault, NONE } from '@evenkeel/chassis/table'
import { availabilityDue } from './agent/availability.ts'
import { breakerDue } from './agent/breaker.ts'
import { reviewCallback } from './callback/callback.ts'
import { letGo } from './callback/customer-first.ts'
import { closeAttempt, dialNext, unclaimed } from './callback/dial.ts'
import type { RoutingEvent } from './events.ts'
import { releaseWorkSlice, releasingWork } from './agent/force.ts'
import { parking, parkSlice, releaseSlice, releasing } from './contact/hold.ts'
import { asideTooLong } from './contact/interruption.ts'
import { NEVER } from './limits.ts'
import { matchContact } from './matching/choose.ts'
import { setUpFailed } from './contact/media.ts'
import { expireOffer } from './offer/offer.ts'
import { warningDue } from './contact/expiry.ts'
import { bury, endContact, enterQueue } from './contact/placement.ts'
import { leaveHoldOut } from './offer/hold-out.ts'
import { offersWork, reviewOffersSlice } from './callback/review.ts'
import { firstToOpen, hoursTurned, hoursWork, reviewSlice } from './queue/opening.ts'
import { endOneHoldOut, loseSession, startGrace } from './agent/presence.ts'
import { applySkills } from './agent/profile.ts'
import { guardsWork, reviewGuardsSlice, rosterDue } from './agent/roster.ts'
import { stateLapsed } from './queue/state.ts'
import { reconcileSlice, reconciling } from './contact/reconcile.ts'
import { tombstoneId } from './contact/resolve.ts'
import type { AgentRow, ContactRow } from './schema.ts'
import { isQueued, type RoutingState } from './state.ts'
import { newTurn, type Turn, unreachable } from './turn.ts'
import { lookAtStaffing, unstaffedDue } from './queue/unstaffed.ts'

/** Moves on every entity whose deadline has passed, at most `budget` of them, always in the same order of kinds. */
export function expire(
  s: RoutingState,
  at: Moment,
  budget: number,
): { events: readonly RoutingEvent[]; more: boolean } {
  const turn = newTurn(at)
  for (let fired = 0; fired < budget; fired++) {
    if (!fireOne(s, turn)) return { events: turn.events, more: false }
  }
  return { events: turn.events, more: nothingDue(s, at) === false }
}

export function nextDeadline(s: RoutingState): { time: number; uptime: number } {
  return {
    time: Math.min(
      s.contactsByTime.firstAt(),
      s.storiesByTime.firstAt(),
      s.agentsByTime.firstAt(),
      s.queuesByTime.firstAt(),
      s.exclusionsByTime.firstAt(),
      s.tombstonesByTime.firstAt(),
      s.earlyEndsByTime.firstAt(),
      s.departuresByTime.firstAt(),
      s.unstaffedByTime.firstAt(),
      s.requestClassesByTime.firstAt(),
      s.supplyClassesByTime.firstAt(),
      s.reconciliationsByTime.firstAt(),
    ),
    uptime: Math.min(
      s.contactsByUptime.firstAt(),
      s.offersByUptime.firstAt(),
      s.agentsByUptime.firstAt(),
      s.poolsByUptime.firstAt(),
      s.breakersByUptime.firstAt(),
    ),
  }
}

function nothingDue(s: RoutingState, at: Moment): boolean {
  const next = nextDeadline(s)
  return next.time > at.time && next.uptime > at.uptime && s.staffing.firstTurned() === NONE
}

/** The one earliest entity that is due, if any. False: nothing is. */
function fireOne(s: RoutingState, turn: Turn): boolean {
  const { time, uptime } = turn.at
  if (s.contactsByUptime.firstAt() <= uptime) {
    contactOverdue(s, s.contacts.at(s.contactsByUptime.first()), turn)
  } else if (s.agentsByUptime.firstAt() <= uptime) {
    loseSession(s, s.agents.at(s.agentsByUptime.first()), turn)
  } else if (s.poolsByUptime.firstAt() <= uptime) {
    dialNext(s, s.pools.at(s.poolsByUptime.first()), turn)
  } else if (s.breakersByUptime.firstAt() <= uptime) {
    breakerDue(s, s.breakers.at(s.breakersByUptime.first()), turn)
  } else if (s.offersByUptime.firstAt() <= uptime) {
    s.offers.delete(s.offers.at(s.offersByUptime.first()))
  } else if (s.agentsByTime.firstAt() <= time) {
    agentDue(s, s.agents.at(s.agentsByTime.first()), turn)
  } else if (s.storiesByTime.firstAt() <= time) {
    warningDue(s, s.stories.at(s.storiesByTime.first()), turn)
  } else if (s.contactsByTime.firstAt() <= time) {
    contactDue(s, s.contacts.at(s.contactsByTime.first()), turn)
  } else if (s.queuesByTime.firstAt() <= time) {
    stateLapsed(s, s.queues.at(s.queuesByTime.first()), turn)
  } else if (s.exclusionsByTime.firstAt() <= time) {
    exclusionOver(s, s.exclusionsByTime.first(), turn)
  } else if (s.tombstonesByTime.firstAt() <= time) {
    s.tombstones.delete(s.tombstones.at(s.tombstonesByTime.first()))
  } else if (s.earlyEndsByTime.firstAt() <= time) {
    s.earlyEnds.delete(s.earlyEnds.at(s.earlyEndsByTime.first()))
  } else if (s.departuresByTime.firstAt() <= time) {
    s.departures.delete(s.departures.at(s.departuresByTime.first()))
  } else if (s.requestClassesByTime.firstAt() <= time) {
    s.requestClasses.delete(s.requestClasses.at(s.requestClassesByTime.first()))
  } else if (s.supplyClassesByTime.firstAt() <= time) {
    s.supplyClasses.delete(s.supplyClasses.at(s.supplyClassesByTime.first()))
  } else if (s.reconciliationsByTime.firstAt() <= time) {
    s.reconciliations.delete(s.reconciliations.at(s.reconciliationsByTime.first()))
  } else if (s.staffing.firstTurned() !== NONE) {
    lookAtStaffing(s, s.requestClasses.at(s.staffing.firstTurned()), turn)
  } else if (s.unstaffedByTime.firstAt() <= time) {
    unstaffedDue(s, s.requestClasses.at(s.unstaffedByTime.first()), turn)
  } else return false
  return true
}

function agentDue(s: RoutingState, agent: AgentRow, turn: Turn): void {
  if (agent.holdUntil <= turn.at.time) s.agents.update(agent, { holdUntil: NEVER })
  else if (agent.leftAt <= turn.at.time) endOneHoldOut(s, agent, turn)
  else if (agent.rosterAt <= turn.at.time) rosterDue(s, agent, turn)
  else if (availabilityDue(s, agent, turn)) return
  else applySkills(s, agent, turn)
}

/** A machine did not do its part in time. */
function contactOverdue(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { state } = contact
  if (state === 'offered') expireOffer(s, contact, turn)
  else if (state === 'connecting') setUpFailed(s, contact, 'network', turn)
  else if (state === 'wrapUp') endContact(s, contact, 'completed', 'wrapUpOver', turn)
  else {
    assert(state === 'dialling', 'a machine deadline belongs to a state with an agent')
    const claimed = s.callbacks.at(contact.callback).attemptState === 'claimed'
    if (claimed) closeAttempt(s, contact, 'unknown', turn)
    else unclaimed(s, contact, turn)
  }
}

/** A contact's own time has come: the end of its state, of its hold-out, or a look at its callback offer. */
function contactDue(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { time } = turn.at
  if (contact.dueTime <= time) return stateOver(s, contact, turn)
  const turned = contact.servedUntil <= time
  if (turned || (contact.awaitsOpening && contact.holdOutUntil <= time)) {
    return hoursTurned(s, firstToOpen(s, contact, time), turn)
  }
  if (contact.holdOutUntil <= time) {
    leaveHoldOut(s, contact, turn)
    return
  }
  reviewCallback(s, contact, turn)
}

function stateOver(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { time } = turn.at
  switch (contact.state) {
    case 'waiting':
      return endContact(s, contact, 'expired', 'timeToLive', turn)
    case 'dialable':
      return endContact(s, contact, 'expired', 'callbackGivenUp', turn)
    case 'customerHeld':
      return letGo(s, contact, 'timeLimit', turn)
    case 'callbackWaiting': {
      const over = s.callbacks.at(contact.callback).giveUpAt <= time
      if (over) return endContact(s, contact, 'expired', 'callbackGivenUp', turn)
      return enterQueue(s, contact, turn)
    }
    case 'connected':
      return endContact(s, contact, 'completed', 'handleLimit', turn)
    case 'interrupted':
      return asideTooLong(s, contact, turn)
    case 'held':
      return endContact(s, contact, 'expired', 'holdLimit', turn)
    case 'completed':
    case 'abandoned':
    case 'expired':
    case 'cancelled':
    case 'merged':
      return bury(s, contact, tombstoneId(contact.id), turn.at)
    case 'offered':
    case 'connecting':
    case 'wrapUp':
    case 'dialling':
      throw new CoreFault(`a contact that is ${contact.state} has a machine's deadline only`)
    default:
      return unreachable(contact.state)
  }
}

function exclusionOver(s: RoutingState, slot: number, turn: Turn): void {
  const exclusion = s.exclusions.at(slot)
  const contact = s.contacts.at(exclusion.contact)
  s.exclusions.delete(exclusion)
  if (isQueued(contact.state)) matchContact(s, contact, turn)
}

const orphans = 'orphans'
/** Agents looked at per slice; each touches one row. */
const orphansPerSlice = 200

/** A replica began a new run or fell silent: the sessions it held are cut, those opened after that are not. */
export function orphaned(replica: string, at: Moment): readonly WorkItem[] {
  return [{ kind: orphans, subject: replica, cursor: `${at.offset} 0` }]
}

/** One slice of an item of the work list. */
export function work(
  s: RoutingState,
  item: WorkItem,
  at: Moment,
): { events: readonly RoutingEvent[]; next?: WorkItem } {
  const turn = newTurn(at)
  const next = sliceOf(s, item, turn)
  return next ? { events: turn.events, next } : { events: turn.events }
}

function sliceOf(s: RoutingState, item: WorkItem, turn: Turn): WorkItem | undefined {
  if (item.kind === hoursWork) return reviewSlice(s, item, turn)
  if (item.kind === offersWork) return reviewOffersSlice(s, item, turn)
  if (item.kind === guardsWork) return reviewGuardsSlice(s, item, turn)
  if (item.kind === releasing) return releaseSlice(s, item, turn)
  if (item.kind === releasingWork) return releaseWorkSlice(s, item, turn)
  if (item.kind === parking) return parkSlice(s, item, turn)
  return item.kind === reconciling ? reconcileSlice(s, item, turn) : cutOrphans(s, item, turn)
}

/** One slice of cutting the sessions that a replica held; cursor: the offset before which they were opened, the last agent's number. */
function cutOrphans(s: RoutingState, item: WorkItem, turn: Turn): WorkItem | undefined {
  const [openedBefore = 0, after = 0] = item.cursor.split(' ').map(Number)
  let slot = s.connected.atOrAfter(0, after, 0)
  let cursor = after
  for (let seen = 0; slot !== NONE && seen < orphansPerSlice; seen++) {
    const next = s.connected.next(slot)
    const agent = s.agents.at(slot)
    cursor = agent.seq
    const orphan = agent.sessionReplica === item.subject && agent.sessionFrom < openedBefore
    if (orphan) startGrace(s, agent, turn)
    slot = next
  }
  return slot === NONE ? undefined : { ...item, cursor: `${openedBefore} ${cursor}` }
}
