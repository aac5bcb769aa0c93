import { normalBelow } from './bands.ts'
import { type Covariance, forward, logResiduals, rootOf } from './within-day.ts'

/**
 * Whether a day goes otherwise than was forecast, by as much as matters. At each closed interval
 * the next hours are expected under many hypotheses at once: that days hang together as they
 * usually do (the covariance of within-day.ts), or that besides something happened at one of the
 * intervals so far, and since then more or fewer come. Each weighs as well as it explains what was
 * seen (a change-point model after Barry and Hartigan, J. Am. Stat. Assoc. 88, 1993, with one
 * change a day); an abrupt shift is so believed at once, where the usual covariance would take
 * hours.
 */

/** How many the next hours are, where nobody says otherwise. */
export const DRIFT_HOURS = 2

/** By how much the next hours have to deviate to matter. */
export interface Matters {
  /** Factor of what was forecast, above 1: more than this hurts the service level. */
  readonly above: number
  /** Below 1: fewer than this leaves staff without work that others could use. */
  readonly below: number
  /** How far the next hours reach, in intervals, at least 1. */
  readonly horizon: number
}

/** Prior probability that something happens on a day at all. */
const HAPPENS = 0.02
/** Standard deviation of what it does to log arrivals: a third more or fewer. */
const HAPPENS_SD = 0.3
/** Keeps odds finite. */
const PROBABILITY_MIN = 1e-12

/** What is thought of the next hours once so many intervals are over. */
export interface Assessment {
  /** Log odds that they exceed `above`, and that they stay under `below`. */
  readonly above: number
  readonly below: number
  /** Expected factor of the forecast in the next hours. */
  readonly factor: number
  /** The interval since which it has most likely been so; 0: all day. */
  readonly since: number
  /** Probability that something happened, rather than a day that is as days are. */
  readonly happened: number
}

/** All that does not depend on a day's counts: prepared once for many days. */
export class DriftModel {
  readonly #covariance: Covariance
  readonly #matters: Matters
  readonly #root: readonly (readonly number[])[]
  /** By interval at which something may happen: its step in terms of innovations. */
  readonly #steps: readonly (readonly number[])[]
  /** By count of intervals over: how the mean of the next hours follows from innovations. */
  readonly #leads: readonly Lead[]

