import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Channel, explainAgent } from '../core/index.ts'
import { Story } from './story.ts'

const all = { voice: 100, chat: 30, email: 20 }

/** Ann of every channel, and a queue of each. */
function centre(): Story {
  const s = new Story()
  for (const channel of ['voice', 'chat', 'email'] as const) s.queue(channel, { channel })
  s.agent('ann', {}, all)
  return s
}

const only = (s: Story, channels: readonly Channel[], more: { until?: number } = {}) =>
  ({
    kind: 'setActiveChannels',
    pool: 'p',
    agentId: 'ann',
    channels,
    reason: channels.length > 0 ? 'mail is late' : '',
    until: channels.length > 0 ? s.time + 600_000 : 0,
    ...more,
  }) as const

const phone = (reachable: boolean, channels: readonly Channel[] = ['voice']) =>
  ({
    kind: 'setEndpointState',
    pool: 'p',
    agentId: 'ann',
    channels,
    reachable,
    forMs: 900_000,
  }) as const

const direct = (weight: number) =>
  ({ kind: 'setExternalLoad', pool: 'p', agentId: 'ann', weight, forMs: 300_000 }) as const

const why = (s: Story): string => explainAgent(s.state, s.state.agents.must('p/ann'), s.at).sentence

describe('active channels', () => {
  test('others are not offered, an open offer goes, and comes when they count again', () => {
    const s = centre()
    s.submit('call', 'voice')
    assert.equal(s.offered('ann'), 'call')
    s.do(only(s, ['email']))
    assert.equal(s.contact('call').state, 'waiting')
    assert.equal(s.view('ann').presence, 'ready')
    assert.equal(s.view('ann').missedOffers, 0)
    assert.match(
      why(s),
      /For now ann is given only emails \(mail is late\), for another 10 minutes/,
    )
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), 'mail')
    s.decline('ann')
    s.do(only(s, []))
    assert.equal(s.offered('ann'), 'call')
  })

  test('lapse by themselves', () => {
    const s = centre()
    s.do(only(s, ['email'], { until: s.time + 60_000 }))
    s.submit('call', 'voice')
    s.pass(59_000)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'call')
    assert.equal(s.view('ann').activeUntil, undefined)
    assert.equal(s.told('availabilityChanged').length, 2)
  })

  test('open work stays, and comes back from hold', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.talk('ann')
    s.hold('call')
    s.do(only(s, ['email']))
    s.resume('call')
    assert.equal(s.contact('call').state, 'connected')
    assert.equal(s.view('ann').load, 100)
  })

  test('said again they change nothing', () => {
    const s = centre()
    const said = only(s, ['email'])
    s.do(said)
    s.do(said)
    assert.equal(s.told('availabilityChanged').length, 1)
  })

  test('are those of the profile, and for a time to come', () => {
    const s = centre()
    assert.equal(s.refuse(only(s, ['fax'])), 'CHANNEL_NOT_IN_PROFILE')
    assert.equal(s.refuse(only(s, ['email'], { until: s.time })), 'UNTIL_RANGE')
    assert.equal(s.refuse(only(s, ['email'], { until: s.time + 86_400_001 })), 'UNTIL_RANGE')
  })

  test('hold for a profile that comes later', () => {
    const s = centre()
    s.do(only(s, ['email']))
    s.profile('ann', {}, { voice: 100 })
    s.submit('call', 'voice')
    assert.equal(s.offered('ann'), '')
    assert.match(why(s), /none of the channels/)
  })

  test('count in what is expected of the queue', () => {
    const s = centre()
    const staffed = (): number =>
      s.state.staffing.agentsFor(s.state.queues.must('p/voice').ownClass)
    assert.equal(staffed(), 1)
    s.do(only(s, ['email']))
    assert.equal(staffed(), 0)
  })
})

