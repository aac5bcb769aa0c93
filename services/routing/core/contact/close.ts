import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { CloseContact } from '../commands.ts'
import { completable, needs } from './contact.ts'
import type { RoutingEvent } from '../events.ts'
import { changeContact, endContact } from './placement.ts'
import { resolveContact } from './resolve.ts'
import type { StoryRow } from '../schema.ts'
import { idOf, isTerminal, type RoutingState } from '../state.ts'
import { changeStory, storyOf } from './story.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { dispositionOf } from '../view.ts'

/** What came of a contact, said by its agent: completes it if it is open yet. */
export function closeContact(s: RoutingState, c: CloseContact, turn: Turn): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const known = storyOf(s, contact)
  if (known && known.closedAt > 0) {
    return isSame(known, c)
      ? accept(turn, c.contactId)
      : reject('DISPOSITION_EXISTS', { contact_id: c.contactId, agent_id: known.closedBy })
  }
  const ended = isTerminal(contact.state)
  const mayClose = ended
    ? contact.answeredAt > 0
    : completable.some((state) => state === contact.state)
  if (!mayClose) return needs(contact, completable)
  const mine = ended
    ? contact.chosenAgentId === c.agentId
    : contact.agent !== NONE && idOf(s.agents.at(contact.agent).id) === c.agentId
  if (!mine) {
    return reject('CONTACT_NOT_YOURS', { contact_id: c.contactId, agent_id: c.agentId })
  }
  const story = changeStory(s, contact, {
    closedAt: turn.at.time,
    closedBy: c.agentId,
    closeReason: c.reason,
    resolved: c.resolved,
    topic: c.topic,
  })
  changeContact(s, contact, {})
  if (!ended) endContact(s, contact, 'completed', 'completed', turn)
  const disposition = dispositionOf(story)
  if (disposition) {
    const contactId = idOf(contact.id)
    turn.events.push({ kind: 'contactClosed', pool: c.pool, contactId, disposition })
  }
  return accept(turn, c.contactId)
}

const isSame = (story: StoryRow, c: CloseContact): boolean =>
  story.closedBy === c.agentId &&
  story.closeReason === c.reason &&
  story.resolved === c.resolved &&
  story.topic === c.topic
