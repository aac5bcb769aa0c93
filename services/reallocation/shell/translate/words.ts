import { idPatterns, parse } from '@evenkeel/chassis/errors'
import * as wire from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { Presence as WirePresence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Channel as WireChannel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Channel, Consent, Mode, MoveState, Presence } from '../../core/index.ts'

/** What most messages name. */

export const poolIdOf = (field: string, value: string): string =>
  parse.id(field, value, idPatterns.slug)

export const agentIdOf = (field: string, value: string): string =>
  parse.id(field, value, idPatterns.agent)

export const channelNumbers: Readonly<Record<Channel, WireChannel>> = {
  voice: WireChannel.CHANNEL_VOICE,
  chat: WireChannel.CHANNEL_CHAT,
  email: WireChannel.CHANNEL_EMAIL,
  messaging: WireChannel.CHANNEL_MESSAGING,
  social: WireChannel.CHANNEL_SOCIAL,
  post: WireChannel.CHANNEL_POST,
  fax: WireChannel.CHANNEL_FAX,
  task: WireChannel.CHANNEL_TASK,
}

export const channelNames: Readonly<Record<number, Channel>> = {
  [WireChannel.CHANNEL_VOICE]: 'voice',
  [WireChannel.CHANNEL_CHAT]: 'chat',
  [WireChannel.CHANNEL_EMAIL]: 'email',
  [WireChannel.CHANNEL_MESSAGING]: 'messaging',
  [WireChannel.CHANNEL_SOCIAL]: 'social',
  [WireChannel.CHANNEL_POST]: 'post',
  [WireChannel.CHANNEL_FAX]: 'fax',
  [WireChannel.CHANNEL_TASK]: 'task',
}

export const channelOf = (field: string, value: number): Channel =>
  parse.enumOf(field, value, channelNames)

export const modeNumbers: Readonly<Record<Mode, wire.Mode>> = {
  observe: wire.Mode.MODE_OBSERVE,
  approve: wire.Mode.MODE_APPROVE,
  automatic: wire.Mode.MODE_AUTOMATIC,
}

export const modeNames: Readonly<Record<number, Mode>> = {
  [wire.Mode.MODE_OBSERVE]: 'observe',
  [wire.Mode.MODE_APPROVE]: 'approve',
  [wire.Mode.MODE_AUTOMATIC]: 'automatic',
}

export const consentNumbers: Readonly<Record<Consent, wire.Consent>> = {
  policy: wire.Consent.CONSENT_UNSPECIFIED,
  automatic: wire.Consent.CONSENT_AUTOMATIC,
  notify: wire.Consent.CONSENT_NOTIFY,
  ask: wire.Consent.CONSENT_ASK,
}

export const consentNames: Readonly<Record<number, Consent>> = {
  [wire.Consent.CONSENT_UNSPECIFIED]: 'policy',
  [wire.Consent.CONSENT_AUTOMATIC]: 'automatic',
  [wire.Consent.CONSENT_NOTIFY]: 'notify',
  [wire.Consent.CONSENT_ASK]: 'ask',
}

export const stateNumbers: Readonly<Record<MoveState, wire.MoveState>> = {
  proposed: wire.MoveState.MOVE_STATE_PROPOSED,
  approved: wire.MoveState.MOVE_STATE_APPROVED,
  ordered: wire.MoveState.MOVE_STATE_ORDERED,
  draining: wire.MoveState.MOVE_STATE_DRAINING,
  active: wire.MoveState.MOVE_STATE_ACTIVE,
  returning: wire.MoveState.MOVE_STATE_RETURNING,
  ended: wire.MoveState.MOVE_STATE_ENDED,
  rejected: wire.MoveState.MOVE_STATE_REJECTED,
  declined: wire.MoveState.MOVE_STATE_DECLINED,
  expired: wire.MoveState.MOVE_STATE_EXPIRED,
  cancelled: wire.MoveState.MOVE_STATE_CANCELLED,
  observed: wire.MoveState.MOVE_STATE_OBSERVED,
}

export const presenceNames: Readonly<Partial<Record<WirePresence, Presence>>> = {
  [WirePresence.PRESENCE_SIGNED_OUT]: 'signedOut',
  [WirePresence.PRESENCE_READY]: 'ready',
  [WirePresence.PRESENCE_PAUSED]: 'paused',
  [WirePresence.PRESENCE_DRAINING]: 'draining',
}
