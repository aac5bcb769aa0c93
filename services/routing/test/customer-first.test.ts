import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallbackPolicy, CustomerFirst, DialOutcome, RetryRule } from '../core/index.ts'
import { Story } from './story.ts'

const second = 1_000
const minute = 60_000

const customerFirst: CustomerFirst = {
  agentWithinMs: 2 * second,
  holdMaxMs: 30 * second,
  nuisanceShareBp: 300,
}

/** Six agents talk, each for six seconds on average: whoever wants to be called back is dialled ahead. */
function ahead(callback: Partial<CallbackPolicy> = {}): Story {
  const s = new Story()
  const policy = { initialHandleTimeMs: 6 * second }
  s.queue('tax', { policy, callback: { offerAboveMs: 0, customerFirst, ...callback } })
  for (const id of agents) {
    s.agent(id, {})
    s.submit(`with-${id}`, 'tax')
    s.talk(id)
  }
  s.submit('c1', 'tax', { customerKey: 'k1' })
  s.wantsCallback('c1')
  assert.equal(s.contact('c1').state, 'dialling')
  assert.equal(s.contact('c1').agentId, '')
  return s
}

const agents = ['ann', 'bob', 'cid', 'dee', 'eve', 'fay']

/** The customer has answered, and nobody is free. */
function held(callback: Partial<CallbackPolicy> = {}): Story {
  const s = ahead(callback)
  s.claim('c1')
  s.report('c1', 'human')
  assert.equal(s.contact('c1').state, 'customerHeld')
  return s
}

const figures = (s: Story) => {
  const { held: answered, nuisances, nuisancesLeft, leadBp } = s.state.dialFigures.must('p/tax')
  return { answered, nuisances, nuisancesLeft, leadBp }
}

describe('customer-first', () => {
  test('dials before an agent is free; the attempt says that nobody is reserved', () => {
    const s = ahead()
    const [requested] = s.told('dialRequested')
    assert.deepEqual([requested?.attempt.customerFirst, requested?.attempt.agentId], [true, ''])
    assert.equal(s.contact('c1').callback?.attempt?.customerFirst, true)
  })

  test('waits while agents are far: dials only as far ahead as was learned', () => {
    const s = new Story()
    s.queue('tax', { policy: { initialHandleTimeMs: 5 * minute }, callback: { customerFirst } })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    s.pass(minute)
    assert.equal(s.contact('c1').state, 'dialable')
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), 'c1')
    s.accept('ann')
    assert.equal(s.contact('c1').callback?.attempt?.customerFirst, false, 'ann is reserved')
  })

  test('the customer who answers is the first for the next agent, whoever waits', () => {
    const s = held()
    s.submit('urgent', 'tax', { priority: 50, enteredAt: s.time - minute })
    s.complete('bob', 'with-bob')
    assert.equal(s.offered('bob'), 'c1')
    s.accept('bob')
    assert.equal(s.contact('c1').state, 'connecting')
    s.media('c1', 'answered')
    const { callback, ...contact } = s.contact('c1')
    assert.deepEqual([contact.state, callback?.status], ['connected', 'reached'])
    assert.deepEqual(figures(s), { answered: 1, nuisances: 0, nuisancesLeft: 0, leadBp: 5_012 })
  })

  test('goes to no other queue before the two have met: there, nobody may have to call', () => {
    const s = held()
    s.queue('plain')
    s.complete('bob', 'with-bob')
    s.accept('bob')
    const to = { pool: 'p', contactId: 'c1', queueId: 'plain', requirements: [] } as const
    const transfer = { kind: 'transferContact', ...to, requestId: 't1' } as const
    assert.equal(s.refuse(transfer), 'CONTACT_STATE')
    assert.equal(s.contact('c1').state, 'connecting')
    s.media('c1', 'answered')
    s.do(transfer)
    assert.deepEqual([s.contact('c1').queueId, s.contact('c1').state], ['plain', 'offered'])
  })

  test('an agent who is free by then gets the customer at once', () => {
    const s = ahead()
    s.complete('bob', 'with-bob')
    s.claim('c1')
    s.report('c1', 'human')
    assert.equal(s.offered('bob'), 'c1')
  })

  test('without an agent in two seconds the platform is told once, and the lead is shorter', () => {
    const s = held()
    s.pass(second)
    assert.equal(s.told('holdMessageDue').length, 0)
    s.pass(second)
    s.pass(5 * second)
    assert.deepEqual(
      s.told('holdMessageDue').map((e) => e.contactId),
      ['c1'],
    )
    assert.deepEqual(figures(s), { answered: 1, nuisances: 1, nuisancesLeft: 0, leadBp: 4_612 })
    s.complete('bob', 'with-bob')
    s.talk('bob')
    assert.equal(s.contact('c1').state, 'connected')
  })

  test('an agent who is asked and does not answer in time is no agent: the message is due', () => {
    const s = held()
    s.complete('bob', 'with-bob')
    s.pass(2 * second)
    assert.equal(s.offered('bob'), 'c1')
    assert.equal(s.told('holdMessageDue').length, 1)
  })

  test('an offer that is declined leaves the customer first, and on the line', () => {
    const s = held()
    s.complete('bob', 'with-bob')
    s.decline('bob')
    assert.equal(s.contact('c1').state, 'customerHeld')
    s.complete('cid', 'with-cid')
    assert.equal(s.offered('cid'), 'c1')
  })

  for (const cause of ['agent', 'network'] as const) {
    test(`an agent lost while connecting (${cause}): first for the next one`, () => {
      const s = held()
      s.complete('bob', 'with-bob')
      s.accept('bob')
      s.media('c1', 'failed', cause)
      assert.equal(s.contact('c1').state, 'customerHeld')
      s.submit('urgent', 'tax', { priority: 50, enteredAt: s.time - minute })
      s.complete('cid', 'with-cid')
      assert.equal(s.offered('cid'), 'c1')
    })
  }
})

