import type { Outcome } from '@evenkeel/chassis/protocol'
import { assert, NONE } from '@evenkeel/chassis/table'
import { endpointAnswered, isOutOfReach } from '../agent/availability.ts'
import { endpointWorked, mayPause } from '../agent/breaker.ts'
import { isCallbackPending } from '../callback/callback.ts'
import { agentCame, isCustomerHeld } from '../callback/customer-first.ts'
import { isDecided } from '../callback/promise.ts'
import { dialFor, settleCallback } from '../callback/dial.ts'
import type { AcceptOffer, DeclineOffer } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { escalate } from '../contact/escalation.ts'
import { excludeFor } from '../contact/exclusion.ts'
import { makeRoom, resumeWork, yieldFromNow } from '../contact/interruption.ts'
import { isCounted } from '../legs/legs.ts'
import { capacity, durations, NEVER } from '../limits.ts'
import { countTaken } from '../matching/agent-choice.ts'
import { matchAgent } from '../matching/choose.ts'
import { isEligible } from '../matching/classes.ts'
import { takenOf } from '../matching/free.ts'
import { countAnswered } from '../queue/figures.ts'
import { changeContact, enterQueue, leaveQueue, release } from '../contact/placement.ts'
import { pauseAgent } from '../agent/presence.ts'
import type { AgentRow, ContactRow, OfferRow } from '../schema.ts'
import { idOf, isQueued, nextSeq, type RoutingState } from '../state.ts'
import { accept, newId, reject, type Turn } from '../turn.ts'
import { learnAnswer, toldWait } from '../wait/wait.ts'
import { channels, isLive, type OfferRule } from '../words.ts'

export interface Decision {
  readonly rule: OfferRule
  readonly runnersUp: readonly AgentRow[]
}

/** Offers a queued contact to an agent with room. Capacity is reserved now, so acceptance can't exceed it. */
export function offerContact(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
  decision: Decision,
  turn: Turn,
): void {
  const { time, uptime } = turn.at
  const weight = agent.weights[channels.indexOf(contact.channel)] ?? 0
  assert(isQueued(contact.state), 'a contact is offered from its place in the queue')
  makeRoom(s, agent, weight, contact, turn)
  assert(weight > 0 && takenOf(agent) + weight <= capacity, 'an agent never exceeds capacity')
  const pool = s.pools.at(contact.pool)
  const skilled = isEligible(s, agent, contact)
  s.pools.update(pool, {
    assignments: pool.assignments + 1,
    belowRequiredSkill: pool.belowRequiredSkill + (skilled ? 0 : 1),
  })
  assert(skilled, 'the skill floor is never relaxed')
  leaveQueue(s, contact)
  const { policy, policyVersion } = s.queues.at(contact.queue)
  const { offerTimeoutMs } = policy
  const offer = s.offers.insert({
    id: newId(turn, 'o'),
    contact: contact.id,
    agent: agent.id,
    seq: nextSeq(s),
    status: 'open',
    policyVersion,
    expiresAt: time + offerTimeoutMs,
    forgetAt: NEVER,
  })
  changeContact(s, contact, {
    state: 'offered',
    stateSince: time,
    dueTime: NEVER,
    dueUptime: uptime + offerTimeoutMs,
    agent: agent.slot,
    weight,
    offer: offer.slot,
    offersMade: contact.offersMade + 1,
    chosenAgentId: idOf(agent.id),
    chosenBy: decision.rule,
    runnersUp: decision.runnersUp.map((a) => idOf(a.id)).join(' '),
    chosenIdleMs: time - agent.idleSince,
    chosenUnder: policyVersion,
  })
  s.agents.update(agent, { load: agent.load + weight, openOffer: offer.slot })
  turn.events.push({
    kind: 'offerMade',
    pool: pool.id,
    offerId: offer.id,
    contactId: idOf(contact.id),
    agentId: idOf(agent.id),
  })
  // What was made may be more than it takes: something smaller was aside, or takes less by now.
  resumeWork(s, agent, turn)
}

type Found = { readonly offer: OfferRow; readonly agent: AgentRow }

function findOffer(
  s: RoutingState,
  c: { readonly pool: string; readonly agentId: string; readonly offerId: string },
): Found | Outcome<RoutingEvent> {
  if (!s.pools.get(c.pool)) return reject('POOL_UNKNOWN', { pool: c.pool })
  const agent = s.agents.find(c.pool, c.agentId)
  if (!agent) return reject('AGENT_UNKNOWN', { pool: c.pool, agent_id: c.agentId })
  const offer = s.offers.get(c.offerId)
  if (!offer || offer.agent !== agent.id) {
    return reject('OFFER_UNKNOWN', { agent_id: c.agentId, offer_id: c.offerId })
  }
  return { offer, agent }
}

