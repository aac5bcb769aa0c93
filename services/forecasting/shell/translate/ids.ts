import { idPatterns, parse } from '@evenkeel/chassis/errors'
import { Channel as WireChannel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Channel } from '../../core/index.ts'

/** What most messages name. */

export const poolIdOf = (field: string, value: string): string =>
  parse.id(field, value, idPatterns.slug)

export const queueIdOf = (field: string, value: string): string =>
  parse.id(field, value, idPatterns.slug)

export const channelNames: Readonly<Partial<Record<WireChannel, Channel>>> = {
  [WireChannel.CHANNEL_VOICE]: 'voice',
  [WireChannel.CHANNEL_CHAT]: 'chat',
  [WireChannel.CHANNEL_EMAIL]: 'email',
  [WireChannel.CHANNEL_MESSAGING]: 'messaging',
  [WireChannel.CHANNEL_SOCIAL]: 'social',
  [WireChannel.CHANNEL_POST]: 'post',
  [WireChannel.CHANNEL_FAX]: 'fax',
  [WireChannel.CHANNEL_TASK]: 'task',
}
