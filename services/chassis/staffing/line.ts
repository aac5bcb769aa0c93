import { limits } from './limits.ts'
import { offeredWait, type OfferedWait } from './waiting-line.ts'

/**
 * What comes to one line, at a steady rate. Patience is exponential and counts from arrival;
 * without end (Infinity) it is Erlang-C's.
 */
export interface Traffic {
  readonly arrivalsPerHour: number
  /** Mean, wrap-up included. */
  readonly handleS: number
  /** Mean, of those who may leave. Infinity: nobody leaves. */
  readonly patienceS: number
  /**
   * Callbacks that hold a place in the same line: as `arrivalsPerHour`, beside those, served in the
   * same time, and never leaving.
   */
  readonly callbacksPerHour?: number
}

/**
 * How a line does in the long run at one rate of arrivals. Shares are 0 to 1 and, but for
 * `occupancy` and `queue`, of live arrivals: callbacks wait at home. Where the line grows without
 * end (nobody leaves and load is not below agents) waits are Infinity.
 */
export interface Performance {
  /** P(W = 0): an agent is free as they arrive. */
  readonly noWait: number
  /** P(Ab). */
  readonly abandoned: number
  /** Answered within the threshold, by what it is counted against. */
  readonly serviceLevel: ServiceLevel
  /** E[W], seconds, of all arrivals: till answered or gone. */
  readonly waitS: number
  /** ASA, seconds: mean wait of those who were answered. */
  readonly answerS: number
  /** E[Q]: mean number waiting on the line, callbacks among them. */
  readonly queue: number
  /** Share of their time that agents are at work with a contact. */
  readonly occupancy: number
}

/**
 * The same line under each usual definition. Short abandons are those who leave within the
 * threshold.
 */
export interface ServiceLevel {
  /**
   * Answered in time / all arrivals: every abandon counts against it. The strictest; the default.
   */
  readonly ofAll: number
  /** Answered in time / answered: P(W <= t | served). Abandons do not count. */
  readonly ofAnswered: number
  /** Answered in time / (all arrivals - short abandons). */
  readonly exceptShortAbandons: number
  /** (Answered in time + short abandons) / all arrivals: P(W <= t). */
  readonly shortAbandonsAsMet: number
}

export const SERVICE_LEVELS = [
  'ofAll',
  'ofAnswered',
  'exceptShortAbandons',
  'shortAbandonsAsMet',
] as const satisfies readonly (keyof ServiceLevel)[]

/**
 * The line with so many agents at work on it, by Erlang-A (Palm 1957; Garnett, Mandelbaum and
 * Reiman 2002), exact to about 10 digits. With endless patience it is Erlang-C (Erlang 1917), with
 * callbacks M/M/n+G (Baccelli and Hebuterne 1981).
 *
 * `agents` need not be whole: one who does nine tenths of another's work counts 0.9. RangeError: a
 * figure is outside `limits`, which names it, its limit and its value.
 *
 * In a routing core the expected wait of one contact is foretold from what stands before it
 * (services/routing/core/wait), by arithmetic that is the same on every machine. This here tells
 * what a number of agents comes to on average, by Math.exp and Math.log, whose last bits differ
 * between engines: whoever decides by it outside a log may use it, and a core gets its result by a
 * command.
 */
export function performanceOf(traffic: Traffic, agents: number, thresholdS: number): Performance {
  assertWithin('thresholdS', thresholdS, limits.thresholdS)
  assertWithin('agents', agents, limits.agents)
  assertTraffic(traffic)
  const { arrivalsPerHour, handleS, patienceS, callbacksPerHour = 0 } = traffic
  const perHour = arrivalsPerHour + callbacksPerHour
  const load = loadOf(traffic)
  if (load < limits.loadErlangsLeast) return idle
  if (agents < limits.agentsLeast) return deserted(traffic, thresholdS)
  const leaves = patienceS !== Number.POSITIVE_INFINITY
  const impatientShare = leaves ? arrivalsPerHour / perHour : 0
  const haste = leaves ? handleS / patienceS : 1
  const wait = offeredWait({ load, impatientShare, haste, agents }, thresholdS / handleS)
  if (wait === undefined) return deserted(traffic, thresholdS)
  const live = leaves ? leaving(wait, traffic, thresholdS) : staying(wait, handleS)
  const served = load * (1 - impatientShare * wait.abandoned)
  const waitingS = arrivalsPerHour * live.waitS + callbacksPerHour * wait.offered * handleS
  return { ...live, queue: waitingS / 3600, occupancy: Math.min(1, served / agents) }
}

