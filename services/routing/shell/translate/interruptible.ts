import { duration, parse, refused } from '@evenkeel/chassis/errors'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { type Interruptible, isLive } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { channelNumbers, channelWords } from './words.ts'

const second = 1_000
const hour = 3_600 * second

/** Work that yields to customers on the line: ranges and defaults as queue_service.proto states them. */
export function interruptible(i: queues.Interruptible): Interruptible {
  const of = (name: string): string => `queue.interruptible.${name}`
  const named = i.byChannels
  if (named.length === 0) throw refused('FIELD_MISSING', of('by_channels'))
  const byChannels = parse.list(of('by_channels'), named, 2, (field, channel) => {
    const word = parse.enumOf(field, channel, channelWords)
    if (isLive(word)) return word
    throw refused('FIELD_MALFORMED', field, 'VOICE or CHAT', JSON.stringify(word))
  })
  return {
    byChannels: parse.unique(of('by_channels'), byChannels, (channel) => channel),
    priorityMax: parse.integer(
      of('priority_max'),
      i.priorityMax,
      -max.priorityMax,
      max.priorityMax,
    ),
    resumeWithinMs: parse.durationMs(of('resume_within'), i.resumeWithin, second, 24 * hour, hour),
    timesMax: parse.integer(of('times_max'), i.timesMax, 0, 20) || 1,
  }
}

export const interruptibleWire = (i: Interruptible): queues.Interruptible => ({
  byChannels: i.byChannels.map((channel) => channelNumbers[channel]),
  priorityMax: i.priorityMax,
  resumeWithin: duration(i.resumeWithinMs),
  timesMax: i.timesMax,
})
