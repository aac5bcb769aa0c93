import { isForLater } from '../alternatives/away.ts'
import { NONE } from '@evenkeel/chassis/table'
import { isHeld } from '../contact/hold.ts'
import { capacity, limits } from '../limits.ts'
import { offerContact } from '../offer/offer.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { isQueued, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { channels, type OfferRule } from '../words.ts'
import { chooseAgent } from './agent-choice.ts'
import { isEligible, isLeaving } from './classes.ts'
import { hasRoom, isCalledAway, roomFor, takenOf } from './free.ts'

export const exclusionOf = (contact: ContactRow, agentKey: string): string =>
  `${contact.id}#${agentKey}`

export const isExcluded = (s: RoutingState, contact: ContactRow, agent: AgentRow): boolean =>
  s.exclusionsOfContact.size(contact.slot) > 0 &&
  s.exclusions.get(exclusionOf(contact, agent.id)) !== undefined

export function canTake(s: RoutingState, agent: AgentRow, contact: ContactRow): boolean {
  const channel = channels.indexOf(contact.channel)
  return (
    hasRoom(agent, channel, agent.weights[channel] ?? 0) &&
    isEligible(s, agent, contact) &&
    !isLeaving(s, agent, contact.requestClass) &&
    !isExcluded(s, contact, agent)
  )
}

/** A contact has come to its place: offers it to the best agent with room, if there is one. */
export function matchContact(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  if (!isQueued(contact.state)) return false
  if (isHeld(s.pools.at(contact.pool), channels.indexOf(contact.channel))) return false
  return offerBest(s, contact, turn)
}

/** The same while offers are held: for the one that is tried. */
export function offerBest(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  if (contact.awaitsOpening || isForLater(s, contact, turn.at.time)) return false
  const preferred = freePreferred(s, contact)
  if (preferred) {
    offerContact(s, contact, preferred, { rule: 'preferred', runnersUp: [] }, turn)
    return true
  }
  if (contact.heldOut) return false
  const request = s.requestClasses.at(contact.requestClass)
  const none = s.exclusionsOfContact.size(contact.slot) === 0
  const allows = (agent: number): boolean => none || !isExcluded(s, contact, s.agents.at(agent))
  const { choice } = s.queues.at(contact.queue).policy
  if (choice !== undefined) {
    const chosen = chooseAgent(s, contact, choice, allows, turn.at.time)
    if (chosen) offerContact(s, contact, chosen.agent, chosen, turn)
    return chosen !== undefined
  }
  const slot = s.free.best(request, allows)
  if (slot === NONE) return false
  const agent = s.agents.at(slot)
  const runnersUp = s.free.runnersUp(request, slot, 3)
  offerContact(s, contact, agent, { rule: ruleOf(contact, agent, runnersUp), runnersUp }, turn)
  return true
}

/** What set the chosen agent apart from the next one. */
function ruleOf(contact: ContactRow, agent: AgentRow, runnersUp: readonly AgentRow[]): OfferRule {
  if (isCalledAway(agent, contact)) return 'interruption'
  const next = runnersUp[0]
  if (next === undefined || isCalledAway(next, contact)) return 'onlyOne'
  return takenOf(next) === takenOf(agent) ? 'longestIdle' : 'tightestFit'
}

function freePreferred(s: RoutingState, contact: ContactRow): AgentRow | undefined {
  if (contact.preferred === '') return undefined
  const pool = s.pools.at(contact.pool)
  for (const id of contact.preferred.split(' ')) {
    const agent = s.agents.find(pool.id, id)
    if (agent && canTake(s, agent, contact)) return agent
  }
  return undefined
}

/** The waiting contact with the smallest key that an agent with room may take; NONE: no room, or no contact. */
export function nextContact(s: RoutingState, agent: AgentRow): number {
  const { guarded, openOffer, presence, supplyClass } = agent
  if (presence !== 'ready' || guarded || openOffer !== NONE || supplyClass === NONE) return NONE
  const waiting = firstInQueues(s, agent)
  const preferring = preferredHead(s, agent)
  return preferring === NONE ? waiting : earlier(s, preferring, waiting)
}

/** An agent has room: offers its next contact, if there is one. */
export function matchAgent(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const best = nextContact(s, agent)
  if (best === NONE) return
  const contact = s.contacts.at(best)
  const rule = isCalledAway(agent, contact) ? 'interruption' : 'nextContact'
  offerContact(s, contact, agent, { rule, runnersUp: [] }, turn)
}

/** The smallest of the heads of all request classes that the agent serves and has room for. */
function firstInQueues(s: RoutingState, agent: AgentRow): number {
  const { weights } = agent
  const plain = agent.aside + agent.yieldsToCall + agent.yieldsToChat === 0
  const left = capacity - takenOf(agent)
  const pool = s.pools.at(agent.pool)
  const unrestricted = s.exclusionsOfAgent.size(agent.slot) === 0
  let best = NONE
  let bestKey = Number.POSITIVE_INFINITY
  // Hundreds, of which most are empty or later: one number is read of each.
  const requests = s.eligibility.requestsOf(agent.supplyClass)
  const headKeys = s.waiting.firstKeys()
  for (let at = 0; at < requests.length; at++) {
    const request = requests[at]!
    const headKey = headKeys[request] ?? Number.POSITIVE_INFINITY
    if (headKey > bestKey || headKey === Number.POSITIVE_INFINITY) continue
    if (s.eligibility.isClosed(agent.supplyClass, request)) continue
    const channel = s.eligibility.channelOf(request)
    const room = plain ? left : roomFor(agent, channel)
    if ((weights[channel] ?? 0) > room || isHeld(pool, channel)) continue
    const head = unrestricted ? s.waiting.first(request) : firstAllowed(s, agent, request)
    if (head === NONE) continue
    const key = s.waiting.keyOf(head)
    const equal = key === bestKey && s.waiting.tieOf(head) > s.waiting.tieOf(best)
    if (key > bestKey || equal) continue
    best = head
    bestKey = key
  }
  return best
}

/** The first waiting contact of a request class that is not kept from the agent. */
function firstAllowed(s: RoutingState, agent: AgentRow, request: number): number {
  let slot = s.waiting.first(request)
  while (slot !== NONE && isExcluded(s, s.contacts.at(slot), agent)) slot = s.waiting.next(slot)
  return slot
}

/** The first contact that waits for this very agent. At most limits.preferencesPerAgent do. */
function preferredHead(s: RoutingState, agent: AgentRow): number {
  const pool = s.pools.at(agent.pool)
  let slot = s.preferencesOfAgent.first(agent.slot)
  for (let step = 0; slot !== NONE && step < limits.preferencesPerAgent; step++) {
    const contact = s.contacts.at(s.preferences.at(slot).contact)
    const held = isHeld(pool, channels.indexOf(contact.channel))
    if (!held && isQueued(contact.state) && canTake(s, agent, contact)) return contact.slot
    slot = s.preferencesOfAgent.next(slot)
  }
  return NONE
}

/** Whichever is to be served first; `b` may be NONE. */
function earlier(s: RoutingState, a: number, b: number): number {
  if (b === NONE) return a
  const one = s.contacts.at(a)
  const two = s.contacts.at(b)
  return one.key < two.key || (one.key === two.key && one.seq < two.seq) ? a : b
}
