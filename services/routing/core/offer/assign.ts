import type { Outcome } from '@evenkeel/chassis/protocol'
import type { AssignContact } from '../commands.ts'
import { isParkedStill } from '../callback/parking.ts'
import type { RoutingEvent } from '../events.ts'
import { constraintOf } from '../explain/explain.ts'
import { isHeld } from '../contact/hold.ts'
import { offerContact } from './offer.ts'
import { takeBeforeOpening } from '../queue/opening.ts'
import { resolveContact } from '../contact/resolve.ts'
import { idOf, isQueued, isTerminal, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { channels } from '../words.ts'

/**
 * A supervisor's choice, past order, rule and hold-out. What keeps an agent from a contact for good
 * reason (skill, channel, capacity, an exclusion, not being ready) keeps the supervisor too.
 */
export function assignContact(
  s: RoutingState,
  c: AssignContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const agent = s.agents.find(c.pool, c.agentId)
  if (!agent || agent.removed) {
    return reject('AGENT_UNKNOWN', { pool: c.pool, agent_id: c.agentId })
  }
  const given = contact.agent === agent.slot && contact.chosenBy === 'assigned'
  if (given) return accept(turn, c.contactId)
  if (!isQueued(contact.state)) {
    const fields = { contact_id: idOf(contact.id), state: contact.state }
    return isTerminal(contact.state)
      ? reject('CONTACT_ENDED', fields)
      : reject('CONTACT_STATE', { ...fields, needed: 'waiting, dialable' })
  }
  // A pool whose offers are held, by an operator or by a dead switch, makes none by hand either.
  if (isHeld(s.pools.at(contact.pool), channels.indexOf(contact.channel))) {
    const fields = { agent_id: c.agentId, contact_id: c.contactId }
    return reject('ASSIGN_REFUSED', { ...fields, constraint: 'offersHeld', skill_id: '' })
  }
  // The customer was promised not to be called yet, or has just been called in vain.
  if (isParkedStill(s, contact, turn.at.time)) {
    const fields = { agent_id: c.agentId, contact_id: c.contactId }
    return reject('ASSIGN_REFUSED', { ...fields, constraint: 'callbackNotDue', skill_id: '' })
  }
  const kept = constraintOf(s, contact, agent)
  if (kept !== undefined && kept.kind !== 'holdOut') {
    const fields = { agent_id: c.agentId, contact_id: c.contactId }
    return reject('ASSIGN_REFUSED', { ...fields, constraint: kept.kind, skill_id: kept.skillId })
  }
  takeBeforeOpening(s, contact, turn.at.time)
  offerContact(s, contact, agent, { rule: 'assigned', runnersUp: [] }, turn)
  return accept(turn, c.contactId)
}
