import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { AvailabilityFacts, RefusalFacts } from '../centre/facts.ts'
import type { ReallocationEvent } from '../events.ts'
import { keyOf } from '../keys.ts'
import { poolRefusal } from '../pool.ts'
import type { MoveRow, ReallocationState } from '../state.ts'
import { isInForce, isLiveMove, isPending } from '../words.ts'
import { findMove, leave, order } from './begin.ts'
import { callOff, enter, finish, sendBack, tell } from './end.ts'
import { begun } from './judge.ts'
import { endOf } from './situation.ts'

/** The course of a move once it is ordered, as routing tells it and as time passes. */

const reasonOf = (m: MoveRow): string => `move ${m.id}`

/** The agent's live move; undefined: none. */
export function liveMove(s: ReallocationState, pool: string, agent: string): MoveRow | undefined {
  const slot = s.liveOfAgent.first(keyOf(pool, agent))
  return slot === NONE ? undefined : s.moves.at(slot)
}

/** What routing says of an agent's channels is what is. */
export function follow(
  s: ReallocationState,
  c: AvailabilityFacts,
  at: Moment,
): readonly ReallocationEvent[] {
  const m = liveMove(s, c.pool, c.agentId)
  if (m === undefined) return []
  const ours = c.activeReason === reasonOf(m)
  switch (m.state) {
    case 'proposed':
    case 'approved':
      return c.activeReason === '' || c.activeReason.startsWith('move ')
        ? []
        : [callOff(s, m, 'cancelled', 'supervisor', at)]
    case 'ordered':
      if (ours) return [start(s, m, c.draining ? 'draining' : 'active', at)]
      // Another call or another phone: of the channels nothing is said. What a supervisor has set
      // may be over when routing hears of the order, and then it begins: so that is called back.
      return c.activeReason === '' || c.activeReason.startsWith('move ')
        ? []
        : [sendBack(s, m, 'supervisor', at)]
    case 'draining':
      if (!ours) return [finish(s, m, endedBy(m, c, at), at)]
      return c.draining ? [] : [start(s, m, 'active', at)]
    case 'active':
      return ours ? [] : [finish(s, m, endedBy(m, c, at), at)]
    case 'returning':
      // It did begin, while it was called off.
      if (ours) begun(s, m, at)
      return ours || stillOrdered(m) ? [] : [finish(s, m, 'over', at)]
    case 'ended':
    case 'rejected':
    case 'declined':
    case 'expired':
    case 'cancelled':
    case 'observed':
      return []
    default:
      return m.state satisfies never
  }
}

/**
 * Routing may not have heard yet of an order that is called off already: whatever it says of the
 * agent is older. It will refuse the order, or say that it has begun.
 */
const stillOrdered = (m: MoveRow): boolean => m.startedAt === 0

const endedBy = (m: MoveRow, c: AvailabilityFacts, at: Moment): string =>
  c.activeReason === '' && at.time >= m.endsAt ? 'over' : 'supervisor'

function start(
  s: ReallocationState,
  m: MoveRow,
  state: 'draining' | 'active',
  at: Moment,
): ReallocationEvent {
  begun(s, m, at)
  enter(s, m, state, { at: m.endsAt }, at)
  return tell(s, 'moveStarted', m)
}

/** Routing can't: nothing has happened there. */
export function refusedMove(
  s: ReallocationState,
  c: RefusalFacts,
  at: Moment,
): Outcome<ReallocationEvent> {
  const m = s.moves.get(c.moveId)
  const waits = m?.state === 'ordered' || m?.state === 'returning'
  if (m === undefined || !waits) return { ok: true, events: [], ref: c.moveId }
  const cause = c.reason === 'supervisor' ? 'supervisor' : 'refused'
  return { ok: true, events: [finish(s, m, cause, at)], ref: m.id }
}

/** A deadline of this move has come. */
export function moveDue(
  s: ReallocationState,
  m: MoveRow,
  at: Moment,
): readonly ReallocationEvent[] {
  switch (m.state) {
    case 'proposed':
      return [callOff(s, m, 'expired', 'expired', at)]
    case 'approved':
      return m.consent === 'ask' ? [callOff(s, m, 'expired', 'expired', at)] : order(s, m, at)
    case 'ordered':
      return [sendBack(s, m, 'not_taken', at)]
    case 'draining':
    case 'active':
      return [sendBack(s, m, 'over', at)]
    case 'returning':
      return [finish(s, m, 'over', at)]
    case 'ended':
    case 'rejected':
    case 'declined':
    case 'expired':
    case 'cancelled':
    case 'observed':
      s.moves.delete(m)
      return []
    default:
      return m.state satisfies never
  }
}

/**
 * The cause is gone: what has not begun is called off, and who has stayed for the least time that
 * was asked returns. From training whoever is needed is called back without it.
 */
export function returnMoves(
  s: ReallocationState,
  c: { readonly pool: string; readonly moveIds: readonly string[] },
  at: Moment,
): Outcome<ReallocationEvent> {
  const events: ReallocationEvent[] = []
  for (const moveId of c.moveIds) {
    const m = findMove(s, { pool: c.pool, moveId })
    if (!('slot' in m) || !isLiveMove(m.state) || m.state === 'returning') continue
    const stayed = m.startedAt > 0 && at.time - m.startedAt >= s.pools.at(m.pool).dwellMinMs
    if (m.to === 'training') events.push(leave(s, m, 'recalled', at))
    else if (stayed || isPending(m.state)) events.push(leave(s, m, 'cause_gone', at))
  }
  return { ok: true, events, ref: c.pool }
}

export function returnAll(
  s: ReallocationState,
  c: { readonly pool: string; readonly actor: string },
  at: Moment,
): Outcome<ReallocationEvent> {
  const unknown = poolRefusal(s, c.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const pool = s.pools.must(c.pool)
  const events: ReallocationEvent[] = []
  for (let slot = s.liveOfPool.first(pool.slot); slot !== NONE; ) {
    const next = s.liveOfPool.next(slot)
    const m = s.moves.at(slot)
    if (m.state !== 'returning') {
      s.moves.update(m, { actor: c.actor })
      events.push(leave(s, m, 'return_all', at))
    }
    slot = next
  }
  return { ok: true, events, ref: String(events.length) }
}

/** An agent is not at work as before: `pendingOnly` who is moved already stays so. */
export function interrupted(
  s: ReallocationState,
  pool: string,
  agentId: string,
  cause: string,
  pendingOnly: boolean,
  at: Moment,
): readonly ReallocationEvent[] {
  const m = liveMove(s, pool, agentId)
  if (m === undefined || m.state === 'returning') return []
  if (pendingOnly && isInForce(m.state)) return []
  return [leave(s, m, cause, at)]
}

/** Another roster: nobody is on another channel within the guard of a break. */
export function rosterChanged(
  s: ReallocationState,
  pool: string,
  agentId: string,
  at: Moment,
): readonly ReallocationEvent[] {
  const m = liveMove(s, pool, agentId)
  if (m === undefined || m.state === 'returning') return []
  const agent = s.agents.get(m.agentKey)
  const { endsAt, offShift } = endOf(s.pools.at(m.pool), agent, m.lastsMs, at.time)
  if (offShift || endsAt <= at.time) return [leave(s, m, 'roster', at)]
  if (endsAt >= m.endsAt || isPending(m.state)) return []
  s.moves.update(m, m.state === 'ordered' ? { endsAt } : { endsAt, dueAt: endsAt })
  return []
}
