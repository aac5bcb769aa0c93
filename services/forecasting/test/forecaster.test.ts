import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Day, type DayForecast, Forecaster, quantileOf } from '../models/index.ts'
import { expectedOn, INTERVALS, nextDate, simulate, TRUTH } from './simulated.ts'

function learned(days: readonly Day[], options = {}): Forecaster {
  const forecaster = new Forecaster(days[0]?.counts.length ?? INTERVALS, options)
  for (const day of days) forecaster.learn(day)
  return forecaster
}

function forecastOf(days: readonly Day[], date: string, options = {}): DayForecast {
  const forecast = learned(days, options).forecast(date)
  assert.ok(forecast)
  return forecast
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

/** Of the whole day: forecast over truth. */
function ratio(days: readonly Day[], date = nextDate(days), options = {}): number {
  return sum(forecastOf(days, date, options).expected) / sum(expectedOn(date, TRUTH))
}

describe('a day ahead of a series whose truth is known', () => {
  test('finds weekday and shape', () => {
    const days = simulate({ daySd: 0.02, intervalSd: 0.02 })
    const date = nextDate(days)
    const { expected, model } = forecastOf(days, date)
    assert.equal(model, 'average')
    expectedOn(date, TRUTH).forEach((truth, at) => {
      const off = (expected[at] ?? 0) / truth - 1
      assert.ok(Math.abs(off) < 0.06, `interval ${at} is off by ${off}`)
    })
  })

  test('takes what no day has counted for closed, not for unknown', () => {
    const days = simulate({ daySd: 0.02 })
    const open = (at: number): boolean => at >= 4 && at < 16
    const bare = days.map((day) => ({
      ...day,
      counts: day.counts.map((count, at) => (open(at) ? count : undefined)),
    }))
    const date = nextDate(days)
    const { expected } = forecastOf(bare, date)
    const truth = expectedOn(date, TRUTH).map((count, at) => (open(at) ? count : 0))
    assert.ok(expected.every((count, at) => open(at) || count === 0))
    assert.ok(Math.abs(sum(expected) / sum(truth) - 1) < 0.06, `${sum(expected)} of ${sum(truth)}`)
    // One day says nothing of when it was not looked at.
    const [first] = forecastOf(bare.slice(0, 1), bare[1]?.date ?? '').expected
    assert.ok((first ?? 0) > 0)
  })

  test('follows a level that has moved', () => {
    const days = simulate().map((day, at) =>
      at < 80 ? day : { ...day, counts: day.counts.map((count) => 2 * (count ?? 0)) },
    )
    const found = ratio(days)
    assert.ok(found > 1.85 && found < 2.15, `${found} of the old level`)
  })

  test('takes the first day after a holiday for the day on which weeks begin', () => {
    const days = simulate({ daySd: 0.02 })
    const last = days.findLast(({ date }) => new Date(date).getUTCDay() === 5)
    assert.ok(last)
    const before = days.slice(0, days.indexOf(last) + 1)
    const monday = nextDate(before)
    const tuesday = new Date(Date.parse(monday) + 86_400_000).toISOString().slice(0, 10)
    const usual = sum(expectedOn(tuesday, TRUTH))
    const after = sum(forecastOf(before, tuesday).expected) / usual
    // Monday has 1.25 where Tuesday has 1.05.
    assert.ok(after > 1.12 && after < 1.25, `${after} of a usual Tuesday`)
  })

  test('learns nothing from an interval that is not known', () => {
    const days = simulate({ daySd: 0.02, intervalSd: 0.02 })
    const gaps = days.map((day, index) => ({
      ...day,
      counts: day.counts.map((count, at) => (at === index % 7 ? undefined : count)),
    }))
    assert.ok(Math.abs(ratio(gaps) / ratio(days) - 1) < 0.03)
  })

  test('one huge spike moves the next day by little', () => {
    const days = simulate({ daySd: 0.02 })
    const last = days.at(-1)
    assert.ok(last)
    const spiked = { ...last, counts: last.counts.map((count, at) => (at === 3 ? 1e6 : count)) }
    const found = ratio([...days.slice(0, -1), spiked])
    assert.ok(found < 1.2, `${found} of the truth`)
  })

  test('a day of zeros was a closed door', () => {
    const days = simulate({ daySd: 0.02 })
    const last = days.at(-1)
    assert.ok(last)
    const closed = { ...last, counts: last.counts.map(() => 0) }
    const found = ratio([...days.slice(0, -1), closed])
    assert.ok(found > 0.9, `${found} of the truth`)
  })

  test('takes another model where that is better', () => {
    // Every second week twice as many: who takes the last day of the weekday is always wrong, who
    // takes the mean of the last four is right in the mean, and no level is worth following.
    const days = simulate({ daySd: 0.4, intervalSd: 0.02, days: 110 })
    const { errors, model } = forecastOf(days, nextDate(days))
    const best = errors[0]
    assert.ok(best && errors.length === 4)
    const ours = errors.find((one) => one.model === 'average')
    assert.ok(ours && best.wape <= ours.wape)
    assert.equal(model, best.wape < 0.97 * ours.wape ? best.model : 'average')
  })
})

describe('what is not known is said', () => {
  test('of nothing learned there is no forecast', () => {
    assert.equal(new Forecaster(4).forecast('2024-01-01'), undefined)
  })

  test('after few days the model is unknown, and the bands are wide', () => {
    const days = simulate({ days: 4 })
    const forecast = forecastOf(days, nextDate(days))
    assert.equal(forecast.model, 'unknown')
    assert.deepEqual(forecast.errors, [])
    const median = forecast.expected[5] ?? 0
    assert.ok(quantileOf(forecast, 5, 0.975) > 1.4 * median)
    assert.ok(quantileOf(forecast, 5, 0.025) < median / 1.4)
  })

  test('a weekday that was always closed is', () => {
    const forecaster = learned(simulate({ days: 30 }))
    assert.equal(forecaster.isOpen('2024-02-17'), false)
    assert.equal(forecaster.isOpen('2024-02-19'), true)
  })
})

describe('of any counts', () => {
  const count = fc.oneof(
    fc.constant(undefined),
    fc.constant(0),
    fc.nat(3),
    fc.nat(500),
    fc.constant(1_000_000),
  )
  const history = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.array(count, { minLength: 6, maxLength: 6 })),
    { maxLength: 40 },
  )

  const daysOf = (rows: readonly (readonly [number, readonly (number | undefined)[]])[]): Day[] => {
    let at = Date.parse('2023-12-20')
    return rows.map(([gap, counts]) => {
      at += gap * 86_400_000
      return { date: new Date(at).toISOString().slice(0, 10), counts }
    })
  }

  test('forecasts are numbers from 0 on, quantiles in their order', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const days = daysOf(rows)
        const forecast = learned(days.length > 0 ? days : simulate({ days: 1 })).forecast(
          '2025-06-02',
        )
        if (forecast === undefined) return
        forecast.expected.forEach((expected, at) => {
          assert.ok(Number.isFinite(expected) && expected >= 0, `${expected}`)
          const bands = [0.025, 0.1, 0.5, 0.9, 0.975].map((share) =>
            quantileOf(forecast, at, share),
          )
          bands.forEach((value, index) => {
            assert.ok(Number.isFinite(value) && value >= 0, `${value}`)
            assert.ok(value >= (bands[index - 1] ?? 0), bands.join(' '))
          })
        })
      }),
      { seed: 7, numRuns: 150 },
    )
  })

  test('later days change no earlier forecast', () => {
    fc.assert(
      fc.property(history, fc.nat(30), (rows, cut) => {
        const days = daysOf(rows)
        const early = days.slice(0, cut)
        const forecaster = new Forecaster(6)
        const said: (DayForecast | undefined)[] = []
        for (const day of days) {
          said.push(forecaster.forecast(day.date))
          forecaster.learn(day)
        }
        const next = days[cut]
        if (next === undefined) return
        const alone = new Forecaster(6)
        for (const day of early) alone.learn(day)
        assert.deepEqual(alone.forecast(next.date), said[cut])
      }),
      { seed: 11, numRuns: 60 },
    )
  })
})
