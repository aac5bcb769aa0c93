import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import {
  type Agent,
  type AgentSessionResponse,
  EndpointState,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Pool, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { runningRouting } from './running.ts'

const pool = 'p'
const ann = { pool, agentId: 'ann' }

/** Ann at her desk. */
async function seated(t: TestContext) {
  const routing = await runningRouting(t)
  await routing.call('putPool', { pool: Pool.fromPartial({ pool }) })
  const queue = Queue.fromPartial({ pool, queueId: 'tax', channel: 1 })
  await routing.call('putQueue', { validateOnly: false, queue })
  await routing.agent('ann')
  const desk = routing.talk('agentSession')
  const value = { ...ann, sessionToken: '', ready: true }
  desk.send({ requestId: 'open', command: { $case: 'open', value } })
  await desk.next()
  return { routing, desk }
}

const isAgent =
  (that: (agent: Agent) => boolean) =>
  ({ event }: AgentSessionResponse): boolean =>
    event?.$case === 'agent' && that(event.value)

describe('a desk is told', () => {
  test('what a switch and a reallocation say of its agent', async (t) => {
    const { routing, desk } = await seated(t)
    await routing.call('setExternalLoad', { ...ann, weight: 40, validFor: undefined })
    await desk.until(isAgent((agent) => agent.externalLoad === 40))
    const { agent } = await routing.call('getAgent', ann)
    const minutes = (agent?.externalUntil?.seconds ?? 0) - (agent?.presenceSince?.seconds ?? 0)
    assert.equal(minutes, 300, 'five minutes, unless it is said again')
    const until = { seconds: (agent?.externalUntil?.seconds ?? 0) + 600, nanos: 0 }
    const active = { ...ann, channels: [Channel.CHANNEL_VOICE], reason: 'calls wait', until }
    await routing.call('setActiveChannels', active)
    await desk.until(isAgent(({ activeReason }) => activeReason === 'calls wait'))
    desk.cancel()
  })

  test('and says itself that its phone is gone', async (t) => {
    const { routing, desk } = await seated(t)
    const state = EndpointState.ENDPOINT_STATE_UNREACHABLE
    const value = { pool: '', agentId: '', channels: [], state, validFor: undefined }
    desk.send({ requestId: 'e1', command: { $case: 'setEndpointState', value } })
    await desk.until(isAgent(({ channels }) => channels[0]?.unreachable === true))
    const { sentence } = await routing.call('explainAgent', ann)
    assert.match(sentence, /For voice the phone or screen of ann cannot be reached/)
    desk.cancel()
  })
})
