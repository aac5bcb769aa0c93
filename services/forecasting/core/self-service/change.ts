import { intervalsOf } from '../counts/report.ts'
import { durations } from '../limits.ts'
import type { Direction } from '../drift/schema.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import { noSessions, type Sessions, sumOf } from './day.ts'
import { selfServiceFrom, selfServiceOf } from './report.ts'

/** Whether self-service tells why more comes to a queue, or less. */
export interface SelfServiceChange {
  /** '': whatever it is about. */
  readonly topic: string
  readonly sessions: number
  readonly containedBp: number
  readonly usualContainedBp: number
  readonly usualSessions: number
  /** Below 0: fewer. */
  readonly moreHandedOver: number
}

/** A share of fewer sessions is chance. */
const SESSIONS_MIN = 50
/** Standard errors by which containment is off: the wrong cause is worse than none. */
const ERRORS_MIN = 4
/** Of what comes over what was forecast; whatever explains less is not why. */
const PART_MIN = 0.25

/**
 * The topic that explains most of what has come since the day drifts; undefined: none explains a
 * quarter of it. As usual is as before, on the same day too: a bot that is told of since this
 * morning has no other. Days are kept for four weeks.
 */
export function selfServiceChange(
  s: ForecastingState,
  queue: QueueRow,
  drift: {
    readonly direction: Direction
    readonly factorMilli: number
    readonly since: number
    readonly until: number
  },
): SelfServiceChange | undefined {
  const { since, until, factorMilli, direction } = drift
  const today = Math.floor(since / durations.day)
  const usual = byTopic([
    ...selfServiceFrom(s, queue, 0).filter(({ day }) => day < today),
    ...selfServiceOf(s, queue, { from: today * durations.day, until: since }),
  ])
  if (usual.size === 0) return undefined
  const now = byTopic(selfServiceOf(s, queue, { from: since, until }))
  const came = intervalsOf(s, queue, { from: since, until, lengthMs: durations.interval }, until)
  const arrivals = came.reduce((all, { counts }) => all + counts.arrivals, 0)
  const over = (arrivals * Math.abs(factorMilli - 1_000)) / Math.max(1, factorMilli)
  const sign = direction === 'above' ? 1 : -1
  let most: SelfServiceChange | undefined
  for (const [topic, sessions] of now) {
    const change = changeOf(topic, sessions, usual.get(topic) ?? noSessions, sign)
    if (change === undefined || sign * change.moreHandedOver < PART_MIN * over) continue
    const before = Math.abs(most?.moreHandedOver ?? 0)
    if (Math.abs(change.moreHandedOver) > before) most = change
  }
  return most
}

function byTopic(
  told: readonly (Sessions & { readonly topic: string })[],
): ReadonlyMap<string, Sessions> {
  const sums = new Map<string, Sessions>()
  for (const one of told) sums.set(one.topic, sumOf(sums.get(one.topic) ?? noSessions, one))
  return sums
}

/** Undefined: it may be chance, or goes the other way. */
function changeOf(
  topic: string,
  now: Sessions,
  usual: Sessions,
  sign: number,
): SelfServiceChange | undefined {
  if (now.sessions < SESSIONS_MIN || usual.sessions < SESSIONS_MIN) return undefined
  const share = usual.contained / usual.sessions
  const fewer = sign * (share * now.sessions - now.contained)
  const variance = share * (1 - share) * now.sessions * (1 + now.sessions / usual.sessions)
  // Where every one was contained, or none, a single exception is no change.
  const least = ERRORS_MIN * ERRORS_MIN * Math.max(1, variance)
  const more = now.handedOver - (usual.handedOver / usual.sessions) * now.sessions
  const moreHandedOver = Math.round(more)
  if (fewer <= 0 || fewer * fewer < least || sign * moreHandedOver <= 0) return undefined
  return {
    ...{ topic, sessions: now.sessions, moreHandedOver, usualSessions: usual.sessions },
    containedBp: Math.round((now.contained * 10_000) / now.sessions),
    usualContainedBp: Math.round(share * 10_000),
  }
}
