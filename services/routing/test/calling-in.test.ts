import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallbackPolicy } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const key = { customerKey: 'k' }

/** c1 of the customer k wants a callback; c2 came later and waits. Nobody is at work. */
function wanted(): Story {
  const s = new Story()
  s.queue('tax', { callback: { retryAfterMs: minute } })
  s.submit('c1', 'tax', key)
  s.submit('c2', 'tax')
  s.wantsCallback('c1')
  return s
}

describe('the customer calls in again while the callback', () => {
  const states: readonly (readonly [string, (s: Story) => void, string])[] = [
    ['is dialable', () => {}, 'waiting'],
    [
      'is offered',
      (s) => {
        s.agent('ann', {})
      },
      'offered',
    ],
    [
      'is to be dialled',
      (s) => {
        s.agent('ann', {})
        s.accept('ann')
      },
      'connecting',
    ],
    [
      'is being dialled',
      (s) => {
        s.agent('ann', {})
        s.accept('ann')
        s.claim('c1')
      },
      'connecting',
    ],
    [
      'waits for its next attempt',
      (s) => {
        s.agent('ann', {})
        s.accept('ann')
        s.claim('c1')
        s.report('c1', 'busy')
        s.presence('ann', 'paused')
      },
      'waiting',
    ],
  ]
  for (const [what, given, state] of states) {
    test(`${what}: ${state}, one contact at its place`, () => {
      const s = wanted()
      given(s)
      s.submit('again', 'tax', key)
      const met = s.contact('again')
      assert.deepEqual([met.contactId, met.state, met.liveLegId], ['c1', state, 'again'])
      assert.equal(met.callback?.status, 'calledIn')
    })

    test(`${what}, and hangs up again: the callback stands`, () => {
      const s = wanted()
      given(s)
      s.submit('again', 'tax', key)
      s.abandon('again')
      const { callback, liveLegId } = s.contact('c1')
      assert.deepEqual([callback?.status, liveLegId], ['accepted', ''])
      s.agent('eve', {})
      s.pass(1_000)
      assert.ok([s.offered('eve'), s.state.agents.size > 1 ? s.offered('ann') : ''].includes('c1'))
    })
  }

  test('is with its agent already, after calling in: that is another contact', () => {
    const s = wanted()
    s.agent('ann', {})
    s.submit('again', 'tax', key)
    s.talk('ann')
    assert.equal(s.contact('c1').state, 'connected')
    s.submit('third', 'tax', key)
    assert.equal(s.contact('c1').state, 'connected')
    assert.equal(s.contact('third').contactId, 'third')
  })

  test('waits with the customer on the line: the next call is another contact', () => {
    const s = wanted()
    s.submit('again', 'tax', key)
    s.submit('third', 'tax', key)
    assert.equal(s.contact('third').contactId, 'third')
    assert.equal(s.contact('c1').liveLegId, 'again')
  })

  test('and the hang-up of an older leg comes once more: the live one still waits', () => {
    const s = wanted()
    s.submit('again', 'tax', key)
    s.abandon('again')
    s.submit('third', 'tax', key)
    s.abandon('again')
    assert.equal(s.contact('c1').state, 'waiting')
    s.abandon('third')
    assert.equal(s.contact('c1').state, 'dialable')
  })
})

test('who accepts what was offered before the customer called in finds the customer there', () => {
  const s = wanted()
  s.agent('ann', {})
  s.submit('again', 'tax', key)
  s.accept('ann')
  assert.equal(s.contact('c1').state, 'connecting')
  assert.equal(s.told('dialRequested').length, 0)
})

test('the address serves as well as the customer; another queue is another need', () => {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.queue('other', { callback: {} })
  s.submit('c1', 'tax', { addressKey: 'a' })
  s.wantsCallback('c1')
  s.submit('c2', 'other', { addressKey: 'a' })
  assert.equal(s.contact('c2').contactId, 'c2')
  s.submit('c3', 'tax', { addressKey: 'a', customerKey: 'unknown' })
  assert.equal(s.contact('c3').contactId, 'c1')
})

test('who was reached, gave up or was cancelled is met no more', () => {
  for (const outcome of ['human', 'invalid'] as const) {
    const s = wanted()
    s.agent('ann', {})
    s.accept('ann')
    s.claim('c1')
    s.report('c1', outcome)
    s.submit('again', 'tax', key)
    assert.equal(s.contact('again').contactId, 'again')
  }
  const s = wanted()
  s.cancel('c1')
  s.submit('again', 'tax', key)
  assert.equal(s.contact('again').contactId, 'again')
})

