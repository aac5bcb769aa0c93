/**
 * Regression whose coefficients follow the data: y = h'b + e, b(t) = A b(t-1) + w, filtered by
 * Kalman's equations (West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, ch. 4), so
 * one pass over a history gives every one-step forecast of it, each from what came before alone.
 */
export interface Regression {
  /** Mean of each coefficient. */
  readonly mean: readonly number[]
  /** Their covariance, row by row. */
  readonly covariance: readonly number[]
  /** Consecutive outliers to one side: positive above, negative below. */
  readonly outliers: number
}

export interface Expected {
  readonly mean: number
  /** Of an observation, its own noise included. */
  readonly variance: number
}

/** What lies further out than so many standard deviations moves the coefficients no further. */
const OUTLIER_SD = 4

export function startRegression(
  means: readonly number[],
  variances: readonly number[],
): Regression {
  const size = means.length
  const covariance = new Array<number>(size * size).fill(0)
  variances.forEach((variance, at) => (covariance[at * size + at] = variance))
  return { mean: means, covariance, outliers: 0 }
}

/** So many steps later: the first coefficient decays by `decay` a step and is moved by `noise`. */
export function evolve(from: Regression, decay: number, noise: number, steps: number): Regression {
  const size = from.mean.length
  const shrink = decay ** steps
  const grown = decay === 1 ? steps : (1 - shrink * shrink) / (1 - decay * decay)
  const mean = from.mean.slice()
  const covariance = from.covariance.slice()
  mean[0] = (mean[0] ?? 0) * shrink
  for (let at = 0; at < size; at++) {
    covariance[at] = (covariance[at] ?? 0) * shrink
    covariance[at * size] = (covariance[at * size] ?? 0) * shrink
  }
  covariance[0] = (covariance[0] ?? 0) + noise * grown
  return { ...from, mean, covariance }
}

/** Only the mean of `expect` after `evolve`: without a covariance it costs next to nothing. */
export function meanAhead(
  { mean }: Regression,
  decay: number,
  steps: number,
  row: readonly number[],
): number {
  const first = (mean[0] ?? 0) * decay ** steps
  return row.reduce((sum, value, at) => sum + value * (at === 0 ? first : (mean[at] ?? 0)), 0)
}

export const expect = (from: Regression, row: readonly number[], noise: number): Expected =>
  expected(from, row, noise, timesRow(from, row))

function expected(
  from: Regression,
  row: readonly number[],
  noise: number,
  spread: readonly number[],
): Expected {
  let mean = 0
  let variance = noise
  row.forEach((value, at) => {
    mean += value * (from.mean[at] ?? 0)
    variance += value * (spread[at] ?? 0)
  })
  return { mean, variance }
}

/**
 * Learns an observation. One outlier is bounded; a second one to the same side is a shift of level,
 * and the level is let go so that it is followed at once. Unless `bounded` all is learned as it is.
 */
export function learn(
  from: Regression,
  row: readonly number[],
  noise: number,
  value: number,
  bounded = true,
): Regression {
  const spread = timesRow(from, row)
  const { mean, variance } = expected(from, row, noise, spread)
  const error = value - mean
  const bound = OUTLIER_SD * Math.sqrt(variance)
  if (!bounded || Math.abs(error) <= bound) return updated(from, spread, variance, error, 0)
  const outliers = error > 0 ? Math.max(1, from.outliers + 1) : Math.min(-1, from.outliers - 1)
  if (Math.abs(outliers) < 2)
    return updated(from, spread, variance, Math.sign(error) * bound, outliers)
  const covariance = from.covariance.slice()
  covariance[0] = (covariance[0] ?? 0) + error * error
  const shifted = { ...from, covariance }
  return updated(shifted, timesRow(shifted, row), variance + error * error, error, 0)
}

/** `spread`: covariance of the coefficients with the observation. */
function updated(
  from: Regression,
  spread: readonly number[],
  variance: number,
  error: number,
  outliers: number,
): Regression {
  const size = from.mean.length
  const mean = from.mean.slice()
  const covariance = from.covariance.slice()
  for (let at = 0; at < size; at++) {
    const gain = (spread[at] ?? 0) / variance
    mean[at] = (mean[at] ?? 0) + gain * error
    for (let other = 0; other < size; other++) {
      const place = at * size + other
      covariance[place] = (covariance[place] ?? 0) - gain * (spread[other] ?? 0)
    }
  }
  return { mean, covariance, outliers }
}

function timesRow({ covariance }: Regression, row: readonly number[]): number[] {
  const size = row.length
  const product = new Array<number>(size).fill(0)
  for (let at = 0; at < size; at++) {
    let sum = 0
    for (let other = 0; other < size; other++) {
      sum += (covariance[at * size + other] ?? 0) * (row[other] ?? 0)
    }
    product[at] = sum
  }
  return product
}
