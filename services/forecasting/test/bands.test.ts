import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { normalBelow, normalQuantile, quantile } from '../models/index.ts'

const NORMAL = { scale80: 1, scale95: 1 }

describe('the normal distribution', () => {
  // Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.1.
  const table: readonly (readonly [number, number])[] = [
    [0, 0.5],
    [0.5, 0.6914624613],
    [1, 0.8413447461],
    [1.96, 0.9750021049],
    [3, 0.998650102],
    [-2.5, 0.0062096653],
  ]
  for (const [at, below] of table) {
    test(`below ${at} lies ${below}`, () => {
      assert.ok(Math.abs(normalBelow(at) - below) < 3e-7)
      assert.ok(Math.abs(normalQuantile(below) - at) < 1e-6)
    })
  }

  test('far out its relative error is small', () => {
    assert.ok(Math.abs(normalBelow(-6) / 9.8659e-10 - 1) < 0.01)
  })
})

describe('the count that is not exceeded', () => {
  // Poisson: cumulative probabilities of mean 2 are .1353 .4060 .6767 .8571 .9473 .9834.
  const poisson: readonly (readonly [number, number])[] = [
    [0.1, 0],
    [0.4, 1],
    [0.65, 2],
    [0.8, 3],
    [0.94, 4],
    [0.98, 5],
  ]
  for (const [share, count] of poisson) {
    test(`of a mean of 2 with ${share} is ${count}`, () =>
      assert.equal(quantile(2, 0, NORMAL, share), count))
  }

  test('is wider where the rate itself is unsure', () => {
    const width = (variance: number): number =>
      quantile(40, variance, NORMAL, 0.9) - quantile(40, variance, NORMAL, 0.1)
    assert.ok(width(0.04) > 1.5 * width(0))
  })

  test('goes on where the exact sum ends', () => {
    for (const share of [0.025, 0.1, 0.5, 0.9, 0.975]) {
      const [exact, smooth] = [50, 50.01].map((mean) => quantile(mean, 0.01, NORMAL, share))
      const apart = Math.abs((exact ?? 0) - (smooth ?? 0))
      assert.ok(apart < 0.05 * (exact ?? 0), `${exact} and ${smooth} at ${share}`)
    }
  })
})
