import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Command, durations, limits } from '../core/index.ts'
import { given, talking } from './states.ts'
import { Story } from './story.ts'

const minute = 60_000

const of = { pool: 'p', contactId: 'c1' } as const
const transfer = (queueId: string, requestId: string): Command => ({
  kind: 'transferContact',
  ...of,
  queueId,
  requirements: [],
  requestId,
})
const requeue = (requestId: string): Command => ({ kind: 'requeueContact', ...of, requestId })

describe('the history of a contact', () => {
  test('is empty while one agent has it, and as it ends there', () => {
    const s = talking()
    assert.deepEqual(s.contact('c1').history, [])
    s.complete('ann', 'c1')
    assert.deepEqual(s.contact('c1').history, [])
    assert.equal(s.contact('c1').queueEnteredAt, undefined)
  })

  test('says who had it when and in which queue, and the offer shows it', () => {
    const s = talking()
    const accepted = s.time
    s.queue('second', { requirements: [{ skillId: 'tax', minimumLevel: 5 }] })
    s.pass(5_000)
    s.do(transfer('second', 't1'))
    const moved = s.time
    s.pass(2_000)
    s.agent('eve', { tax: 5 })
    assert.equal(s.offered('eve'), 'c1')
    const span = { agentId: 'ann', queueId: 'tax', from: accepted, until: moved }
    assert.deepEqual(s.contact('c1').history, [{ ...span, outcome: 'transferred' }])
    assert.equal(s.contact('c1').queueEnteredAt, moved)
    s.talk('eve')
    s.do(requeue('r1'))
    const [, second] = s.contact('c1').history
    assert.deepEqual([second?.agentId, second?.outcome], ['eve', 'requeued'])
  })

  test('has the time in a queue that nobody answered it from', () => {
    const s = given('waiting')
    const came = s.time
    s.queue('second', { requirements: [{ skillId: 'tax', minimumLevel: 5 }] })
    s.pass(3_000)
    s.do(transfer('second', 't1'))
    const outcome = 'transferred' as const
    const span = { agentId: '', queueId: 'tax', from: came, until: came + 3_000, outcome }
    assert.deepEqual(s.contact('c1').history, [span])
  })

  test('has whom no connection was made to, and who left it on hold', () => {
    const s = given('connecting')
    s.media('c1', 'failed', 'network')
    assert.deepEqual(
      s.contact('c1').history.map((span) => span.outcome),
      ['connectFailed'],
    )
    const held = given('held')
    held.presence('ann', 'signedOut')
    const [span] = held.contact('c1').history
    assert.deepEqual([span?.agentId, span?.outcome], ['ann', 'agentLeft'])
  })

  test('keeps the last sixteen spans', () => {
    const s = talking()
    for (let i = 0; i < limits.historySpans + 1; i++) {
      s.pass(1_000)
      s.do(requeue(`r${i}`))
      s.talk('ann')
    }
    const { history } = s.contact('c1')
    assert.equal(history.length, limits.historySpans)
    const untils = history.map((span) => span.until)
    assert.equal(untils.at(-1), s.time)
    assert.deepEqual(
      untils,
      [...untils].sort((a, b) => a - b),
    )
  })
})

