import { evenWorkload, type DueWork, limits, liveRequirement } from '@evenkeel/chassis/staffing'
import { type Channel, isLive, type Open } from '../../core/index.ts'

/** How many agents a day needs, of what is expected of it. */

export interface Demand {
  readonly from: number
  readonly intervalMs: number
  /** Median of what comes in each interval, in thousandths of a contact. */
  readonly expectedMilli: readonly number[]
  /** Variance of the log of each interval's rate, in millionths. */
  readonly logVarianceMicro: readonly number[]
}

export interface Terms {
  readonly channel: Channel
  readonly targetMs: number
  readonly goalBp: number
  readonly handleMs: number
  /** Contacts that an agent has at once, in thousandths, 1000 or above. */
  readonly atOnceMilli: number
  readonly patienceMs: number
  readonly calledBackBp: number
  /** Of other channels than voice and chat: who waits already. */
  readonly open: readonly Open[]
  /** On shift by intervals; undefined: not known, and work can be done at any time. */
  readonly rosteredMilli: readonly number[] | undefined
  /** What was said before of intervals that are over. */
  readonly before: readonly number[]
  readonly time: number
}

/** Agents at work by intervals; -1: not with any. */
export const requiredOf = (demand: Demand, terms: Terms): readonly number[] =>
  isLive(terms.channel) ? liveRequired(demand, terms) : dueRequired(demand, terms)

function liveRequired(demand: Demand, terms: Terms): readonly number[] {
  const { intervalMs } = demand
  const { thresholdS, ...line } = lineOf(terms)
  const channel = {
    ...line,
    intervalS: intervalMs / 1_000,
    // All of them within a time is promised by no number of agents.
    target: { serviceLevel: Math.min(terms.goalBp, 9_999) / 10_000, thresholdS },
  }
  const intervals = meansOf(demand).map(({ contacts, variation }) => {
    const { arrivalsPerHour, callbacksPerHour } = ratesOf(contacts, intervalMs, terms.calledBackBp)
    return {
      perHour: arrivalsPerHour,
      variation: Math.min(limits.variation.max, variation),
      callbacksPerHour,
    }
  })
  // The line has as many places as agents have together.
  return liveRequirement(channel, intervals).map(({ agents: places }) => {
    return places === undefined ? -1 : Math.ceil((1_000 * places) / terms.atOnceMilli)
  })
}

/** What holds for a line all day. */
export const lineOf = (terms: Pick<Terms, 'handleMs' | 'patienceMs' | 'targetMs'>) => ({
  handleS: Math.min(limits.handleS.max, terms.handleMs / 1_000),
  patienceS: terms.patienceMs / 1_000,
  thresholdS: Math.min(limits.thresholdS.max, terms.targetMs / 1_000),
})

/** Contacts of an interval as rates; who is called back holds a place and does not leave. */
export function ratesOf(contacts: number, intervalMs: number, calledBackBp: number) {
  const perHour = Math.min(limits.perHour.max, (contacts * 3_600_000) / intervalMs)
  const calledBack = calledBackBp / 10_000
  return { arrivalsPerHour: perHour * (1 - calledBack), callbacksPerHour: perHour * calledBack }
}

/** The mean of a log-normal rate lies above its median. */
export const meansOf = ({
  expectedMilli,
  logVarianceMicro,
}: Pick<Demand, 'expectedMilli' | 'logVarianceMicro'>) =>
  expectedMilli.map((milli, at) => {
    const variance = (logVarianceMicro[at] ?? 0) / 1_000_000
    return {
      contacts: (milli / 1_000) * Math.exp(variance / 2),
      variation: Math.sqrt(Math.expm1(variance)),
    }
  })

/**
 * What may lie until it is due. The day is followed by one like it, so that the evening's work does
 * not count as due by midnight.
 */
function dueRequired(demand: Demand, terms: Terms): readonly number[] {
  const { from, intervalMs, expectedMilli } = demand
  const { targetMs, time, open, before } = terms
  const day = expectedMilli.length
  const hoursEach = terms.handleMs / 3_600_000 / (terms.atOnceMilli / 1_000)
  const intervalHours = intervalMs / 3_600_000
  const onShift = terms.rosteredMilli?.map((milli) => (milli > 0 ? intervalHours : 0))
  const openHours = onShift?.some((hours) => hours > 0)
    ? onShift
    : expectedMilli.map(() => intervalHours)
  const lies = Math.max(1, Math.floor(targetMs / intervalMs))
  const coming = meansOf(demand).map(({ contacts }, at): DueWork => {
    return { from: at, due: at + lies, hours: contacts * hoursEach }
  })
  const later = coming.map((one) => ({ ...one, from: one.from + day, due: one.due + day }))
  const now = Math.min(day, Math.max(0, Math.floor((time - from) / intervalMs)))
  const waiting = open.map(({ enteredAt, contacts }): DueWork => {
    const due = Math.floor((enteredAt + targetMs - from) / intervalMs)
    return { from: now, due: Math.max(now + 1, due), hours: contacts * hoursEach }
  })
  const hours = [...openHours, ...openHours]
  const rest = [...waiting, ...coming.slice(now), ...later]
  const [steady, current] = [[...coming, ...later], rest].map((work) => evenWorkload(work, hours))
  return expectedMilli.map((_, at) => {
    const agents = Math.ceil((at < now ? steady : current)?.agents[at] ?? 0)
    return at < now ? (before[at] ?? agents) : agents
  })
}
