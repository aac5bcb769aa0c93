import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallbackPolicy, DialOutcome } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000

/** c1 wants a callback and ann, who came after, has accepted it: to be dialled. */
function toDial(callback: Partial<CallbackPolicy> = {}): Story {
  const s = new Story()
  s.queue('tax', { callback })
  s.submit('c1', 'tax')
  s.wantsCallback('c1')
  s.agent('ann', {})
  s.accept('ann')
  assert.equal(s.contact('c1').state, 'dialling')
  return s
}

/** The attempt that is due is offered, accepted, claimed and reported. */
function attempt(s: Story, outcome: DialOutcome): void {
  s.accept('ann')
  s.claim('c1')
  s.report('c1', outcome)
}

describe('the dial ends as', () => {
  const table: readonly (readonly [DialOutcome, string, string, number])[] = [
    ['human', 'connected', 'reached', 1],
    ['machine', 'callbackWaiting', 'accepted', 1],
    ['messageLeft', 'callbackWaiting', 'accepted', 1],
    ['busy', 'callbackWaiting', 'accepted', 1],
    ['noAnswer', 'callbackWaiting', 'accepted', 1],
    ['unknown', 'callbackWaiting', 'accepted', 1],
    ['congestion', 'callbackWaiting', 'accepted', 0],
    ['rejected', 'expired', 'givenUp', 1],
    ['invalid', 'expired', 'givenUp', 1],
    ['barred', 'expired', 'givenUp', 1],
    ['agentGone', 'dialable', 'accepted', 0],
  ]
  for (const [outcome, state, status, attempts] of table) {
    test(`${outcome}: ${state}`, () => {
      const s = toDial()
      s.claim('c1')
      s.report('c1', outcome)
      const { callback, ...contact } = s.contact('c1')
      assert.equal(contact.state, state)
      assert.equal(callback?.status, status)
      assert.equal(callback?.attempts, attempts)
      assert.equal(callback?.attempt?.outcome, outcome)
      assert.equal(s.told('dialClosed').at(-1)?.attempt.outcome, outcome)
      assert.equal(s.view('ann').load, state === 'connected' ? 100 : 0)
    })
  }
})