/** The agent takes it: the call is set up, the dial requested, or (where nobody is on a line) the work begins. */
export function acceptOffer(s: RoutingState, c: AcceptOffer, turn: Turn): Outcome<RoutingEvent> {
  const found = findOffer(s, c)
  if (!('offer' in found)) return found
  const { offer, agent } = found
  if (offer.status === 'accepted') return accept(turn, idOf(offer.contact))
  if (offer.status !== 'open') {
    return reject('OFFER_CLOSED', { offer_id: offer.id, status: offer.status })
  }
  const contact = s.contacts.must(offer.contact)
  s.offers.update(offer, { status: 'accepted' })
  s.agents.update(agent, { openOffer: NONE, missedOffers: 0, assigned: agent.assigned + 1 })
  countTaken(s, agent, contact, turn.at.time)
  turn.events.push({
    kind: 'offerAccepted',
    pool: c.pool,
    offerId: offer.id,
    contactId: idOf(contact.id),
    agentId: c.agentId,
    waitedMs: turn.at.time - contact.createdAt,
    toldWait: toldWait(contact),
  })
  beginWork(s, contact, agent, turn)
  matchAgent(s, agent, turn)
  return accept(turn, idOf(contact.id))
}

function beginWork(s: RoutingState, contact: ContactRow, agent: AgentRow, turn: Turn): void {
  const { time, uptime } = turn.at
  const { policy } = s.queues.at(contact.queue)
  changeContact(s, contact, { stateSince: time, handledSince: time, takenAt: time })
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback && isCallbackPending(callback)) {
    if (!isCustomerHeld(callback)) return dialFor(s, contact, agent, turn)
    agentCame(s, contact)
  }
  countAnswer(s, contact, time)
  if (isLive(contact.channel)) {
    changeContact(s, contact, {
      state: 'connecting',
      dueTime: NEVER,
      dueUptime: uptime + policy.connectTimeoutMs,
    })
  } else connectContact(s, contact, turn)
}

/** First time that the customer has an agent: what the service level is made of. */
export function countAnswer(s: RoutingState, contact: ContactRow, time: number): void {
  if (contact.answeredAt > 0) return
  const live = !isDecided(s, contact)
  changeContact(s, contact, { answeredAt: time })
  if (!isCounted(s, contact)) return
  learnAnswer(s, contact, time)
  const queue = s.queues.at(contact.queue)
  countAnswered(s, queue, { waitMs: time - contact.enteredAt, live }, time)
}

/** Agent and customer are together, or the agent works on it. */
export function connectContact(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { time } = turn.at
  const pending = contact.callback !== NONE && isCallbackPending(s.callbacks.at(contact.callback))
  if (pending) settleCallback(s, contact, time)
  changeContact(s, contact, {
    state: 'connected',
    stateSince: time,
    dueTime: time + s.queues.at(contact.queue).policy.handleLimitMs,
    dueUptime: NEVER,
  })
  yieldFromNow(s, contact)
  turn.events.push({
    kind: 'contactConnected',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    agentId: idOf(s.agents.at(contact.agent).id),
  })
  endpointWorked(s, contact, turn)
  endpointAnswered(s, contact, turn)
}

/** The agent turns it down: the contact keeps its place, and this agent is left out for a while. */
export function declineOffer(s: RoutingState, c: DeclineOffer, turn: Turn): Outcome<RoutingEvent> {
  const found = findOffer(s, c)
  if (!('offer' in found)) return found
  const { offer, agent } = found
  if (offer.status === 'declined') return accept(turn, idOf(offer.contact))
  if (offer.status !== 'open') {
    return reject('OFFER_CLOSED', { offer_id: offer.id, status: offer.status })
  }
  const contact = s.contacts.must(offer.contact)
  release(s, contact, turn, 'declined')
  // Without the exclusion the same agent would be offered it again at once: then better no more
  // offers at all.
  const until = turn.at.time + c.retryAfterMs
  if (!excludeFor(s, contact, agent.id, until)) pauseAgent(s, agent, 'decline_limit', turn)
  escalate(s, contact, turn)
  enterQueue(s, contact, turn, agent)
  return accept(turn, idOf(contact.id))
}

/** Not answered in time: the agent is paused (who does not answer one offer does not answer the next). */
export function expireOffer(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const agent = release(s, contact, turn, 'expired')
  if (agent) missed(s, agent, contact, turn)
  escalate(s, contact, turn)
  enterQueue(s, contact, turn, agent)
}

/** An agent did not answer; whose endpoint can't be reached could not. */
export function missed(s: RoutingState, agent: AgentRow, contact: ContactRow, turn: Turn): void {
  const until = turn.at.time + durations.mediaRetry
  if (isOutOfReach(agent, contact.channel)) {
    excludeFor(s, contact, agent.id, until)
    return
  }
  s.agents.update(agent, { missedOffers: agent.missedOffers + 1 })
  const { breaker } = s.pools.at(agent.pool)
  const enough = breaker === 'none' ? 1 : (breaker.pauseAfter ?? 1)
  const spared = agent.missedOffers < enough || !mayPause(s, agent)
  if (spared && excludeFor(s, contact, agent.id, until)) return
  pauseAgent(s, agent, 'missed_offer', turn)
  // Somebody with several contacts may miss one while being offered another.
  withdrawOffer(s, agent, turn)
}

/** Takes an unanswered offer back from an agent; the contact keeps its place. */
export function withdrawOffer(s: RoutingState, agent: AgentRow, turn: Turn): void {
  if (agent.openOffer === NONE) return
  const contact = s.contacts.must(s.offers.at(agent.openOffer).contact)
  release(s, contact, turn)
  enterQueue(s, contact, turn)
}

/** The same where the agent stays at work: for whoever waits longest, this contact or another. */
export function takeBackOffer(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const contact = s.contacts.must(s.offers.at(agent.openOffer).contact)
  release(s, contact, turn)
  enterQueue(s, contact, turn, agent)
}
