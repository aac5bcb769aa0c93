import { etagOf, type Moment, type Rejection } from '@evenkeel/chassis/protocol'
import { assert, NONE } from '@evenkeel/chassis/table'
import { rejection } from '../errors.ts'
import { durations, limits } from '../limits.ts'
import type { AgentRow, ShiftRow, SkillsState } from '../state.ts'
import { activityPacking, overlaps, type Shift, type Span } from './shift.ts'

/** Rows of shifts: what may be stored, and storing it. */

export const shiftKey = (agentId: string, shiftId: string): string => `${agentId}/${shiftId}`

export const spanText = ({ from, until }: Span): string => `${isoOf(from)}/${isoOf(until)}`

const DAY = 86_400_000

/** 1970-01-01T00:00Z, of whole minutes the first: for messages. Days by Hinnant's civil_from_days. */
export function isoOf(ms: number): string {
  const days = Math.floor(ms / DAY)
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const minute = Math.floor((ms - days * DAY) / 60_000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}Z`
}

export function shiftView(s: SkillsState, row: ShiftRow): Shift {
  return {
    pool: s.pools.at(row.pool).id,
    agentId: s.agents.at(row.agent).id,
    shiftId: row.shiftId,
    from: row.from,
    until: row.until,
    activities: activityPacking.unpack(row, row.activities),
    etag: etagOf(row.changed),
  }
}

/** Everything but the etag is as asked. */
export function holdsShift(row: ShiftRow, shift: Shift): boolean {
  if (row.shiftId !== shift.shiftId || row.from !== shift.from || row.until !== shift.until) {
    return false
  }
  const packed = activityPacking.pack(shift, shift.activities)
  return row.activities.length === packed.length && row.activities.every((b, i) => b === packed[i])
}

/** Those of an agent that are not over before `from` and begin before `until`, in their order. */
export function shiftsBetween(s: SkillsState, agent: AgentRow, span: Span): readonly ShiftRow[] {
  const found: ShiftRow[] = []
  let slot = s.shiftsOfAgent.atOrAfter(agent.slot, span.from - durations.shiftMax, 0)
  while (slot !== NONE) {
    const row = s.shifts.at(slot)
    if (row.from >= span.until) break
    if (row.until > span.from) found.push(row)
    slot = s.shiftsOfAgent.next(slot)
  }
  return found
}

/** Why it can't be where it is to be in time. */
export function rangeRefusal(field: string, shift: Span, at: Moment): Rejection | undefined {
  const earliest = at.time - durations.retainShift
  const latest = at.time + durations.shiftAhead
  if (shift.until > earliest && shift.from <= latest) return undefined
  return rejection('SHIFT_RANGE', {
    field,
    value: spanText(shift),
    limit: `end after ${isoOf(earliest)} and begin by ${isoOf(latest)}`,
  })
}

/** Why it can't be beside the others; `gone`: rows that will not be there any more. */
export function besideRefusal(
  s: SkillsState,
  agent: AgentRow,
  field: string,
  shift: Shift,
  gone: ReadonlySet<number>,
): Rejection | undefined {
  const other = shiftsBetween(s, agent, shift).find((row) => !gone.has(row.slot))
  return other === undefined ? undefined : overlapOf(field, shift, other)
}

export const overlapOf = (
  field: string,
  shift: Shift,
  other: Span & { readonly shiftId: string },
): Rejection =>
  rejection('SHIFT_OVERLAP', {
    field,
    agent: shift.agentId,
    value: shift.shiftId,
    span: spanText(shift),
    other: other.shiftId,
    limit: spanText(other),
  })

/** The first of some shifts that overlaps one before it. */
export function overlapAmong(field: string, all: readonly Shift[]): Rejection | undefined {
  for (const [i, shift] of all.entries()) {
    const k = all.findIndex((other, at) => at < i && overlaps(other, shift))
    const other = all[k]
    if (other) return overlapOf(`${field}[${i}]`, shift, other)
  }
  return undefined
}

/** Why `more` shifts, `less` fewer than before, can't be kept. */
export function roomRefusal(
  s: SkillsState,
  agent: AgentRow,
  field: string,
  more: number,
  less: number,
): Rejection | undefined {
  const value = agent.id
  if (s.shiftsOfAgent.size(agent.slot) + more - less > limits.shiftsPerAgent) {
    return rejection('TOO_MANY_SHIFTS', {
      field,
      value,
      limit: limits.shiftsPerAgent,
      scope: 'agent',
    })
  }
  if (s.shifts.size + more - less > s.shifts.cap) {
    return rejection('TOO_MANY_SHIFTS', { field, value, limit: s.shifts.cap, scope: 'partition' })
  }
  return undefined
}

/**
 * Why a day of the agent would begin too many shifts: of any nine in a row the last begins a day
 * after the first, so that what a command replaces is bounded.
 */
export function crowdRefusal(
  s: SkillsState,
  agent: AgentRow,
  field: string,
  shifts: readonly Shift[],
  gone: ReadonlySet<number>,
): Rejection | undefined {
  const [first] = shifts
  if (first === undefined) return undefined
  const last = shifts.reduce((latest, { from }) => Math.max(latest, from), first.from)
  const near = { from: first.from - DAY, until: last + DAY }
  const begins = shiftsBetween(s, agent, near)
    .filter((row) => !gone.has(row.slot))
    .map(({ from }) => from)
  for (const { from } of shifts) begins.push(from)
  begins.sort((a, b) => a - b)
  const crowded = begins.some((from, i) => from - (begins[i - limits.shiftsPerDay] ?? -DAY) < DAY)
  if (!crowded) return undefined
  return rejection('TOO_MANY_SHIFTS', {
    field,
    value: agent.id,
    limit: limits.shiftsPerDay,
    scope: 'day of an agent',
  })
}

/** `k`: how many the command has stored before. The caller has asked all that may refuse it. */
export function insertShift(
  s: SkillsState,
  agent: AgentRow,
  shift: Shift,
  k: number,
  at: Moment,
): ShiftRow {
  assert(k < 256, 'a command stores fewer than 256 rows')
  return s.shifts.insert({
    key: shiftKey(agent.id, shift.shiftId),
    shiftId: shift.shiftId,
    agent: agent.slot,
    pool: agent.pool,
    seq: at.offset * 256 + k,
    ...contentOf(shift, at),
  })
}

export const contentOf = (shift: Shift, at: Moment) => ({
  from: shift.from,
  until: shift.until,
  activities: activityPacking.pack(shift, shift.activities),
  changed: at.offset,
  forgetAt: shift.until + durations.retainShift,
})
