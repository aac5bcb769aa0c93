import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import type { OfMove, RespondToMove } from '../commands.ts'
import { refuse } from '../errors.ts'
import type { ReallocationEvent } from '../events.ts'
import { durations } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import type { MoveRow, ReallocationState } from '../state.ts'
import { isInForce, isPending, type MoveState } from '../words.ts'
import { callOff, enter, sendBack, tell } from './end.ts'
import { forbidden } from './guards.ts'
import { situationOf } from './situation.ts'

/** From a proposal to the order: a supervisor's word, and the agent's. */

type Refusal = Outcome<never> & { readonly ok: false }

/** A move of the pool. */
export function findMove(s: ReallocationState, c: OfMove): MoveRow | Refusal {
  const unknown = poolRefusal(s, c.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.moves.get(c.moveId)
  const here = row !== undefined && s.pools.at(row.pool).id === c.pool
  return here ? row : refuse('MOVE_UNKNOWN', { field: 'move_id', value: c.moveId })
}

const wrongState = (m: MoveRow, limit: string): Refusal =>
  m.state === 'expired'
    ? refuse('MOVE_EXPIRED', { move_id: m.id })
    : refuse('MOVE_STATE', { move_id: m.id, value: m.state, limit })

const done = (m: MoveRow, events: readonly ReallocationEvent[]): Outcome<ReallocationEvent> => ({
  ok: true,
  events,
  ref: m.id,
})

const gone: readonly MoveState[] = ['approved', 'ordered', 'draining', 'active']

export function approveMove(
  s: ReallocationState,
  c: OfMove & { readonly actor: string },
  at: Moment,
): Outcome<ReallocationEvent> {
  const m = findMove(s, c)
  if (!('slot' in m)) return m
  if (gone.includes(m.state) && m.actor === c.actor) return done(m, [])
  if (m.state !== 'proposed') return wrongState(m, 'proposed')
  const pool = s.pools.at(m.pool)
  if (pool.changed > m.offset) return refuse('PLAN_CHANGED', { move_id: m.id })
  const why = forbidden(situationOf(s, pool, m, m, at.time))
  if (why !== undefined) return { ok: false, rejection: why }
  return done(m, approve(s, m, c.actor, at))
}

/** The supervisor's part is done; what is left is the agent's. */
export function approve(
  s: ReallocationState,
  m: MoveRow,
  actor: string,
  at: Moment,
): readonly ReallocationEvent[] {
  const pool = s.pools.at(m.pool)
  s.moves.update(m, { actor })
  const wait = m.consent === 'ask' ? pool.approvalExpiryMs : pool.noticeMs
  enter(s, m, 'approved', { at: at.time + wait }, at)
  const told = tell(s, 'moveApproved', m)
  const waits = m.consent === 'ask' || (m.consent === 'notify' && wait > 0)
  return waits ? [told] : [told, ...order(s, m, at)]
}

/** The guards have the last word: what held when it was proposed may hold no longer. */
export function order(s: ReallocationState, m: MoveRow, at: Moment): readonly ReallocationEvent[] {
  const pool = s.pools.at(m.pool)
  const situation = situationOf(s, pool, m, m, at.time)
  const why = forbidden(situation)
  if (why !== undefined) return [callOff(s, m, 'cancelled', why.code, at)]
  const hourAgo = at.time - durations.hour
  const ordered = [...pool.ordered.filter((one) => one > hourAgo), at.time]
  s.pools.update(pool, { ordered })
  s.moves.update(m, { endsAt: situation.endsAt, toldEndsAt: situation.endsAt })
  enter(s, m, 'ordered', { uptime: at.uptime + durations.orderAnswer }, at)
  return [tell(s, 'moveOrdered', m)]
}

export function rejectMove(
  s: ReallocationState,
  c: OfMove & { readonly actor: string; readonly reason: string },
  at: Moment,
): Outcome<ReallocationEvent> {
  const m = findMove(s, c)
  if (!('slot' in m)) return m
  if (m.state === 'rejected' && m.actor === c.actor) return done(m, [])
  if (m.state !== 'proposed') return wrongState(m, 'proposed')
  s.moves.update(m, { actor: c.actor })
  return done(m, [callOff(s, m, 'rejected', c.reason, at)])
}

export function respondToMove(
  s: ReallocationState,
  c: RespondToMove,
  at: Moment,
): Outcome<ReallocationEvent> {
  const m = findMove(s, c)
  if (!('slot' in m)) return m
  if (m.agentId !== c.agentId) {
    return refuse('MOVE_NOT_YOURS', { move_id: m.id, value: c.agentId })
  }
  const answered = c.accept ? isInForce(m.state) : m.state === 'declined'
  if (answered) return done(m, [])
  if (m.state !== 'approved') return wrongState(m, 'approved')
  s.moves.update(m, { actor: 'agent' })
  if (!c.accept) return done(m, [callOff(s, m, 'declined', c.reason, at)])
  const why = forbidden(situationOf(s, s.pools.at(m.pool), m, m, at.time))
  if (why !== undefined) return { ok: false, rejection: why }
  return done(m, order(s, m, at))
}

export function cancelMove(
  s: ReallocationState,
  c: OfMove & { readonly actor: string },
  at: Moment,
): Outcome<ReallocationEvent> {
  const m = findMove(s, c)
  if (!('slot' in m)) return m
  const cancelled = m.endCause === 'cancelled' && m.actor === c.actor
  if (cancelled) return done(m, [])
  if (!isPending(m.state) && (!isInForce(m.state) || m.state === 'returning')) {
    return wrongState(m, 'proposed, approved, ordered, draining or active')
  }
  s.moves.update(m, { actor: c.actor })
  return done(m, [leave(s, m, 'cancelled', at)])
}

/** Whatever it has come to, it is over, or on its way back. */
export const leave = (
  s: ReallocationState,
  m: MoveRow,
  cause: string,
  at: Moment,
): ReallocationEvent =>
  isPending(m.state) ? callOff(s, m, 'cancelled', cause, at) : sendBack(s, m, cause, at)
