import type { Moment, Outcome } from '@evenkeel/chassis/protocol'

import { refuse } from '../errors.ts'
import type { ReallocationEvent } from '../events.ts'
import { keyOf } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { follow, interrupted, liveMove, rosterChanged } from '../move/course.ts'
import { knownPool, tooManyPools } from '../pool.ts'
import type { AgentRow, PoolRow, QueueRow, ReallocationState } from '../state.ts'
import { leave } from '../move/begin.ts'
import { situationOf } from '../move/situation.ts'
import { withDay } from './days.ts'
import type {
  ActualFacts,
  AvailabilityFacts,
  DriftFacts,
  OutlookFacts,
  PresenceFacts,
  ProfileFacts,
  QueueFacts,
  RosterFacts,
  StaffingFacts,
  TrainedFacts,
} from './facts.ts'

/** Facts of other services are never refused, save when there is no room for them. */

type Done = Outcome<ReallocationEvent>

const done = (ref: string, events: readonly ReallocationEvent[] = []): Done => ({
  ok: true,
  events,
  ref,
})

export function poolKnown(s: ReallocationState, pool: string): Done {
  return knownPool(s, pool) === undefined
    ? { ok: false, rejection: tooManyPools(s, pool) }
    : done(pool)
}

export function patienceKnown(s: ReallocationState, pool: string, patienceMs: number): Done {
  const row = knownPool(s, pool)
  if (row === undefined) return { ok: false, rejection: tooManyPools(s, pool) }
  s.pools.update(row, { patienceMs })
  return done(pool)
}

export function trainingTargetKnown(s: ReallocationState, pool: string, targetMs: number): Done {
  const row = knownPool(s, pool)
  if (row === undefined) return { ok: false, rejection: tooManyPools(s, pool) }
  s.pools.update(row, { trainingTargetMs: targetMs })
  return done(pool)
}

export function queueKnown(s: ReallocationState, facts: QueueFacts, at: Moment): Done {
  const { pool, queueId, channel, requirements, targetMs, goalBp, usualHandleMs } = facts
  const row = knownPool(s, pool)
  if (row === undefined) return { ok: false, rejection: tooManyPools(s, pool) }
  const content = { channel, requirements, targetMs, goalBp, usualHandleMs }
  const known = s.queues.get(keyOf(pool, queueId))
  if (known !== undefined) s.queues.update(known, content)
  else if (s.queues.size >= s.queues.cap) {
    return refuse('TOO_MANY_QUEUES', { field: 'queue_id', value: queueId, limit: s.queues.cap })
  } else {
    s.queues.insert({
      ...{ key: keyOf(pool, queueId), queueId, pool: row.slot, ...content },
      ...{ outlooks: [], staffings: [], actuals: [] },
      ...{ drift: 'none', driftBp: 0, driftCause: '', seq: at.offset },
    })
  }
  return done(queueId)
}

/** Undefined: there is no room. Whoever tells of an agent first makes it known. */
function agentOf(
  s: ReallocationState,
  pool: PoolRow,
  agentId: string,
  at: Moment,
): AgentRow | undefined {
  const key = keyOf(pool.id, agentId)
  const row = s.agents.get(key)
  if (row !== undefined || s.agents.size >= s.agents.cap) return row
  return s.agents.insert({
    ...{ key, pool: pool.slot, channels: [], onRequest: [], skills: [] },
    ...{ homeQueue: '', home: 'voice' },
    ...{ duty: [], rostered: false, presence: 'signedOut', activeReason: '' },
    ...{ consent: 'policy', optedOut: false, trained: [], inSlackMs: 0, inSlackAt: 0 },
    ...{ coolUntil: 0, seq: at.offset },
  })
}

function withAgent(
  s: ReallocationState,
  c: { readonly pool: string; readonly agentId: string },
  at: Moment,
  then: (agent: AgentRow, pool: PoolRow) => readonly ReallocationEvent[],
): Done {
  const pool = knownPool(s, c.pool)
  if (pool === undefined) return { ok: false, rejection: tooManyPools(s, c.pool) }
  const agent = agentOf(s, pool, c.agentId, at)
  if (agent === undefined) {
    const limit = s.agents.cap
    return refuse('TOO_MANY_AGENTS', { field: 'agent_id', value: c.agentId, limit })
  }
  return done(c.agentId, then(agent, pool))
}

