import { type Covariance, forward, logResiduals, rootOf } from './within-day.ts'

/** What is to be expected of a day's intervals that are yet to come. */
export interface Outlook {
  /**
   * Mean of the log of what comes over what was expected the evening before; 0 where it was seen.
   */
  readonly mean: readonly number[]
  /** Its variance, an interval's own chance among it; 0 where it was seen. */
  readonly variance: readonly number[]
}

/**
 * Prior probability of a shift at any one interval. For a forecast it is an even bet, not an alarm
 * (drift.ts): who allows for shifts too rarely follows none, and who allows for one that was none
 * has lost little, since what was seen soon says so.
 */
const SHIFT_SHARE = 0.06
/** Standard deviation of a shift's log: a third more or fewer. */
const SHIFT_SD = 0.3
/** A hypothesis of less weight changes no mean. */
const WEIGHT_MIN = 1e-6

/**
 * The rest of a day as a distribution, from its counts so far (undefined: open or incomplete). Days
 * hang together as `covariance` has it; besides, at one or two of the intervals so far the level
 * may have shifted, up or down, and stays there: with one alone, a surge after a quiet morning
 * would be told of as the mean of both for hours. Each time, and each pair of times, is one
 * hypothesis, weighed by how well it explains what was seen (Smith 1975, Biometrika 62, for one
 * change of level), and what is told is mean and variance of their mixture. So an abrupt shift is
 * followed within an interval or two, where the covariance alone takes it for one more residual
 * that will fade.
 */
export function outlookOf(
  covariance: Covariance,
  expected: readonly number[],
  counts: readonly (number | undefined)[],
): Outlook {
  const { size, values } = covariance
  const residuals = logResiduals({ expected, counts })
  const seen = residuals.flatMap((residual, at) => (residual === undefined ? [] : [at]))
  const root = rootOf(covariance, seen)
  const scaled = forward(
    root,
    seen.map((at) => residuals[at] ?? 0),
  )
  // One since the beginning of the day is the day's own level, which the covariance has.
  const steps = seen.slice(1).map((from) =>
    forward(
      root,
      seen.map((at) => (at >= from ? 1 : 0)),
    ),
  )
  const changes = changesOf(steps, scaled)
  const mean = new Array<number>(size).fill(0)
  const variance = new Array<number>(size).fill(0)
  for (let row = 0; row < size; row++) {
    if (residuals[row] !== undefined) continue
    const along = forward(
      root,
      seen.map((at) => values[row * size + at] ?? 0),
    )
    const usual = dot(along, scaled)
    const own = Math.max(0, (values[row * size + row] ?? 0) - dot(along, along))
    // Of a shift, what the residuals before it don't take for their own.
    const left = steps.map((step) => 1 - dot(along, step))
    let [first, second] = [0, 0]
    for (const { weight, at, sizes, spread } of changes) {
      const [one, other] = [left[at[0]] ?? 0, left[at[1]] ?? 0]
      const moved = usual + sizes[0] * one + sizes[1] * other
      const unsure = spread[0] * one * one + 2 * spread[1] * one * other + spread[2] * other * other
      first += weight * moved
      second += weight * (moved * moved + own + unsure)
    }
    mean[row] = first
    variance[row] = Math.max(0, second - first * first)
  }
  return { mean, variance }
}

/** None, one or two shifts: an index that there is no step of stands for none. */
interface Change {
  /** Probability that it is this one; before all are known: log of its odds. */
  readonly weight: number
  readonly at: readonly [number, number]
  /** Means of the shifts' sizes, log, given what was seen. */
  readonly sizes: readonly [number, number]
  /** Variance of the first, covariance, variance of the other. */
  readonly spread: readonly [number, number, number]
}

const NONE = -1

/** Weighed by how well they explain what was seen, in terms of `forward`. */
function changesOf(
  steps: readonly (readonly number[])[],
  scaled: readonly number[],
): readonly Change[] {
  const prior = SHIFT_SD ** 2
  const odds = Math.log(SHIFT_SHARE) - Math.log(1 - SHIFT_SHARE)
  const fits = steps.map((step) => dot(step, scaled))
  const found: Change[] = [{ weight: 0, at: [NONE, NONE], sizes: [0, 0], spread: [0, 0, 0] }]
  for (const [one, step] of steps.entries()) {
    const [a, f] = [1 + prior * dot(step, step), fits[one] ?? 0]
    const weight = odds - Math.log(a) / 2 + (f * f * prior) / a / 2
    const sizes = [(prior * f) / a, 0] as const
    found.push({ weight, at: [one, NONE], sizes, spread: [prior / a, 0, 0] })
    for (let other = one + 1; other < steps.length; other++) {
      const last = steps[other] ?? []
      const [b, c] = [prior * dot(step, last), 1 + prior * dot(last, last)]
      const g = fits[other] ?? 0
      const known = a * c - b * b
      const both = [(prior * (c * f - b * g)) / known, (prior * (a * g - b * f)) / known] as const
      const spread = [(prior * c) / known, (-prior * b) / known, (prior * a) / known] as const
      const log = 2 * odds - Math.log(known) / 2 + (f * both[0] + g * both[1]) / 2
      found.push({ weight: log, at: [one, other], sizes: both, spread })
    }
  }
  const most = found.reduce((max, { weight }) => Math.max(max, weight), 0)
  const all = found.reduce((sum, { weight }) => sum + Math.exp(weight - most), 0)
  return found
    .map((change) => ({ ...change, weight: Math.exp(change.weight - most) / all }))
    .filter(({ weight }) => weight > WEIGHT_MIN)
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0)
}
