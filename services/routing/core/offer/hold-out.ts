import { NONE } from '@evenkeel/chassis/table'
import { matchContact } from '../matching/choose.ts'
import { endHoldOut } from '../contact/placement.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { isQueued, type RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { waits } from '../queue/unstaffed.ts'

/** Waits for its preferred agents alone no longer: whoever has room may have it. */
export function leaveHoldOut(s: RoutingState, contact: ContactRow, turn: Turn): void {
  endHoldOut(s, contact)
  if (isQueued(contact.state) && !matchContact(s, contact, turn)) waits(s, contact, turn)
}

/**
 * The first contact that waits for the agent alone and whose queue gives up who has left (a queue
 * with an agent choice), as its preference; NONE: none does. At most limits.preferencesPerAgent do.
 */
export function heldOutFor(s: RoutingState, agent: AgentRow): number {
  let slot = s.preferencesOfAgent.first(agent.slot)
  while (slot !== NONE) {
    const { queue } = s.contacts.at(s.preferences.at(slot).contact)
    if (s.queues.at(queue).policy.choice !== undefined) return slot
    slot = s.preferencesOfAgent.next(slot)
  }
  return NONE
}
