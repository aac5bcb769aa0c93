import { timestamp } from '@evenkeel/chassis/errors'
import { NONE } from '@evenkeel/chassis/table'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  answerWhenClosed,
  type ContactRow,
  idOf,
  isOpen,
  nextOpeningAt,
  type RoutingState,
} from '../../core/index.ts'
import { whenClosedNumbers } from './words.ts'

/** What is said to whoever handed a contact to a closed queue; absent: it is open. */
export function queueClosed(
  s: RoutingState,
  asked: { readonly pool: string; readonly contactId: string; readonly queueId: string },
  contact: ContactRow,
  time: number,
): contacts.QueueClosed | undefined {
  // Who meets a callback and is put on the line is served: the queue is closed to others only.
  const met = asked.contactId !== idOf(contact.id)
  const stands = met && contact.callback !== NONE && s.callbacks.at(contact.callback).pending
  if (met && !stands) return undefined
  const queue = s.queues.find(asked.pool, asked.queueId)
  if (queue === undefined || isOpen(s, queue, time)) return undefined
  const opensAt = nextOpeningAt(s, queue, time)
  const answer = answerWhenClosed(queue, time)
  return {
    queueId: asked.queueId,
    opensAt: opensAt === undefined ? undefined : timestamp(opensAt),
    done: whenClosedNumbers[stands ? 'callback' : (answer?.way ?? 'wait')],
    takenByQueueId: idOf(s.queues.at(contact.queue).id),
    reason: answer?.reason ?? '',
  }
}
