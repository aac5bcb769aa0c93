import { logNormalRates, type PossibleRate } from '@evenkeel/chassis/staffing'
import { type Outlook, outlookOf } from '@evenkeel/forecasting/models'
import { type MovePrice, planLending } from '@evenkeel/reallocation/planner'
import { MOVED_WORTH } from './centre.ts'
import type { ChannelDay } from './days.ts'
import type { StaffedDay } from './staffed-day.ts'

/**
 * How many agents of channel A work in B from an interval on (below 0: of B in A), given how many
 * do now. It may look at what came before the interval, and at nothing later.
 */
export type Policy = (day: StaffedDay, at: number, lent: number) => number

/** Contacts lost a minute that one changed assignment has to save, in the plain policies. */
const MOVE_PRICE = 0.02

/** The number that is best for one interval by itself, if just so many come. */
function bestFor(day: StaffedDay, at: number, lent: number, a: number, b: number): number {
  const [least, most] = day.bounds(at)
  let best = lent
  let leastCost = Number.POSITIVE_INFINITY
  for (let many = least; many <= most; many++) {
    const cost = day.lostPerMinute(at, many, a, b) + MOVE_PRICE * Math.abs(many - lent)
    if (cost < leastCost) [best, leastCost] = [many, cost]
  }
  return best
}

/** Forecast times what came over what was forecast, since the interval `from`. */
function byRatio(from: (at: number) => number): Policy {
  return (day, at, lent) => {
    const guess = ({ expected, counts }: ChannelDay): number => {
      const sum = (some: readonly number[]): number =>
        some.slice(from(at), at).reduce((all, one) => all + one, 0)
      return ((expected[at] ?? 0) * sum(counts)) / Math.max(1e-9, sum(expected))
    }
    return bestFor(day, at, lent, guess(day.a), guess(day.b))
  }
}

/**
 * Prices of the planner, contacts lost a minute per changed assignment, summed over half-hours.
 * Chosen with the prior of a shift (forecasting's outlook.ts) on the days of the bank's file before
 * its last 30, as the prices with which fewest moves save what was aimed at.
 */
const PRICE: MovePrice = { first: 0.1, firstAgents: 2, further: 0.3 }

/** The planner, to the end of the day, over the distribution of what is yet to come. */
const ours: Policy = (day, at, lent) => {
  const rest = day.a.counts.length - at
  const later = (all: readonly number[]): readonly number[] => all.slice(at)
  const channel = (which: 'a' | 'b') => {
    const { expected, counts, covariance } = day[which]
    const seen = counts.map((count, index) => (index < at ? count : undefined))
    const outlook = outlookOf(covariance, expected, seen)
    const rates = expected.map((count, index) => ratesOf(count, outlook, index))
    const known = new Map<number, number>()
    const cost = (ahead: number, agents: number): number => {
      const key = ahead + rest * Math.round(agents)
      const found = known.get(key) ?? expectedLost(day, which, rates[at + ahead] ?? [], agents)
      known.set(key, found)
      return found
    }
    return { agents: later(day.agents[which]), lendMax: later(day.lendMax[which]), cost }
  }
  const pair = { one: 0, other: 1, worth: MOVED_WORTH, price: PRICE }
  return planLending([channel('a'), channel('b')], [pair], [lent]).lent[0] ?? 0
}

/**
 * Arrivals of an interval to come as a few that are possible; the mean of a log-normal is above its
 * median.
 */
function ratesOf(
  expected: number,
  { mean, variance }: Outlook,
  at: number,
): readonly PossibleRate[] {
  const spread = Math.min(1, variance[at] ?? 0)
  const middle = expected * Math.exp((mean[at] ?? 0) + spread / 2)
  return logNormalRates(middle, Math.sqrt(Math.expm1(spread)))
}

function expectedLost(
  day: StaffedDay,
  which: 'a' | 'b',
  rates: readonly PossibleRate[],
  agents: number,
): number {
  return rates.reduce(
    (sum, { arrivalsPerHour, weight }) =>
      sum + weight * day.figures[which].lostPerMinute(arrivalsPerHour, agents),
    0,
  )
}

export const POLICIES = {
  none: () => 0,
  cumulative_ratio: byRatio(() => 0),
  last_hour_ratio: byRatio((at) => at - 2),
  evenkeel: ours,
  oracle: (day, at, lent) => bestFor(day, at, lent, day.a.counts[at] ?? 0, day.b.counts[at] ?? 0),
} as const satisfies Readonly<Record<string, Policy>>

export type PolicyName = keyof typeof POLICIES
