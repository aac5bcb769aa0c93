import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { given, type State, talking, ways } from './states.ts'
import { Story } from './story.ts'

const minute = 60_000

test('a contact is submitted, offered, accepted, connected, written up and completed', () => {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  s.submit('c1', 'tax')
  assert.equal(s.offered('ann'), 'c1')
  s.pass(3_000)
  s.accept('ann')
  assert.equal(s.contact('c1').state, 'connecting')
  assert.equal(s.contact('c1').answeredAt, s.time)
  s.media('c1', 'ringing')
  s.media('c1', 'answered')
  s.pass(10_000)
  s.media('c1', 'ended', 'customer')
  assert.equal(s.contact('c1').state, 'wrapUp')
  assert.equal(s.view('ann').load, 100)
  s.pass(2_000)
  s.complete('ann', 'c1')
  assert.equal(s.contact('c1').endCause, 'completed')
  assert.equal(s.view('ann').load, 0)
  const [ended] = s.told('contactEnded')
  assert.deepEqual([ended?.waitMs, ended?.handleMs], [3_000, 12_000])
  assert.deepEqual(
    s.kinds().filter((kind) => kind.startsWith('contact') || kind.startsWith('offer')),
    ['contactAccepted', 'offerMade', 'offerAccepted', 'contactConnected', 'contactEnded'],
  )
})

test('where nobody is on a line, work begins at acceptance', () => {
  const s = new Story()
  s.queue('mail', { channel: 'email' })
  s.agent('ann', {}, { email: 50 })
  s.submit('m1', 'mail')
  s.accept('ann')
  assert.equal(s.contact('m1').state, 'connected')
})

describe('the customer hangs up on a contact that is', () => {
  const outcomes: readonly (readonly [State, string])[] = [
    ['waiting', 'abandoned'],
    ['offered', 'abandoned'],
    ['connecting', 'abandoned'],
    ['connected', 'CONTACT_STATE'],
    ['held', 'CONTACT_STATE'],
    ['wrapUp', 'CONTACT_STATE'],
    ['dialable', 'dialable'],
    ['dialling', 'dialling'],
    ['callbackWaiting', 'callbackWaiting'],
    ['completed', 'CONTACT_ENDED'],
    ['abandoned', 'abandoned'],
    ['expired', 'CONTACT_ENDED'],
    ['cancelled', 'CONTACT_ENDED'],
  ]
  for (const [state, then] of outcomes) {
    test(`${state}: ${then}`, () => {
      const s = given(state)
      const outcome = s.try({ kind: 'abandonContact', pool: 'p', contactId: 'c1' })
      assert.equal(outcome.ok ? s.contact('c1').state : outcome.rejection.code, then)
    })
  }
})

describe('the platform cancels a contact that is', () => {
  const ended: readonly State[] = ['completed', 'abandoned', 'expired']
  for (const state of Object.keys(ways) as State[]) {
    const then = ended.includes(state) ? 'CONTACT_ENDED' : 'cancelled'
    test(`${state}: ${then}`, () => {
      const s = given(state)
      const outcome = s.try({ kind: 'cancelContact', pool: 'p', contactId: 'c1', reason: '' })
      assert.equal(outcome.ok ? s.contact('c1').state : outcome.rejection.code, then)
      if (!outcome.ok || s.state.agents.size === 0) return
      assert.equal(s.view('ann').load, 0, 'the agent is free again')
    })
  }
})