describe('closing with a disposition', () => {
  const said = { reason: 'moved house', resolved: true, topic: 'address', agentId: 'ann' }
  const close = (more: { agentId?: string; topic?: string } = {}): Command => ({
    kind: 'closeContact',
    ...of,
    ...said,
    ...more,
  })

  for (const state of ['connecting', 'connected', 'held', 'wrapUp'] as const) {
    test(`completes what is ${state}, and ContactEnded has it`, () => {
      const s = given(state)
      s.do(close())
      assert.equal(s.contact('c1').state, 'completed')
      const disposition = { ...said, closedAt: s.time }
      assert.deepEqual(s.told('contactEnded')[0]?.contact.disposition, disposition)
      assert.deepEqual(s.told('contactClosed')[0]?.disposition, disposition)
    })
  }

  test('is said afterwards, while the record is retained, by whoever had it', () => {
    const s = given('completed')
    assert.equal(s.refuse(close({ agentId: 'bob' })), 'CONTACT_NOT_YOURS')
    s.pass(10 * minute)
    s.do(close())
    assert.equal(s.told('contactEnded').length, 1)
    assert.equal(s.told('contactClosed').length, 1)
    s.skip(durations.retainContact)
    assert.equal(s.refuse(close()), 'CONTACT_ENDED')
  })

  test('a repeat tells nothing anew, other content is refused', () => {
    const s = given('connected')
    s.do(close())
    s.do(close())
    assert.equal(s.told('contactClosed').length, 1)
    assert.equal(s.refuse(close({ topic: 'tax' })), 'DISPOSITION_EXISTS')
    assert.equal(s.refuse(close({ agentId: 'bob' })), 'DISPOSITION_EXISTS')
  })

  for (const state of ['waiting', 'offered', 'dialable', 'dialling'] as const) {
    test(`is refused while it is ${state}`, () => {
      assert.equal(given(state).refuse(close()), 'CONTACT_STATE')
    })
  }

  for (const state of ['abandoned', 'expired', 'cancelled'] as const) {
    test(`is refused of one that is ${state} and that nobody had`, () => {
      assert.equal(given(state).refuse(close()), 'CONTACT_ENDED')
    })
  }
})

describe('a customer who calls again', () => {
  const watching = () => {
    const s = new Story()
    s.queue('tax', { policy: { redialWithinMs: 10 * minute } })
    s.queue('other')
    return s
  }
  const redials = (s: Story, queueId: string) => s.state.queues.must(`p/${queueId}`).redials

  test('is told from another by customer, in whatever queue, and counted there', () => {
    const s = watching()
    s.submit('c1', 'tax', { customerKey: 'kim', addressKey: 'tel' })
    assert.equal(s.contact('c1').redialOf, '')
    s.abandon('c1')
    s.pass(9 * minute)
    s.submit('c2', 'other', { customerKey: 'kim' })
    assert.equal(s.contact('c2').redialOf, 'c1')
    assert.equal(s.told('contactAccepted')[1]?.contact.redialOf, 'c1')
    assert.deepEqual([redials(s, 'tax'), redials(s, 'other')], [0, 1])
  })

  test('or by address, if the customer is not known', () => {
    const s = watching()
    s.submit('c1', 'tax', { addressKey: 'tel' })
    s.cancel('c1')
    s.submit('c2', 'tax', { customerKey: 'kim', addressKey: 'tel' })
    assert.equal(s.contact('c2').redialOf, 'c1')
    s.abandon('c2')
    s.submit('c3', 'tax', { customerKey: 'kim', addressKey: 'elsewhere' })
    assert.equal(s.contact('c3').redialOf, 'c2')
  })

  test('is new once the time is over, and where nobody asks for it', () => {
    const s = watching()
    s.submit('c1', 'tax', { customerKey: 'kim' })
    s.abandon('c1')
    s.pass(10 * minute)
    assert.equal(s.state.departures.size, 0)
    s.submit('c2', 'other', { customerKey: 'kim' })
    s.abandon('c2')
    s.submit('c3', 'tax', { customerKey: 'kim' })
    assert.deepEqual([s.contact('c2').redialOf, s.contact('c3').redialOf], ['', ''])
    assert.equal(redials(s, 'tax'), 0)
  })

  test('test contacts are left out, both ways', () => {
    const s = watching()
    s.submit('c1', 'tax', { customerKey: 'kim', test: true })
    s.abandon('c1')
    s.submit('c2', 'tax', { customerKey: 'kim' })
    s.abandon('c2')
    s.submit('c3', 'tax', { customerKey: 'kim', test: true })
    assert.deepEqual([s.contact('c2').redialOf, s.contact('c3').redialOf], ['', ''])
  })
})