describe('a held customer', () => {
  test('is let go at the limit; the next dial has an agent reserved', () => {
    const s = held({ retryAfterMs: minute })
    s.pass(30 * second)
    assert.deepEqual(
      s.told('holdEnded').map((e) => e.cause),
      ['timeLimit'],
    )
    assert.equal(s.contact('c1').state, 'callbackWaiting')
    s.pass(minute)
    assert.equal(s.contact('c1').state, 'dialable', 'not ahead of the agents again')
    s.complete('bob', 'with-bob')
    s.accept('bob')
    assert.equal(s.contact('c1').agentId, 'bob')
    assert.equal(figures(s).nuisancesLeft, 1)
  })

  test('who hangs up is called again by the schedule', () => {
    const s = held({ retryAfterMs: minute })
    s.pass(3 * second)
    s.abandon('c1')
    assert.equal(s.contact('c1').state, 'callbackWaiting')
    assert.equal(s.contact('c1').callback?.attempts, 1)
    assert.deepEqual(figures(s).nuisancesLeft, 1)
  })

  test('who hangs up while an agent is asked, or connected, frees the agent', () => {
    for (const accepted of [false, true]) {
      const s = held()
      s.complete('bob', 'with-bob')
      if (accepted) s.accept('bob')
      s.abandon('c1')
      assert.equal(s.contact('c1').state, 'callbackWaiting')
      assert.equal(s.view('bob').load, 0)
      assert.equal(figures(s).nuisancesLeft, 0, 'not for want of an agent')
    }
  })

  test('is given up after the last attempt', () => {
    const s = held({ maxAttempts: 1 })
    s.abandon('c1')
    assert.equal(s.contact('c1').endCause, 'callbackGivenUp')
  })

  test('can be cancelled', () => {
    const s = held()
    s.cancel('c1')
    s.pass(minute)
    assert.equal(s.contact('c1').state, 'cancelled')
    assert.equal(s.told('holdMessageDue').length, 0)
  })

  test('who calls in on another line is live, at the kept place', () => {
    const s = held()
    s.submit('c1-again', 'tax', { customerKey: 'k1' })
    assert.deepEqual([s.contact('c1').state, s.contact('c1').liveLegId], ['waiting', 'c1-again'])
  })
})

describe('a dial ahead ends as', () => {
  const table: readonly (readonly [DialOutcome, string, number])[] = [
    ['human', 'customerHeld', 1],
    ['machine', 'callbackWaiting', 1],
    ['messageLeft', 'callbackWaiting', 1],
    ['busy', 'callbackWaiting', 1],
    ['noAnswer', 'callbackWaiting', 1],
    ['unknown', 'callbackWaiting', 1],
    ['congestion', 'callbackWaiting', 0],
    ['rejected', 'expired', 1],
    ['invalid', 'expired', 1],
    ['barred', 'expired', 1],
  ]
  for (const [outcome, state, attempts] of table) {
    test(`${outcome}: ${state}`, () => {
      const s = ahead()
      s.claim('c1')
      s.report('c1', outcome)
      assert.equal(s.contact('c1').state, state)
      assert.equal(s.contact('c1').callback?.attempts, attempts)
    })
  }

  test('one claim, in this mode too; unclaimed, it is made again in a minute', () => {
    const s = ahead()
    s.claim('c1', 'd1')
    const attemptId = s.attemptId('c1')
    const claim = { kind: 'claimDial', pool: 'p', contactId: 'c1', attemptId } as const
    assert.equal(s.refuse({ ...claim, claimant: 'd2' }), 'ATTEMPT_CLAIMED')

    const idle = ahead()
    idle.pass(30 * second)
    assert.equal(idle.contact('c1').state, 'callbackWaiting')
    assert.equal(idle.contact('c1').callback?.attempts, 0)
  })

  test('the customer calling in meanwhile: live, the dial is cancelled', () => {
    const s = ahead()
    s.submit('c1-again', 'tax', { customerKey: 'k1' })
    assert.equal(s.contact('c1').state, 'waiting')
    assert.equal(s.told('dialClosed').at(-1)?.attempt.outcome, 'calledIn')
  })
})