describe('time runs out', () => {
  test("waiting: at the queue's time to live, or the contact's own", () => {
    const s = new Story()
    s.queue('tax', { policy: { timeToLiveMs: 10_000 } })
    s.submit('c1', 'tax')
    s.submit('c2', 'tax', { timeToLiveMs: 5_000 })
    s.pass(5_000)
    assert.deepEqual([s.contact('c1').state, s.contact('c2').state], ['waiting', 'expired'])
    s.pass(5_000)
    assert.equal(s.contact('c1').endCause, 'timeToLive')
  })

  test('while offered: it goes to nobody else, and who gives it up has the next', () => {
    const s = new Story()
    s.queue('tax', { policy: { timeToLiveMs: 10_000 } })
    s.agent('ann', {})
    s.submit('c1', 'tax')
    s.pass(5_000)
    s.submit('c2', 'tax', { excludedAgentIds: ['bob'] })
    s.agent('bob', {})
    s.pass(5_000)
    assert.equal(s.offered('ann'), 'c1', 'ann may still take it')
    s.decline('ann')
    assert.equal(s.contact('c1').endCause, 'timeToLive')
    assert.deepEqual([s.offered('ann'), s.offered('bob')], ['c2', ''])
  })

  test('a callback while offered: given up', () => {
    const s = new Story()
    s.queue('tax', { callback: { giveUpAfterMs: minute } })
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    s.pass(50_000)
    s.agent('ann', {})
    s.agent('bob', {})
    s.pass(19_000)
    assert.equal(s.offered('ann'), 'c1')
    s.pass(1_000)
    assert.equal(s.contact('c1').endCause, 'callbackGivenUp')
    assert.equal(s.offered('bob'), '')
  })

  test('connected: at the handle limit, and the agent is free for the next', () => {
    const s = new Story()
    s.queue('tax', { policy: { handleLimitMs: minute } })
    s.agent('ann', {})
    s.submit('c1', 'tax')
    s.talk('ann')
    s.submit('c2', 'tax')
    s.pass(minute)
    assert.equal(s.contact('c1').endCause, 'handleLimit')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('accepted, but media never come: back to its place, the agent not punished', () => {
    const s = given('connecting')
    s.pass(30_000)
    assert.equal(s.contact('c1').state, 'waiting')
    assert.equal(s.view('ann').presence, 'ready')
    s.pass(30_000)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('wrap-up: at its end, later if extended, never beyond an hour', () => {
    const s = given('wrapUp')
    const extend = (extensionMs: number) =>
      ({ kind: 'extendWrapUp', pool: 'p', agentId: 'ann', contactId: 'c1', extensionMs }) as const
    s.pass(29_000)
    s.do(extend(20 * minute))
    s.pass(2_000)
    assert.equal(s.contact('c1').state, 'wrapUp')
    assert.equal(s.refuse(extend(60 * minute)), 'WRAP_UP_LIMIT')
    assert.equal(s.refuse({ ...extend(1_000), agentId: 'bob' }), 'CONTACT_NOT_YOURS')
    s.skip(20 * minute)
    assert.deepEqual([s.contact('c1').state, s.contact('c1').endCause], ['completed', 'wrapUpOver'])
  })

  test('wrap-up: with its extensions not beyond what its queue says', () => {
    const s = new Story()
    s.queue('tax', { policy: { wrapUpMaxMs: 2 * minute } })
    s.agent('ann', {})
    s.submit('c1', 'tax')
    s.talk('ann')
    s.media('c1', 'ended')
    const extend = (extensionMs: number) =>
      ({ kind: 'extendWrapUp', pool: 'p', agentId: 'ann', contactId: 'c1', extensionMs }) as const
    s.do(extend(2 * minute))
    s.pass(1_000)
    assert.equal(s.refuse(extend(2 * minute)), 'WRAP_UP_LIMIT')
  })

  test('wrap-up of nothing: completed as the media end', () => {
    const s = new Story()
    s.queue('tax', { policy: { wrapUpMs: 0 } })
    s.agent('ann', {})
    s.submit('c1', 'tax')
    s.talk('ann')
    s.media('c1', 'ended')
    assert.equal(s.contact('c1').state, 'completed')
  })
})

test('only the agent who has it completes it', () => {
  const s = talking()
  const complete = { kind: 'completeContact', pool: 'p', contactId: 'c1' } as const
  assert.equal(s.refuse({ ...complete, agentId: 'bob' }), 'CONTACT_NOT_YOURS')
  s.do({ ...complete, agentId: 'ann' })
})
