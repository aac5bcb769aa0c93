/**
 * What the part of a day that is over says of the rest: log residuals of the day-ahead forecast are
 * taken as jointly normal, and the rest is expected given what was seen (after Shen and Huang,
 * Manuf. Serv. Oper. Manage. 10, 2008, and Weinberg, Brown and Stroud, J. Am. Stat. Assoc. 102,
 * 2007, who update likewise).
 */

/** A day as it was forecast the evening before, and as it came. */
export interface PastDay {
  readonly date: string
  /** Above 0. */
  readonly expected: readonly number[]
  readonly counts: readonly (number | undefined)[]
}

/**
 * Covariance of a day's log residuals, row by row: partly as a model has it, tau^2 + sigma^2
 * rho^|i-j| (a level of the day, and what fades) and an interval's own on the diagonal; partly as
 * it was seen. The model steadies what few days show, the seen part has what the model has not.
 */
export interface Covariance {
  readonly size: number
  readonly values: Float64Array
  readonly tau2: number
  readonly sigma2: number
  readonly rho: number
}

/** Variance that stands for a usual day where none has been seen: a level off by a fifth. */
const TAU2_PRIOR = 0.04
const SIGMA2_PRIOR = 0.01
const RHO_PRIOR = 0.8
/** Days that the prior counts for. */
const PRIOR_DAYS = 0.2
/** What was seen weighs as much as the model after so many days. */
const SEEN_DAYS = 200
const RHOS = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95]
/** A log residual beyond this is a spike or an outage: it counts as this much. */
const RESIDUAL_MAX = 1.5
/**
 * Degrees of freedom and rounds of the estimate by Student's t (Lange, Little and Taylor, J. Am.
 * Stat. Assoc. 84, 1989): a day of an outage says little of how usual days hang together.
 */
const FREEDOM = 4
const ROUNDS = 5
/** Of an interval, whatever was seen: keeps the matrix positive definite. */
const OWN_MIN = 1e-4

/** Undefined: not known. Half a contact on both sides keeps 0 finite. */
export function logResiduals({ expected, counts }: Omit<PastDay, 'date'>): (number | undefined)[] {
  return counts.map((count, at) => {
    if (count === undefined) return undefined
    const residual = Math.log((count + 0.5) / ((expected[at] ?? 0) + 0.5))
    return Math.max(-RESIDUAL_MAX, Math.min(RESIDUAL_MAX, residual))
  })
}

/** `days`: forecast one day ahead, each from what was known before it. */
export function covarianceOf(size: number, days: readonly PastDay[]): Covariance {
  const residuals = days.map(logResiduals)
  let weights = days.map(() => 1)
  let found = fromMoments(size, residuals, weights)
  const knowns = residuals.map((one) =>
    one.flatMap((value, at) => (value === undefined ? [] : [at])),
  )
  for (let round = 0; round < ROUNDS && days.length > 0; round++) {
    // Most days are known in all of their intervals: they share one root.
    const roots = new Map<string, ReturnType<typeof rootOf>>()
    weights = residuals.map((one, day) => {
      const known = knowns[day] ?? []
      const key = known.join()
      const root = roots.get(key) ?? rootOf(found, known)
      roots.set(key, root)
      const scaled = forward(
        root,
        known.map((at) => one[at] ?? 0),
      )
      const distance = scaled.reduce((sum, value) => sum + value * value, 0)
      return (FREEDOM + known.length) / (FREEDOM + distance)
    })
    found = fromMoments(size, residuals, weights)
  }
  return found
}

function fromMoments(
  size: number,
  residuals: readonly (readonly (number | undefined)[])[],
  weights: readonly number[],
): Covariance {
  const seen = seenOf(size, residuals, weights)
  const { tau2, sigma2, rho } = fitted(size, seen)
  const { products, known } = seen
  const part = residuals.length / (residuals.length + SEEN_DAYS)
  const values = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let at = 0; at < size; at++) {
      const place = row * size + at
      const shared = tau2 + sigma2 * rho ** Math.abs(row - at)
      const was = products[place] ?? 0
      const own = row === at ? Math.max(OWN_MIN, was - shared) : 0
      // What was never seen together is not known to hang together: products of a prior between
      // intervals that days have and those that none has would fit neither, and leave no root.
      const seenPart = known[place] === 1 ? was : row === at ? shared + own : 0
      values[place] = (1 - part) * (shared + own) + part * seenPart
    }
  }
  return { size, values, tau2, sigma2, rho }
}

interface Seen {
  /** Weighted mean products of residuals, with the prior's. */
  readonly products: Float64Array
  /** 1: some day has both intervals, or there are no days. */
  readonly known: Uint8Array
}

function seenOf(
  size: number,
  residuals: readonly (readonly (number | undefined)[])[],
  weights: readonly number[],
): Seen {
  const products = new Float64Array(size * size)
  const pairs = new Float64Array(size * size)
  residuals.forEach((day, index) => {
    const weight = weights[index] ?? 0
    for (let row = 0; row < size; row++) {
      const one = day[row]
      if (one === undefined) continue
      for (let at = 0; at <= row; at++) {
        const other = day[at]
        if (other === undefined) continue
        const place = row * size + at
        products[place] = (products[place] ?? 0) + weight * one * other
        pairs[place] = (pairs[place] ?? 0) + weight
      }
    }
  })
  for (let row = 0; row < size; row++) {
    for (let at = row + 1; at < size; at++) {
      products[row * size + at] = products[at * size + row] ?? 0
      pairs[row * size + at] = pairs[at * size + row] ?? 0
    }
  }
  const known = Uint8Array.from(pairs, (many) => (many > 0 || residuals.length === 0 ? 1 : 0))
  const means = products.map((product, place) => {
    const lag = Math.abs(Math.floor(place / size) - (place % size))
    const prior = TAU2_PRIOR + SIGMA2_PRIOR * RHO_PRIOR ** lag + (lag === 0 ? SIGMA2_PRIOR : 0)
    return (product + PRIOR_DAYS * prior) / ((pairs[place] ?? 0) + PRIOR_DAYS)
  })
  return { products: means, known }
}

