import { limits } from './limits.ts'
import { leastAgents, type Target } from './least-agents.ts'
import { assertWithin } from './line.ts'
import { offeredLoads } from './offered-load.ts'
import { leastAgentsOver, logNormalRates } from './uncertain-rate.ts'

/** One interval of a live channel's day. */
export interface LiveInterval {
  /** Expected live arrivals. */
  readonly perHour: number
  /** How sure that is: standard deviation of the rate over its mean, chance of counts left out. */
  readonly variation: number
  /** Callbacks dialled in it, which hold a place and don't leave. */
  readonly callbacksPerHour: number
}

/** What holds for the channel all day. */
export interface LiveChannel {
  readonly intervalS: number
  readonly handleS: number
  readonly patienceS: number
  readonly target: Target
  /** Erlangs at the beginning of the first interval; default: as if its rate had always been. */
  readonly erlangsBefore?: number
}

export interface LiveRequirement {
  /** The most Erlangs in the interval: modified offered load, callbacks included. */
  readonly erlangs: number
  /** Fewest agents at work with which the target is to be expected; undefined: not with any. */
  readonly agents: number | undefined
}

/**
 * Agents at work that a live channel needs in each interval, at the interval's worst moment and
 * over all that its rate may turn out to be. RangeError as of performanceOf.
 */
export function liveRequirement(
  channel: LiveChannel,
  intervals: readonly LiveInterval[],
): readonly LiveRequirement[] {
  const { intervalS, handleS, patienceS, target, erlangsBefore } = channel
  assertWithin('intervalS', intervalS, limits.intervalS)
  const all = intervals.map(({ perHour, callbacksPerHour }) => perHour + callbacksPerHour)
  const loads = offeredLoads(all, intervalS, handleS, erlangsBefore)
  return intervals.map(({ perHour, variation, callbacksPerHour }, at) => {
    const erlangs = loads[at]?.peakErlangs ?? 0
    const perHourNow = (erlangs * 3600) / handleS
    // Whom agents serve is mixed as those are who come; where nobody comes, they are the live ones
    // left.
    const total = perHour + callbacksPerHour
    const calledBack = total > 0 ? callbacksPerHour / total : 0
    const live = perHourNow * (1 - calledBack)
    const traffic = {
      ...{ arrivalsPerHour: live, handleS, patienceS },
      callbacksPerHour: perHourNow * calledBack,
    }
    const agents =
      variation > 0
        ? leastAgentsOver(logNormalRates(live, variation), traffic, target)
        : leastAgents(traffic, target)
    return { erlangs, agents }
  })
}

/** One interval's account of people. */
export interface NetRequirement {
  /** At work. */
  readonly required: number
  /** To be rostered, so that those remain when shrinkage is off. */
  readonly scheduled: number
  readonly rostered: number
  /** Rostered less scheduled; below 0: short. */
  readonly net: number
}

/**
 * Required against rostered. `shrinkage`: share of rostered time that is not at work with contacts
 * (absence, training, meetings; breaks too unless the roster has them out already), 0 to below 1.
 */
export function netRequirement(
  required: readonly number[],
  shrinkage: number,
  rostered: readonly number[],
): readonly NetRequirement[] {
  assertWithin('shrinkage', shrinkage, limits.shrinkage)
  return required.map((agents, at) => {
    // A hair below a whole number is that number: 95 / (1 - 0.05) is 100, not 101.
    const scheduled = Math.ceil(agents / (1 - shrinkage) - 1e-9)
    const there = rostered[at] ?? 0
    return { required: agents, scheduled, rostered: there, net: there - scheduled }
  })
}