describe('an endpoint out of reach', () => {
  test('gets nothing of its channel and misses nothing; the rest goes on', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.do(phone(false))
    assert.equal(s.contact('call').state, 'waiting')
    assert.equal(s.view('ann').missedOffers, 0)
    assert.match(why(s), /For calls the phone or screen of ann cannot be reached/)
    s.submit('chat', 'chat')
    assert.equal(s.talk('ann'), 'chat')
    s.complete('ann', 'chat')
    s.do(phone(true))
    assert.equal(s.offered('ann'), 'call')
  })

  test('does not count as not answering, when that is reported of it', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.accept('ann')
    s.do(phone(false))
    s.media('call', 'failed', 'agent')
    assert.equal(s.view('ann').presence, 'ready')
    assert.equal(s.view('ann').missedOffers, 0)
    assert.equal(s.contact('call').state, 'waiting')
  })

  test('answers again when a contact comes through, or after a while', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.accept('ann')
    s.do(phone(false))
    s.media('call', 'answered')
    assert.deepEqual(
      s.view('ann').channels.filter((one) => one.unreachable),
      [],
    )
    s.complete('ann', 'call')
    s.do(phone(false))
    s.submit('next', 'voice')
    s.skip(900_000)
    assert.equal(s.offered('ann'), 'next')
  })

  test('outlives the session, and a new one', () => {
    const s = centre()
    s.do(phone(false))
    s.presence('ann', 'signedOut')
    s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
    s.submit('call', 'voice')
    assert.equal(s.offered('ann'), '')
  })

  test('is counted by the breaker: when most are, offers are held', () => {
    const s = centre()
    const policy = { windowMs: 30_000, minFailures: 2, probeEveryMs: 5_000, pausedShareBp: 5_000 }
    s.do({ kind: 'putEndpointBreaker', pool: 'p', policy })
    for (const name of ['bob', 'cem']) s.agent(name, {}, all)
    s.do(phone(false))
    s.do({ ...phone(false), agentId: 'bob' })
    assert.deepEqual(
      s.told('endpointsChanged').map((e) => [e.channel, e.reachable]),
      [['voice', false]],
    )
    s.submit('call', 'voice')
    assert.equal(s.offered('cem'), '')
    s.pass(5_000)
    assert.equal(s.offered('cem'), 'call', 'one is tried, where the phone is not known to be dead')
    s.talk('cem')
    assert.equal(s.told('endpointsChanged').at(-1)?.reachable, true)
  })

  test('rests after a failure, if the pool says so', () => {
    const s = centre()
    const policy = { windowMs: 30_000, minFailures: 3, probeEveryMs: 5_000, pausedShareBp: 5_000 }
    s.do({ kind: 'putEndpointBreaker', pool: 'p', policy: { ...policy, restMs: 60_000 } })
    s.submit('one', 'voice')
    s.submit('two', 'voice')
    s.accept('ann')
    s.media('one', 'failed', 'network')
    assert.equal(s.offered('ann'), '', 'neither the same contact nor the next')
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), 'mail')
    s.decline('ann')
    s.pass(60_000)
    assert.equal(s.offered('ann'), 'one')
  })
})

describe('calls that are not ours', () => {
  test('take of the budget: what does not fit is not offered until they are over', () => {
    const s = centre()
    s.do(direct(80))
    s.submit('call', 'voice')
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), 'mail')
    s.accept('ann')
    assert.match(why(s), /Calls outside this system take 80% of what ann can do at once/)
    s.complete('ann', 'mail')
    s.do(direct(0))
    assert.equal(s.offered('ann'), 'call')
  })

  test('take nothing away; an offer that does not fit any more goes, and is not missed', () => {
    const s = centre()
    s.submit('chat', 'chat')
    s.talk('ann')
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), 'mail')
    s.do(direct(100))
    assert.equal(s.contact('mail').state, 'waiting')
    assert.equal(s.contact('chat').state, 'connected')
    assert.equal(s.view('ann').missedOffers, 0)
    s.complete('ann', 'chat')
    assert.equal(s.offered('ann'), '')
  })

  test('that take an offer back leave the agent to whoever has waited longest', () => {
    const s = centre()
    s.profile('ann', {}, { email: 100 })
    s.submit('chat', 'chat')
    s.pass(1_000)
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), 'mail')
    // Mails take less of her now, the one that she is offered what it took.
    s.profile('ann', {}, all)
    s.do(direct(30))
    assert.equal(s.offered('ann'), 'chat')
    assert.equal(s.contact('mail').state, 'waiting')
  })

  test('are over by themselves, unless they are said again', () => {
    const s = centre()
    s.do(direct(100))
    s.submit('call', 'voice')
    s.pass(299_000)
    s.do(direct(100))
    s.pass(299_000)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'call')
  })

  test('leave whom they leave the most room for last', () => {
    const s = centre()
    s.agent('bob', {}, all)
    s.do(direct(50))
    s.submit('mail', 'email')
    assert.equal(s.offered('ann'), 'mail', 'the tightest fit counts them')
  })

  test('keep what is on hold in the queue, with its owner preferred', () => {
    const s = centre()
    s.submit('call', 'voice')
    s.talk('ann')
    s.hold('call')
    s.do(direct(50))
    s.resume('call')
    assert.equal(s.contact('call').state, 'waiting')
    s.do(direct(0))
    assert.equal(s.offered('ann'), 'call')
  })
})
