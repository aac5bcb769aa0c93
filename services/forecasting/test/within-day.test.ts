import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Covariance,
  covarianceOf,
  DriftModel,
  type PastDay,
  reforecast,
  update,
} from '../models/index.ts'
import { Chance } from './simulated.ts'

function covariance(values: readonly (readonly number[])[]): Covariance {
  const size = values.length
  return { size, values: Float64Array.from(values.flat()), tau2: 0, sigma2: 0, rho: 0 }
}

describe('the rest of a day', () => {
  test('of two intervals is what regression says', () => {
    // b = cov / var = .5, what is left of the variance .04 - .02^2 / .04 = .03.
    const { shift, variance } = update(
      covariance([
        [0.04, 0.02],
        [0.02, 0.04],
      ]),
      [0.1, undefined],
    )
    assert.ok(Math.abs((shift[1] ?? 0) - 0.05) < 1e-12)
    assert.ok(Math.abs((variance[1] ?? 0) - 0.03) < 1e-12)
    assert.deepEqual([shift[0], variance[0]], [0, 0])
  })

  test('stays as it was where nothing has been seen', () => {
    const expected = [3, 4, 5]
    const unseen = [undefined, undefined, undefined]
    assert.deepEqual(reforecast(covarianceOf(3, []), expected, unseen), expected)
  })

  test('an interval that is not known counts for nothing', () => {
    const three = covariance([
      [0.04, 0.02, 0.01],
      [0.02, 0.04, 0.02],
      [0.01, 0.02, 0.04],
    ])
    const two = covariance([
      [0.04, 0.01],
      [0.01, 0.04],
    ])
    const [long, short] = [
      update(three, [0.1, undefined, undefined]),
      update(two, [0.1, undefined]),
    ]
    assert.equal(long.shift[2], short.shift[1])
  })

  test('level and fading are found in days that have them', () => {
    const [size, tau, sigma, rho] = [16, 0.1, 0.1, 0.8]
    const chance = new Chance(3)
    const days = Array.from({ length: 400 }, (): PastDay => {
      const level = tau * chance.normal()
      let fading = sigma * chance.normal()
      const expected = new Array<number>(size).fill(10_000)
      const counts = expected.map((count) => {
        const came = Math.round(count * Math.exp(level + fading))
        fading = rho * fading + sigma * Math.sqrt(1 - rho ** 2) * chance.normal()
        return came
      })
      return { date: '', expected, counts }
    })
    const found = covarianceOf(size, days)
    assert.ok(Math.abs(found.rho - rho) <= 0.1, `rho ${found.rho}`)
    assert.ok(Math.abs(found.tau2 + found.sigma2 - 0.02) < 0.005, `${found.tau2} ${found.sigma2}`)
  })

  test('hours that no day has counted change nothing of the others', () => {
    const chance = new Chance(11)
    const night: undefined[] = new Array(20).fill(undefined)
    const days = Array.from({ length: 30 }, () => {
      const level = Math.exp(0.05 * chance.normal())
      const counts = Array.from({ length: 20 }, () => chance.poisson(100 * level))
      return { date: '', expected: counts.map(() => 100), counts }
    })
    const padded = days.map(({ counts }) => ({
      date: '',
      expected: [...night.map(() => 0), ...counts.map(() => 100)],
      counts: [...night, ...counts],
    }))
    const alone = covarianceOf(20, days)
    const beside = covarianceOf(40, padded)
    for (let row = 0; row < 20; row++) {
      const found = beside.values.slice((row + 20) * 40 + 20, (row + 20) * 40 + 40)
      assert.deepEqual([...found], [...alone.values.slice(row * 20, row * 20 + 20)])
    }
    // A root of what has none is made up, and what follows from it is no number.
    const today = [...night.map(() => 0), ...Array.from({ length: 20 }, () => 130)]
    const { expected = [] } = padded[0] ?? {}
    const model = new DriftModel(beside, expected, { above: 1.1, below: 0.9, horizon: 4 })
    for (const { above, factor } of model.assess(expected, today)) {
      assert.ok(Number.isFinite(above) && factor > 0.5 && factor < 2, `${above} ${factor}`)
    }
  })

  test('is a number whatever came', () => {
    const counts = fc.array(fc.oneof(fc.constant(undefined), fc.nat(5), fc.nat(1e6)), {
      minLength: 5,
      maxLength: 5,
    })
    const expected = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
      minLength: 5,
      maxLength: 5,
    })
    const days = fc.array(fc.record({ date: fc.constant(''), expected, counts }), { maxLength: 12 })
    fc.assert(
      fc.property(days, expected, counts, (past, today, came) => {
        for (const value of reforecast(covarianceOf(5, past), today, came)) {
          assert.ok(Number.isFinite(value) && value >= 0, `${value}`)
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})