/** tau^2 + sigma^2 rho^lag by least squares on the mean product of each lag but 0. */
function fitted(
  size: number,
  { products, known }: Seen,
): Pick<Covariance, 'tau2' | 'sigma2' | 'rho'> {
  const lags: Lag[] = []
  for (let lag = 1; lag < size; lag++) {
    let [sum, weight] = [0, 0]
    for (let row = 0; row + lag < size; row++) {
      const place = row * size + row + lag
      if (known[place] !== 1) continue
      sum += products[place] ?? 0
      weight += 1
    }
    if (weight > 0) lags.push({ lag, mean: sum / weight, weight })
  }
  let best = { tau2: TAU2_PRIOR, sigma2: SIGMA2_PRIOR, rho: RHO_PRIOR, error: Infinity }
  for (const rho of RHOS) {
    const found = leastSquares(lags, rho)
    if (found.error < best.error) best = found
  }
  return best
}

interface Lag {
  readonly lag: number
  readonly mean: number
  readonly weight: number
}

function leastSquares(
  lags: readonly Lag[],
  rho: number,
): { tau2: number; sigma2: number; rho: number; error: number } {
  let [w, x, xx, y, xy] = [0, 0, 0, 0, 0]
  for (const { lag, mean, weight } of lags) {
    const fade = rho ** lag
    w += weight
    x += weight * fade
    xx += weight * fade * fade
    y += weight * mean
    xy += weight * fade * mean
  }
  const spread = w * xx - x * x
  const slope = spread > 1e-12 ? (w * xy - x * y) / spread : 0
  const sigma2 = Math.max(1e-6, slope)
  const tau2 = Math.max(1e-6, w > 0 ? (y - sigma2 * x) / w : 0)
  const error = lags.reduce(
    (sum, { lag, mean, weight }) => sum + weight * (mean - tau2 - sigma2 * rho ** lag) ** 2,
    0,
  )
  return { tau2, sigma2, rho, error }
}

export interface Update {
  /** Log of the factor by which each interval's expectation changes; 0 where it was seen. */
  readonly shift: readonly number[]
  /** Variance of each interval's log residual given what was seen; 0 where it was seen. */
  readonly variance: readonly number[]
}

/** `residuals`: of the day so far, undefined where the interval is open or incomplete. */
export function update(covariance: Covariance, residuals: readonly (number | undefined)[]): Update {
  const { size, values } = covariance
  const seen = residuals.flatMap((value, at) => (value === undefined ? [] : [at]))
  const shift = new Array<number>(size).fill(0)
  const variance = new Array<number>(size).fill(0)
  const root = rootOf(covariance, seen)
  const scaled = forward(
    root,
    seen.map((at) => residuals[at] ?? 0),
  )
  for (let row = 0; row < size; row++) {
    if (residuals[row] !== undefined) continue
    const along = forward(
      root,
      seen.map((at) => values[row * size + at] ?? 0),
    )
    const own = values[row * size + row] ?? 0
    shift[row] = along.reduce((sum, value, at) => sum + value * (scaled[at] ?? 0), 0)
    variance[row] = Math.max(0, own - along.reduce((sum, value) => sum + value * value, 0))
  }
  return { shift, variance }
}

/** Of the covariance of some intervals. */
export function rootOf(
  { size, values }: Covariance,
  some: readonly number[],
): readonly (readonly number[])[] {
  return cholesky(some.map((row) => some.map((at) => values[row * size + at] ?? 0)))
}

/** Lower triangle L with L L' = matrix; the matrix is positive definite by its diagonal. */
function cholesky(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const root: number[][] = []
  matrix.forEach((line, row) => {
    const own: number[] = []
    for (let at = 0; at <= row; at++) {
      const other = at === row ? own : (root[at] ?? [])
      let sum = line[at] ?? 0
      for (let before = 0; before < at; before++) sum -= (own[before] ?? 0) * (other[before] ?? 0)
      own.push(at === row ? Math.sqrt(Math.max(sum, 1e-9)) : sum / (other[at] ?? 1))
    }
    root.push(own)
  })
  return root
}

/** x with L x = right. */
export function forward(root: readonly (readonly number[])[], right: readonly number[]): number[] {
  const found: number[] = []
  root.forEach((line, row) => {
    let sum = right[row] ?? 0
    for (let at = 0; at < row; at++) sum -= (line[at] ?? 0) * (found[at] ?? 0)
    found.push(sum / (line[row] ?? 1))
  })
  return found
}

/**
 * The rest of a day, forecast again from its counts so far; undefined: open or incomplete.
 * Intervals that were seen keep what was expected of them.
 */
export function reforecast(
  covariance: Covariance,
  expected: readonly number[],
  counts: readonly (number | undefined)[],
): readonly number[] {
  const { shift } = update(covariance, logResiduals({ expected, counts }))
  return expected.map((count, at) => count * Math.exp(shift[at] ?? 0))
}
