/** How near forecasts of intervals came to what came. */
export class Errors {
  #absolute = 0
  #squares = 0
  #came = 0
  #intervals = 0

  add(expected: number, came: number): void {
    this.#absolute += Math.abs(came - expected)
    this.#squares += (came - expected) ** 2
    this.#came += came
    this.#intervals += 1
  }

  get intervals(): number {
    return this.#intervals
  }

  /** Sum of absolute errors over sum of counts; undefined: nobody came. */
  get wape(): number | undefined {
    return this.#came > 0 ? this.#absolute / this.#came : undefined
  }

  /** Root mean squared error, contacts; undefined: nothing was compared. */
  get rmse(): number | undefined {
    return this.#intervals > 0 ? Math.sqrt(this.#squares / this.#intervals) : undefined
  }
}

/** For people and JSON alike: what lies beyond is chance. */
export const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Number(value.toFixed(4))

/** Quantiles by which a distribution is scored: the middles of twenty equal parts. */
const LEVELS = Array.from({ length: 20 }, (_, at) => (at + 0.5) / 20)

/**
 * Continuous ranked probability score as twice the mean quantile loss over a grid of levels
 * (Gneiting and Ranjan, J. Bus. Econ. Stat. 29, 2011, eq. 17), in contacts; smaller is better, and
 * the absolute error where all quantiles are the same.
 */
export function rankedProbabilityScore(
  quantileAt: (share: number) => number,
  came: number,
): number {
  let sum = 0
  for (const level of LEVELS) {
    const off = came - quantileAt(level)
    sum += off >= 0 ? level * off : (level - 1) * off
  }
  return (2 * sum) / LEVELS.length
}