describe('the agent gone while dialling', () => {
  test('the customer is first for the next skilled agent, whoever waits', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    s.agent('ann', {})
    s.accept('ann')
    s.submit('urgent', 'tax', { priority: 50, enteredAt: s.time - minute })
    s.claim('c1')
    s.report('c1', 'agentGone')
    assert.equal(s.contact('c1').state, 'dialable')
    s.agent('bob', {})
    assert.equal(s.offered('bob'), 'c1')
  })
})

describe('line time saved', () => {
  const saved = (s: Story): number | undefined => s.contact('c1').callback?.trunkSavedMs

  test('is the time off the line, less ringing', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    s.pass(minute)
    s.agent('ann', {})
    s.accept('ann')
    s.pass(2 * second)
    s.claim('c1')
    s.pass(10 * second)
    assert.equal(saved(s), undefined)
    s.report('c1', 'human')
    assert.equal(saved(s), minute + 2 * second)
    s.complete('ann', 'c1')
    const { trunkFreedMs, trunkDialledMs } = s.state.dialFigures.must('p/tax')
    assert.deepEqual([trunkFreedMs, trunkDialledMs], [minute + 12 * second, 10 * second])
  })

  test('ends where a customer is held: the hold is line time', () => {
    const s = ahead()
    s.pass(4 * second)
    s.claim('c1')
    s.pass(6 * second)
    s.report('c1', 'human')
    s.pass(20 * second)
    s.complete('bob', 'with-bob')
    s.talk('bob')
    assert.equal(saved(s), 4 * second)
  })

  test('is 0 where nothing but ringing came of it', () => {
    const s = new Story()
    s.queue('tax', { callback: { maxAttempts: 1 } })
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    s.agent('bob', {})
    s.accept('bob')
    s.claim('c1')
    s.pass(20 * second)
    s.report('c1', 'noAnswer')
    assert.equal(saved(s), 0)
  })

  test('ends where the customer calls in', () => {
    const s = new Story()
    s.queue('tax', { callback: {} })
    s.submit('c1', 'tax', { customerKey: 'k' })
    s.wantsCallback('c1')
    s.pass(minute)
    s.submit('again', 'tax', { customerKey: 'k' })
    s.pass(minute)
    s.agent('ann', {})
    s.talk('ann')
    s.complete('ann', 'c1')
    assert.equal(saved(s), minute)
  })
})

test('who called in and asks to be called again is off the line, and not held', () => {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.submit('c1', 'tax', { customerKey: 'k' })
  s.wantsCallback('c1')
  s.pass(minute)
  s.submit('again', 'tax', { customerKey: 'k' })
  s.pass(minute)
  s.do({ kind: 'requestCallback', pool: 'p', contactId: 'c1', addressRef: 'tel' })
  assert.equal(s.contact('c1').state, 'dialable')
  s.pass(minute)
  s.agent('ann', {})
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'human')
  assert.equal(s.contact('c1').callback?.trunkSavedMs, 2 * minute)
})

describe('the schedule of an outcome', () => {
  const retries: readonly RetryRule[] = [
    { outcome: 'busy', delaysMs: [30 * second, 2 * minute], attemptsMax: 0 },
    { outcome: 'messageLeft', delaysMs: [minute], attemptsMax: 1 },
  ]

  function dialled(outcome: DialOutcome): Story {
    const s = new Story()
    s.queue('tax', { callback: { retryAfterMs: 10 * minute, maxAttempts: 5, retries } })
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
    s.agent('ann', {})
    again(s, outcome)
    return s
  }

  function again(s: Story, outcome: DialOutcome): void {
    s.accept('ann')
    s.claim('c1')
    s.report('c1', outcome)
  }

  const due = (s: Story): number => (s.contact('c1').callback?.nextAttemptAt ?? 0) - s.time

  test('has a delay for the first attempt, the second, and the last for all that follow', () => {
    const s = dialled('busy')
    assert.equal(due(s), 30 * second)
    for (let n = 0; n < 2; n++) {
      s.skip(due(s))
      again(s, 'busy')
      assert.equal(due(s), 2 * minute)
    }
  })

  test('is the plain delay where the policy has none, and for an unknown outcome', () => {
    for (const outcome of ['noAnswer', 'machine', 'unknown'] as const) {
      assert.equal(due(dialled(outcome)), 10 * minute)
    }
  })

  test('may give up sooner than the queue does', () => {
    assert.equal(dialled('messageLeft').contact('c1').endCause, 'callbackGivenUp')
  })
})
