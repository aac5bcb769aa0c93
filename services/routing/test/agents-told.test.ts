import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import {
  type Agent,
  type AgentSessionResponse,
  EndpointState,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Pool, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { OfferStatus } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { runningRouting } from './running.ts'

const pool = 'p'
const ann = { pool, agentId: 'ann' }

const submission = SubmitContactRequest.fromPartial({
  pool,
  contactId: 'c1',
  queueId: 'tax',
  attributes: Buffer.from('known'),
})

/** Ann at her desk. */
async function seated(t: TestContext) {
  const routing = await runningRouting(t)
  await routing.call('putPool', { pool: Pool.fromPartial({ pool }), validateOnly: false })
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
    const lasts = (agent?.externalUntil?.seconds ?? 0) - (agent?.presenceSince?.seconds ?? 0)
    assert.equal(Math.trunc(lasts / 60), 5, 'five minutes, unless it is said again')
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
    assert.match(sentence, /For calls the phone or screen of ann cannot be reached/)
    desk.cancel()
  })
})

/** Agents and offers as somebody sees them who watches the pool. */
describe('a watch', () => {
  test('of agents shows all, then each that changes, by its work too', async (t) => {
    const { routing, desk } = await seated(t)
    const watch = routing.talk('watchAgents')
    watch.send({ pool, changesOnly: false })
    watch.end()
    const first = await watch.next()
    assert.equal(first.event?.$case === 'agent' && first.event.value.agentId, 'ann')
    assert.equal((await watch.next()).event?.$case, 'snapshotComplete')
    await routing.call('submitContact', submission)
    const { event } = await watch.next()
    assert.deepEqual(event?.$case === 'agent' && event.value.work.map((w) => w.contactId), ['c1'])
    await routing.call('abandonContact', { pool, contactId: 'c1', mayPrecede: false })
    await watch.until(({ event: e }) => e?.$case === 'agent' && e.value.load === 0)
    watch.cancel()
    desk.cancel()
  })

  test('of offers shows those that are open, then each as it is made and as it ends', async (t) => {
    const { routing, desk } = await seated(t)
    await routing.call('submitContact', submission)
    const watch = routing.talk('watchOffers')
    watch.send({ pool, changesOnly: false })
    watch.end()
    const { event } = await watch.next()
    assert.equal(event?.$case, 'offer')
    const { contact, offerId } = event.value
    assert.equal(contact?.contactId, 'c1')
    assert.equal(contact.attributes.length, 0, 'they go to the agent alone')
    assert.equal((await watch.next()).event?.$case, 'snapshotComplete')
    await routing.call('acceptOffer', { ...ann, offerId })
    const ended = (await watch.next()).event
    const status = OfferStatus.OFFER_STATUS_ACCEPTED
    const value = { offerId, contactId: 'c1', agentId: 'ann', status }
    assert.deepEqual(ended, { $case: 'ended', value })
    watch.cancel()
    desk.cancel()
  })

  test('of a pool that is not there is refused', async (t) => {
    const { routing, desk } = await seated(t)
    for (const method of ['watchAgents', 'watchOffers'] as const) {
      const watch = routing.talk(method)
      watch.send({ pool: 'q', changesOnly: false })
      watch.end()
      assert.equal((await watch.ended())?.code, 'POOL_UNKNOWN')
    }
    desk.cancel()
  })
})
