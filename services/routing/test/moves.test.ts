import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Channel, explainAgent, type RoutingEvent } from '../core/index.ts'
import { Story } from './story.ts'

/** Ann of calls and emails, and a queue of each. */
function centre(): Story {
  const s = new Story()
  for (const channel of ['voice', 'email'] as const) s.queue(channel, { channel })
  s.agent('ann', {}, { voice: 100, email: 20 })
  return s
}

const ann = { pool: 'p', agentId: 'ann' } as const

const order = (s: Story, channel: Channel, moveId = 'm-7-1') =>
  ({
    kind: 'orderMove',
    ...ann,
    ...{ moveId, channels: [channel] },
    until: s.time + 3_600_000,
  }) as const

const end = (moveId = 'm-7-1') => ({ kind: 'endMove', ...ann, moveId }) as const

const told = (s: Story): Extract<RoutingEvent, { kind: 'availabilityChanged' }> => {
  const last = s.told('availabilityChanged').at(-1)
  return last?.kind === 'availabilityChanged' ? last : assert.fail('nothing was told')
}

describe('a move', () => {
  test('takes hold at once of who has nothing open, and ends', () => {
    const s = centre()
    s.do(order(s, 'email'))
    assert.equal(told(s).availability.activeReason, 'move m-7-1')
    assert.equal(told(s).draining, false)
    s.submit('call', 'voice')
    assert.equal(s.offered('ann'), '')
    s.do(end())
    assert.equal(told(s).availability.activeReason, '')
    assert.equal(s.offered('ann'), 'call')
  })

  test('gives who helps out on a channel what is asked of them, and nothing of it after', () => {
    const s = centre()
    const channels = [
      { channel: 'voice', weight: 100 },
      { channel: 'email', weight: 50, onRequest: true },
    ] as const
    s.do({ kind: 'changeProfile', ...ann, skills: [], channels })
    assert.deepEqual(
      told(s).availability.channels.map(({ channel, inactive }) => [channel, inactive]),
      [
        ['voice', false],
        ['email', true],
      ],
    )
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), '')
    const asked = () => explainAgent(s.state, s.state.agents.must('p/ann'), s.at).sentence
    assert.match(asked(), /ann is given emails only while somebody has asked ann to work on them/)
    s.do(order(s, 'email'))
    assert.equal(s.offered('ann'), 'mail')
    s.talk('ann')
    s.submit('another', 'email')
    s.decline('ann')
    s.do(end())
    assert.equal(told(s).draining, true)
    assert.equal(s.offered('ann'), '')
    s.complete('ann', 'mail')
    assert.equal(told(s).draining, false)
    assert.equal(s.offered('ann'), '')
    s.submit('call', 'voice')
    assert.equal(s.offered('ann'), 'call')
  })

  test('lets the open call be finished, and tells when it is', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.talk('ann')
    s.do(order(s, 'email'))
    assert.equal(told(s).draining, true)
    assert.equal(s.contact('call').agentId, 'ann')
    s.complete('ann', 'call')
    assert.equal(told(s).draining, false)
    assert.equal(told(s).availability.activeReason, 'move m-7-1')
  })

  test('to training: what is open is finished, nothing is offered, then all is as before', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.talk('ann')
    s.do({ ...order(s, 'voice'), channels: 'training' })
    assert.equal(told(s).draining, true)
    s.complete('ann', 'call')
    assert.equal(told(s).draining, false)
    assert.ok(told(s).availability.channels.every(({ inactive }) => inactive))
    s.submit('mail', 'email')
    s.submit('next', 'voice')
    assert.equal(s.offered('ann'), '')
    const said = explainAgent(s.state, s.state.agents.must('p/ann'), s.at).sentence
    assert.match(said, /ann is in training \(move m-7-1\), for another 60 minutes at most\.$/)
    s.do({
      ...{ kind: 'changeProfile', ...ann, skills: [] },
      channels: [{ channel: 'voice', weight: 100 }],
    })
    assert.equal(s.offered('ann'), '', 'another profile ends no training')
    s.do(end())
    assert.equal(s.offered('ann'), 'next')
  })

  test('lapses by itself if nobody ends it', () => {
    const s = centre()
    s.do(order(s, 'email'))
    s.skip(3_600_001)
    assert.equal(told(s).availability.activeReason, '')
  })

  test('another one ends nothing, nor what a supervisor has set', () => {
    const s = centre()
    s.do(order(s, 'email'))
    s.do(end('m-6-1'))
    assert.equal(told(s).availability.activeReason, 'move m-7-1')
    s.do({
      ...{ kind: 'setActiveChannels', ...ann, channels: ['voice'], reason: 'calls wait' },
      until: s.time + 60_000,
    })
    s.do(end())
    assert.equal(told(s).availability.activeReason, 'calls wait')
  })

  test('a profile without the channel leaves nobody without any', () => {
    const s = centre()
    s.do(order(s, 'email'))
    s.do({
      kind: 'changeProfile',
      ...ann,
      skills: [],
      channels: [{ channel: 'voice', weight: 100 }],
    })
    assert.equal(told(s).availability.activeReason, '')
    s.submit('call', 'voice')
    assert.equal(s.offered('ann'), 'call')
  })
})

const refusals: readonly {
  readonly why: string
  readonly given: (s: Story) => void
  readonly channel?: Channel
  readonly agentId?: string
  readonly aheadMs?: number
}[] = [
  { why: 'agentUnknown', given: () => undefined, agentId: 'zoe' },
  { why: 'channelNotInProfile', given: () => undefined, channel: 'chat' },
  { why: 'late', given: () => undefined, aheadMs: 0 },
  {
    why: 'signedOut',
    given: (s) => s.do({ kind: 'setPresence', ...ann, presence: 'signedOut', reason: '' }),
  },
  {
    why: 'supervisor',
    given: (s) =>
      s.do({
        ...{ kind: 'setActiveChannels', ...ann, channels: ['voice'], reason: 'calls wait' },
        until: s.time + 60_000,
      }),
  },
]

for (const { why, given, channel = 'email', agentId = 'ann', aheadMs = 60_000 } of refusals) {
  test(`a move that can't be is told with why: ${why}`, () => {
    const s = centre()
    given(s)
    const before = s.told('availabilityChanged').length
    s.do({ ...order(s, channel), agentId, until: s.time + aheadMs })
    assert.deepEqual(s.told('moveRefused').at(-1), {
      ...{ kind: 'moveRefused', pool: 'p', agentId, moveId: 'm-7-1', why },
    })
    assert.equal(s.told('availabilityChanged').length, before)
  })
}
