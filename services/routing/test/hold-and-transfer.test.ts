import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits } from '../core/index.ts'
import { given, talking } from './states.ts'
import { Story } from './story.ts'

const minute = 60_000

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

test('resumed after the owner lost the level: to the queue, for somebody who is skilled', () => {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
  s.agent('ann', { tax: 3 })
  s.submit('c1', 'tax')
  s.talk('ann')
  s.do({ kind: 'holdContact', pool: 'p', contactId: 'c1' })
  s.profile('ann', { tax: 2 })
  s.do({ kind: 'resumeContact', pool: 'p', contactId: 'c1' })
  assert.equal(s.contact('c1').state, 'waiting')
  assert.equal(s.offered('ann'), '')
})
