import { NONE } from '@evenkeel/chassis/table'
import { durations } from '../limits.ts'
import type { ShiftRow, SkillsState } from '../state.ts'
import type { Span } from './shift.ts'

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
