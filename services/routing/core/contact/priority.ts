import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { SetContactPriority } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { priorityRaised } from './interruption.ts'
import { placeKey } from './place-key.ts'
import { changeContact } from './placement.ts'
import { resolveContact } from './resolve.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, isTerminal, type RoutingState } from '../state.ts'
import { changeLinePlace, linePlace } from '../callback/step-ahead.ts'
import { changeStory } from './story.ts'
import { accept, reject, type Turn } from '../turn.ts'

/** A supervisor has changed a priority. */
export interface PriorityChange {
  readonly former: number
  readonly actor: string
  readonly reason: string
  readonly at: number
}

/**
 * A supervisor gives a contact another priority, and so another place. What its queue's policy has
 * become since must not turn that round: more is never later, less is never earlier.
 */
export function setContactPriority(
  s: RoutingState,
  c: SetContactPriority,
  turn: Turn,
): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const contactId = idOf(contact.id)
  if (isTerminal(contact.state)) {
    return reject('CONTACT_ENDED', { contact_id: contactId, state: contact.state })
  }
  const former = contact.priority
  const { priority, reason, actor } = c
  if (former === priority) return accept(turn, c.contactId)
  const queue = s.queues.at(contact.queue)
  const asked = placeKey(s, queue, contact.enteredAt, priority, contact.slot)
  const present = linePlace(s, contact)
  const { time } = turn.at
  changeLinePlace(
    s,
    contact,
    priority > former ? Math.min(asked, present) : Math.max(asked, present),
  )
  changeStory(s, contact, {
    priorityWas: former,
    priorityBy: actor,
    priorityWhy: reason,
    priorityAt: time,
  })
  changeContact(s, contact, { priority, policyVersion: queue.policyVersion })
  keepPreferencesInOrder(s, contact)
  priorityRaised(s, contact)
  turn.events.push({
    kind: 'contactPrioritized',
    pool: c.pool,
    contactId,
    queueId: idOf(queue.id),
    priority,
    change: { former, actor, reason, at: time },
  })
  return accept(turn, c.contactId)
}

/** Who is waited for by several takes the first of them. */
function keepPreferencesInOrder(s: RoutingState, contact: ContactRow): void {
  const { preferencesOfContact, preferences } = s
  for (let p = preferencesOfContact.first(contact.slot); p !== NONE; ) {
    const next = preferencesOfContact.next(p)
    preferences.update(preferences.at(p), { key: contact.key })
    p = next
  }
}
