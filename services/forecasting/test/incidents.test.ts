import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ForecastingCommand, ForecastingEvent, Incident } from '../core/index.ts'
import { firstDayKnown, knownCountsOf } from '../core/index.ts'
import { MINUTE, NINE, tax, TestPartition } from './partition.ts'

const HOUR = 60 * MINUTE

const declares = (more: Partial<Incident> = {}): ForecastingCommand => ({
  kind: 'declareIncident',
  incident: {
    ...{ pool: 'north', incidentId: 'recall-7', kind: 'recall', displayName: 'Kettles' },
    ...{ queueIds: [], from: undefined, until: NINE + 2 * HOUR, ended: false, etag: '' },
    ...more,
  },
})

const ends: ForecastingCommand = { kind: 'endIncident', pool: 'north', incidentId: 'recall-7' }

const arrives = (minute: number, queueId = 'tax'): ForecastingCommand => ({
  ...{ kind: 'arrived', pool: 'north', queueId, enteredAt: NINE + minute * MINUTE, unique: true },
})

const told = (events: readonly ForecastingEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'incidentDeclared' || event.kind === 'incidentEnded'
      ? [
          [
            event.kind,
            ((event.incident.from ?? 0) - NINE) / MINUTE,
            (event.incident.until - NINE) / MINUTE,
          ],
        ]
      : [],
  )

/** Arrivals of the half-hours from nine until one. */
const known = (p: TestPartition, queueId = 'tax') => {
  const queue = p.state.queues.must(`north/${queueId}`)
  const span = { from: NINE, until: NINE + 4 * HOUR, lengthMs: 30 * MINUTE }
  return knownCountsOf(p.state, queue, span, p.time).map((one) => one?.counts.arrivals)
}

describe('an incident', () => {
  test('holds from its beginning until its time has come', () => {
    const p = new TestPartition().givenQueue()
    assert.deepEqual(told(p.accepted(declares())), [['incidentDeclared', 0, 120]])
    assert.deepEqual(told(p.passes(119 * MINUTE)), [])
    assert.deepEqual(told(p.passes(MINUTE)), [['incidentEnded', 0, 120]])
    assert.deepEqual(p.accepted(ends), [])
  })

  test('or until somebody ends it, and is over then', () => {
    const p = new TestPartition().givenQueue().given(declares())
    p.passes(30 * MINUTE)
    assert.deepEqual(told(p.accepted(ends)), [['incidentEnded', 0, 30]])
    assert.deepEqual(told(p.passes(3 * HOUR)), [])
    assert.equal(p.refused(declares({ until: NINE + 9 * HOUR })).code, 'INCIDENT_OVER')
  })

  test('declared again is the same, or is said anew', () => {
    const p = new TestPartition().givenQueue().given(declares())
    p.passes(MINUTE)
    assert.deepEqual(p.accepted(declares()), [])
    assert.deepEqual(told(p.accepted(declares({ from: NINE, until: NINE + HOUR }))), [
      ['incidentDeclared', 0, 60],
    ])
    assert.equal(p.refused(declares({ etag: 'v1' })).code, 'ETAG_MISMATCH')
  })

  test('that is over may be told for the sake of the history, and is forgotten with it', () => {
    const p = new TestPartition().givenQueue()
    p.given(declares({ from: NINE - 9 * HOUR, until: NINE - 8 * HOUR }))
    assert.deepEqual(told(p.passes(0)), [['incidentEnded', -540, -480]])
    assert.equal(p.state.incidents.size, 1)
    p.passes(739 * 24 * HOUR)
    assert.equal(p.state.incidents.size, 0)
  })

  const wrong: readonly (readonly [string, Partial<Incident>])[] = [
    ['POOL_UNKNOWN', { pool: 'south' }],
    ['QUEUE_UNKNOWN', { queueIds: ['tax', 'loans'] }],
    ['INCIDENT_AHEAD', { from: NINE + 1 }],
    ['INCIDENT_SPAN', { until: NINE }],
    ['INCIDENT_SPAN', { from: NINE - HOUR, until: NINE - 2 * HOUR }],
    ['INCIDENT_TOO_LONG', { until: NINE + 93 * 24 * HOUR }],
    ['ETAG_MISMATCH', { etag: 'v9' }],
  ]
  for (const [code, more] of wrong) {
    test(`is refused as ${code}: ${JSON.stringify(more)}`, () => {
      const p = new TestPartition().givenQueue()
      assert.equal(p.refused(declares(more)).code, code)
    })
  }

  test('that nobody declared can not be ended', () => {
    const p = new TestPartition().givenQueue()
    assert.equal(p.refused(ends).code, 'INCIDENT_UNKNOWN')
  })
})

describe('what is known of the past', () => {
  test('is what was counted, zeros too, of intervals that are over', () => {
    const p = new TestPartition().givenQueue().given(arrives(1), arrives(2), arrives(65))
    p.passes(95 * MINUTE)
    assert.deepEqual(known(p), [2, 0, 1, ...new Array<undefined>(5)])
    assert.equal(
      firstDayKnown(p.state, p.state.queues.must('north/tax')),
      Math.floor(NINE / (24 * HOUR)),
    )
  })

  test('is not what an incident befell, in the queues that it befell', () => {
    const p = new TestPartition().givenQueue().givenQueue({ ...tax, queueId: 'loans' })
    p.given(declares({ queueIds: ['tax'], until: NINE + 31 * MINUTE }))
    p.given(arrives(1), arrives(1, 'loans'), arrives(61))
    p.passes(4 * HOUR)
    assert.deepEqual(known(p).slice(0, 4), [undefined, undefined, 1, 0])
    assert.deepEqual(known(p, 'loans').slice(0, 4), [1, 0, 0, 0])
  })

  test('begins with the counting', () => {
    const p = new TestPartition()
    p.passes(40 * MINUTE)
    p.givenQueue()
    p.passes(4 * HOUR)
    assert.deepEqual(known(p).slice(0, 4), [undefined, undefined, 0, 0])
  })
})
