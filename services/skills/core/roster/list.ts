import { NONE } from '@evenkeel/chassis/table'
import { durations, limits } from '../limits.ts'
import { type Found, foundAmong } from '../page.ts'
import type { AgentRow, ShiftRow, SkillsState } from '../state.ts'
import { activityPacking, overlaps, partsOf, type ShiftActivity, type Span } from './shift.ts'

/** Where a page of shifts goes on: after the shift of this begin and number. */
export interface ShiftPlace {
  readonly from: number
  readonly seq: number
}

/** Shifts looked at for one page: those before it that are over, and those on it. */
const lookedAt = 20_000

/**
 * A page of shifts that are not over before `span.from` and begin before `span.until`, in the order
 * of their begin; of an agent, or (undefined) of the pool.
 */
export function shiftsAfter(
  s: SkillsState,
  of: { readonly pool: number; readonly agent: number | undefined },
  span: Span,
  after: ShiftPlace | undefined,
  count: number,
): readonly ShiftRow[] {
  const order = of.agent === undefined ? s.shiftsOfPool : s.shiftsOfAgent
  const set = of.agent ?? of.pool
  const found: ShiftRow[] = []
  let slot =
    after === undefined
      ? order.atOrAfter(set, Math.max(0, span.from - durations.shiftMax), 0)
      : order.atOrAfter(set, after.from, after.seq + 1)
  for (let seen = 0; slot !== NONE && found.length < count && seen < lookedAt; seen++) {
    const row = s.shifts.at(slot)
    if (row.from >= span.until) break
    if (row.until > span.from) found.push(row)
    slot = order.next(slot)
  }
  return found
}

/** Somebody at work, and at what. */
export interface Rostered {
  readonly agentId: string
  readonly team: string
  /** At least one, in their order, none of them off; whole, though only a part be in the span. */
  readonly parts: readonly ShiftActivity[]
}

export interface RosterQuestion extends Span {
  /** Of these only; empty: of all. */
  readonly agentIds: ReadonlySet<string>
  /** '' for all. */
  readonly team: string
}

/** Who is at work at some time of a span, in the order of their ids. */
export function rosteredAfter(
  s: SkillsState,
  pool: string,
  asked: RosterQuestion,
  afterId: string,
  size: number,
): Found<Rostered> {
  const { agentIds, team } = asked
  let room: number = limits.rosterParts
  return foundAmong(
    s,
    pool,
    afterId,
    (found) => found.length === size || room <= 0,
    (agent) => {
      if (agentIds.size > 0 && !agentIds.has(agent.id)) return undefined
      if (team !== '' && agent.team !== team) return undefined
      const parts = atWork(s, agent, asked)
      room -= parts.length
      return parts.length === 0 ? undefined : { agentId: agent.id, team: agent.team, parts }
    },
  )
}

function atWork(s: SkillsState, agent: AgentRow, span: Span): readonly ShiftActivity[] {
  const parts: ShiftActivity[] = []
  const earliest = Math.max(0, span.from - durations.shiftMax)
  let slot = s.shiftsOfAgent.atOrAfter(agent.slot, earliest, 0)
  for (; slot !== NONE; slot = s.shiftsOfAgent.next(slot)) {
    const row = s.shifts.at(slot)
    const shift = { from: row.from, until: row.until }
    if (shift.from >= span.until) break
    if (shift.until <= span.from) continue
    for (const part of partsOf(shift, activityPacking.unpack(shift, row.activities))) {
      if (part.activity !== 'off' && overlaps(part, span)) parts.push(part)
    }
  }
  return parts
}
