import { NONE } from '@evenkeel/chassis/table'
import { capacity, limits } from '../limits.ts'
import { offerContact } from '../offer.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { isQueued, keyOf, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { channels, type OfferRule } from '../words.ts'
import { isEligible } from './classes.ts'
import { hasRoom } from './free.ts'

export const exclusionOf = (contact: ContactRow, agentKey: string): string =>
  `${contact.id}#${agentKey}`

export const isExcluded = (s: RoutingState, contact: ContactRow, agent: AgentRow): boolean =>
  s.exclusionsOfContact.size(contact.slot) > 0 &&
  s.exclusions.get(exclusionOf(contact, agent.id)) !== undefined

export function canTake(s: RoutingState, agent: AgentRow, contact: ContactRow): boolean {
  const weight = agent.weights[channels.indexOf(contact.channel)] ?? 0
  return hasRoom(agent, weight) && isEligible(s, agent, contact) && !isExcluded(s, contact, agent)
}

/** A contact has come to its place: offers it to the best agent with room, if there is one. */
export function matchContact(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  if (!isQueued(contact.state)) return false
  const preferred = freePreferred(s, contact)
  if (preferred) {
    offerContact(s, contact, preferred, { rule: 'preferred', runnersUp: [] }, turn)
    return true
  }
  if (contact.heldOut) return false
  const request = s.requestClasses.at(contact.requestClass)
  const none = s.exclusionsOfContact.size(contact.slot) === 0
  const slot = s.free.best(request, (agent) => none || !isExcluded(s, contact, s.agents.at(agent)))
  if (slot === NONE) return false
  const agent = s.agents.at(slot)
  const runnersUp = s.free.runnersUp(request, slot, 3)
  offerContact(s, contact, agent, { rule: ruleOf(agent, runnersUp), runnersUp }, turn)
  return true
}

/** What set the chosen agent apart from the next one. */
function ruleOf(agent: AgentRow, runnersUp: readonly AgentRow[]): OfferRule {
  const next = runnersUp[0]
  if (next === undefined) return 'onlyOne'
  return next.load === agent.load ? 'longestIdle' : 'tightestFit'
}

function freePreferred(s: RoutingState, contact: ContactRow): AgentRow | undefined {
  if (contact.preferred === '') return undefined
  const pool = s.pools.at(contact.pool)
  for (const id of contact.preferred.split(' ')) {
    const agent = s.agents.get(keyOf(pool.id, id))
    if (agent && canTake(s, agent, contact)) return agent
  }
  return undefined
}

/** An agent has room: offers the waiting contact with the smallest key that it may take, if there is one. */
export function matchAgent(s: RoutingState, agent: AgentRow, turn: Turn): void {
  if (agent.presence !== 'ready' || agent.openOffer !== NONE || agent.supplyClass === NONE) return
  let best = preferredHead(s, agent)
  for (const request of s.eligibility.requestsOf(agent.supplyClass)) {
    const head = firstAllowed(s, agent, request)
    if (head !== NONE && (best === NONE || before(s, head, best))) best = head
  }
  if (best === NONE) return
  offerContact(s, s.contacts.at(best), agent, { rule: 'nextContact', runnersUp: [] }, turn)
}

/** The first waiting contact of a request class that the agent may take. */
function firstAllowed(s: RoutingState, agent: AgentRow, request: number): number {
  let slot = s.waiting.first(request)
  if (slot === NONE) return NONE
  const channel = channels.indexOf(s.requestClasses.at(request).channel)
  if (agent.load + (agent.weights[channel] ?? 0) > capacity) return NONE
  if (s.exclusionsOfAgent.size(agent.slot) === 0) return slot
  while (slot !== NONE && isExcluded(s, s.contacts.at(slot), agent)) slot = s.waiting.next(slot)
  return slot
}

/** The first contact that waits for this very agent. At most limits.preferencesPerAgent do. */
function preferredHead(s: RoutingState, agent: AgentRow): number {
  let slot = s.preferencesOfAgent.first(agent.slot)
  for (let step = 0; slot !== NONE && step < limits.preferencesPerAgent; step++) {
    const contact = s.contacts.at(s.preferences.at(slot).contact)
    if (isQueued(contact.state) && canTake(s, agent, contact)) return contact.slot
    slot = s.preferencesOfAgent.next(slot)
  }
  return NONE
}

function before(s: RoutingState, a: number, b: number): boolean {
  const one = s.contacts.at(a)
  const two = s.contacts.at(b)
  return one.key < two.key || (one.key === two.key && one.seq < two.seq)
}
