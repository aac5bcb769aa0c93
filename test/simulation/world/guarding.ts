import type { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Chance } from '../chance.ts'

/**
 * How long before a break a queue gives nothing new. With its own luck: the rest of the seed stays
 * as it is.
 */

const stream = 5_000_011

const second = 1_000
const minute = 60 * second
/** That of a queue which says nothing among them. */
export const guardsMs = [0, 20 * second, minute, 5 * minute, 8 * minute] as const

export function withGuard(queue: Queue, seed: number): Queue {
  const name = [...queue.displayName].reduce((sum, c) => sum * 31 + (c.codePointAt(0) ?? 0), 7)
  const chance = new Chance((seed + stream) ^ (name % 2_000_000_000))
  if (chance.happens(0.5)) return queue
  return { ...queue, rosterGuard: { seconds: chance.pick(guardsMs) / second, nanos: 0 } }
}
