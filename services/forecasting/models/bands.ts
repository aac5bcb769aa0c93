import { logResiduals, type PastDay } from './within-day.ts'

/**
 * What may come of an expectation: a count is Poisson around a rate that is log-normal around it
 * (overdispersion: Jongbloed and Koole, Appl. Stoch. Models Bus. Ind. 17, 2001). How wide the
 * log-normal is, and how much further out than a normal one the tails lie, is learned from
 * forecasts of days that have come.
 */
export interface Bands {
  /** Variance of each interval's log rate. */
  readonly variances: readonly number[]
  /** What 1.28 and 1.96 standard deviations of a normal have to be multiplied with. */
  readonly scale80: number
  readonly scale95: number
}

/** Standard deviation of the log rate where no forecast has been compared: says nothing, widely. */
const UNKNOWN_SD = 0.6
/** Days that it counts for. */
const UNKNOWN_DAYS = 0.2
/** Days that the mean of all intervals counts for beside an interval's own. */
const POOLED_DAYS = 8
/** Days that a normal's own tails count for. */
const NORMAL_DAYS = 5
const SCALE_MIN = 0.6
const SCALE_MAX = 2
/** Standard deviations within which a normal lies four times in five. */
export const Z80 = 1.2815515655446004
const Z95 = 1.959963984540054

/** `days`: forecast one day ahead, each from what was known before it. */
export function bandsOf(size: number, days: readonly PastDay[]): Bands {
  const excess = days.map((day) =>
    logResiduals(day).map((residual, at) =>
      residual === undefined ? undefined : residual ** 2 - 1 / ((day.expected[at] ?? 0) + 0.5),
    ),
  )
  const all = meanOf(excess.flat())
  const prior = UNKNOWN_SD ** 2
  const pooled = (all.sum / size + UNKNOWN_DAYS * prior) / (all.many / size + UNKNOWN_DAYS)
  const variances = Array.from({ length: size }, (_, at) => {
    const { sum, many } = meanOf(excess.map((day) => day[at]))
    return Math.max(1e-6, (sum + POOLED_DAYS * pooled) / (many + POOLED_DAYS))
  })
  const distances = days.flatMap((day) =>
    logResiduals(day).flatMap((residual, at) =>
      residual === undefined ? [] : [Math.abs(residual) / deviation(day, variances, at)],
    ),
  )
  distances.sort((a, b) => a - b)
  const scale = (share: number, normal: number): number => {
    const seen = distances[Math.floor(share * distances.length)] ?? normal
    const mixed = (days.length * (seen / normal) + NORMAL_DAYS) / (days.length + NORMAL_DAYS)
    return Math.max(SCALE_MIN, Math.min(SCALE_MAX, mixed))
  }
  const scale80 = scale(0.8, Z80)
  // Bands are nested, whatever few days have shown.
  return { variances, scale80, scale95: Math.max(scale(0.95, Z95), (scale80 * Z80 * 1.05) / Z95) }
}

/** Of a day of which less is known than of those that were compared. */
export const widened = (bands: Bands): Bands => ({
  ...bands,
  variances: bands.variances.map((variance) => Math.max(variance, UNKNOWN_SD ** 2)),
})

/** Share of what came on some days that lay within the 80% and the 95% band; 0 of none. */
export function coverageOf(
  { variances, scale80, scale95 }: Bands,
  days: readonly PastDay[],
): { readonly within80: number; readonly within95: number } {
  const distances = days.flatMap((day) =>
    logResiduals(day).flatMap((residual, at) =>
      residual === undefined ? [] : [Math.abs(residual) / deviation(day, variances, at)],
    ),
  )
  const share = (most: number): number =>
    distances.filter((one) => one <= most).length / Math.max(1, distances.length)
  return { within80: share(Z80 * scale80), within95: share(Z95 * scale95) }
}

function deviation({ expected }: PastDay, variances: readonly number[], at: number): number {
  return Math.sqrt((variances[at] ?? 0) + 1 / ((expected[at] ?? 0) + 0.5))
}

