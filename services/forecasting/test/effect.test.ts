import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { performanceOf } from '@evenkeel/chassis/staffing'
import type { Drift, Forecast, Staffing } from '../core/index.ts'
import { handleMsOf } from '../core/index.ts'
import { effectOf } from '../shell/staffing/effect.ts'
import { MINUTE, NINE, TestPartition } from './partition.ts'

const INTERVAL = 30 * MINUTE

const forecast: Forecast = {
  ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', from: NINE, intervalMs: INTERVAL },
  expectedMilli: [60_000, 60_000, 60_000, 60_000, 60_000, 60_000],
  logVarianceMicro: [0, 0, 0, 0, 0, 0],
  ...{ scale80Milli: 1_000, scale95Milli: 1_000, model: 'average', asOf: '2026-03-01' },
  ...{ intervalsSeen: 0, errors: [], because: [] },
}

const staffing = (rosteredMilli: readonly number[], rosteredKnown = true): Staffing => ({
  ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', from: NINE, intervalMs: INTERVAL },
  ...{ required: [9, 9, 9, 9, 9, 9], scheduled: [9, 9, 9, 9, 9, 9], handleMs: 240_000 },
  atOnceMilli: 1_000,
  ...{ rosteredMilli, rosteredKnown },
})

const drift = (factorMilli: number): Drift => ({
  ...{ pool: 'north', queueId: 'tax', date: '2026-03-02', direction: 'above', factorMilli },
  ...{ probabilityBp: 9_900, since: NINE, detectedAt: NINE, falseAlarmBp: 0, incident: '' },
  ...{ planned: '', selfService: undefined },
})

function partition(rosteredMilli: readonly number[], rosteredKnown = true) {
  const p = new TestPartition().givenQueue()
  const [pool, queueId] = ['north', 'tax']
  const backtest = { asOf: '', model: 'average', covered80Bp: 0, covered95Bp: 0, days: 0 } as const
  p.given(
    {
      ...{ kind: 'publishForecasts', pool, queueId, forecasts: [forecast] },
      backtest: { ...backtest, errors: [] },
    },
    { kind: 'publishStaffing', staffing: staffing(rosteredMilli, rosteredKnown) },
  )
  const queue = p.state.queues.must('north/tax')
  return (factorMilli: number, time = NINE) => effectOf(p.state, queue, drift(factorMilli), time)
}

describe('what a drift does if nothing is done', () => {
  const nine = [9_000, 9_000, 9_000, 9_000, 9_000, 9_000]

  test('is the line with what was forecast, and with what comes', () => {
    const p = new TestPartition().givenQueue()
    const queue = p.state.queues.must('north/tax')
    const { patienceMs, shrinkageBp } = p.state.pools.must('north')
    const level = (perHour: number): number => {
      const traffic = {
        handleS: handleMsOf(p.state, queue, NINE) / 1_000,
        patienceS: patienceMs / 1_000,
      }
      const agents = 9 * (1 - shrinkageBp / 10_000)
      const line = { ...traffic, arrivalsPerHour: perHour }
      return Math.round(
        10_000 * performanceOf(line, agents, queue.targetMs / 1_000).serviceLevel.ofAll,
      )
    }
    const effect = partition(nine)(1_400)
    assert.deepEqual(effect, { asForecastBp: level(120), expectedBp: level(168) })
    assert.ok(level(168) < level(120))
  })

  test('is of the next two hours, whom fewer serve later', () => {
    const at = partition([0, 9_000, 9_000, 9_000, 9_000, 9_000])
    const [early, later] = [at(1_400), at(1_400, NINE + INTERVAL)]
    assert.ok((early?.expectedBp ?? 0) < (later?.expectedBp ?? 0))
  })

  test('is not told where shifts are not known, nor of a day that is over', () => {
    assert.equal(partition([], false)(1_400), undefined)
    assert.equal(partition(nine)(1_400, NINE + 6 * INTERVAL), undefined)
  })
})
