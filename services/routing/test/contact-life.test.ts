import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000

/** A call that ann talks to. */
function talking(): Story {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.talk('ann')
  return s
}

/** How a contact comes into each state, by the shortest way. */
const ways = {
  waiting: (s: Story) => s.submit('c1', 'tax'),
  offered: (s: Story) => {
    s.agent('ann', {})
    s.submit('c1', 'tax')
  },
  connecting: (s: Story) => {
    ways.offered(s)
    s.accept('ann')
  },
  connected: (s: Story) => {
    ways.offered(s)
    s.talk('ann')
  },
  held: (s: Story) => {
    ways.connected(s)
    s.hold('c1')
  },
  wrapUp: (s: Story) => {
    ways.connected(s)
    s.media('c1', 'ended')
  },
  dialable: (s: Story) => {
    s.submit('c1', 'tax')
    s.wantsCallback('c1')
  },
  dialling: (s: Story) => {
    ways.dialable(s)
    s.agent('ann', {})
    s.accept('ann')
  },
  callbackWaiting: (s: Story) => {
    ways.dialling(s)
    s.claim('c1')
    s.report('c1', 'busy')
  },
  completed: (s: Story) => {
    ways.connected(s)
    s.complete('ann', 'c1')
  },
  abandoned: (s: Story) => {
    ways.waiting(s)
    s.abandon('c1')
  },
  expired: (s: Story) => {
    s.submit('c1', 'tax', { timeToLiveMs: 1_000 })
    s.pass(1_000)
  },
  cancelled: (s: Story) => {
    ways.waiting(s)
    s.cancel('c1')
  },
} as const

type State = keyof typeof ways

function given(state: State): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  ways[state](s)
  assert.equal(s.contact('c1').state, state)
  return s
}

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

describe('held', () => {
  test('its agent may take another, and resumes it when there is room', () => {
    const s = talking()
    s.hold('c1')
    assert.equal(s.view('ann').load, 0)
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), 'c2')
    s.talk('ann')
    s.complete('ann', 'c2')
    s.resume('c1')
    assert.equal(s.contact('c1').state, 'connected')
    assert.equal(s.contact('c1').agentId, 'ann')
    assert.equal(s.view('ann').load, 100)
  })

  test('its agent is busy: it goes to another who is free', () => {
    const s = talking()
    s.hold('c1')
    s.submit('c2', 'tax')
    s.talk('ann')
    s.agent('bob', {})
    s.resume('c1')
    assert.equal(s.offered('bob'), 'c1')
  })

  test('its agent is busy and nobody else free: it waits, its agent preferred', () => {
    const s = talking()
    s.hold('c1')
    s.submit('c2', 'tax')
    s.talk('ann')
    s.resume('c1')
    assert.equal(s.contact('c1').state, 'waiting')
    assert.deepEqual(s.contact('c1').preferredAgentIds, ['ann'])
    s.complete('ann', 'c2')
    assert.equal(s.offered('ann'), 'c1')
  })

  test('its agent signs out: it is held by nobody, and resumes into the queue', () => {
    const s = talking()
    s.hold('c1')
    s.presence('ann', 'signedOut')
    assert.equal(s.contact('c1').agentId, '')
    s.resume('c1')
    assert.equal(s.contact('c1').state, 'waiting')
  })

  test('its agent works on the channel no more: it goes back to the queue', () => {
    const s = talking()
    s.hold('c1')
    s.profile('ann', {}, { chat: 50 })
    s.resume('c1')
    assert.equal(s.contact('c1').state, 'waiting')
  })

  test('time on hold is not handle time, and ends at the limit of the queue', () => {
    const s = new Story()
    s.queue('tax', { policy: { holdLimitMs: minute } })
    s.agent('ann', {})
    s.submit('c1', 'tax')
    s.talk('ann')
    s.pass(5_000)
    s.hold('c1')
    s.pass(59_000)
    assert.equal(s.contact('c1').state, 'held')
    s.pass(1_000)
    assert.deepEqual([s.contact('c1').state, s.contact('c1').endCause], ['expired', 'holdLimit'])
    assert.equal(s.told('contactEnded')[0]?.handleMs, 5_000)
  })
})

