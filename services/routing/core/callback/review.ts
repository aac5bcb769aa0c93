import type { WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { reviewCallback } from './callback.ts'
import { storyOf } from '../contact/story.ts'
import { walkQueue } from '../queue/walk.ts'
import type { ContactRow, QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'
import { outlookOf } from '../wait/wait.ts'

/** Callbacks, or alternatives, are offered otherwise from now on: to those who wait too, slice by slice. */

export const offersWork = 'offers'

export function reviewOffers(queue: QueueRow, turn: Turn): void {
  turn.work.push({ kind: offersWork, subject: queue.id, cursor: '' })
}

/** One slice. Cursor: key and number of the contact looked at last. */
export function reviewOffersSlice(
  s: RoutingState,
  item: WorkItem,
  turn: Turn,
): WorkItem | undefined {
  const queue = s.queues.get(item.subject)
  if (queue === undefined) return undefined
  const [key = 0, seq = 0] = item.cursor.split(' ').map(Number)
  const after = item.cursor === '' ? undefined : { key, seq }
  const end = walkQueue(s, queue, after, (contact) => {
    if (isUnasked(s, contact)) reviewCallback(s, contact, turn)
  })
  return end === undefined ? undefined : { ...item, cursor: end }
}

/** Whoever has been asked is asked again when the cadence says so, and not because rules change. */
const isUnasked = (s: RoutingState, contact: ContactRow): boolean =>
  contact.state === 'waiting' &&
  contact.callback === NONE &&
  (storyOf(s, contact)?.alternativesStatus ?? 'none') === 'none'

/** Whether a look at it now would offer it a callback. */
export function isOfferDue(s: RoutingState, contact: ContactRow, time: number): boolean {
  const { callback, policy } = s.queues.at(contact.queue)
  if (callback === 'none' || policy.alternatives || !isUnasked(s, contact)) return false
  const outlook = outlookOf(s, contact, time)
  return outlook?.isLikelyAbove(callback.offerAboveMs, callback.offerLevelBp) ?? true
}
