import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { backtestDrift, backtestForecast, backtestIntraday } from '../backtest/index.ts'
import { Errors, rankedProbabilityScore } from '../backtest/score.ts'
import type { Day } from '../models/index.ts'
import { Chance, GRID, simulate } from './simulated.ts'

const silent = (): void => {
  // Nobody looks.
}
const days = simulate({ days: 60 })
const settings = (testDays: number) => ({
  grid: GRID,
  testDays,
  matters: { above: 1.1, below: 0.9, horizon: 4 },
  draw: drawOf(4),
})

function drawOf(seed: number): (mean: number) => number {
  const chance = new Chance(seed)
  return (mean) => chance.poisson(mean)
}

describe('scores', () => {
  test('are what they are called', () => {
    const errors = new Errors()
    errors.add(10, 12)
    errors.add(10, 6)
    assert.equal(errors.wape, 6 / 18)
    assert.equal(errors.rmse, Math.sqrt(10))
    assert.equal(new Errors().wape, undefined)
  })

  test('the ranked score of a certain forecast is its absolute error', () => {
    assert.ok(Math.abs(rankedProbabilityScore(() => 10, 13) - 3) < 1e-9)
  })

  test('the ranked score of a uniform distribution, at its end and in the middle', () => {
    // Of a uniform distribution: (1 - y)^3 / 3 + y^3 / 3.
    assert.ok(Math.abs(rankedProbabilityScore((share) => share, 0) - 1 / 3) < 2e-3)
    assert.ok(Math.abs(rankedProbabilityScore((share) => share, 0.5) - 1 / 12) < 2e-3)
  })
})

describe('a backtest', () => {
  test('of the day ahead is better than the rivals on days that hang together', () => {
    const report = backtestForecast(days, 20, silent)
    assert.equal(report.days, 20)
    assert.deepEqual(Object.keys(report.rivals), [
      ...['last_week', 'four_week_mean', 'weekday_and_residual', 'five_components'],
    ])
    const lastWeek = report.rivals['last_week']?.wape ?? 0
    assert.ok(report.wape !== null && report.wape < lastWeek, `${report.wape} ${lastWeek}`)
    assert.ok((report.cover80 ?? 0) > 0.7 && (report.cover95 ?? 0) > 0.9)
  })

  test('takes nothing from the future: the first days of the test score as they do alone', () => {
    const half = backtestForecast(days.slice(0, 50), 10, silent)
    const changed = days.map(
      (day, at): Day => (at < 50 ? day : { ...day, counts: day.counts.map(() => 1) }),
    )
    const again = backtestForecast(changed.slice(0, 50), 10, silent)
    assert.deepEqual(again, half)
    const last = (history: readonly Day[]): unknown => backtestForecast(history, 11, silent).models
    assert.deepEqual(last(changed.slice(0, 51)), last(days.slice(0, 51)))
  })

  test('of the rest of the day is nearer than the evening before', () => {
    const level = simulate({ days: 100, daySd: 0.12, intervalSd: 0.03 })
    const report = backtestIntraday(level, GRID, 30, silent)
    assert.deepEqual(Object.keys(report), ['09:00', '10:00', '12:00', '14:00'])
    for (const [time, { rmse_change: change }] of Object.entries(report)) {
      assert.ok(change !== null && change < -0.2, `${time}: ${change}`)
    }
  })

  test('compares nothing at a time before the doors open', () => {
    const late = { ...GRID, firstMinute: 600 }
    const report = backtestIntraday(days.slice(0, 30), late, 2, silent)
    assert.deepEqual([report['09:00']?.days, report['09:00']?.rmse_change], [0, null])
    assert.equal(report['12:00']?.days, 2)
  })

  test('of alarms finds a surge, and is the same again', () => {
    const report = backtestDrift(days, settings(12), silent)
    assert.equal(report.days, 12)
    assert.equal(report.detection['2.0']?.found, 1)
    assert.equal(report.detection['2.0']?.median_delay_min, 30)
    assert.deepEqual(backtestDrift(days, settings(12), silent), report)
  })

  test('of days before anything is known judges none', () => {
    const report = backtestForecast(days.slice(0, 1), 1, silent)
    assert.deepEqual([report.days, report.wape, report.cover80], [0, null, null])
  })

  test('goes on over days of which nothing is known, and over closed ones', () => {
    const holes = days.map((day, at): Day => {
      if (at % 9 === 4) return { ...day, counts: day.counts.map(() => undefined) }
      return at % 9 === 7 ? { ...day, counts: day.counts.map(() => 0) } : day
    })
    const report = backtestForecast(holes, 18, silent)
    assert.equal(report.days, 14)
    assert.ok(report.wape !== null && report.wape < 0.2, `${report.wape}`)
  })
})
