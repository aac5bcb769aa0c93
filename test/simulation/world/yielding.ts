import { Interruptible, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Chance } from '../chance.ts'

/** Which queues yield to customers on the line. With its own luck: the rest of the seed stays as it is. */

const stream = 3_000_017

export function withYielding(queue: Queue, seed: number): Queue {
  if (queue.channel !== Channel.CHANNEL_EMAIL) return queue
  const name = [...queue.displayName].reduce((sum, c) => sum * 31 + (c.codePointAt(0) ?? 0), 7)
  const chance = new Chance((seed + stream) ^ (name % 2_000_000_000))
  if (chance.happens(0.2)) return queue
  const byChannels = chance.some([Channel.CHANNEL_VOICE, Channel.CHANNEL_CHAT] as const, 0.8)
  const interruptible = Interruptible.fromPartial({
    byChannels: byChannels.length === 0 ? [Channel.CHANNEL_VOICE] : byChannels,
    priorityMax: chance.pick([0, 0, 3, 100]),
    resumeWithin: { seconds: chance.pick([5, 30, 120]), nanos: 0 },
    timesMax: chance.pick([0, 1, 3]),
  })
  return { ...queue, interruptible }
}
