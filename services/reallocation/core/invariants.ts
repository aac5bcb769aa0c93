import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { MoveRow, ReallocationState } from './state.ts'
import { isLiveMove } from './words.ts'

/** What must hold after every command; a sentence for each that does not. */
export function invariants(s: ReallocationState, at: Moment, full: boolean): readonly string[] {
  const broken: string[] = []
  for (const slot of full ? s.moves.slots() : touched(s)) {
    const fault = faultOf(s, s.moves.at(slot), at)
    if (fault !== undefined) broken.push(`${s.moves.at(slot).id}: ${fault}`)
  }
  if (full) broken.push(...s.db.check())
  return broken
}

const touched = (s: ReallocationState): readonly number[] =>
  s.db
    .touchedRows()
    .filter((row) => row.table === 'moves' && row.exists)
    .map((row) => row.slot)

function faultOf(s: ReallocationState, m: MoveRow, at: Moment): string | undefined {
  const live = isLiveMove(m.state)
  if (live && s.liveOfAgent.size(m.agentKey) > 1) return `${m.agentKey} has two moves at a time`
  if (m.from === m.to) return 'leads nowhere'
  if (m.dueAt === Number.POSITIVE_INFINITY && m.dueUptime === Number.POSITIVE_INFINITY) {
    return `is ${m.state} without a deadline`
  }
  const moved = m.state === 'draining' || m.state === 'active'
  if (moved && m.startedAt === 0) return `is ${m.state} and has not begun`
  if (moved && edgeOf(s, m, at) !== undefined && m.dueAt > (edgeOf(s, m, at) ?? 0)) {
    return 'goes on into a break or past the end of the shift'
  }
  return live === (m.endedAt === 0 || m.state === 'observed') || m.state === 'observed'
    ? undefined
    : `is ${m.state} and ended at ${m.endedAt}`
}

/** When the agent's time on channel is over by the roster. */
function edgeOf(s: ReallocationState, m: MoveRow, at: Moment): number | undefined {
  const agent = s.agents.get(m.agentKey)
  if (agent === undefined || !agent.rostered || s.agents.slotOf(m.agentKey) === NONE) {
    return undefined
  }
  return agent.duty.find(({ from, until }) => from <= at.time && until > at.time)?.until
}
