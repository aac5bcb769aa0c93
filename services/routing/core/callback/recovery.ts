import { NONE } from '@evenkeel/chassis/table'
import { customerKeyOf, noCallback } from './callback.ts'
import { neverCallable } from './calling-hours.ts'
import { legOf } from '../legs/legs.ts'
import { changeContact, enterQueue, leaveQueue, release } from '../contact/placement.ts'
import { countTakenCallback } from './promise.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { goOffLine } from './trunk.ts'
import type { Turn } from '../turn.ts'

/**
 * A caller who hung up after a long wait is called back at the place that was left, if the queue
 * does so and the address is known. Nothing was promised. Who has said no to a callback is left
 * alone. False: the contact is over.
 */
export function recover(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const { time } = turn.at
  const queue = s.queues.at(contact.queue)
  const policy = queue.callback
  if (policy === 'none' || policy.recoverAfterMs === undefined) return false
  if (legOf(s, contact) !== 'none') return false
  if (contact.state !== 'waiting' && contact.state !== 'offered') return false
  if (contact.addressKey === '' || time - contact.enteredAt < policy.recoverAfterMs) return false
  const known = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (known ? known.status === 'declined' : s.callbacks.size >= s.callbacks.cap) return false
  if (neverCallable(s, contact, time)) return false
  const agent = release(s, contact, turn)
  leaveQueue(s, contact)
  const { id, pool, seq, slot } = contact
  const row =
    known ??
    s.callbacks.insert(
      {
        ...{ id, contact: slot, pool, queue: queue.slot, seq },
        ...{ status: 'accepted', offeredAt: 0, expectedWaitMs: 0, policyVersion: 0 },
      },
      noCallback,
    )
  goOffLine(s, row, time)
  changeContact(s, contact, { callback: row.slot })
  countTakenCallback(s, contact, time)
  s.callbacks.update(row, {
    status: 'accepted',
    pending: true,
    recovered: true,
    policyVersion: queue.policyVersion,
    acceptedAt: time,
    hungUp: true,
    placeKey: contact.key,
    addressRef: contact.addressKey,
    giveUpAt: time + policy.giveUpAfterMs,
    customer: customerKeyOf(queue, contact.customerKey),
    address: customerKeyOf(queue, contact.addressKey),
  })
  if (!contact.test) s.queues.update(queue, { recovered: queue.recovered + 1 })
  turn.events.push({
    kind: 'callbackAccepted',
    pool: s.pools.at(pool).id,
    contactId: idOf(id),
    promisedAt: 0,
    window: undefined,
    recovered: true,
    requested: false,
  })
  enterQueue(s, contact, turn, agent)
  return true
}
