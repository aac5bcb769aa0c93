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
 * hang together as `covariance` has it; besides, at one of the intervals so far the level may have
 * shifted, up or down, and stays there. Each time at which it may have is one hypothesis, weighed
 * by how well it explains what was seen (Smith 1975, Biometrika 62, for one change of level), and
 * what is told is mean and variance of their mixture. So an abrupt shift is followed within an
 * interval or two, where the covariance alone takes it for one more residual that will fade.
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
  const shifts = hypotheses(root, seen, scaled)
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
    let [first, second] = [0, 0]
    for (const { weight, mean: size_, variance: spread, scaled: step } of shifts) {
      // Of the shift, what the residuals before it don't take for their own.
      const left = step === undefined ? 0 : 1 - dot(along, step)
      const moved = usual + size_ * left
      first += weight * moved
      second += weight * (moved * moved + own + spread * left * left)
    }
    mean[row] = first
    variance[row] = Math.max(0, second - first * first)
  }
  return { mean, variance }
}

interface Shift {
  /** Probability that it is this one. */
  readonly weight: number
  /** Of its size, log, given what was seen. */
  readonly mean: number
  readonly variance: number
  /** Its step in terms of `forward`; undefined: nothing has shifted. */
  readonly scaled: readonly number[] | undefined
}

function hypotheses(
  root: readonly (readonly number[])[],
  seen: readonly number[],
  scaled: readonly number[],
): readonly Shift[] {
  const none = Math.log(1 - SHIFT_SHARE)
  const prior = SHIFT_SD ** 2
  const found: (Shift & { readonly log: number })[] = [
    { log: 0, weight: 0, mean: 0, variance: 0, scaled: undefined },
  ]
  // One since the beginning of the day is the day's own level, which the covariance has.
  for (const from of seen.slice(1)) {
    const step = forward(
      root,
      seen.map((at) => (at >= from ? 1 : 0)),
    )
    const fit = dot(step, scaled)
    const known = 1 + prior * dot(step, step)
    const log = Math.log(SHIFT_SHARE) - none - Math.log(known) / 2 + (fit * fit * prior) / known / 2
    const size = (prior * fit) / known
    found.push({ log, weight: 0, mean: size, variance: prior / known, scaled: step })
  }
  const most = Math.max(...found.map(({ log }) => log))
  const all = found.reduce((sum, { log }) => sum + Math.exp(log - most), 0)
  return found
    .map((one) => ({ ...one, weight: Math.exp(one.log - most) / all }))
    .filter(({ weight }) => weight > WEIGHT_MIN)
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0)
}
