import { NONE } from '@evenkeel/chassis/table'
import type { ContactRow, QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'

/** Contacts moved on per slice: each may be matched or ended, which touches some seven rows. */
const contactsPerSlice = 24

/**
 * One slice of those who have a place in a queue, in their order, from just behind a place on.
 * Returns the place of the last one, "key seq"; undefined: there are no more.
 */
export function walkQueue(
  s: RoutingState,
  queue: QueueRow,
  after: { readonly key: number; readonly seq: number } | undefined,
  each: (contact: ContactRow) => void,
): string | undefined {
  let slot = after
    ? s.inQueue.atOrAfter(queue.slot, after.key, after.seq + 1)
    : s.inQueue.first(queue.slot)
  for (let seen = 0; slot !== NONE && seen < contactsPerSlice; seen++) {
    const contact = s.contacts.at(slot)
    const at = `${contact.key} ${contact.seq}`
    const next = s.inQueue.next(slot)
    each(contact)
    if (seen + 1 === contactsPerSlice && next !== NONE) return at
    slot = next
  }
  return undefined
}
