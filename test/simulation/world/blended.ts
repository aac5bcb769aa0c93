import { Interruptible, type Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Chance } from '../chance.ts'
import { duration, type Plan, queueOf } from './plan.ts'

const stream = 9_000_041

/**
 * What each agent of a blended floor works on: mail, which yields to chats, and tasks, which find
 * room beside a chat where the mail that it has set aside does not.
 */
export const blendedChannels = [
  { channel: Channel.CHANNEL_CHAT, weight: 30 },
  { channel: Channel.CHANNEL_EMAIL, weight: 100 },
  { channel: Channel.CHANNEL_TASK, weight: 40 },
] as const

/** Some seeds have such a floor. With its own luck: others are as they would be without. */
export const withBlendedFloor = (plan: Plan): Plan => ({
  ...plan,
  queues: [...plan.queues, ...blendedQueues(plan.seed)],
})

export const isBlended = (plan: Plan): boolean => blendedQueues(plan.seed).length > 0

function blendedQueues(seed: number): readonly Queue[] {
  const chance = new Chance(seed + stream)
  if (!chance.happens(0.15)) return []
  const interruptible = Interruptible.fromPartial({
    byChannels: [Channel.CHANNEL_CHAT],
    priorityMax: 100,
    resumeWithin: duration(chance.pick([30_000, 120_000])),
    timesMax: chance.pick([1, 3]),
  })
  return blendedChannels.map(({ channel }) => ({
    ...queueOf(`blended-${channel}`, chance, '', channel),
    requirements: [],
    escalation: undefined,
    ...(channel === Channel.CHANNEL_EMAIL ? { interruptible } : {}),
  }))
}
