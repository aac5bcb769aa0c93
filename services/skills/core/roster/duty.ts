import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { SkillsEvent } from '../events.ts'
import { durations, limits, NEVER } from '../limits.ts'
import type { AgentRow, SkillsState } from '../state.ts'
import { type Activity, activityPacking, partsOf, type Span } from './shift.ts'

/** What of a roster the world is told: when an agent takes contacts in the coming hours. */

/** Takes contacts, on whatever channel. */
export interface DutySpan extends Span {
  /** What comes after it. */
  readonly followedBy: Activity
}

/** Spans on channel of a shift, those that touch as one. */
export function dutyOf(shift: Span & { readonly activities: Uint8Array }): readonly DutySpan[] {
  const spans: DutySpan[] = []
  const parts = partsOf(shift, activityPacking.unpack(shift, shift.activities))
  for (const { activity, from, until } of parts) {
    const last = spans.at(-1)
    if (activity === 'onChannel') {
      if (last !== undefined && last.until === from) {
        spans[spans.length - 1] = { ...last, until, followedBy: 'off' }
      } else spans.push({ from, until, followedBy: 'off' })
    } else if (last !== undefined && last.until === from) {
      spans[spans.length - 1] = { ...last, followedBy: activity }
    }
  }
  return spans
}

/**
 * Some shifts of an agent have changed: tells of it, if what was told is not what is so any more.
 * Whoever has no shift left is not rostered any more. `k`: number of the agent in the command.
 */
export function tellRoster(
  s: SkillsState,
  agent: AgentRow,
  changed: readonly Span[],
  at: Moment,
  k = 0,
): readonly SkillsEvent[] {
  const known = s.rosters.get(agent.id)
  const soon = Math.max(known?.toldUntil ?? 0, at.time + durations.rosterTold)
  const concerned = changed.some(({ from, until }) => from < soon && until > at.time)
  const none = s.shiftsOfAgent.size(agent.slot) === 0
  if (known === undefined || concerned || none) return [tell(s, agent, k, at)]
  // What is further ahead may be nearer than what was to be told next.
  const nearest = Math.min(...changed.map(({ from }) => from))
  if (nearest > at.time) {
    const tellAt = Math.min(known.tellAt, Math.max(at.time, nearest - durations.rosterAhead))
    s.rosters.update(known, { tellAt })
  }
  return []
}

/** The time has come to tell more of an agent. */
export const rosterDue = (s: SkillsState, slot: number, at: Moment): SkillsEvent =>
  tell(s, s.agents.at(s.rosters.at(slot).agent), 0, at)

function tell(s: SkillsState, agent: AgentRow, k: number, at: Moment): SkillsEvent {
  const pool = s.pools.at(agent.pool).id
  const known = s.rosters.get(agent.id)
  if (s.shiftsOfAgent.size(agent.slot) === 0) {
    if (known) s.rosters.delete(known)
    return { kind: 'rosterChanged', pool, agentId: agent.id, rostered: false, spans: [] }
  }
  const { spans, next, toldUntil } = coming(s, agent, at.time)
  const tellAt = next === NEVER ? NEVER : Math.max(next - durations.rosterAhead, at.time + 60_000)
  if (known) s.rosters.update(known, { toldUntil, tellAt })
  else {
    const seq = at.offset * 256 + k
    s.rosters.insert({ id: agent.id, agent: agent.slot, seq, toldUntil, tellAt })
  }
  return { kind: 'rosterChanged', pool, agentId: agent.id, rostered: true, spans }
}

interface Coming {
  /** The last that is over, and those to come of shifts that begin within durations.rosterTold. */
  readonly spans: readonly DutySpan[]
  /** When the first shift begins that is left out; NEVER: none is. */
  readonly next: number
  readonly toldUntil: number
}

function coming(s: SkillsState, agent: AgentRow, time: number): Coming {
  let spans: DutySpan[] = []
  const recent = s.shiftsOfAgent.atOrAfter(agent.slot, time - durations.shiftMax, 0)
  const before = recent === NONE ? s.shiftsOfAgent.last(agent.slot) : s.shiftsOfAgent.prev(recent)
  for (let slot = before === NONE ? recent : before; slot !== NONE; ) {
    const row = s.shifts.at(slot)
    const duty = dutyOf(row)
    if (row.from >= time + durations.rosterTold || spans.length + duty.length > limits.dutySpans) {
      return { spans, next: row.from, toldUntil: row.from }
    }
    for (const span of duty) {
      const last = spans.at(-1)
      if (last?.until === span.from) spans[spans.length - 1] = { ...span, from: last.from }
      else spans.push(span)
    }
    const over = spans.findLastIndex(({ until }) => until <= time)
    if (over > 0) spans = spans.slice(over)
    slot = s.shiftsOfAgent.next(slot)
  }
  return { spans, next: NEVER, toldUntil: time + durations.rosterTold }
}
