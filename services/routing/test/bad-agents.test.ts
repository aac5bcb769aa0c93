import { test } from 'node:test'
import { EndpointState, Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import {
  type Expected,
  malformed,
  missing,
  outOfRange,
  refuses,
  running,
  seconds,
  times,
  tooMany,
  type Unary,
  unknownEnum,
  duplicate,
  wellFormed,
} from './bad-input.ts'
import type { Request } from './running.ts'

test('what means nothing is not said of an agent, by supervisors or switches', async (t) => {
  const routing = await running(t)
  const at = async <K extends Unary>(
    method: K,
    more: Partial<Request<K>>,
    expected: Expected,
  ): Promise<void> => refuses(routing, method, { ...wellFormed[method], ...more }, expected)
  const soon = seconds(1)
  const voice = Channel.CHANNEL_VOICE

  await at('setActiveChannels', { channels: [99 as Channel] }, unknownEnum('channels[0]'))
  await at('setActiveChannels', { channels: [voice, voice] }, duplicate('channels'))
  await at('setActiveChannels', { channels: times(9, () => voice) }, tooMany('channels', 8))
  await at('setActiveChannels', { channels: [voice], until: soon }, missing('reason'))
  await at('setActiveChannels', { channels: [voice], reason: 'mail' }, missing('until'))
  const past = { channels: [voice], reason: 'mail', until: soon }
  await at('setActiveChannels', past, { code: 'UNTIL_RANGE', status: 3 })
  const stranger = { ...past, channels: [Channel.CHANNEL_FAX] }
  await at('setActiveChannels', stranger, { code: 'CHANNEL_NOT_IN_PROFILE', status: 9 })

  await at('forceAgentState', { reason: '' }, missing('reason'))
  await at('forceAgentState', { actor: '' }, missing('actor'))
  const long = outOfRange('hold', '1000 to 86400000 ms', '86401000')
  await at('forceAgentState', { hold: seconds(86_401) }, long)
  const ready = { presence: Presence.PRESENCE_READY }
  await at('forceAgentState', { ...ready, releaseWork: true }, malformed('release_work'))
  await at('forceAgentState', ready, { code: 'AGENT_SIGNED_OUT', status: 9 })

  await at(
    'setEndpointState',
    { state: EndpointState.ENDPOINT_STATE_UNSPECIFIED },
    missing('state'),
  )
  await at('setEndpointState', { state: 99 as EndpointState }, unknownEnum('state'))
  await at(
    'setEndpointState',
    { channels: [Channel.CHANNEL_EMAIL] },
    { ...unknownEnum('channels[0]'), value: '3' },
  )
  const range = (to: number, value: number) =>
    outOfRange('valid_for', `1000 to ${to} ms`, `${value}`)
  await at('setEndpointState', { validFor: seconds(86_401) }, range(86_400_000, 86_401_000))

  await at('setExternalLoad', { weight: 101 }, outOfRange('weight', '0 to 100', '101'))
  await at('setExternalLoad', { weight: -1 }, outOfRange('weight', '0 to 100', '-1'))
  await at('setExternalLoad', { validFor: seconds(14_401) }, range(14_400_000, 14_401_000))

  const early = outOfRange('from', 'at most 2985 min back', '1000')
  await at('getAdherence', { from: seconds(1) }, early)
  const turned = { from: seconds(20), until: seconds(10) }
  await at('getAdherence', turned, outOfRange('from', 'before until and now', '20000'))
})
