import type { ChannelName } from './day.ts'
import { HOUR, MINUTE } from './day.ts'
import { DEMO_QUEUES, type QueueHabits } from './pool.ts'

/** How many come when: what is usual, and what a day has of its own. */

export const DAY_LENGTH_MS = 13 * HOUR

/** In the order in which people are offered them. */
export const DAY_KINDS = ['ordinary', 'surge', 'drift'] as const

export type DayKind = (typeof DAY_KINDS)[number]

interface Swell {
  readonly fromMs: number
  readonly untilMs: number
  readonly channels: readonly ChannelName[]
  /** Over what is usual. */
  readonly factor: number
}

const LIVE = ['voice', 'chat', 'email'] as const

/** Times since opening at 07:00. */
const SWELLS: Readonly<Record<DayKind, readonly Swell[]>> = {
  ordinary: [],
  surge: [{ fromMs: 4 * HOUR, untilMs: DAY_LENGTH_MS, channels: LIVE, factor: 1.6 }],
  // A quiet morning on the phone while mails pile up, then a surge of calls as many go home.
  drift: [
    { fromMs: 2 * HOUR, untilMs: 5 * HOUR, channels: ['voice'], factor: 0.55 },
    { fromMs: 1 * HOUR, untilMs: 5 * HOUR, channels: ['email'], factor: 4.5 },
    { fromMs: 7 * HOUR, untilMs: 10 * HOUR, channels: ['voice'], factor: 1.8 },
  ],
}

/** The most of a kind of day, 1.6 or above: what a process of varying rate is thinned from. */
export const swellMost = (kind: DayKind): number =>
  Math.max(1.6, ...SWELLS[kind].map(({ factor }) => factor))

/** Over what is usual, at a time since opening. */
export function swellAt(kind: DayKind, channel: ChannelName, sinceOpenMs: number): number {
  const found = SWELLS[kind].find(
    ({ fromMs, untilMs, channels }) =>
      sinceOpenMs >= fromMs && sinceOpenMs < untilMs && channels.includes(channel),
  )
  return found?.factor ?? 1
}

/**
 * Relative arrival rate at a time since opening: two humps, before and after lunch, and a tail into
 * the evening; 1 at its highest. Weekdays of most call centres look like this.
 */
export function intensity(sinceOpenMs: number): number {
  const hour = sinceOpenMs / HOUR
  const hump = (centre: number, width: number) => Math.exp(-(((hour - centre) / width) ** 2) / 2)
  return Math.min(1, 0.15 + 0.82 * hump(3.4, 1.5) + 0.6 * hump(8.2, 2) + 0.12 * hump(11.5, 1.5))
}

/** Mean of `intensity` over the day, by the midpoint rule at every minute. */
function meanIntensity(): number {
  const minutes = DAY_LENGTH_MS / MINUTE
  let sum = 0
  for (let minute = 0; minute < minutes; minute += 1) sum += intensity((minute + 0.5) * MINUTE)
  return sum / minutes
}

/** Twice the mails on the day that drifts: a team of its own has them. */
const MAILS_OF_A_TEAM = 2

/** The queues of a kind of day, and of the weeks before it. */
export const queuesOn = (kind: DayKind): readonly QueueHabits[] =>
  DEMO_QUEUES.map((habits) =>
    kind === 'drift' && habits.plan.channel === 'email'
      ? { ...habits, perDay: MAILS_OF_A_TEAM * habits.perDay }
      : habits,
  )

const MEAN_INTENSITY = meanIntensity()

/** Contacts a ms of an ordinary day at its highest. */
export const peakPerMs = ({ perDay }: QueueHabits): number =>
  perDay / DAY_LENGTH_MS / MEAN_INTENSITY
