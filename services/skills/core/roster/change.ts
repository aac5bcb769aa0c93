import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { refuse, rejection } from '../errors.ts'
import type { SkillsEvent } from '../events.ts'
import { poolRefusal } from '../pool.ts'
import { agentOf } from '../profile.ts'
import type { AgentRow, ShiftRow, SkillsState } from '../state.ts'
import { tellRoster } from './duty.ts'
import {
  besideRefusal,
  contentOf,
  crowdRefusal,
  holdsShift,
  insertShift,
  overlapAmong,
  rangeRefusal,
  roomRefusal,
  shiftKey,
  shiftsBetween,
  spanText,
} from './keep.ts'
import { overlaps, type Shift, type Span } from './shift.ts'

/** Edits of a roster: one shift, or all that begin in a span. */

export interface ReplaceShifts extends Span {
  readonly pool: string
  readonly agentId: string
  /** In the order of their begin; each begins in the span. */
  readonly shifts: readonly Shift[]
  /** What begins before this, and not before `until`, gives way where it overlaps. */
  readonly givesWayUntil?: number
}

export function putShift(s: SkillsState, shift: Shift, at: Moment): Outcome<SkillsEvent> {
  const agent = knownAgent(s, shift.pool, shift.agentId, 'shift.agent_id')
  if ('code' in agent) return { ok: false, rejection: agent }
  const row = s.shifts.get(shiftKey(agent.id, shift.shiftId))
  if (row !== undefined && holdsShift(row, shift)) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const gone = new Set(row === undefined ? [] : [row.slot])
  const refusal =
    etagRefusal('shift.etag', shift.etag, row?.changed) ??
    rangeRefusal('shift', shift, at) ??
    besideRefusal(s, agent, 'shift', shift, gone) ??
    crowdRefusal(s, agent, 'shift', [shift], gone) ??
    roomRefusal(s, agent, 'shift', 1, gone.size)
  if (refusal !== undefined) return { ok: false, rejection: refusal }
  const before = row === undefined ? shift : { from: row.from, until: row.until }
  if (row === undefined) insertShift(s, agent, shift, 0, at)
  else s.shifts.update(row, contentOf(shift, at))
  return { ok: true, events: tellRoster(s, agent, [before, shift], at), ref: etagOf(at.offset) }
}

export function removeShift(
  s: SkillsState,
  command: {
    readonly pool: string
    readonly agentId: string
    readonly shiftId: string
    readonly etag: string
  },
  at: Moment,
): Outcome<SkillsEvent> {
  const { pool, agentId, shiftId, etag } = command
  const agent = knownAgent(s, pool, agentId, 'agent_id')
  if ('code' in agent) return { ok: false, rejection: agent }
  const row = s.shifts.get(shiftKey(agent.id, shiftId))
  if (row === undefined) {
    return refuse('SHIFT_UNKNOWN', { field: 'shift_id', value: shiftId, agent: agentId })
  }
  const stale = etag === '' ? undefined : etagRefusal('etag', etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const span = { from: row.from, until: row.until }
  s.shifts.delete(row)
  return { ok: true, events: tellRoster(s, agent, [span], at), ref: shiftId }
}

export function replaceShifts(s: SkillsState, c: ReplaceShifts, at: Moment): Outcome<SkillsEvent> {
  const plan = replacement(s, c, at)
  if ('code' in plan) return { ok: false, rejection: plan }
  const changed = carryOut(s, plan, 0, at)
  const events = changed.length === 0 ? [] : tellRoster(s, plan.agent, changed, at)
  return { ok: true, events, ref: c.agentId }
}

/** What a replacement would do. */
export interface Replacement {
  readonly agent: AgentRow
  readonly gone: readonly ShiftRow[]
  readonly shifts: readonly Shift[]
}

/** Why it can't be, or what it comes to; changes nothing. `added`: shifts that a dry run let through before. */
export function replacement(
  s: SkillsState,
  c: ReplaceShifts,
  at: Moment,
  added = 0,
): Replacement | Rejection {
  const agent = knownAgent(s, c.pool, c.agentId, 'agent_id')
  if ('code' in agent) return agent
  const among = overlapAmong('shifts', c.shifts)
  if (among !== undefined) return among
  const upTo = Math.max(c.until, c.givesWayUntil ?? 0)
  const gone = shiftsBetween(s, agent, { from: c.from, until: upTo }).filter(
    (row) =>
      (row.from >= c.from && row.from < c.until) ||
      (row.from >= c.until && c.shifts.some((shift) => overlaps(shift, row))),
  )
  const slots = new Set(gone.map(({ slot }) => slot))
  for (const [i, shift] of c.shifts.entries()) {
    const field = `shifts[${i}]`
    const refusal = rangeRefusal(field, shift, at) ?? placeRefusal(s, agent, field, shift, c, slots)
    if (refusal !== undefined) return refusal
  }
  const crowd = crowdRefusal(s, agent, 'shifts', c.shifts, slots)
  const refusal = crowd ?? roomRefusal(s, agent, 'shifts', c.shifts.length + added, gone.length)
  return refusal ?? { agent, gone, shifts: c.shifts }
}

/** It begins in the span, overlaps nothing that stays, and its id is not that of one that stays. */
function placeRefusal(
  s: SkillsState,
  agent: AgentRow,
  field: string,
  shift: Shift,
  c: Span,
  gone: ReadonlySet<number>,
): Rejection | undefined {
  if (shift.from < c.from || shift.from >= c.until) {
    const fields = { field, value: spanText(shift), limit: `begin within ${spanText(c)}` }
    return rejection('SHIFT_RANGE', fields)
  }
  const beside = besideRefusal(s, agent, field, shift, gone)
  if (beside !== undefined) return beside
  const named = s.shifts.get(shiftKey(agent.id, shift.shiftId))
  if (named === undefined || gone.has(named.slot)) return undefined
  const fields = { field, value: shift.shiftId, agent: agent.id, limit: spanText(named) }
  return rejection('SHIFT_ID_TAKEN', fields)
}

/** What has changed, none if nothing; a shift that stays as it is keeps its etag. */
export function carryOut(
  s: SkillsState,
  { agent, gone, shifts }: Replacement,
  storedBefore: number,
  at: Moment,
): readonly Span[] {
  const changed: Span[] = []
  const stays = new Set<Shift>()
  for (const row of gone) {
    const same = shifts.find((shift) => holdsShift(row, shift))
    if (same) stays.add(same)
    else {
      changed.push({ from: row.from, until: row.until })
      s.shifts.delete(row)
    }
  }
  for (const shift of shifts) {
    if (stays.has(shift)) continue
    insertShift(s, agent, shift, storedBefore + changed.length, at)
    changed.push(shift)
  }
  return changed
}

function knownAgent(
  s: SkillsState,
  pool: string,
  agentId: string,
  field: string,
): AgentRow | Rejection {
  return (
    poolRefusal(s, pool) ??
    agentOf(s, pool, agentId) ??
    rejection('AGENT_UNKNOWN', { field, value: agentId, pool })
  )
}
