import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ForecastingCommand } from '../core/index.ts'
import {
  calledBackBp,
  handleMsOf,
  needOf,
  openOf,
  queueOf,
  type Staffing,
  staffingOf,
} from '../core/index.ts'
import { codec, encodeCommand } from '../shell/translate/codec.ts'
import { MINUTE, NINE, tax, TestPartition } from './partition.ts'

const HOUR = 60 * MINUTE

const needs = (more: Partial<Staffing> = {}): Staffing => ({
  ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', from: NINE, intervalMs: HOUR },
  ...{ required: [3, 5, -1], scheduled: [4, 6, -1], rosteredMilli: [4_000, 5_500, 0] },
  ...{ rosteredKnown: true, handleMs: 300_000, atOnceMilli: 1_000 },
  ...more,
})

const publish = (more: Partial<Staffing> = {}) =>
  ({ kind: 'publishStaffing', staffing: needs(more) }) as const

type Ends = Extract<ForecastingCommand, { kind: 'ended' }>

const ends = (more: Partial<Ends> = {}): Ends => ({
  ...{ kind: 'ended', pool: 'north', queueId: 'tax', enteredAt: NINE, end: 'answered' },
  ...{ handleMs: 120_000, waitMs: 0, calledBack: false },
  ...more,
})

function known(p: TestPartition) {
  const queue = queueOf(p.state, 'north', 'tax')
  assert.ok(queue)
  return queue
}

describe('what a day needs', () => {
  test('is told when it is new, and not when it is known', () => {
    const p = new TestPartition().givenQueue()
    assert.deepEqual(p.accepted(publish()), [{ kind: 'staffingPublished', staffing: needs() }])
    assert.deepEqual(p.accepted(publish()), [])
    assert.equal(p.accepted(publish({ required: [3, 6, -1] })).length, 1)
    const need = needOf(p.state)
    const at = [-1, 0, HOUR, 2 * HOUR, 3 * HOUR].map((after) => need(known(p), NINE + after))
    assert.deepEqual(at, [0, 3, 6, 0, 0])
  })

  test('says of each interval who was signed in then', () => {
    const p = new TestPartition().givenQueue()
    p.given(
      {
        kind: 'profileKnown',
        pool: 'north',
        agentId: 'ann',
        skills: [],
        channels: [{ channel: 'voice', atOnce: 1 }],
        homeQueueId: '',
      },
      { kind: 'presenceKnown', agentId: 'ann', presence: 'ready' },
    )
    p.passes(HOUR)
    p.given(publish())
    const row = () => staffingOf(p.state, 'north', 'tax', '2026-03-02')
    assert.deepEqual(row()?.signedInMilli, [-1, 1_000])
    p.given({ kind: 'presenceKnown', agentId: 'ann', presence: 'signedOut' })
    p.passes(HOUR)
    p.given(publish())
    assert.deepEqual(row()?.signedInMilli, [-1, 1_000, 0])
  })

  const misshapen: readonly Partial<Staffing>[] = [
    { required: [], scheduled: [], rosteredMilli: [] },
    { scheduled: [1] },
    { rosteredKnown: false },
    { rosteredMilli: [] },
  ]
  for (const [at, more] of misshapen.entries()) {
    test(`is refused where it is no whole day: ${at}`, () => {
      const p = new TestPartition().givenQueue()
      assert.equal(p.refused(publish(more)).code, 'STAFFING_MISSHAPEN')
    })
  }

  test('is of a queue that is known', () => {
    const p = new TestPartition().givenQueue()
    assert.equal(p.refused(publish({ queueId: 'none' })).code, 'QUEUE_UNKNOWN')
    assert.equal(p.refused(publish({ pool: 'none' })).code, 'POOL_UNKNOWN')
  })

  test('is forgotten three days after', () => {
    const p = new TestPartition().givenQueue().given(publish())
    p.passes(74 * HOUR)
    assert.equal(p.state.staffings.size, 1)
    p.passes(2 * HOUR)
    assert.equal(p.state.staffings.size, 0)
  })

  test('comes out of the log as it went in', () => {
    for (const command of [publish(), publish({ rosteredKnown: false, rosteredMilli: [] })]) {
      assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command)
    }
  })
})

describe('what it is reckoned with', () => {
  test('is the handle time of those answered, once they are twenty', () => {
    const p = new TestPartition().givenQueue()
    for (let count = 0; count < 19; count++) p.given(ends())
    assert.equal(handleMsOf(p.state, known(p), p.time), tax.usualHandleMs)
    p.given(ends({ handleMs: 320_000 }))
    assert.equal(handleMsOf(p.state, known(p), p.time), 130_000)
  })

  test('is the share of those who are called back, of late', () => {
    const p = new TestPartition().givenQueue()
    assert.equal(calledBackBp(known(p)), 0)
    p.given(ends({ calledBack: true }), ends(), ends(), ends())
    assert.equal(calledBackBp(known(p)), 2_500)
  })

  test('is who has come and has not ended', () => {
    const p = new TestPartition().givenQueue()
    const came = { pool: 'north', queueId: 'tax', unique: true }
    p.given(
      ...[0, 0, 6, 6].map((minutes) => {
        return { kind: 'arrived', ...came, enteredAt: NINE + minutes * MINUTE } as const
      }),
      ends(),
    )
    assert.deepEqual(openOf(p.state, known(p), p.time, 30), [
      { enteredAt: NINE, contacts: 1 },
      { enteredAt: NINE + 5 * MINUTE, contacts: 2 },
    ])
  })
})
