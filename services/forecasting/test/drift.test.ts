import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type DriftEvent,
  DriftModel,
  Forecaster,
  mattersOf,
  thresholdsOf,
  watch,
} from '../models/index.ts'
import { nextDate, simulate } from './simulated.ts'

const MATTERS = { above: 1.1, below: 0.9, horizon: 4 }
const days = simulate({ days: 90 })
const forecaster = new Forecaster(20)
for (const day of days) forecaster.learn(day)
const forecast = forecaster.forecast(nextDate(days))
assert.ok(forecast)
const { expected } = forecast
const model = new DriftModel(forecaster.covariance(), expected, MATTERS)
const thresholds = thresholdsOf(model, forecaster.past)

type Counts = readonly (number | undefined)[]
const rounded = expected.map((count) => Math.round(count))
const events = (counts: Counts): readonly DriftEvent[] =>
  watch(model.assess(expected, counts), counts, thresholds)
/** Times `factor` in intervals from `from` up to `to`. */
const surged = (factor: number, from: number, to = 20): Counts =>
  rounded.map((count, at) => (at >= from && at < to ? Math.round(factor * count) : count))

describe('drift', () => {
  test('is not told of on a day as forecast', () => assert.deepEqual(events(rounded), []))

  test('is told of at the first interval of a surge: what, how sure, since when', () => {
    const [event] = events(surged(1.7, 6))
    assert.ok(event?.kind === 'detected')
    assert.deepEqual([event.interval, event.direction, event.since], [6, 'above', 6])
    assert.ok(event.probability > 0.99)
    assert.ok(event.factor > 1.3 && event.factor < 1.8, `${event.factor}`)
    assert.equal(event.effect, undefined)
  })

  test('is told of downwards too', () => {
    const [event] = events(surged(0.6, 6))
    assert.ok(event?.kind === 'detected')
    assert.equal(event.direction, 'below')
  })

  test('is cleared when it no longer matters', () => {
    const told = events(surged(1.4, 6, 10))
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['detected', 'cleared'],
    )
    assert.ok((told[1]?.interval ?? 0) >= 10)
  })

  test('is neither told of nor cleared while counts are incomplete', () => {
    const incomplete = surged(1.4, 6, 10).map((count, at) => (at >= 8 ? undefined : count))
    assert.deepEqual(
      events(incomplete).map(({ kind }) => kind),
      ['detected'],
    )
    assert.deepEqual(events(surged(3, 6).map((count, at) => (at >= 6 ? undefined : count))), [])
  })

  test('says what it does to the service level if nothing is done', () => {
    const level = (factor: number): number => Math.max(0, 1.6 - 0.8 * factor)
    const counts = surged(1.4, 6)
    const [event] = watch(model.assess(expected, counts), counts, thresholds, level)
    assert.ok(event?.kind === 'detected' && event.effect)
    assert.equal(event.effect.asForecast, level(1))
    assert.ok(event.effect.ifNothingIsDone < 0.7)
  })

  test('matters from the factor on at which the service level is lost', () => {
    const level = (factor: number): number => 2 - factor
    const { above, below } = mattersOf(level, 0.85, 4)
    assert.ok(Math.abs(above - 1.15) < 1e-4)
    assert.ok(Math.abs(below - 1 / 1.15) < 1e-4)
  })

  test('alarms on at most one ordinary day in twenty, of days that were not calibrated on', () => {
    assert.ok(thresholds.falseAlarmShare <= 0.05)
    const others = simulate({ days: 290, seed: 9 })
    const watching = new Forecaster(20)
    let [ordinary, alarms] = [0, 0]
    others.forEach((day, at) => {
      const today = at < 90 ? undefined : watching.forecast(day.date)
      if (today !== undefined && at % 2 === 0) {
        const own = new DriftModel(watching.covariance(), today.expected, MATTERS)
        const limits = thresholdsOf(own, watching.past)
        ordinary += 1
        const told = watch(own.assess(today.expected, day.counts), day.counts, limits)
        if (told.length > 0) alarms += 1
      }
      watching.learn(day)
    })
    assert.equal(ordinary, 100)
    assert.ok(alarms <= 5, `${alarms} of ${ordinary}`)
  })
})
