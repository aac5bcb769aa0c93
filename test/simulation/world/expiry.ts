import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Chance } from '../chance.ts'

const stream = 1_000_033

/** The same queue, which may tell of waits that are about to be given up; with its own luck. */
export function withExpiry(queue: Queue, seed: number): Queue {
  const name = [...queue.displayName].reduce((sum, c) => sum * 31 + (c.codePointAt(0) ?? 0), 7)
  const chance = new Chance((seed + stream) ^ (name % 2_000_000_000))
  if (!chance.happens(0.5)) return queue
  return { ...queue, warnBeforeExpiry: { seconds: chance.pick([1, 10, 60]), nanos: 0 } }
}