test('the second id means the first contact until that has ended and is forgotten', () => {
  const s = wanted()
  s.submit('again', 'tax', key)
  s.cancel('again')
  assert.equal(s.contact('c1').state, 'cancelled')
  s.skip(15 * minute)
  const cancel = { kind: 'cancelContact', pool: 'p', contactId: 'again', reason: '' } as const
  assert.equal(s.refuse(cancel), 'CONTACT_ENDED')
})

describe('an offer of a callback', () => {
  function waiting(callback: Partial<CallbackPolicy>): Story {
    const s = new Story()
    s.queue('tax', { callback })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax')
    return s
  }
  const respond = {
    kind: 'respondToCallbackOffer',
    pool: 'p',
    contactId: 'c1',
    addressRef: 'tel',
  } as const

  test('is not made below the wait that the queue allows, and made when there is more', () => {
    const s = waiting({ offerAboveMs: 5 * minute, offerCadenceMs: minute })
    assert.equal(s.contact('c1').callback, undefined)
    assert.equal(s.refuse({ ...respond, accept: true }), 'CALLBACK_NOT_OFFERED')
    s.submit('c2', 'tax')
    assert.equal(s.contact('c2').callback?.status, 'offered')
    s.presence('ann', 'paused')
    s.pass(minute)
    assert.equal(s.contact('c1').callback?.status, 'offered', 'nobody at work: nothing is known')
  })

  test('lapses, and is repeated on its cadence', () => {
    const s = waiting({ offerTimeoutMs: 10_000, offerCadenceMs: 30_000 })
    assert.equal(s.contact('c1').callback?.status, 'offered')
    s.pass(10_000)
    assert.equal(s.contact('c1').callback?.status, 'lapsed')
    assert.equal(s.refuse({ ...respond, accept: true }), 'CALLBACK_NOT_OFFERED')
    s.pass(30_000)
    assert.equal(s.contact('c1').callback?.status, 'offered')
    assert.equal(s.told('callbackOffered').length, 2)
  })

  test('leaves the contact its place: it can be matched meanwhile', () => {
    const s = waiting({})
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), 'c1')
    assert.equal(s.contact('c1').callback?.status, 'lapsed')
  })

  test('declined is not repeated', () => {
    const s = waiting({ offerCadenceMs: 5_000 })
    s.do({ ...respond, accept: false, addressRef: '' })
    s.pass(minute)
    assert.equal(s.contact('c1').callback?.status, 'declined')
    assert.equal(s.told('callbackOffered').length, 1)
  })

  test('that stands when a hold-out ends is not made twice', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax', { preferredAgentIds: ['ann'], holdOutMs: 10_000 })
    assert.equal(s.told('callbackOffered').length, 1)
    s.pass(10_000)
    assert.equal(s.told('callbackOffered').length, 1)
    assert.equal(s.contact('c1').callback?.status, 'offered')
  })
})

test('whoever calls in after a dial of unknown outcome and hangs up is not dialled early', () => {
  const s = wanted()
  s.agent('ann', {})
  s.accept('ann')
  s.claim('c1')
  s.pass(56_000)
  assert.equal(s.contact('c1').callback?.attempt?.outcome, 'unknown')
  s.presence('ann', 'paused')
  s.submit('again', 'tax', key)
  s.abandon('again')
  assert.equal(s.contact('c1').state, 'callbackWaiting')
  s.pass(minute)
  assert.equal(s.contact('c1').state, 'dialable')
})

test('who answered a dial and calls in besides while an agent is asked has nothing to hear', () => {
  const s = new Story()
  const ahead = { agentWithinMs: 2_000, holdMaxMs: minute, nuisanceShareBp: 300 }
  const policy = { initialHandleTimeMs: 1_000 }
  s.queue('tax', { policy, callback: { offerAboveMs: 0, customerFirst: ahead } })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  s.submit('c1', 'tax', key)
  s.wantsCallback('c1')
  s.claim('c1')
  s.report('c1', 'human')
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'c1')
  s.submit('again', 'tax', key)
  s.accept('ann')
  s.pass(3_000)
  assert.equal(s.told('holdMessageDue').length, 0)
  assert.equal(s.contact('c1').state, 'connecting')
})
