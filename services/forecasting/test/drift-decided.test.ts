import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AssessDrift, Assessment, ForecastingEvent } from '../core/index.ts'
import { driftOf } from '../core/index.ts'
import { codec, encodeCommand } from '../shell/translate/codec.ts'
import { driftWire } from '../shell/translate/drift.ts'
import { MINUTE, NINE, TestPartition } from './partition.ts'

const HALF_HOUR = 30 * MINUTE
const MIDNIGHT = NINE + 15 * 60 * MINUTE

/** Of the half-hour so many after nine, with the odds (thousandths) of more and of less. */
const thought = (at: number, aboveMilli: number, belowMilli = -aboveMilli): Assessment => ({
  ...{ from: NINE + at * HALF_HOUR, until: NINE + (at + 1) * HALF_HOUR, since: NINE },
  ...{ aboveMilli, belowMilli, aboveBp: 9_900, belowBp: 9_800, factorMilli: 1_400 },
})

const assesses = (...assessments: readonly Assessment[]) => ({
  ...{ kind: 'assessDrift' as const, pool: 'north', queueId: 'tax', date: '2026-03-02' },
  ...{ dayUntil: MIDNIGHT, aboveMilli: 5_000, belowMilli: 6_000, falseAlarmBp: 150 },
  assessments,
})

const told = (events: readonly ForecastingEvent[]) =>
  events.flatMap((event) => {
    if (event.kind === 'driftDetected') return [`detected ${event.drift.direction}`]
    return event.kind === 'driftCleared' ? [`cleared ${event.direction}`] : []
  })

describe('a day drifts', () => {
  const table: readonly (readonly [string, readonly number[], readonly string[]])[] = [
    ['not below the threshold', [5_000, 4_000], []],
    ['once above it', [5_001, 9_000, 9_000], ['detected above']],
    ['until two quiet intervals', [9_000, -1, -1], ['detected above', 'cleared above']],
    ['still after one', [9_000, -1, 1, -1], ['detected above']],
    ['the other way', [9_000, -9_000], ['detected above', 'cleared above', 'detected below']],
    ['downwards by its own threshold', [-6_000, -6_001], ['detected below']],
    ['anew', [9_000, -1, -1, 9_000], ['detected above', 'cleared above', 'detected above']],
  ]
  for (const [what, odds, events] of table) {
    test(what, () => {
      const p = new TestPartition().givenQueue()
      const said = odds.map((milli, at) => thought(at, milli))
      assert.deepEqual(told(p.accepted(assesses(...said))), events)
    })
  }

  test('and says how sure, since when, and how often in vain', () => {
    const p = new TestPartition().givenQueue().given(assesses(thought(2, 9_000)))
    assert.deepEqual(driftOf(p.state, p.state.queues.must('north/tax')), {
      ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', direction: 'above' },
      ...{ probabilityBp: 9_900, factorMilli: 1_400, since: NINE, falseAlarmBp: 150 },
      ...{ detectedAt: NINE + 3 * HALF_HOUR, incident: '' },
      ...{ planned: '', selfService: undefined },
    })
  })

  test('no interval counts twice', () => {
    const p = new TestPartition().givenQueue().given(assesses(thought(0, 9_000), thought(1, -1)))
    assert.deepEqual(told(p.accepted(assesses(thought(1, -1)))), [])
    assert.deepEqual(told(p.accepted(assesses(thought(2, -1)))), ['cleared above'])
  })

  test('until it is over', () => {
    const p = new TestPartition().givenQueue().given(assesses(thought(0, 9_000)))
    assert.deepEqual(told(p.passes(MIDNIGHT - NINE)), ['cleared above'])
    assert.equal(p.state.drifts.size, 0)
  })

  test('not while an incident holds, which is its cause', () => {
    const p = new TestPartition().givenQueue().given(assesses(thought(0, 9_000)))
    p.time = NINE + HALF_HOUR
    p.given({
      kind: 'declareIncident',
      incident: {
        ...{
          pool: 'north',
          incidentId: 'recall',
          kind: 'recall',
          displayName: 'Recall of heaters',
        },
        ...{ queueIds: [], from: undefined, until: NINE + 3 * HALF_HOUR, ended: false, etag: '' },
      },
    })
    assert.deepEqual(told(p.accepted(assesses(thought(1, -1), thought(2, -1)))), [])
    const drift = driftOf(p.state, p.state.queues.must('north/tax'))
    assert.equal(drift?.incident, 'Recall of heaters')
    assert.deepEqual(told(p.accepted(assesses(thought(3, -1), thought(4, -1)))), ['cleared above'])
  })

  test('and names the planned event that goes on meanwhile', () => {
    const p = new TestPartition().givenQueue()
    const mailing = (eventId: string, displayName: string, from: number, until: number) => ({
      kind: 'putPlannedEvent' as const,
      event: {
        ...{ pool: 'north', eventId, displayName, queueIds: ['tax'], from, until },
        ...{ extraContacts: 200, factorMilli: 0, uncertaintyBp: 0, etag: '' },
      },
    })
    p.given(mailing('later', 'Autumn mailing', MIDNIGHT, MIDNIGHT + 60 * MINUTE))
    p.given(mailing('now', 'Spring mailing', NINE, NINE + 4 * HALF_HOUR))
    const [event] = p.accepted(assesses(thought(0, 9_000)))
    assert.ok(event?.kind === 'driftDetected')
    assert.equal(
      driftWire(event.drift).cause,
      'A planned event goes on, and perhaps brings more than was planned: Spring mailing.',
    )
  })

  test('and passes through the log as it is', () => {
    const command: { readonly kind: 'assessDrift' } & AssessDrift = assesses(thought(0, -9_000))
    assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command)
  })
})
