import {
  type Moment,
  type Outcome,
  type RefusedLine,
  type Tally,
  tallyRef,
} from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'
import type { ShiftDay } from '../commands.ts'
import type { SkillsEvent } from '../events.ts'
import { limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import type { AgentRow, SkillsState } from '../state.ts'
import { carryOut, replacement } from './change.ts'
import { tellRoster } from './duty.ts'
import { holdsShift } from './keep.ts'
import type { Span } from './shift.ts'

interface Slice {
  readonly pool: string
  readonly days: readonly ShiftDay[]
}

/** Takes every good day and leaves every bad one as it was; the answer (`ref`) tells which is which. */
export function importShifts(s: SkillsState, slice: Slice, at: Moment): Outcome<SkillsEvent> {
  assert(slice.days.length <= limits.shiftSliceDays, 'a slice fits one command')
  const unknown = poolRefusal(s, slice.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const refused: RefusedLine[] = []
  /** An agent is told of once, however many days of it there are. */
  const changed = new Map<number, { readonly agent: AgentRow; readonly spans: Span[] }>()
  let imported = 0
  let stored = 0
  for (const day of slice.days) {
    const plan = replacement(s, day, at)
    if ('code' in plan) {
      refused.push({ line: day.line, rejection: plan })
      continue
    }
    const { agent } = plan
    const spans = carryOut(s, plan, stored, at)
    if (spans.length === 0) continue
    imported += 1
    stored += spans.length
    const told = changed.get(agent.slot) ?? { agent, spans: [] }
    told.spans.push(...spans)
    changed.set(agent.slot, told)
  }
  const events: SkillsEvent[] = []
  let k = 0
  for (const { agent, spans } of changed.values()) {
    events.push(...tellRoster(s, agent, spans, at, k))
    k += 1
  }
  const unchanged = slice.days.length - refused.length - imported
  return { ok: true, events, ref: tallyRef({ imported, unchanged, refused }) }
}

/** What importing the days would do. `addedBefore`: shifts more in earlier days of the same file. */
export function checkShiftDays(
  s: SkillsState,
  days: readonly ShiftDay[],
  addedBefore: number,
  at: Moment,
): Tally & { readonly added: number } {
  const refused: RefusedLine[] = []
  let imported = 0
  let added = 0
  for (const day of days) {
    const plan = replacement(s, day, at, Math.max(0, addedBefore + added))
    if ('code' in plan) {
      refused.push({ line: day.line, rejection: plan })
      continue
    }
    const { gone, shifts } = plan
    const same = gone.length === shifts.length && gone.every((row, i) => isSame(row, shifts[i]))
    if (same) continue
    imported += 1
    added += shifts.length - gone.length
  }
  const unchanged = days.length - refused.length - imported
  return { imported, unchanged, refused, added }
}

type Held = Parameters<typeof holdsShift>
const isSame = (row: Held[0], shift: Held[1] | undefined): boolean =>
  shift !== undefined && holdsShift(row, shift)
