import { NONE } from '@evenkeel/chassis/table'
import { limits, NEVER } from '../limits.ts'
import { exclusionOf } from '../matching/choose.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { nextSeq, type RoutingState } from '../state.ts'

/** Whether one more exclusion may name the agent, who need not be here (yet). */
export function mayName(s: RoutingState, agentKey: string): boolean {
  const agent = s.agents.get(agentKey)
  if (agent) return s.exclusionsOfAgent.size(agent.slot) < limits.exclusionsPerAgent
  let named = 0
  for (let e = s.strangersExcluded.first(agentKey); e !== NONE; e = s.strangersExcluded.next(e)) {
    named += 1
  }
  return named < limits.exclusionsPerAgent
}

/** Whether one more exclusion may name the agent and be the contact's. */
const mayExclude = (s: RoutingState, contact: ContactRow, agentKey: string): boolean =>
  s.exclusions.size < s.exclusions.cap &&
  s.exclusionsOfContact.size(contact.slot) < limits.exclusionsPerContact &&
  mayName(s, agentKey)

/** Keeps a contact from an agent until `until` (customers' clock). False: a cap is reached, nothing is changed. */
export function excludeFor(
  s: RoutingState,
  contact: ContactRow,
  agentKey: string,
  until: number,
): boolean {
  const id = exclusionOf(contact, agentKey)
  const known = s.exclusions.get(id)
  if (known) {
    if (known.until < until) s.exclusions.update(known, { until })
    return true
  }
  if (!mayExclude(s, contact, agentKey)) return false
  s.exclusions.insert({
    id,
    contact: contact.slot,
    agent: s.agents.get(agentKey)?.slot ?? NONE,
    seq: nextSeq(s),
    until,
  })
  return true
}

/** An agent is new here, and some contacts have been told never to be offered to it. */
export function knowAgent(s: RoutingState, agent: AgentRow): void {
  for (let e = s.strangersExcluded.first(agent.id); e !== NONE; ) {
    const next = s.strangersExcluded.next(e)
    s.exclusions.update(s.exclusions.at(e), { agent: agent.slot })
    e = next
  }
}

/** Everything that names an agent, when the agent goes for good; who was excluded for good stays so, should it return. */
export function forgetAgentLinks(s: RoutingState, agent: AgentRow): void {
  for (let e = s.exclusionsOfAgent.first(agent.slot); e !== NONE; ) {
    const next = s.exclusionsOfAgent.next(e)
    const exclusion = s.exclusions.at(e)
    if (exclusion.until === NEVER) s.exclusions.update(exclusion, { agent: NONE })
    else s.exclusions.delete(exclusion)
    e = next
  }
  for (let p = s.preferencesOfAgent.first(agent.slot); p !== NONE; ) {
    const next = s.preferencesOfAgent.next(p)
    s.preferences.delete(s.preferences.at(p))
    p = next
  }
}
