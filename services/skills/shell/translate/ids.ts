import { idPatterns, parse } from '@evenkeel/chassis/errors'
import { Channel as WireChannel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type Channel, channels, limits } from '../../core/index.ts'

/** Words that all messages of the service share. */

export const channelNumbers = {
  voice: WireChannel.CHANNEL_VOICE,
  chat: WireChannel.CHANNEL_CHAT,
  email: WireChannel.CHANNEL_EMAIL,
  messaging: WireChannel.CHANNEL_MESSAGING,
  social: WireChannel.CHANNEL_SOCIAL,
  post: WireChannel.CHANNEL_POST,
  fax: WireChannel.CHANNEL_FAX,
  task: WireChannel.CHANNEL_TASK,
} as const satisfies Record<Channel, WireChannel>

export const channelNames: Readonly<Record<number, Channel>> = Object.fromEntries(
  channels.map((channel) => [channelNumbers[channel], channel]),
)

export function poolIdOf(field: string, value: string): string {
  return parse.id(field, value, idPatterns.slug)
}

export function agentIdOf(field: string, value: string): string {
  return parse.id(field, value, idPatterns.agent)
}

export function etagOf(field: string, value: string): string {
  return parse.text(field, value, limits.etagBytes)
}
