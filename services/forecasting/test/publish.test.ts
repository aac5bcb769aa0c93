import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Backtest, Forecast, ForecastingCommand } from '../core/index.ts'
import { backtestOf, forecastOf, forecastView } from '../core/index.ts'
import { codec, encodeCommand } from '../shell/translate/codec.ts'
import { MINUTE, NINE, TestPartition } from './partition.ts'

const DAY = 1_440 * MINUTE

const forecast = (more: Partial<Forecast> = {}): Forecast => ({
  ...{ pool: 'north', queueId: 'tax', date: '2026-03-03', from: NINE + 15 * 60 * MINUTE },
  ...{ intervalMs: 30 * MINUTE, expectedMilli: [1_500, 0, 12_000_000] },
  ...{ logVarianceMicro: [40_000, 360_000, 1], scale80Milli: 1_010, scale95Milli: 980 },
  ...{ model: 'average', asOf: '2026-03-01', intervalsSeen: 0 },
  errors: [{ model: 'average', days: 40, wapeBp: 456 }],
  because: [{ kind: 'plannedEvent', eventId: 'bills', name: 'Bill run', extraMilli: -1_500 }],
  ...more,
})

const backtest: Backtest = {
  ...{ asOf: '2026-03-01', model: 'average', covered80Bp: 8_100, covered95Bp: 9_600, days: 40 },
  errors: [{ model: 'last_week', days: 40, wapeBp: 827 }],
}

const publishes = (...forecasts: readonly Forecast[]) =>
  ({ kind: 'publishForecasts', pool: 'north', queueId: 'tax', forecasts, backtest }) as const

const reforecasts = (more: Partial<Forecast> = {}) =>
  ({
    kind: 'reforecast',
    forecast: forecast({ intervalsSeen: 1, expectedMilli: [1_500, 700, 13_000_000], ...more }),
  }) as const

const stored = (p: TestPartition, ahead = false): Forecast | undefined => {
  const row = forecastOf(p.state, 'north', 'tax', '2026-03-03')
  return row && forecastView(p.state, row, ahead)
}

describe('what advisors computed', () => {
  test('is kept as it was said, and told', () => {
    const p = new TestPartition().givenQueue()
    const events = p.accepted(publishes(forecast()))
    assert.deepEqual(events, [{ kind: 'forecastPublished', forecast: forecast() }])
    assert.deepEqual(stored(p), forecast())
    assert.deepEqual(backtestOf(p.state, p.state.queues.must('north/tax')), backtest)
  })

  test('is told once, however often it is said', () => {
    const p = new TestPartition().givenQueue().given(publishes(forecast()))
    assert.deepEqual(p.accepted(publishes(forecast())), [])
    assert.equal(p.accepted(publishes(forecast({ asOf: '2026-03-02' }))).length, 1)
  })

  const refusals: readonly (readonly [string, ForecastingCommand, string])[] = [
    ['of no interval', publishes(forecast({ expectedMilli: [] })), 'FORECAST_MISSHAPEN'],
    ['without variances', publishes(forecast({ logVarianceMicro: [] })), 'FORECAST_MISSHAPEN'],
    ['of nobody', { ...publishes(), queueId: 'none' }, 'QUEUE_UNKNOWN'],
    ['of nowhere', { ...publishes(), pool: 'south' }, 'POOL_UNKNOWN'],
    [
      'anew of nothing',
      reforecasts({ expectedMilli: [], logVarianceMicro: [] }),
      'FORECAST_MISSHAPEN',
    ],
  ]
  for (const [what, command, code] of refusals) {
    test(`is refused ${what}`, () => {
      const p = new TestPartition().givenQueue()
      assert.equal(p.refused(command).code, code)
    })
  }

  test('is forgotten two weeks after its day', () => {
    const p = new TestPartition().givenQueue().given(publishes(forecast()))
    p.passes(15 * DAY)
    assert.ok(stored(p))
    p.passes(DAY)
    assert.equal(stored(p), undefined)
  })

  test('passes through the log as it is', () => {
    for (const command of [publishes(forecast()), reforecasts()]) {
      assert.deepEqual(codec.decodeCommand(encodeCommand(command)), command)
    }
  })
})

describe('within the day', () => {
  test('the rest is kept beside what the evening before had said', () => {
    const p = new TestPartition().givenQueue().given(publishes(forecast()))
    const [event] = p.accepted(reforecasts())
    assert.ok(event?.kind === 'forecastPublished')
    assert.deepEqual(event.forecast, reforecasts().forecast)
    assert.deepEqual(stored(p), reforecasts().forecast)
    assert.deepEqual(stored(p, true), forecast())
  })

  const nothing: readonly (readonly [string, Partial<Forecast>])[] = [
    ['says the same', {}],
    ['had seen less', { intervalsSeen: 0, expectedMilli: [1, 2, 3] }],
    ['is by other intervals', { intervalMs: 15 * MINUTE }],
    ['is of no forecast', { date: '2026-03-09' }],
  ]
  for (const [what, more] of nothing) {
    test(`what ${what} changes nothing`, () => {
      const p = new TestPartition().givenQueue().given(publishes(forecast()), reforecasts())
      assert.deepEqual(p.accepted(reforecasts(more)), [])
      assert.deepEqual(stored(p), reforecasts().forecast)
    })
  }

  test('a day whose past has changed is begun anew', () => {
    const p = new TestPartition().givenQueue().given(publishes(forecast()), reforecasts())
    p.given(publishes(forecast({ asOf: '2026-03-02' })))
    assert.equal(stored(p)?.intervalsSeen, 0)
  })
})
