import type { Moment } from '@evenkeel/chassis/protocol'
import type { MoveEventKind, ReallocationEvent } from '../events.ts'
import { keyOf, ledgerKey } from '../keys.ts'
import { durations, NEVER } from '../limits.ts'
import type { AgentRow, MoveRow, ReallocationState } from '../state.ts'
import type { MoveState } from '../words.ts'
import { moveView } from './view.ts'

/** The ways out of a move: called off before it begins, or back and over. */

export function tell(s: ReallocationState, kind: MoveEventKind, m: MoveRow): ReallocationEvent {
  return { kind, move: moveView(s, m) }
}

export function enter(
  s: ReallocationState,
  m: MoveRow,
  state: MoveState,
  due: { readonly at?: number; readonly uptime?: number },
  at: Moment,
): void {
  const { at: dueAt = NEVER, uptime: dueUptime = NEVER } = due
  s.moves.update(m, { state, stateSince: at.time, dueAt, dueUptime })
}

/** Of what has not begun. */
export function callOff(
  s: ReallocationState,
  m: MoveRow,
  state: 'rejected' | 'declined' | 'expired' | 'cancelled',
  cause: string,
  at: Moment,
): ReallocationEvent {
  s.moves.update(m, { endCause: cause, endedAt: at.time })
  enter(s, m, state, { at: at.time + durations.retainMove }, at)
  // A no is heard: the next look, minutes later, would ask the same again.
  if (state === 'declined' || state === 'rejected') leaveAlone(s, m, at)
  return tell(s, 'moveRejected', m)
}

/**
 * Routing is asked to let those of the profile count again. If it can't hear, its own end of the
 * move has come by the deadline, and nothing holds the agent any more.
 */
export function sendBack(
  s: ReallocationState,
  m: MoveRow,
  cause: string,
  at: Moment,
): ReallocationEvent {
  const lapsed = Math.max(at.time, m.toldEndsAt) + 2 * durations.lapse
  s.moves.update(m, { endCause: cause })
  enter(s, m, 'returning', { at: lapsed }, at)
  return tell(s, 'moveReturning', m)
}

/** Those of the profile count again, or those that a supervisor has set. */
export function finish(
  s: ReallocationState,
  m: MoveRow,
  cause: string,
  at: Moment,
): ReallocationEvent {
  const endCause = m.endCause === '' ? cause : m.endCause
  s.moves.update(m, { endCause, endedAt: at.time })
  enter(s, m, 'ended', { at: at.time + durations.retainMove }, at)
  if (m.startedAt > 0) account(s, m, at)
  return tell(s, 'moveEnded', m)
}

/** Somebody has a week to record what was learned: unrecorded, it was none. */
export const inSlackOf = ({ inSlackAt, inSlackMs }: AgentRow, time: number): number =>
  time - inSlackAt < durations.recorded ? inSlackMs : 0

function leaveAlone(s: ReallocationState, m: MoveRow, at: Moment): void {
  const agent = s.agents.get(m.agentKey)
  const { coolDownMs } = s.pools.at(m.pool)
  if (agent !== undefined) s.agents.update(agent, { coolUntil: at.time + coolDownMs })
}

function account(s: ReallocationState, m: MoveRow, at: Moment): void {
  const pool = s.pools.at(m.pool)
  leaveAlone(s, m, at)
  const agent = s.agents.get(m.agentKey)
  const day = Math.floor(m.startedAt / durations.day)
  const key = ledgerKey(keyOf(pool.id, m.agentId), day)
  const row = s.ledger.get(key)
  const movedMs = at.time - m.startedAt
  const trainedMs = m.to === 'training' ? movedMs : 0
  if (agent !== undefined && trainedMs > 0) {
    const inSlackMs = trainedMs + inSlackOf(agent, at.time)
    s.agents.update(agent, { inSlackMs, inSlackAt: at.time })
  }
  if (row !== undefined) {
    s.ledger.update(row, {
      moves: row.moves + 1,
      movedMs: row.movedMs + movedMs,
      trainedMs: row.trainedMs + trainedMs,
    })
  } else if (s.ledger.size < s.ledger.cap) {
    s.ledger.insert({
      ...{ key, pool: m.pool, agentId: m.agentId, day, moves: 1, movedMs, trainedMs },
      ...{ judged: 0, predictedMilli: 0, realisedMilli: 0 },
      ...{ forgetAt: day * durations.day + durations.retainLedger, seq: m.seq },
    })
  }
}
