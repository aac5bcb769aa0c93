import { NONE } from '@evenkeel/chassis/table'
import { limits } from './limits.ts'
import { exclusionId } from './matching/choose.ts'
import type { AgentRow, ContactRow } from './schema.ts'
import { nextSeq, type RoutingState } from './state.ts'

/** Whether one more exclusion may name the agent and be the contact's. */
export const mayExclude = (s: RoutingState, contact: ContactRow | undefined, agent: AgentRow) =>
  s.exclusions.size < s.exclusions.cap &&
  s.exclusionsOfAgent.size(agent.slot) < limits.exclusionsPerAgent &&
  (contact === undefined || s.exclusionsOfContact.size(contact.slot) < limits.exclusionsPerContact)

/** Keeps a contact from an agent until `until` (customers' clock). False: a cap is reached, nothing is changed. */
export function excludeFor(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
  until: number,
): boolean {
  const id = exclusionId(contact, agent)
  const known = s.exclusions.get(id)
  if (known) {
    if (known.until < until) s.exclusions.update(known, { until })
    return true
  }
  if (!mayExclude(s, contact, agent)) return false
  s.exclusions.insert({
    id,
    contact: contact.slot,
    agent: agent.slot,
    seq: nextSeq(s),
    until,
  })
  return true
}

/** Everything that names an agent, when the agent goes for good. */
export function forgetAgentLinks(s: RoutingState, agent: AgentRow): void {
  for (let e = s.exclusionsOfAgent.first(agent.slot); e !== NONE; ) {
    const next = s.exclusionsOfAgent.next(e)
    s.exclusions.delete(s.exclusions.at(e))
    e = next
  }
  for (let p = s.preferencesOfAgent.first(agent.slot); p !== NONE; ) {
    const next = s.preferencesOfAgent.next(p)
    s.preferences.delete(s.preferences.at(p))
    p = next
  }
}
