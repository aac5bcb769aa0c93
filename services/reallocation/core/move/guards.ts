import type { Rejection } from '@evenkeel/chassis/protocol'
import { rejection } from '../errors.ts'
import type { OwnSituation, Situation } from './situation.ts'

/** Undefined: it may be. */
export type Guard = (it: Situation) => Rejection | undefined

/** What a move must never do; each is asked whenever a move is proposed, approved or ordered. */
export const guards = {
  paused: ({ pool }) =>
    pool.paused
      ? rejection('REALLOCATION_PAUSED', { value: pool.id, limit: pool.pauseReason })
      : undefined,

  complete: ({ pool, time }) =>
    pool.gapUntil > time
      ? rejection('DATA_INCOMPLETE', { limit: pool.gapUntil - time })
      : undefined,

  known: ({ agent, agentId, pool }) =>
    agent === undefined
      ? rejection('AGENT_UNKNOWN', { field: 'agent_id', value: agentId, pool: pool.id })
      : undefined,

  willing: ({ agent, agentId }) =>
    agent?.optedOut === true ? rejection('AGENT_OPTED_OUT', { agent_id: agentId }) : undefined,

  ready: ({ agent, agentId }) =>
    agent !== undefined && agent.presence !== 'ready'
      ? rejection('AGENT_NOT_READY', { agent_id: agentId, value: agent.presence })
      : undefined,

  onShift: ({ agentId, offShift }: OwnSituation) =>
    offShift ? rejection('AGENT_NOT_ON_SHIFT', { agent_id: agentId }) : undefined,

  once: ({ agentId, other }) =>
    other === ''
      ? undefined
      : rejection('AGENT_MOVED_ALREADY', { agent_id: agentId, value: other }),

  supervisor: ({ agent, agentId, other }) => {
    const set = agent?.activeReason ?? ''
    // Of a move that has just ended the last word may be under way.
    if (set === '' || set.startsWith('move ') || other !== '') return undefined
    return rejection('SUPERVISOR_DECIDED', { agent_id: agentId, value: set })
  },

  channel: ({ agent, agentId, from, to }) =>
    agent !== undefined && to !== 'training' && (!agent.channels.includes(to) || from === to)
      ? rejection('CHANNEL_NOT_IN_PROFILE', {
          ...{ agent_id: agentId, value: to },
          limit: agent.channels.join(', '),
        })
      : undefined,

  qualified: ({ agentId, lacks }) =>
    lacks === '' ? undefined : rejection('NOT_QUALIFIED', { agent_id: agentId, value: lacks }),

  coolDown: ({ agent, agentId, time }) =>
    agent !== undefined && agent.coolUntil > time
      ? rejection('AGENT_COOLS_DOWN', { agent_id: agentId, value: agent.coolUntil - time })
      : undefined,

  perDay: ({ agentId, movesToday, movedTodayMs, pool }: OwnSituation) => {
    const beyond = (field: string, value: number, limit: number): Rejection =>
      rejection('AGENT_DAY_CAP', { field, agent_id: agentId, value, limit })
    if (movesToday >= pool.movesPerDay) return beyond('moves', movesToday, pool.movesPerDay)
    const left = pool.movedPerDayMs - movedTodayMs
    return left < pool.dwellMinMs
      ? beyond('ms of moves', movedTodayMs, pool.movedPerDayMs)
      : undefined
  },

  perHour: ({ begun, pool }) =>
    begun >= pool.movesPerHour
      ? rejection('HOURLY_CAP', { value: begun, limit: pool.movesPerHour })
      : undefined,

  /** One may always go, however small the share. */
  perDonor: ({ away, from, pool, staff }) => {
    const limit = Math.max(1, Math.floor((staff * pool.donorShareBp) / 10_000))
    return away >= limit ? rejection('DONOR_CAP', { value: away, channel: from, limit }) : undefined
  },

  minimum: ({ from, pool, staying }) => {
    const limit = pool.minimums.find(({ channel }) => channel === from)?.agents ?? 0
    return staying < limit
      ? rejection('PROTECTED_MINIMUM', { value: Math.max(0, staying), channel: from, limit })
      : undefined
  },

  edge: ({ agentId, endsAt, pool, time }: OwnSituation) =>
    endsAt - time < pool.dwellMinMs
      ? rejection('EDGE_NEAR', {
          ...{ agent_id: agentId, value: Math.max(0, endsAt - time) },
          limit: pool.dwellMinMs,
        })
      : undefined,
} as const satisfies Readonly<Record<string, Guard>>

/** What can't change soon is said first. */
const inOrder: readonly Guard[] = [
  ...[guards.paused, guards.complete, guards.known, guards.willing, guards.ready],
  ...[guards.onShift, guards.once, guards.supervisor, guards.channel, guards.qualified],
  ...[guards.coolDown, guards.perDay, guards.perHour, guards.perDonor, guards.minimum],
  guards.edge,
]

/** Somebody could be moved, as far as it depends on the agent alone. */
export const isFreeToGo = (it: OwnSituation): boolean =>
  [guards.onShift, guards.perDay, guards.edge].every((guard) => guard(it) === undefined)

/** The first one that forbids it. */
export function forbidden(it: Situation): Rejection | undefined {
  for (const guard of inOrder) {
    const why = guard(it)
    if (why !== undefined) return why
  }
  return undefined
}
