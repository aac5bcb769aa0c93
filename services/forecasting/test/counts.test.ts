import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Arrived, Ended, ForecastingCommand, ForecastingEvent } from '../core/index.ts'
import { intervalsOf } from '../core/index.ts'
import { DayCounts, measures, noCounts } from '../core/counts/day.ts'
import { MINUTE, NINE, tax, TestPartition } from './partition.ts'

const arrives = (more: Partial<Arrived> = {}): ForecastingCommand => ({
  ...{ kind: 'arrived', pool: 'north', queueId: 'tax', enteredAt: NINE + MINUTE, unique: true },
  ...more,
})

const ends = (more: Partial<Ended> = {}): ForecastingCommand => ({
  ...{ kind: 'ended', pool: 'north', queueId: 'tax', enteredAt: NINE + MINUTE, end: 'answered' },
  ...{ handleMs: 240_000, waitMs: 15_000, calledBack: false },
  ...more,
})

const told = (events: readonly ForecastingEvent[]) =>
  events.map((event) => {
    assert.equal(event.kind, 'intervalClosed')
    const { from, counts, complete, revised } = event
    return { at: (from - NINE) / MINUTE, arrivals: counts.arrivals, complete, revised }
  })

describe('what comes is counted', () => {
  test('in the interval in which it entered, told half a minute after its end', () => {
    const p = new TestPartition().givenQueue()
    p.given(arrives(), arrives({ unique: false }), arrives({ enteredAt: NINE + 6 * MINUTE }))
    assert.deepEqual(told(p.passes(5 * MINUTE)), [])
    assert.deepEqual(told(p.passes(MINUTE)), [
      { at: 0, arrivals: 2, complete: true, revised: false },
    ])
    assert.deepEqual(told(p.passes(10 * MINUTE)), [
      { at: 5, arrivals: 1, complete: true, revised: false },
    ])
  })

  test('and what becomes of it later revises that interval, once with the next that close', () => {
    const p = new TestPartition().givenQueue().given(arrives(), arrives(), arrives())
    p.passes(7 * MINUTE)
    p.given(ends(), ends({ end: 'abandoned', waitMs: 1_000 }), ends({ waitMs: 60_000 }))
    assert.deepEqual(told(p.passes(4 * MINUTE)), [
      { at: 0, arrivals: 3, complete: true, revised: true },
    ])
    const [first] = p.accepted(ends({ end: 'otherwise' }))
    assert.equal(first, undefined)
    const [event] = p.passes(30 * MINUTE)
    assert.ok(event?.kind === 'intervalClosed')
    assert.deepEqual(event.counts, {
      ...{ arrivals: 3, unique: 3, answered: 2, inTarget: 1, abandoned: 1, otherwise: 1 },
      ...{ handleMs: 480_000, waitMs: 15_000 + 1_000 + 60_000 + 15_000 },
    })
  })

  test('of a clock that is wrong by weeks, when it was told', () => {
    const p = new TestPartition().givenQueue()
    p.given(arrives({ enteredAt: NINE - 30 * 1_440 * MINUTE }))
    assert.deepEqual(
      told(p.passes(6 * MINUTE)).map(({ at }) => at),
      [0],
    )
  })

  test('of a queue that is not known, not at all', () => {
    const p = new TestPartition().givenQueue()
    assert.deepEqual(p.accepted(arrives({ queueId: 'gone' })), [])
    assert.equal(p.state.days.size, 0)
  })
})

describe('a report', () => {
  const span = { from: NINE - 30 * MINUTE, until: NINE + 60 * MINUTE, lengthMs: 15 * MINUTE }
  const report = (p: TestPartition) => {
    const queue = p.state.queues.must('north/tax')
    return intervalsOf(p.state, queue, span, p.time).map(({ from, counts, complete }) => [
      (from - NINE) / MINUTE,
      counts.arrivals,
      complete,
    ])
  }

  test('knows zeros from what nobody has counted, and what is over from what is not', () => {
    const p = new TestPartition().givenQueue().given(arrives())
    p.passes(31 * MINUTE)
    assert.deepEqual(report(p), [
      [0, 1, true],
      [15, 0, true],
      [30, 0, false],
    ])
  })

  test('says that an interval is incomplete in which counting began', () => {
    const p = new TestPartition()
    p.passes(4 * MINUTE)
    p.givenQueue(tax).given(arrives({ enteredAt: NINE + 5 * MINUTE }))
    p.passes(30 * MINUTE)
    assert.deepEqual(report(p)[0], [0, 1, false])
  })
})

test('counts are forgotten after two years and a week', () => {
  const p = new TestPartition().givenQueue().given(arrives())
  p.passes(737 * 1_440 * MINUTE)
  assert.equal(p.state.days.size, 1)
  p.passes(3 * 1_440 * MINUTE)
  assert.equal(p.state.days.size, 0)
})

test('a day is packed and comes out the same', () => {
  const counts = fc.record(
    Object.fromEntries(measures.map((one) => [one, fc.nat({ max: 2 ** 45 })])),
  )
  const day = fc.uniqueArray(fc.tuple(fc.nat({ max: 287 }), counts), { selector: ([at]) => at })
  fc.assert(
    fc.property(day, (intervals) => {
      let written = DayCounts.of(new Uint8Array())
      for (const [at, some] of intervals) written = written.plus(at, { ...noCounts, ...some })
      const read = DayCounts.of(written.packed())
      for (const [at, some] of intervals) assert.deepEqual(read.at(at), { ...noCounts, ...some })
      for (let at = 0; at < 288; at++) assert.deepEqual(read.at(at), written.at(at))
    }),
  )
})
