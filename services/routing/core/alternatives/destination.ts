import { NONE } from '@evenkeel/chassis/table'
import { pendingCallbackOf } from '../callback/callback.ts'
import type { Place } from '../contact/other-queue.ts'
import { limits } from '../limits.ts'
import {
  internRequestClass,
  joinRequirements,
  requirementsOf,
  touchRequestClass,
} from '../matching/classes.ts'
import { isOpen } from '../queue/hours.ts'
import type { ContactRow } from '../schema.ts'
import { type RoutingState } from '../state.ts'
import { isLive, type Requirement } from '../words.ts'
import type { Alternative } from './words.ts'

/** Where an alternative leads a contact, and whether anybody serves it there. */

/**
 * What the contact asks for itself once it is chosen: what it has asked for but for what the
 * alternative stands for, and the alternative's own floors, never lower. Undefined: it asks for
 * nothing that falls away, or for more than a contact can.
 */
export function requirementsWith(
  contact: ContactRow,
  { insteadOf, requirements }: Alternative,
): readonly Requirement[] | undefined {
  const own = requirementsOf(contact.ownRequirements)
  const rest = own.filter(({ skillId }) => !insteadOf.includes(skillId))
  if (insteadOf.length > 0 && rest.length === own.length) return undefined
  const asks = joinRequirements(rest, requirements)
  return asks.length > limits.requirementsPerContact ? undefined : asks
}

/** Undefined: it leads nowhere any more. The class may be new: to be joined, or touched. */
export function placeOfChoice(
  s: RoutingState,
  contact: ContactRow,
  choice: Alternative,
): Place | undefined {
  const own = s.queues.at(contact.queue)
  const queue = choice.queueId === '' ? own : s.queues.find(s.pools.at(own.pool).id, choice.queueId)
  const asks = requirementsWith(contact, choice)
  if (queue === undefined || asks === undefined) return undefined
  const fits =
    choice.kind === 'callback'
      ? queue.callback !== 'none' && !pendingCallbackOf(s, queue, contact)
      : choice.kind === 'ticket'
        ? !isLive(queue.channel) && queue.slot !== own.slot
        : queue.channel === contact.channel
  if (!fits) return undefined
  const requestClass = internRequestClass(s, queue, asks)
  return requestClass === NONE ? undefined : { queue, requestClass }
}

/** Somebody serves it: now, or at all where there is no haste. */
export function isServed(
  s: RoutingState,
  contact: ContactRow,
  choice: Alternative,
  time: number,
): boolean {
  const place = placeOfChoice(s, contact, choice)
  if (place === undefined) return false
  const { queue, requestClass } = place
  if (requestClass !== contact.requestClass) touchRequestClass(s, requestClass, time)
  const staffing = s.staffing.of(requestClass)
  const elsewhere = queue.slot !== contact.queue
  if (elsewhere && s.inQueue.size(queue.slot) >= queue.policy.maxWaiting) return false
  switch (choice.kind) {
    case 'ticket':
      return staffing !== 'nobodyKnown'
    case 'later':
      return staffing !== 'nobodyKnown' && isOpen(s, queue, time + choice.afterMs)
    case 'requirements':
      if (requestClass === contact.requestClass) return false
      return staffing === 'staffed' && isOpen(s, queue, time)
    case 'callback':
      return staffing === 'staffed' && isOpen(s, queue, time)
  }
}
