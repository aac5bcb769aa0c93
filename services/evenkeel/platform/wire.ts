import type { Duration } from '@evenkeel/proto/google/protobuf/duration'
import type { Timestamp } from '@evenkeel/proto/google/protobuf/timestamp'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { ChannelName, DialResult } from '../day/day.ts'

export { duration, timestamp } from '@evenkeel/chassis/errors'

/** The switch, as contacts name the source of their legs. */
export const SWITCH = 'switch'

export function durationMs(value: Duration | undefined): number | undefined {
  return value === undefined ? undefined : value.seconds * 1000 + Math.round(value.nanos / 1e6)
}

export function timeMs(value: Timestamp | undefined): number | undefined {
  return value === undefined ? undefined : value.seconds * 1000 + Math.round(value.nanos / 1e6)
}

export const CHANNELS: Readonly<Record<ChannelName, Channel>> = {
  voice: Channel.CHANNEL_VOICE,
  chat: Channel.CHANNEL_CHAT,
  email: Channel.CHANNEL_EMAIL,
  messaging: Channel.CHANNEL_MESSAGING,
  social: Channel.CHANNEL_SOCIAL,
  post: Channel.CHANNEL_POST,
  fax: Channel.CHANNEL_FAX,
  task: Channel.CHANNEL_TASK,
}

export const DIAL_OUTCOMES: Readonly<Record<DialResult, DialOutcome>> = {
  human: DialOutcome.DIAL_OUTCOME_HUMAN,
  machine: DialOutcome.DIAL_OUTCOME_MACHINE,
  message_left: DialOutcome.DIAL_OUTCOME_MESSAGE_LEFT,
  busy: DialOutcome.DIAL_OUTCOME_BUSY,
  no_answer: DialOutcome.DIAL_OUTCOME_NO_ANSWER,
  rejected: DialOutcome.DIAL_OUTCOME_REJECTED,
  invalid: DialOutcome.DIAL_OUTCOME_INVALID,
  congestion: DialOutcome.DIAL_OUTCOME_CONGESTION,
}
