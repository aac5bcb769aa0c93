import { NONE } from '@evenkeel/chassis/table'
import { isCallbackPending } from './callback.ts'
import { remember } from './history.ts'
import { NEVER, priorityMax } from './limits.ts'
import {
  internRequestClass,
  joinRequirements,
  requirementsOf,
  touchRequestClass,
} from './matching/classes.ts'
import { placeKey } from './place-key.ts'
import { changeContact } from './placement.ts'
import type { ContactRow, QueueRow } from './schema.ts'
import { idOf, keyOf, type RoutingState } from './state.ts'
import { changeLinePlace, linePlace } from './step-ahead.ts'
import { changeStory } from './story.ts'
import type { Turn } from './turn.ts'

/**
 * Offers of a contact were in vain as often as its queue allows: it gets the place that the queue's
 * escalation gives it, once. To be called between the agent's release and the queue.
 */
export function escalate(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { escalation } = s.queues.at(contact.queue).policy
  if (escalation === undefined || contact.escalatedAt > 0) return
  if (contact.offersMade < escalation.afterOffers) return
  const { time } = turn.at
  const former = contact.requestClass
  const { queue, requestClass } = destination(s, contact, escalation.queueId)
  const priority = Math.min(priorityMax, contact.priority + escalation.priorityBump)
  const moved = queue.slot !== contact.queue
  const key = placeKey(s, queue, contact.enteredAt, priority)
  if (moved) {
    remember(s, contact, 'escalated', time)
    changeStory(s, contact, { queueEnteredAt: time })
  }
  // In the same queue never later than it was: its policy may have changed since.
  changeLinePlace(s, contact, moved ? key : Math.min(key, linePlace(s, contact)))
  changeContact(s, contact, {
    queue: queue.slot,
    requestClass,
    priority,
    expiresAt: moved ? time + queue.policy.timeToLiveMs : contact.expiresAt,
    escalatedAt: time,
    policyVersion: queue.policyVersion,
    // Held out for in the queue that it came to, not in this one.
    holdOutUntil: NEVER,
  })
  touchRequestClass(s, former, time)
  touchRequestClass(s, requestClass, time)
  turn.events.push({
    kind: 'contactEscalated',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    queueId: idOf(queue.id),
    priority,
    offersMade: contact.offersMade,
  })
}

/**
 * The other queue, if it is there, of the channel and not full of classes; else the same, with the
 * floors that the contact has: a policy that has changed since is for those who come later.
 */
function destination(
  s: RoutingState,
  contact: ContactRow,
  queueId: string,
): { readonly queue: QueueRow; readonly requestClass: number } {
  const same = { queue: s.queues.at(contact.queue), requestClass: contact.requestClass }
  const pending = contact.callback !== NONE && isCallbackPending(s.callbacks.at(contact.callback))
  if (queueId === '' || pending) return same
  const queue = s.queues.get(keyOf(s.pools.at(contact.pool).id, queueId))
  if (!queue || queue.slot === contact.queue || queue.channel !== contact.channel) return same
  const own = requirementsOf(contact.ownRequirements)
  const requirements = joinRequirements(queue.policy.requirements, own)
  const requestClass = internRequestClass(s, queue, requirements)
  return requestClass === NONE ? same : { queue, requestClass }
}
