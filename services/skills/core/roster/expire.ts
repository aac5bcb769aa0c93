import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { SkillsEvent } from '../events.ts'
import type { AgentRow, SkillsState } from '../state.ts'
import { rosterDue, tellRoster } from './duty.ts'

/** What falls due of rosters: shifts are forgotten, and the world is told of those that come near. */

export function expire(
  s: SkillsState,
  at: Moment,
  budget: number,
): { events: readonly SkillsEvent[]; more: boolean } {
  const events: SkillsEvent[] = []
  for (let fired = 0; fired < budget && nextDeadline(s).time <= at.time; fired++) {
    if (s.rostersByTime.firstAt() <= at.time) events.push(rosterDue(s, s.rostersByTime.first(), at))
    else {
      const row = s.shifts.at(s.shiftsByTime.first())
      const agent = s.agents.at(row.agent)
      s.shifts.delete(row)
      if (s.shiftsOfAgent.size(agent.slot) === 0) events.push(...tellRoster(s, agent, [], at))
    }
  }
  return { events, more: nextDeadline(s).time <= at.time }
}

export const nextDeadline = (s: SkillsState): { time: number; uptime: number } => ({
  time: Math.min(s.rostersByTime.firstAt(), s.shiftsByTime.firstAt()),
  uptime: Number.POSITIVE_INFINITY,
})

/** The agent goes, and all shifts with it. */
export function forgetRoster(s: SkillsState, agent: AgentRow): void {
  for (let slot = s.shiftsOfAgent.first(agent.slot); slot !== NONE; ) {
    const next = s.shiftsOfAgent.next(slot)
    s.shifts.delete(s.shifts.at(slot))
    slot = next
  }
  const known = s.rosters.get(agent.id)
  if (known) s.rosters.delete(known)
}
