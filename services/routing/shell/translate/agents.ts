import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import type * as sessions from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import * as agents from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { capacity, type Channel, channels, type Command, isLive } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import type { WireCommand } from './commands.ts'
import { closeContact, startConsult, switchChannel } from './legs.ts'
import { channelNumbers, channelWords, presenceWords } from './words.ts'

export type AgentCommand = Extract<
  WireCommand,
  {
    $case:
      | 'signIn'
      | 'setPresence'
      | 'acceptOffer'
      | 'declineOffer'
      | 'extendWrapUp'
      | 'assignContact'
      | 'forceAgentState'
      | 'setActiveChannels'
      | 'setEndpointState'
      | 'setExternalLoad'
      | 'sessionOpened'
      | 'sessionCut'
      | 'closeContact'
      | 'startConsult'
      | 'switchChannel'
  }
>

/** What agents, their supervisors and their switches say. */
export function agentCommandOf(wire: AgentCommand): Command {
  switch (wire.$case) {
    case 'signIn':
      return { kind: 'signIn', ...ofAgent(wire.value), ready: wire.value.ready }
    case 'setPresence':
      return {
        kind: 'setPresence',
        ...ofAgent(wire.value),
        presence: parse.enumOf('presence', wire.value.presence, presenceWords),
        reason: parse.text('reason', wire.value.reason, max.pauseReasonBytes),
      }
    case 'acceptOffer':
      return { kind: 'acceptOffer', ...ofAgent(wire.value), offerId: offerId(wire.value) }
    case 'declineOffer':
      return declineOffer(wire.value)
    case 'extendWrapUp':
      return extendWrapUp(wire.value)
    case 'assignContact':
      return {
        kind: 'assignContact',
        ...ofAgent(wire.value),
        contactId: parse.id('contact_id', wire.value.contactId),
      }
    case 'forceAgentState':
      return forceAgentState(wire.value)
    case 'setActiveChannels':
      return setActiveChannels(wire.value)
    case 'setEndpointState':
      return setEndpointState(wire.value)
    case 'setExternalLoad':
      return {
        kind: 'setExternalLoad',
        ...ofAgent(wire.value),
        weight: parse.integer('weight', wire.value.weight, 0, capacity),
        forMs: parse.durationMs(
          'valid_for',
          wire.value.validFor,
          max.validForMsMin,
          max.externalMsMax,
          max.externalMsAbsent,
        ),
      }
    case 'closeContact':
      return closeContact(wire.value)
    case 'startConsult':
      return startConsult(wire.value)
    case 'switchChannel':
      return switchChannel(wire.value)
    case 'sessionOpened':
      return openSession(wire.value)
    case 'sessionCut':
      return cutSession(wire.value)
    default:
      return wire satisfies never
  }
}

const ofAgent = (r: { pool: string; agentId: string }) => ({
  pool: parse.id('pool', r.pool, idPatterns.slug),
  agentId: parse.id('agent_id', r.agentId, idPatterns.agent),
})

const offerId = (r: { offerId: string }): string => parse.id('offer_id', r.offerId)

function declineOffer(r: agents.DeclineOfferRequest): Command {
  return {
    kind: 'declineOffer',
    ...ofAgent(r),
    offerId: offerId(r),
    retryAfterMs: parse.durationMs(
      'retry_after',
      r.retryAfter,
      0,
      max.declineMsMax,
      max.declineMsAbsent,
    ),
  }
}

function extendWrapUp(r: agents.ExtendWrapUpRequest): Command {
  return {
    kind: 'extendWrapUp',
    ...ofAgent(r),
    contactId: parse.id('contact_id', r.contactId),
    extensionMs: parse.durationMs('extension', r.extension, max.extensionMsMin, max.extensionMsMax),
  }
}

const tokenOf = (r: { sessionToken: string }): string =>
  parse.id('session_token', r.sessionToken, idPatterns.opaque)

function cutSession(r: sessions.SessionCut): Command {
  const replica = parse.id('replica', r.replica)
  return { kind: 'cutSession', ...ofAgent(r), token: tokenOf(r), replica }
}

function openSession(r: sessions.SessionOpened): Command {
  return {
    kind: 'openSession',
    ...ofAgent(r),
    resumeToken: parse.optionalId('session_token', r.resumeToken, idPatterns.opaque),
    ready: r.ready,
    replica: parse.id('replica', r.replica),
    token: tokenOf(r),
  }
}

const channelsOf = (
  named: readonly number[],
  words: Readonly<Record<number, Channel>>,
): readonly Channel[] =>
  parse.unique(
    'channels',
    parse.list('channels', named, channels.length, (field, one) => parse.enumOf(field, one, words)),
    (channel) => channel,
  )

function setActiveChannels(r: agents.SetActiveChannelsRequest): Command {
  const named = channelsOf(r.channels, channelWords)
  const reason = parse.text('reason', r.reason, max.pauseReasonBytes)
  if (named.length === 0) {
    return { kind: 'setActiveChannels', ...ofAgent(r), channels: [], reason: '', until: 0 }
  }
  if (reason === '') throw refused('FIELD_MISSING', 'reason')
  const until = parse.timeMs('until', r.until)
  return { kind: 'setActiveChannels', ...ofAgent(r), channels: named, reason, until }
}

const liveChannels = channels.filter(isLive)
const liveWords: Readonly<Record<number, Channel>> = Object.fromEntries(
  liveChannels.map((channel) => [channelNumbers[channel], channel]),
)

const { EndpointState } = agents
const endpointWords = {
  [EndpointState.ENDPOINT_STATE_REACHABLE]: 'reachable',
  [EndpointState.ENDPOINT_STATE_UNREACHABLE]: 'unreachable',
} as const

function setEndpointState(r: agents.SetEndpointStateRequest): Command {
  const named = channelsOf(r.channels, liveWords)
  return {
    kind: 'setEndpointState',
    ...ofAgent(r),
    channels: named.length === 0 ? liveChannels : named,
    reachable: parse.enumOf('state', r.state, endpointWords) === 'reachable',
    forMs: parse.durationMs(
      'valid_for',
      r.validFor,
      max.validForMsMin,
      max.endpointMsMax,
      max.endpointMsAbsent,
    ),
  }
}

function forceAgentState(r: agents.ForceAgentStateRequest): Command {
  const presence = parse.enumOf('presence', r.presence, presenceWords)
  const reason = parse.text('reason', r.reason, max.pauseReasonBytes)
  if (reason === '') throw refused('FIELD_MISSING', 'reason')
  if (presence === 'ready' && r.releaseWork) {
    throw refused('FIELD_MALFORMED', 'release_work', 'not with PRESENCE_READY')
  }
  return {
    kind: 'forceAgentState',
    ...ofAgent(r),
    presence,
    reason,
    actor: parse.id('actor', r.actor, idPatterns.agent),
    requestId: parse.id('request_id', r.requestId),
    holdMs: parse.durationMs('hold', r.hold, max.validForMsMin, max.endpointMsMax, 0),
    releaseWork: r.releaseWork,
  }
}
