import { NONE } from '@evenkeel/chassis/table'
import type { QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'

/**
 * The waiting key, smallest first (docs/adr/0005): what the queue's rule says less what priority is
 * worth. With a cap on overtaking, no smaller than the key of whoever must not be overtaken, who is
 * older and so stays before it. `self`: the contact itself, if it has a place there already.
 */
export function placeKey(
  s: RoutingState,
  queue: QueueRow,
  enteredAt: number,
  priority: number,
  self: number = NONE,
): number {
  const { serviceLevelTargetMs, agingPerPointMs, order } = queue.policy
  const unbent = enteredAt + (order?.rule === 'aging' ? 0 : serviceLevelTargetMs)
  const key = unbent - priority * agingPerPointMs
  if (order === undefined || order.overtakingMax === 0 || key >= unbent) return key
  const { inQueue } = s
  const after = inQueue.atOrAfter(queue.slot, unbent, Number.MAX_SAFE_INTEGER)
  let before = after === NONE ? inQueue.last(queue.slot) : inQueue.prev(after)
  for (let n = 0; before !== NONE && n < order.overtakingMax; before = inQueue.prev(before)) {
    if (before !== self) n += 1
  }
  if (before === self && before !== NONE) before = inQueue.prev(before)
  return before === NONE ? key : Math.max(key, inQueue.keyOf(before))
}