/** Erlangs: how many agents the work would keep busy if nobody left. */
export const loadOf = ({ arrivalsPerHour, callbacksPerHour = 0, handleS }: Traffic): number =>
  ((arrivalsPerHour + callbacksPerHour) * handleS) / 3600

type OfLive = Omit<Performance, 'queue' | 'occupancy'>

function leaving(wait: OfferedWait, traffic: Traffic, thresholdS: number): OfLive {
  const { handleS, patienceS } = traffic
  const { abandoned, servedWithin } = wait
  const goneBy = -Math.expm1(-thresholdS / patienceS)
  // V or patience has ended by then, less V ended and patience had not: patience ended first.
  const short = Math.max(0, 1 - wait.beyond * (1 - goneBy) - servedWithin)
  return {
    noWait: wait.noWait,
    abandoned,
    serviceLevel: levelsOf(servedWithin, abandoned, short),
    waitS: wait.wait * handleS,
    answerS: abandoned < 1 ? (wait.waitOfServed * handleS) / (1 - abandoned) : 0,
  }
}

function staying(wait: OfferedWait, handleS: number): OfLive {
  const waitS = wait.offered * handleS
  const serviceLevel = levelsOf(1 - wait.beyond, 0, 0)
  return { noWait: wait.noWait, abandoned: 0, serviceLevel, waitS, answerS: waitS }
}

/**
 * From shares of all arrivals: answered in time, abandoned, and abandoned within the threshold. Of
 * nobody at all the level is kept.
 */
export function levelsOf(within: number, abandoned: number, short: number): ServiceLevel {
  const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 1)
  return {
    ofAll: share(within, 1),
    ofAnswered: abandoned < 1 ? share(within, 1 - abandoned) : 0,
    exceptShortAbandons: share(within, 1 - short),
    shortAbandonsAsMet: share(within + short, 1),
  }
}

/** Nobody comes: whatever level is asked for is kept, by nobody as well. */
const idle: Performance = {
  noWait: 1,
  abandoned: 0,
  serviceLevel: levelsOf(1, 0, 0),
  waitS: 0,
  answerS: 0,
  queue: 0,
  occupancy: 0,
}

/**
 * Nobody is there, or the line grows without end: who may leave does, the others wait for ever.
 * `answerS` is theirs who are answered at all, in the limit nobody of the live.
 */
function deserted(traffic: Traffic, thresholdS: number): Performance {
  const { arrivalsPerHour, patienceS, callbacksPerHour = 0 } = traffic
  const leaves = patienceS !== Number.POSITIVE_INFINITY
  const short = leaves ? -Math.expm1(-thresholdS / patienceS) : 0
  const endless = callbacksPerHour > 0 || (!leaves && arrivalsPerHour > 0)
  return {
    noWait: 0,
    abandoned: leaves ? 1 : 0,
    serviceLevel: levelsOf(0, leaves ? 1 : 0, short),
    waitS: patienceS,
    answerS: Number.POSITIVE_INFINITY,
    queue: endless ? Number.POSITIVE_INFINITY : (arrivalsPerHour * patienceS) / 3600,
    occupancy: 1,
  }
}

function assertTraffic(traffic: Traffic): void {
  const { arrivalsPerHour, handleS, patienceS, callbacksPerHour = 0 } = traffic
  assertWithin('arrivalsPerHour', arrivalsPerHour, limits.perHour)
  assertWithin('callbacksPerHour', callbacksPerHour, limits.perHour)
  assertWithin('handleS', handleS, limits.handleS)
  const endless = patienceS === Number.POSITIVE_INFINITY
  if (!endless) assertWithin('patienceS', patienceS, limits.patienceS)
  assertWithin('load', loadOf(traffic), limits.loadErlangs)
}

/** RangeError naming the field, its limit and its value. */
export function assertWithin(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (value >= min && value <= max) return
  throw new RangeError(`${name} is ${value}; it must be ${min} to ${max}`)
}