describe('the next attempt', () => {
  test('comes when retry_after is over', () => {
    const s = toDial({ retryAfterMs: 2 * minute })
    s.claim('c1')
    s.report('c1', 'busy')
    s.pass(2 * minute - 1_000)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('has another id; the former is over', () => {
    const s = toDial({ retryAfterMs: minute })
    const first = s.attemptId('c1')
    s.claim('c1')
    s.report('c1', 'busy')
    s.pass(minute)
    s.accept('ann')
    assert.notEqual(s.attemptId('c1'), first)
    const claim = { kind: 'claimDial', pool: 'p', contactId: 'c1', attemptId: first } as const
    assert.equal(s.refuse({ ...claim, claimant: 'd1' }), 'ATTEMPT_UNKNOWN')
  })

  test('is the last of max_attempts, then the callback is given up', () => {
    const s = toDial({ retryAfterMs: minute, maxAttempts: 2 })
    s.claim('c1')
    s.report('c1', 'noAnswer')
    s.pass(minute)
    attempt(s, 'noAnswer')
    assert.deepEqual(
      [s.contact('c1').state, s.contact('c1').endCause],
      ['expired', 'callbackGivenUp'],
    )
  })

  test('after congestion comes in a minute, and is none of max_attempts', () => {
    const s = toDial({ retryAfterMs: 10 * minute, maxAttempts: 1 })
    s.claim('c1')
    s.report('c1', 'congestion')
    s.pass(minute)
    attempt(s, 'congestion')
    s.pass(minute)
    attempt(s, 'human')
    assert.equal(s.contact('c1').state, 'connected')
  })

  test('keeps its place: before those who came later', () => {
    const s = toDial({ retryAfterMs: minute })
    s.claim('c1')
    s.report('c1', 'busy')
    s.submit('c2', 'tax')
    s.submit('c3', 'tax')
    assert.equal(s.offered('ann'), 'c2')
    s.talk('ann')
    s.pass(minute)
    s.complete('ann', 'c2')
    assert.equal(s.offered('ann'), 'c1')
  })
})

describe('an attempt that', () => {
  test('nobody claims in half a minute is closed, and made again in a minute, uncounted', () => {
    const s = toDial()
    s.pass(30_000)
    assert.equal(s.contact('c1').state, 'callbackWaiting')
    assert.equal(s.contact('c1').callback?.attempts, 0)
    assert.equal(s.told('dialClosed').length, 1)
    assert.equal(s.view('ann').presence, 'ready')
    s.pass(minute)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('nobody has claimed can not be reported', () => {
    const s = toDial()
    const attemptId = s.attemptId('c1')
    const report = { kind: 'reportDial', pool: 'p', contactId: 'c1', attemptId } as const
    assert.equal(s.refuse({ ...report, claimant: 'd1', outcome: 'human' }), 'ATTEMPT_UNCLAIMED')
  })

  test('another has claimed can not be reported', () => {
    const s = toDial()
    s.claim('c1', 'd1')
    const attemptId = s.attemptId('c1')
    const report = { kind: 'reportDial', pool: 'p', contactId: 'c1', attemptId } as const
    assert.equal(s.refuse({ ...report, claimant: 'd2', outcome: 'human' }), 'ATTEMPT_CLAIMED')
  })

  test('is under way when the platform cancels is closed, and the agent free', () => {
    const s = toDial()
    s.claim('c1')
    s.cancel('c1')
    assert.equal(s.told('dialClosed').length, 1)
    assert.equal(s.view('ann').load, 0)
    const attemptId = s.attemptId('c1')
    const claim = { kind: 'claimDial', pool: 'p', contactId: 'c1', attemptId } as const
    assert.equal(s.refuse({ ...claim, claimant: 'd1' }), 'ATTEMPT_CLOSED')
  })
})

describe('an accepted callback', () => {
  test('is given up when its time is over, dialable or waiting', () => {
    const s = new Story()
    s.queue('tax', { callback: { giveUpAfterMs: 2 * minute, retryAfterMs: 10 * minute } })
    s.submit('c1', 'tax')
    s.submit('c2', 'tax')
    s.wantsCallback('c1')
    s.wantsCallback('c2')
    s.agent('ann', {})
    attempt(s, 'busy')
    s.presence('ann', 'paused')
    assert.deepEqual(
      [s.contact('c1').state, s.contact('c2').state],
      ['callbackWaiting', 'dialable'],
    )
    s.pass(2 * minute)
    for (const id of ['c1', 'c2']) assert.equal(s.contact(id).endCause, 'callbackGivenUp')
  })

  test('is not given up while it is being dialled, but right after', () => {
    const s = toDial({ giveUpAfterMs: minute, ringTimeoutMs: 2 * minute })
    s.pass(20_000)
    s.claim('c1')
    s.pass(minute)
    assert.equal(s.contact('c1').state, 'dialling')
    s.report('c1', 'busy')
    s.pass(1_000)
    assert.equal(s.contact('c1').endCause, 'callbackGivenUp')
  })
})

describe('a promise', () => {
  const promises = (s: Story) => s.told('promiseSettled').map(({ kept }) => kept)

  /** Ann talks to c0, for 5 minutes on average; c1 wants a callback and is promised one in `dueMs`. */
  function promised(callback: Partial<CallbackPolicy> = {}): { s: Story; dueMs: number } {
    const s = new Story()
    s.queue('tax', { callback })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    const dueMs = (s.contact('c1').callback?.promisedAt ?? 0) - s.time
    // Not the mean: what 19 of 20 would not exceed.
    assert.ok(dueMs > 14 * minute && dueMs < 16 * minute, `${dueMs}`)
    return { s, dueMs }
  }

  test('stays as it was given, whatever the wait becomes', () => {
    const { s } = promised()
    const before = s.contact('c1').callback?.promisedAt
    for (const id of ['c2', 'c3', 'c4']) s.submit(id, 'tax')
    s.pass(3 * minute)
    assert.equal(s.contact('c1').callback?.promisedAt, before)
  })

  test('is kept when the dial is claimed up to the tolerance after it', () => {
    const { s, dueMs } = promised()
    s.skip(dueMs + 5 * minute)
    s.complete('ann', 'c0')
    s.accept('ann')
    s.claim('c1')
    assert.deepEqual(promises(s), [true])
    s.report('c1', 'human')
    assert.deepEqual(promises(s), [true])
  })

  test('is broken a moment later', () => {
    const { s, dueMs } = promised()
    s.skip(dueMs + 5 * minute + 1)
    s.complete('ann', 'c0')
    s.accept('ann')
    s.claim('c1')
    assert.deepEqual(promises(s), [false])
  })

  test('is broken by giving up', () => {
    const { s } = promised({ giveUpAfterMs: 30 * minute })
    s.skip(30 * minute)
    assert.deepEqual(promises(s), [false])
    assert.equal(s.told('promiseSettled')[0]?.happenedAt, undefined)
  })

  test('is kept when the customer calls in first', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax', { customerKey: 'k' })
    s.wantsCallback('c1')
    s.submit('c1-again', 'tax', { customerKey: 'k' })
    assert.deepEqual(promises(s), [true])
  })

  test('is for later after one that was broken, and while one is overdue', () => {
    const { s, dueMs } = promised()
    const { promiseZ } = s.state.queues.must('p/tax')
    s.skip(dueMs + 6 * minute)
    s.submit('c2', 'tax')
    s.wantsCallback('c2')
    const promisedMs = (s.contact('c2').callback?.promisedAt ?? 0) - s.time
    // Two to be answered instead of one, and the six minutes by which the first is overdue.
    assert.ok(Math.abs(promisedMs - 2 * dueMs - 6 * minute) < 10, `${promisedMs}`)
    s.complete('ann', 'c0')
    s.accept('ann')
    s.claim('c1')
    assert.deepEqual(promises(s), [false])
    assert.ok(s.state.queues.must('p/tax').promiseZ > promiseZ)
  })

  test('is not made where nothing is known, so none is broken', () => {
    const s = toDial()
    assert.equal(s.contact('c1').callback?.promisedAt, undefined)
    s.claim('c1')
    s.report('c1', 'invalid')
    assert.deepEqual(promises(s), [])
  })
})