function meanOf(values: readonly (number | undefined)[]): { sum: number; many: number } {
  let [sum, many] = [0, 0]
  for (const value of values) {
    if (value === undefined) continue
    sum += value
    many += 1
  }
  return { sum, many }
}

/** Above so many the count's own distribution is as good as log-normal itself. */
const EXACT_MAX = 50
/** A rate is one of so many, equally likely. */
const RATES = 25

/**
 * The count that is not exceeded with probability `share` (above 0, below 1), of an interval whose
 * median rate is `expected`. A whole number where few are expected.
 */
export function quantile(
  expected: number,
  variance: number,
  bands: Pick<Bands, 'scale80' | 'scale95'>,
  share: number,
): number {
  const normal = normalQuantile(share)
  const scale = scaleAt(bands, Math.abs(normal))
  if (expected > EXACT_MAX) {
    return expected * Math.exp(normal * scale * Math.sqrt(variance + 1 / expected))
  }
  return exactQuantile(expected, scale * Math.sqrt(variance), share)
}

function scaleAt({ scale80, scale95 }: Pick<Bands, 'scale80' | 'scale95'>, distance: number) {
  const part = Math.max(0, Math.min(1, (distance - Z80) / (Z95 - Z80)))
  return scale80 + part * (scale95 - scale80)
}

/** A Poisson count of a higher rate is taken as the rate: its probability of 0 is none. */
const POISSON_MAX = 500

/** By summing the mixture's probabilities from 0 on. */
function exactQuantile(expected: number, sd: number, share: number): number {
  const rates = NORMALS.map((normal) => expected * Math.exp(sd * normal))
  const few = rates.filter((rate) => rate <= POISSON_MAX)
  const parts = few.map((rate) => Math.exp(-rate) / RATES)
  let below = 0
  for (let count = 0; count < 2 * POISSON_MAX; count++) {
    few.forEach((rate, at) => {
      const part = parts[at] ?? 0
      below += part
      parts[at] = (part * rate) / (count + 1)
    })
    if (below >= share) return count
  }
  return Math.round(rates[Math.min(RATES - 1, Math.floor(share * RATES))] ?? 0)
}

/**
 * Standard normal distribution function: Abramowitz and Stegun 7.1.26, to 2e-7; tails by
 * 26.2.12.
 */
export function normalBelow(value: number): number {
  const x = Math.abs(value) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const square = value * value
  const density = Math.exp(-square / 2) / Math.sqrt(2 * Math.PI)
  const above =
    square > TAIL ** 2
      ? (density / Math.abs(value)) * (1 - 1 / square + 3 / square ** 2)
      : (series * Math.exp(-x * x)) / 2
  return value < 0 ? above : 1 - above
}

/** From here on an absolute error of 2e-7 would be most of what is left. */
const TAIL = 4

/** Its inverse (Acklam 2003, relative error 1.2e-9 in the bulk and in the tails alike). */
export function normalQuantile(share: number): number {
  const edge = 0.02425
  if (share < edge) return tail(Math.sqrt(-2 * Math.log(share)))
  if (share > 1 - edge) return -tail(Math.sqrt(-2 * Math.log(1 - share)))
  const q = share - 0.5
  const r = q * q
  const above = polynomial(
    [
      -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269,
      -30.66479806614716, 2.506628277459239,
    ],
    r,
  )
  const below = polynomial(
    [
      -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
      -13.28068155288572, 1,
    ],
    r,
  )
  return (above * q) / below
}

function tail(q: number): number {
  const above = polynomial(
    [
      -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
      4.374664141464968, 2.938163982698783,
    ],
    q,
  )
  const below = polynomial(
    [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
    q,
  )
  return above / below
}

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((sum, coefficient) => sum * at + coefficient, 0)
}

const NORMALS = Array.from({ length: RATES }, (_, at) => normalQuantile((at + 0.5) / RATES))
