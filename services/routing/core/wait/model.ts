import { exp, log, normalBelow } from '@evenkeel/chassis/detmath'

/**
 * How long a contact that finds nobody free will wait, as a distribution: the cube root of the wait
 * is normal (Wilson and Hilferty 1931: nearly a gamma distribution), its mean a product of powers
 * of
 * what is known at that moment. Docs: docs/adr/0012-expected-wait.md.
 */

/**
 * What is known when a contact has to wait. Durations in ms; of its class: contacts with the same
 * requirements in the same queue.
 */
export interface WaitFacts {
  /** Before it in its queue. */
  readonly ahead: number
  /** How many contacts like it all agents who are skilled for it could have at once. */
  readonly places: number
  /** Of its class with an agent: how large a share of the agents serves it. */
  readonly serving: number
  /** Mean wait of those of its class who were answered, the last few and over long. */
  readonly recentMs: number
  readonly longMs: number
  /** How long the first of its class has been waiting; 0: none waits. */
  readonly headMs: number
  /** Mean time between two agents who got free of the queue, the present gap among them. */
  readonly gapMs: number
  /**
   * Mean time of an agent with a contact: the unit of all other times, so that the model knows no
   * absolute pace.
   */
  readonly handleMs: number
}

/**
 * wait = meanMs (1 - spread^2 + spread Z)^3 with Z standard normal; its mean is meanMs within
 * spread^6.
 */
export interface WaitDistribution {
  readonly meanMs: number
  readonly spread: number
}

/**
 * Exponents, fitted on January 1999 of the anonymous bank (13,585 calls that waited and were
 * answered), chosen there by cross-validation over blocks of four days. A ratio of times alone: the
 * exponents of times don't sum to 1, the rest goes to the mean handle time.
 */
const exponents = {
  constant: -0.2291,
  ahead: 0.5363,
  serving: -0.0914,
  recent: 0.3112,
  long: 0.2541,
  head: 0.0937,
  gap: 0.2545,
} as const

/**
 * Log of the gamma shape: 0.3232 + 0.4695 log(ahead + 1), by maximum likelihood on the same calls.
 */
const shape = { constant: 0.3232, ahead: 0.4695 } as const

/**
 * The exponents know places up to about 15. Beyond, the plain formula takes over, which is right
 * where many wait: behind this many both count the same. On that January it costs 0.003 of rase.
 */
const plainFrom = 50

/** A wait of 0 has no logarithm: waits count from this share of the handle time. */
const waitFloor = 1 / 16
const gapFloor = 1 / 64

export function waitDistribution(facts: WaitFacts): WaitDistribution {
  const { handleMs } = facts
  const place = log(facts.ahead + 1)
  const power =
    exponents.constant +
    exponents.ahead * place +
    exponents.serving * log(facts.serving + 1) +
    exponents.recent * log(facts.recentMs / handleMs + waitFloor) +
    exponents.long * log(facts.longMs / handleMs + waitFloor) +
    exponents.head * log(facts.headMs / handleMs + waitFloor) +
    exponents.gap * log(facts.gapMs / handleMs + gapFloor)
  // At shape k the Wilson-Hilferty normal has variance 1 / 9k.
  const spread = exp(-0.5 * (shape.constant + shape.ahead * place)) / 3
  const plainPower = place - log(facts.places)
  const plainShare = facts.ahead / (facts.ahead + plainFrom)
  return { meanMs: handleMs * exp(power + plainShare * (plainPower - power)), spread }
}

/** Of an exponential wait. */
const widestSpread = 1 / 3

/**
 * The plain formula, for where no waits have been seen yet: (ahead + 1) / capacity, with capacity
 * by
 * the places at agents and the mean handle time (Little 1961); as uncertain as it can be.
 */
export const plainDistribution = (
  ahead: number,
  places: number,
  handleMs: number,
): WaitDistribution => ({ meanMs: ((ahead + 1) * handleMs) / places, spread: widestSpread })

/**
 * How far out the quantiles of a queue really lie, in millionths of a standard deviation; wait-
 * learning.ts.
 */
export interface Quantiles {
  readonly waitZ50: number
  readonly waitZ80: number
  readonly waitZ95: number
}

/** Of a standard normal variable. */
export const nominal: Quantiles = { waitZ50: 0, waitZ80: 841_621, waitZ95: 1_644_854 }

/**
 * Waits in whole ms: half of such contacts wait less than p50, 80% less than p80, 95% less than
 * p95.
 */
export interface ExpectedWait {
  readonly p50: number
  readonly p80: number
  readonly p95: number
}

export function quantilesOf(d: WaitDistribution, q: Quantiles): ExpectedWait {
  const p50 = Math.trunc(quantile(d, q.waitZ50))
  const p80 = Math.max(p50, Math.trunc(quantile(d, q.waitZ80)))
  return { p50, p80, p95: Math.max(p80, Math.trunc(quantile(d, q.waitZ95))) }
}

/** The wait at `z` millionths of a standard deviation. */
export function quantile({ meanMs, spread }: WaitDistribution, z: number): number {
  const root = Math.max(0, 1 - spread * spread + (z / 1e6) * spread)
  return meanMs * root * root * root
}

/**
 * P(wait > limit), basis points. Between the queue's quantiles, and beyond them, by the normal law.
 */
export function chanceAbove(d: WaitDistribution, q: Quantiles, limitMs: number): number {
  if (limitMs <= 0 || limitMs >= d.meanMs * 1_000) return limitMs <= 0 ? 10_000 : 0
  const root = exp(log(limitMs / d.meanMs) / 3)
  const z = (1e6 * (root - 1 + d.spread * d.spread)) / d.spread
  return Math.round(10_000 * (1 - normalBelow(nominalOf(q, z) / 1e6)))
}

/** Whether P(wait > limit) is above a level, basis points; mostly answered by the quantiles, without the law. */
export function isLikelyAbove(
  d: WaitDistribution,
  q: Quantiles,
  limitMs: number,
  levelBp: number,
): boolean {
  if (limitMs <= 0) return true
  const { p50, p80, p95 } = quantilesOf(d, q)
  if (limitMs < p50 && levelBp <= 5_000) return true
  if (limitMs >= p50 && levelBp >= 5_000) return false
  if (limitMs < p80 && levelBp <= 2_000) return true
  if (limitMs >= p80 && levelBp >= 2_000) return false
  if (limitMs < p95 && levelBp <= 500) return true
  if (limitMs >= p95 && levelBp >= 500) return false
  return chanceAbove(d, q, limitMs) > levelBp
}

/** The z of the normal law that stands where `z` stands among the queue's own quantiles. */
function nominalOf(q: Quantiles, z: number): number {
  if (z <= q.waitZ50) return nominal.waitZ50 + z - q.waitZ50
  if (z <= q.waitZ80) return between(z, q.waitZ50, q.waitZ80, nominal.waitZ50, nominal.waitZ80)
  if (z <= q.waitZ95) return between(z, q.waitZ80, q.waitZ95, nominal.waitZ80, nominal.waitZ95)
  return nominal.waitZ95 + z - q.waitZ95
}

const between = (z: number, from: number, to: number, low: number, high: number): number =>
  low + ((z - from) * (high - low)) / (to - from)