describe('requeued', () => {
  const requeue = (requestId: string) =>
    ({ kind: 'requeueContact', pool: 'p', contactId: 'c1', requestId }) as const

  test('it is at its old place, before who came later', () => {
    const s = talking()
    s.pass(1_000)
    s.submit('c2', 'tax')
    s.do(requeue('r1'))
    assert.equal(s.offered('ann'), 'c1')
  })

  test('a repeat by its request_id does nothing, another request does', () => {
    const s = talking()
    s.do(requeue('r1'))
    const { version } = s.contact('c1')
    s.do(requeue('r1'))
    assert.equal(s.contact('c1').version, version)
    s.do(requeue('r2'))
    assert.ok(s.contact('c1').version > version)
  })

  test('at most twenty times', () => {
    const s = talking()
    for (let i = 0; i < limits.requeuesPerContact; i++) s.do(requeue(`r${i}`))
    assert.equal(s.refuse(requeue('once-more')), 'REQUEUE_LIMIT')
  })

  for (const state of ['waiting', 'held', 'dialable', 'dialling', 'completed'] as const) {
    test(`not from ${state}`, () => {
      const s = given(state)
      const code = state === 'completed' ? 'CONTACT_ENDED' : 'CONTACT_STATE'
      assert.equal(s.refuse(requeue('r1')), code)
    })
  }
})

describe('transferred', () => {
  const transfer = (queueId: string, requestId = 't1', contactId = 'c1') =>
    ({
      kind: 'transferContact',
      pool: 'p',
      contactId,
      queueId,
      requirements: [],
      requestId,
    }) as const

  test('it keeps both clocks and leaves its agent free', () => {
    const s = talking()
    s.queue('second', { requirements: [{ skillId: 'tax', minimumLevel: 5 }] })
    const { enteredAt, createdAt } = s.contact('c1')
    s.pass(5_000)
    s.do(transfer('second'))
    const moved = s.contact('c1')
    assert.deepEqual([moved.queueId, moved.state], ['second', 'waiting'])
    assert.deepEqual([moved.enteredAt, moved.createdAt], [enteredAt, createdAt])
    assert.deepEqual(moved.requirements, [{ skillId: 'tax', minimumLevel: 5 }])
    assert.equal(s.view('ann').load, 0)
    assert.equal(s.told('contactRequeued')[0]?.cause, 'transferred')
  })

  test('it is before those who came later to its new queue', () => {
    const s = talking()
    s.queue('second', { requirements: [{ skillId: 'tax', minimumLevel: 5 }] })
    s.pass(1_000)
    s.submit('c2', 'second')
    s.do(transfer('second'))
    s.agent('eve', { tax: 5 })
    assert.equal(s.offered('eve'), 'c1')
  })

  test('a repeat by its request_id moves nothing, even after it was moved on', () => {
    const s = talking()
    s.queue('second', { requirements: [{ skillId: 'tax', minimumLevel: 5 }] })
    s.do(transfer('second'))
    const { version } = s.contact('c1')
    s.do(transfer('second'))
    assert.equal(s.contact('c1').version, version)
  })

  test('not to a queue of another channel, nor to none', () => {
    const s = talking()
    s.queue('mail', { channel: 'email' })
    assert.equal(s.refuse(transfer('mail')), 'TRANSFER_CHANNEL')
    assert.equal(s.refuse(transfer('nowhere')), 'QUEUE_UNKNOWN')
  })

  for (const state of ['offered', 'dialable', 'dialling', 'completed'] as const) {
    test(`not from ${state}`, () => {
      const s = given(state)
      const code = state === 'completed' ? 'CONTACT_ENDED' : 'CONTACT_STATE'
      assert.equal(s.refuse(transfer('tax')), code)
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
