import { NONE } from '@evenkeel/chassis/table'
import { isCallbackPending } from '../callback/callback.ts'
import { remember } from './history.ts'
import { NEVER, priorityMax } from '../limits.ts'
import { moveTo, type Place, placeIn } from './other-queue.ts'
import { placeKey } from './place-key.ts'
import { changeContact } from './placement.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { changeLinePlace, linePlace } from '../callback/step-ahead.ts'
import type { Turn } from '../turn.ts'

/**
 * Offers of a contact were in vain as often as its queue allows: it gets the place that the queue's
 * escalation gives it, once. To be called between the agent's release and the queue.
 */
export function escalate(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const { escalation } = s.queues.at(contact.queue).policy
  if (escalation === undefined || contact.escalatedAt > 0) return
  if (contact.offersMade < escalation.afterOffers) return
  const { time } = turn.at
  const to = destination(s, contact, escalation.queueId)
  const queue = to?.queue ?? s.queues.at(contact.queue)
  const priority = Math.min(priorityMax, contact.priority + escalation.priorityBump)
  const key = placeKey(s, queue, contact.enteredAt, priority)
  if (to) remember(s, contact, 'escalated', time)
  // In the same queue never later than it was: its policy may have changed since.
  changeLinePlace(s, contact, to ? key : Math.min(key, linePlace(s, contact)))
  // Held out for in the queue that it came to, not in this one.
  const raised = { priority, escalatedAt: time, holdOutUntil: NEVER }
  if (to) moveTo(s, contact, to, time, { ...raised, expiresAt: time + queue.policy.timeToLiveMs })
  else changeContact(s, contact, { ...raised, policyVersion: queue.policyVersion })
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
 * The other queue, if it is there, of the channel and not full of classes; undefined: the same,
 * with the floors that the contact has: a policy that has changed since is for those who come
 * later.
 */
function destination(s: RoutingState, contact: ContactRow, queueId: string): Place | undefined {
  const pending = contact.callback !== NONE && isCallbackPending(s.callbacks.at(contact.callback))
  if (queueId === '' || pending) return undefined
  return placeIn(s, contact, queueId)
}
