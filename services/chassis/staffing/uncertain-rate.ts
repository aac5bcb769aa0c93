import { least, meets, type Target } from './least-agents.ts'
import { limits } from './limits.ts'
import {
  assertWithin,
  levelsOf,
  loadOf,
  type Performance,
  performanceOf,
  type Traffic,
} from './line.ts'

/** One of the rates that may come. Weights are above 0; they need not sum to 1. */
export interface PossibleRate {
  readonly arrivalsPerHour: number
  readonly weight: number
}

/** Abscissae and weights of the Gauss-Hermite rule of 7 points for a standard normal variable. */
const normalRule = [
  [0, 0.4571428571428572],
  [1.1544053947399682, 0.2401231786050127],
  [2.3667594107345415, 0.0307571239675865],
  [3.7504397177257425, 0.0005482688559722],
] as const

/**
 * A rate that is known but for `variation`, its standard deviation over its mean (0 or above), as a
 * log-normal variable of that mean.
 */
export function logNormalRates(meanPerHour: number, variation: number): readonly PossibleRate[] {
  assertWithin('variation', variation, limits.variation)
  if (variation === 0) return [{ arrivalsPerHour: meanPerHour, weight: 1 }]
  const variance = Math.log1p(variation * variation)
  const at = (z: number, weight: number): PossibleRate => {
    const arrivalsPerHour = meanPerHour * Math.exp(Math.sqrt(variance) * z - variance / 2)
    return { arrivalsPerHour, weight }
  }
  return normalRule.flatMap(([z, weight]) =>
    z === 0 ? [at(z, weight)] : [at(-z, weight), at(z, weight)],
  )
}

/**
 * What is to be expected of the line when its rate is one of several: shares are of all contacts
 * that may come, so a busy hour counts by how many meet it. Since a line suffers more from a tenth
 * more than it gains from a tenth less, this is worse than the line at the mean rate.
 * `traffic.arrivalsPerHour` is not used. RangeError as of performanceOf.
 */
export function performanceOver(
  rates: readonly PossibleRate[],
  traffic: Traffic,
  agents: number,
  thresholdS: number,
): Performance {
  const sums = { weight: 0, contacts: 0, within: 0, abandoned: 0, short: 0, noWait: 0 }
  const lengths = { waitS: 0, answerS: 0, queue: 0, occupancy: 0 }
  const add = (share: number, amount: number): number => (share === 0 ? 0 : share * amount)
  for (const { arrivalsPerHour, weight } of rates) {
    const one = performanceOf({ ...traffic, arrivalsPerHour }, agents, thresholdS)
    const contacts = weight * arrivalsPerHour
    sums.weight += weight
    sums.contacts += contacts
    sums.noWait += contacts * one.noWait
    sums.abandoned += contacts * one.abandoned
    sums.within += contacts * one.serviceLevel.ofAll
    sums.short += contacts * (one.serviceLevel.shortAbandonsAsMet - one.serviceLevel.ofAll)
    lengths.waitS += add(contacts, one.waitS)
    lengths.answerS += add(contacts * (1 - one.abandoned), one.answerS)
    lengths.queue += weight * one.queue
    lengths.occupancy += weight * one.occupancy
  }
  const { weight, contacts } = sums
  if (contacts === 0) return performanceOf({ ...traffic, arrivalsPerHour: 0 }, agents, thresholdS)
  const answered = contacts - sums.abandoned
  const abandoned = sums.abandoned / contacts
  return {
    noWait: sums.noWait / contacts,
    abandoned,
    serviceLevel: levelsOf(sums.within / contacts, abandoned, sums.short / contacts),
    waitS: lengths.waitS / contacts,
    answerS: answered > 0 ? lengths.answerS / answered : Number.POSITIVE_INFINITY,
    queue: lengths.queue / weight,
    occupancy: lengths.occupancy / weight,
  }
}

/**
 * The fewest agents with which the target is to be expected over all the rates; undefined: not with
 * `limits.agents`. More than the mean rate would need: at 100 Erlangs and a variation of a tenth
 * 104 instead of 100.
 */
export function leastAgentsOver(
  rates: readonly PossibleRate[],
  traffic: Traffic,
  target: Target,
): number | undefined {
  const guess = Math.max(
    0,
    ...rates.map(({ arrivalsPerHour }) => loadOf({ ...traffic, arrivalsPerHour })),
  )
  return least(guess, (agents) =>
    meets(performanceOver(rates, traffic, agents, target.thresholdS), target),
  )
}