export const profileKnown = (s: ReallocationState, c: ProfileFacts, at: Moment): Done =>
  withAgent(s, c, at, (agent, pool) => {
    const own = s.queues.get(keyOf(c.pool, c.homeQueue))?.channel
    const { channels, homeQueue, onRequest, skills } = c
    const usual = channels.filter((channel) => !onRequest.includes(channel))
    const home = own !== undefined && usual.includes(own) ? own : (usual[0] ?? channels[0])
    s.agents.update(agent, { channels, onRequest, skills, homeQueue, home: home ?? 'voice' })
    const m = liveMove(s, c.pool, c.agentId)
    if (m === undefined || m.state === 'returning') return []
    const { lacks } = situationOf(s, pool, m, m, at.time)
    const stays = m.to === 'training' || (c.channels.includes(m.to) && lacks === '')
    return stays ? [] : [leave(s, m, 'reskilled', at)]
  })

export function profileGone(
  s: ReallocationState,
  c: { readonly pool: string; readonly agentId: string },
  at: Moment,
): Done {
  const agent = s.agents.get(keyOf(c.pool, c.agentId))
  if (agent === undefined) return done(c.agentId)
  const events = interrupted(s, c.pool, c.agentId, 'reskilled', false, at)
  s.agents.delete(agent)
  return done(c.agentId, events)
}

export const rosterKnown = (s: ReallocationState, c: RosterFacts, at: Moment): Done =>
  withAgent(s, c, at, (agent) => {
    s.agents.update(agent, { duty: c.duty, rostered: c.rostered })
    return rosterChanged(s, c.pool, c.agentId, at)
  })

/** A year that is told late must not push out the one that is now. */
export const trainedKnown = (s: ReallocationState, c: TrainedFacts, at: Moment): Done =>
  withAgent(s, c, at, (agent) => {
    const { trainedMs, year } = c
    const before = agent.trained.find((one) => one.year === year)?.trainedMs ?? 0
    const others = agent.trained.filter((one) => one.year !== year)
    const latest = [...others, { year, trainedMs }].sort((a, b) => b.year - a.year)
    // What is recorded now may be what slack has given: once is enough.
    const inSlackMs = Math.max(0, agent.inSlackMs - Math.max(0, trainedMs - before))
    s.agents.update(agent, { trained: latest.slice(0, 2), inSlackMs })
    return []
  })

/** Whoever pauses is not moved, and who is moved and pauses comes back to it; home is home. */
export const presenceKnown = (s: ReallocationState, c: PresenceFacts, at: Moment): Done =>
  withAgent(s, c, at, (agent) => {
    s.agents.update(agent, { presence: c.presence })
    if (c.presence === 'ready') return []
    return interrupted(s, c.pool, c.agentId, 'agent_away', c.presence === 'paused', at)
  })

export const availabilityKnown = (s: ReallocationState, c: AvailabilityFacts, at: Moment): Done =>
  withAgent(s, c, at, (agent) => {
    s.agents.update(agent, { activeReason: c.activeReason })
    return follow(s, c, at)
  })

/**
 * Of a queue that is not known yet nothing is kept: the day as it goes is told again within an
 * interval, who is there when that changes or on the next day, and what was counted is gone.
 */
function ofQueue(
  s: ReallocationState,
  c: { readonly pool: string; readonly queueId: string },
  patch: (queue: QueueRow) => Parameters<ReallocationState['queues']['update']>[1],
): Done {
  const queue = s.queues.get(keyOf(c.pool, c.queueId))
  if (queue !== undefined) s.queues.update(queue, patch(queue))
  return done(c.queueId)
}

export const outlookKnown = (s: ReallocationState, c: OutlookFacts, at: Moment): Done =>
  ofQueue(s, c, ({ outlooks }) => {
    const { dayAhead, outlook } = c
    const known = dayAhead ? undefined : outlooks.find(({ from }) => from === outlook.from)
    const forecastMilli = known?.forecastMilli ?? outlook.expectedMilli
    return { outlooks: withDay(outlooks, { ...outlook, forecastMilli }, at.time) }
  })

export const staffingKnown = (s: ReallocationState, c: StaffingFacts, at: Moment): Done =>
  ofQueue(s, c, ({ staffings }) => ({ staffings: withDay(staffings, c.staffing, at.time) }))

export const driftKnown = (s: ReallocationState, c: DriftFacts): Done =>
  ofQueue(s, c, () => ({ drift: c.drift, driftBp: c.probabilityBp, driftCause: c.cause }))

export function intervalKnown(s: ReallocationState, c: ActualFacts, at: Moment): Done {
  const pool = s.pools.get(c.pool)
  // What is revised is of the past: a gap in it is no news.
  const lately = c.actual.from + durations.hour > at.time
  if (pool !== undefined && !c.actual.complete && lately) {
    s.pools.update(pool, { gapUntil: at.time + durations.gap })
  }
  return ofQueue(s, c, ({ actuals }) => {
    const oldest = at.time - limits.actuals * durations.interval
    const others = actuals.filter(({ from }) => from !== c.actual.from && from >= oldest)
    const all = [...others, c.actual].sort((a, b) => a.from - b.from)
    return { actuals: all.slice(-limits.actuals) }
  })
}
