import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Covariance, covarianceOf, outlookOf, type PastDay, update } from '../models/index.ts'
import { Chance } from './simulated.ts'

const SIZE = 20
const EXPECTED = new Array<number>(SIZE).fill(1_000)

/** Learned from days whose level is off by 5%, and their half-hours by 4%. */
function learned(): Covariance {
  const chance = new Chance(7)
  const days = Array.from({ length: 80 }, (_, index): PastDay => {
    const level = 0.05 * chance.normal()
    const counts = EXPECTED.map((count) => count * Math.exp(level + 0.04 * chance.normal()))
    return { date: `day ${index}`, expected: EXPECTED, counts }
  })
  return covarianceOf(SIZE, days)
}

const covariance = learned()
/** So far; each a factor of what was expected. */
const day = (factors: readonly number[]): (number | undefined)[] =>
  EXPECTED.map((count, at) => {
    const factor = factors[at]
    return factor === undefined ? undefined : count * factor
  })
const flat = (factor: number, many: number): number[] => new Array<number>(many).fill(factor)

describe('the outlook on the rest of a day', () => {
  test('of a day that has not begun is the evening before', () => {
    const { mean, variance } = outlookOf(covariance, EXPECTED, day([]))
    assert.deepEqual(mean, flat(0, SIZE))
    variance.forEach((own, at) => {
      assert.ok(Math.abs(own - (covariance.values[at * SIZE + at] ?? 0)) < 1e-9)
    })
  })

  test('of a day as days are is what the covariance says, a shift being unlikely', () => {
    const counts = day([1.04, 1.05, 1.03, 1.05, 1.04, 1.05])
    const usual = update(covariance, [...flat(0.044, 6), ...flat(0, 14).map(() => undefined)])
    const { mean } = outlookOf(covariance, EXPECTED, counts)
    assert.ok(Math.abs((mean[10] ?? 0) - (usual.shift[10] ?? 0)) < 0.02, `${mean[10]}`)
  })

  test('follows a third more after two intervals, the covariance alone not half as far', () => {
    const counts = day([...flat(1, 8), 1.35, 1.35])
    const { mean } = outlookOf(covariance, EXPECTED, counts)
    const residuals = [...flat(0, 8), ...flat(0.3, 2), ...flat(0, 10).map(() => undefined)]
    const usual = update(covariance, residuals).shift
    assert.ok((mean[15] ?? 0) > 0.24, `${mean[15]}`)
    assert.ok((usual[15] ?? 0) < 0.12, `${usual[15]}`)
  })

  test('follows a surge after a quiet morning, of which it had lowered the whole day', () => {
    const quiet = [...flat(1, 3), ...flat(0.7, 6)]
    const lowered = outlookOf(covariance, EXPECTED, day(quiet)).mean[15] ?? 0
    assert.ok(lowered < -0.25, `${lowered}`)
    const surge = outlookOf(covariance, EXPECTED, day([...quiet, ...flat(1.4, 2)])).mean[15] ?? 0
    assert.ok(surge > 0.25, `${surge}`)
  })

  test('lets go of a shift that was one bad interval', () => {
    const { mean } = outlookOf(covariance, EXPECTED, day([...flat(1, 8), 1.35, 1, 1, 1]))
    assert.ok(Math.abs(mean[15] ?? 0) < 0.08, `${mean[15]}`)
  })

  test('is less sure while it may be either', () => {
    const sure = outlookOf(covariance, EXPECTED, day(flat(1, 10))).variance[15] ?? 0
    const either = outlookOf(covariance, EXPECTED, day([...flat(1, 9), 1.2])).variance[15] ?? 0
    assert.ok(either > 1.5 * sure, `${either}, ${sure}`)
  })

  test('a gap neither speaks for a shift nor against one', () => {
    const gap = day([...flat(1, 8), 1.35, 1.35])
    gap[4] = undefined
    const { mean, variance } = outlookOf(covariance, EXPECTED, gap)
    assert.ok((mean[15] ?? 0) > 0.24)
    assert.ok((variance[4] ?? 0) > 0, 'what was missed is not known')
  })

  test('is finite, and of no negative variance, whatever came', () => {
    const counts = fc.array(
      fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
      {
        minLength: SIZE,
        maxLength: SIZE,
      },
    )
    const expected = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
      minLength: SIZE,
      maxLength: SIZE,
    })
    fc.assert(
      fc.property(counts, expected, (came, said) => {
        const { mean, variance } = outlookOf(covariance, said, came)
        assert.ok(mean.every(Number.isFinite) && variance.every(Number.isFinite))
        assert.ok(variance.every((one) => one >= 0))
      }),
      { seed: 1975, numRuns: 300 },
    )
  })
})