  /** `expected`: the day's forecast, by which the next hours are weighed. */
  constructor(covariance: Covariance, expected: readonly number[], matters: Matters) {
    const { size } = covariance
    const all = Array.from({ length: size }, (_, at) => at)
    this.#covariance = covariance
    this.#matters = matters
    this.#root = rootOf(covariance, all)
    this.#steps = all.map((from) =>
      forward(
        this.#root,
        all.map((at) => (at >= from ? 1 : 0)),
      ),
    )
    this.#leads = all.map((over) => this.#lead(over, expected))
  }

  /**
   * The mean log deviation of the next hours, as a linear form of the innovations so far, and its
   * variance given them. In the root's own terms: row = sum of root entries times innovations.
   */
  #lead(over: number, expected: readonly number[]): Lead {
    const { size } = this.#covariance
    const to = Math.min(size, over + this.#matters.horizon)
    const sum = expected.slice(over, to).reduce((all, count) => all + count, 0)
    const form = new Array<number>(size).fill(0)
    for (let row = over; row < to; row++) {
      const weight = sum > 0 ? (expected[row] ?? 0) / sum : 1 / (to - over)
      for (let at = 0; at <= row; at++) {
        form[at] = (form[at] ?? 0) + weight * (this.#root[row]?.[at] ?? 0)
      }
    }
    const ahead = form.slice(over).reduce((all, value) => all + value * value, 0)
    const seen = form.slice(0, over)
    const left = seen.map((_, from) => {
      const step = this.#steps[from] ?? []
      // A step is nothing before the interval at which it is taken.
      let told = 0
      for (let at = from; at < over; at++) told += (seen[at] ?? 0) * (step[at] ?? 0)
      return 1 - told
    })
    return { form: seen, left, variance: Math.max(1e-9, ahead) }
  }

  /**
   * After each interval of a day, as far as `counts` go. What is not known neither speaks for a
   * drift nor against one.
   */
  assess(
    expected: readonly number[],
    counts: readonly (number | undefined)[],
  ): readonly Assessment[] {
    const residuals = logResiduals({ expected, counts })
    const innovations = this.#innovations(residuals)
    const { size } = this.#covariance
    // Of each step: how much of it was seen, and how well it fits, so far.
    const seen = new Float64Array(size)
    const fit = new Float64Array(size)
    return innovations.map((innovation, at) => {
      if (residuals[at] !== undefined) {
        for (let from = 0; from <= at; from++) {
          const step = this.#steps[from]?.[at] ?? 0
          seen[from] = (seen[from] ?? 0) + step * step
          fit[from] = (fit[from] ?? 0) + step * innovation
        }
      }
      return this.#weigh(at + 1, innovations, seen, fit)
    })
  }

  /** What each interval brought that those before it did not tell, in standard deviations. */
  #innovations(residuals: readonly (number | undefined)[]): readonly number[] {
    const innovations: number[] = []
    residuals.forEach((residual, row) => {
      const line = this.#root[row] ?? []
      const told = innovations.reduce((sum, value, at) => sum + (line[at] ?? 0) * value, 0)
      innovations.push(residual === undefined ? 0 : (residual - told) / (line[row] ?? 1))
    })
    return innovations
  }

  #weigh(
    over: number,
    innovations: readonly number[],
    seen: Float64Array,
    fit: Float64Array,
  ): Assessment {
    const size = this.#covariance.size
    // At the end of a day there are no next hours: what was thought before stands.
    const lead = this.#leads[Math.min(over, size - 1)] ?? { form: [], left: [], variance: 1 }
    const usual = lead.form.reduce((sum, value, at) => sum + value * (innovations[at] ?? 0), 0)
    const parts = [{ log: Math.log(1 - HAPPENS), mean: usual, variance: lead.variance, since: 0 }]
    for (let from = 0; from < Math.min(over, lead.form.length); from++) {
      const spread = 1 / (1 / HAPPENS_SD ** 2 + (seen[from] ?? 0))
      const size_ = spread * (fit[from] ?? 0)
      const left = lead.left[from] ?? 0
      const log = (size_ * (fit[from] ?? 0)) / 2 + Math.log(spread / HAPPENS_SD ** 2) / 2
      parts.push({
        log: log + Math.log(HAPPENS / size),
        mean: usual + size_ * left,
        variance: lead.variance + spread * left * left,
        since: from,
      })
    }
    return mixed(parts, this.#matters)
  }
}

interface Lead {
  readonly form: readonly number[]
  /** Of a step at each interval over: what the next hours keep of it. */
  readonly left: readonly number[]
  readonly variance: number
}

interface Part {
  readonly log: number
  readonly mean: number
  readonly variance: number
  readonly since: number
}

/** What has a smaller part in the mixture changes no probability that is told. */
const WEIGHT_MIN = 1e-15

function mixed(parts: readonly Part[], { above, below }: Matters): Assessment {
  const most = Math.max(...parts.map(({ log }) => log))
  const weights = parts.map(({ log }) => Math.exp(log - most))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const beyond = (limit: number, side: 1 | -1): number => {
    let [yes, no] = [0, 0]
    const log = Math.log(limit)
    parts.forEach(({ mean, variance }, at) => {
      const weight = (weights[at] ?? 0) / all
      if (weight < WEIGHT_MIN) return
      const z = (side * (mean - log)) / Math.sqrt(variance)
      yes += weight * normalBelow(z)
      no += weight * normalBelow(-z)
    })
    return Math.log(yes + PROBABILITY_MIN) - Math.log(no + PROBABILITY_MIN)
  }
  const happened = 1 - (weights[0] ?? 0) / all
  let likely = 1
  weights.forEach((weight, at) => {
    if (at > 0 && weight > (weights[likely] ?? 0)) likely = at
  })
  const factor = parts.reduce((sum, { mean }, at) => sum + mean * (weights[at] ?? 0), 0) / all
  return {
    above: beyond(above, 1),
    below: beyond(below, -1),
    factor: Math.exp(factor),
    since: happened > 0.5 ? (parts[likely]?.since ?? 0) : 0,
    happened,
  }
}
