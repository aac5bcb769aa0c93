import type { Rejection } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { internRequestClass, requirementsOf, touchRequestClass } from '../matching/classes.ts'
import { changeContact, type ContactPatch } from './placement.ts'
import type { ContactRow, QueueRow, StoryRow } from '../schema.ts'
import { type RoutingState } from '../state.ts'
import { changeStory } from './story.ts'
import { refusal } from '../turn.ts'
import type { Channel } from '../words.ts'

/** Contacts go from one queue of their pool to another, whoever sends them. */

export interface Place {
  readonly queue: QueueRow
  readonly requestClass: number
}

/** What is wrong with a queue as one that contacts of a channel are sent to. */
export function destinationRefused(
  s: RoutingState,
  pool: string,
  queueId: string,
  channel: Channel,
): Rejection | undefined {
  const to = s.queues.find(pool, queueId)
  if (!to) return refusal('QUEUE_UNKNOWN', { pool, queue_id: queueId })
  if (to.channel === channel) return undefined
  const fields = { queue_id: queueId, channel: to.channel, contact_channel: channel }
  return refusal('TRANSFER_CHANNEL', fields)
}

/**
 * Another queue for a contact, whose own requirements stay; undefined: it is not there any more, is
 * the same, or of another channel, or there is no room for another class.
 */
export function placeIn(s: RoutingState, contact: ContactRow, queueId: string): Place | undefined {
  const queue = s.queues.find(s.pools.at(contact.pool).id, queueId)
  if (!queue || queue.slot === contact.queue || queue.channel !== contact.channel) return undefined
  const requestClass = internRequestClass(s, queue, requirementsOf(contact.ownRequirements))
  return requestClass === NONE ? undefined : { queue, requestClass }
}

/** Why it is in that queue, if nobody at work could serve it where it was. */
export type Diverted = Partial<Pick<StoryRow, 'divertedFrom' | 'divertedBy' | 'returns'>>

/** The contact is of that queue from now on, by its present policy; it has no place in it yet. */
export function moveTo(
  s: RoutingState,
  contact: ContactRow,
  { queue, requestClass }: Place,
  time: number,
  patch: ContactPatch,
  diverted: Diverted = {},
): void {
  const former = contact.requestClass
  changeStory(s, contact, { queueEnteredAt: time, returns: false, ...diverted })
  changeContact(s, contact, {
    ...patch,
    queue: queue.slot,
    requestClass,
    policyVersion: queue.policyVersion,
  })
  touchRequestClass(s, former, time)
  touchRequestClass(s, requestClass, time)
}
