import { limits } from './limits.ts'
import { loadOf, type Performance, performanceOf, type ServiceLevel, type Traffic } from './line.ts'

/** What a line is to reach; each that is given. */
export interface Target {
  /** Share of contacts, 0 to below 1, answered within `thresholdS`. */
  readonly serviceLevel?: number
  readonly thresholdS: number
  /** What the share is counted against; default `ofAll`. */
  readonly definition?: keyof ServiceLevel
  /** Share of arrivals that may abandon, at most. */
  readonly abandonedMax?: number
  /** Mean wait of those answered, seconds, at most. */
  readonly answerSMax?: number
  /** Share of time at work, at most; e.g. 0.85, so that people last. */
  readonly occupancyMax?: number
}

export function meets(performance: Performance, target: Target): boolean {
  const { serviceLevel, definition = 'ofAll', abandonedMax, answerSMax, occupancyMax } = target
  return (
    (serviceLevel === undefined || performance.serviceLevel[definition] >= serviceLevel) &&
    (abandonedMax === undefined || performance.abandoned <= abandonedMax) &&
    (answerSMax === undefined || performance.answerS <= answerSMax) &&
    (occupancyMax === undefined || performance.occupancy <= occupancyMax)
  )
}

/**
 * The fewest agents, a whole number, with which the line reaches its target; undefined: not with
 * `limits.agents`. RangeError as of performanceOf.
 */
export function leastAgents(traffic: Traffic, target: Target): number | undefined {
  return least(loadOf(traffic), (agents) =>
    meets(performanceOf(traffic, agents, target.thresholdS), target),
  )
}

/**
 * The smallest whole number that is enough, where every larger one is too: gallops up or down from
 * a guess by square-root steps, then halves the bracket. Undefined: none up to `limits.agents`.
 */
export function least(guess: number, isEnough: (agents: number) => boolean): number | undefined {
  const max = limits.agents.max
  let stride = Math.max(1, Math.ceil(Math.sqrt(guess) / 2))
  const start = Math.min(max, Math.round(guess))
  /** Not enough, and enough; -1 is never enough. */
  let low = start
  let high = start
  if (isEnough(start)) {
    do {
      high = low
      low = Math.max(-1, low - stride)
      stride *= 2
    } while (low >= 0 && isEnough(low))
  } else {
    do {
      if (high === max) return undefined
      low = high
      high = Math.min(max, high + stride)
      stride *= 2
    } while (!isEnough(high))
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}
