import {
  EndpointState,
  ForceAgentStateRequest,
  Presence,
  SetActiveChannelsRequest,
  SetEndpointStateRequest,
  SetExternalLoadRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { type AgentRow, idOf } from '@evenkeel/routing/core'
import type { WireCommand } from './calls.ts'
import { duration, pool, simulatedChannels, stamp } from './plan.ts'
import { agentWith, requestId, type Scene } from './scene.ts'

/** How often anything is said of an agent, per step. */
const often = 0.12

/** What switches, supervisors and reallocations say of an agent; undefined: nothing now. */
export function saying(s: Scene): WireCommand | undefined {
  if (!s.chance.happens(often)) return undefined
  const agent = agentWith(s, (one) => one.presence !== 'signedOut')
  return agent && s.chance.pick(sayings)(s, agent)
}

type Saying = (s: Scene, agent: AgentRow) => WireCommand | undefined

const validFor = (s: Scene) => duration(s.chance.pick([1_000, 10_000, 60_000]))

const presences = [
  Presence.PRESENCE_READY,
  Presence.PRESENCE_PAUSED,
  Presence.PRESENCE_DRAINING,
  Presence.PRESENCE_SIGNED_OUT,
] as const

const sayings: readonly [Saying, ...Saying[]] = [
  (s, agent) => {
    const presence = s.chance.pick(presences)
    return {
      $case: 'forceAgentState',
      value: ForceAgentStateRequest.fromPartial({
        pool,
        agentId: idOf(agent.id),
        presence,
        reason: 'drill',
        actor: 'sue',
        requestId: requestId(s),
        ...(s.chance.happens(0.6) ? { hold: validFor(s) } : {}),
        releaseWork: presence !== Presence.PRESENCE_READY && s.chance.happens(0.6),
      }),
    }
  },
  (s, { id }) => {
    const channels = s.chance.some(simulatedChannels, 0.5)
    return {
      $case: 'setActiveChannels',
      value: SetActiveChannelsRequest.fromPartial({
        pool,
        agentId: idOf(id),
        channels,
        reason: 'mail is late',
        until: stamp(s.now + s.chance.int(1_000, 60_000)),
      }),
    }
  },
  (s, agent) => ({
    $case: 'setEndpointState',
    value: SetEndpointStateRequest.fromPartial({
      pool,
      agentId: idOf(agent.id),
      channels: s.chance.some([Channel.CHANNEL_VOICE, Channel.CHANNEL_CHAT] as const, 0.5),
      state:
        agent.endpointsOut > 0 && s.chance.happens(0.6)
          ? EndpointState.ENDPOINT_STATE_REACHABLE
          : EndpointState.ENDPOINT_STATE_UNREACHABLE,
      validFor: validFor(s),
    }),
  }),
  (s, agent) => ({
    $case: 'setExternalLoad',
    value: SetExternalLoadRequest.fromPartial({
      pool,
      agentId: idOf(agent.id),
      weight: agent.externalLoad > 0 && s.chance.happens(0.4) ? 0 : s.chance.pick([30, 70, 100]),
      validFor: validFor(s),
    }),
  }),
]
