import type { Outcome, WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { ChangeRoster, DutySpan } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { durations, NEVER } from '../limits.ts'
import { matchAgent } from '../matching/choose.ts'
import { keepAdherence } from './adherence.ts'
import { reclassify } from './profile.ts'
import type { AgentRow, PoolRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { accept, type Turn } from '../turn.ts'

/**
 * What is known of an agent's shifts. Before a break or the end of a shift each queue has a guard
 * time in which it offers nothing new, nor does any while the agent is away: so the last contact is
 * over when the break begins. Whoever says "ready" while away is there by that word. Open work
 * stays.
 */

/** Where an agent stands in the roster. */
interface Standing {
  /** `leaving`: in the guard time of every queue. `before`: no span that is known has begun. */
  readonly kind: 'before' | 'onDuty' | 'leaving' | 'away'
  /** Queues of this guard time and longer give nothing new; 0: none does so, or all do. */
  readonly leavingMs: number
  /** The span that has begun last. */
  readonly span: DutySpan | undefined
  /** When the next one begins; NEVER: none is known. */
  readonly next: number
  /** When `kind` or `leavingMs` is another. */
  readonly until: number
}

/** `guards`: the guard times there are, ascending. */
export function standingOf(
  duty: readonly DutySpan[],
  time: number,
  guards: readonly number[],
): Standing {
  const at = duty.findLastIndex(({ from }) => from <= time)
  const next = duty[at + 1]?.from ?? NEVER
  const span = duty[at]
  if (span === undefined) return { kind: 'before', leavingMs: 0, span, next, until: next }
  const left = span.until - time
  if (left <= 0) return { kind: 'away', leavingMs: 0, span, next, until: next }
  const [shortest = durations.rosterGuard] = guards
  if (left <= shortest) return { kind: 'leaving', leavingMs: 0, span, next, until: span.until }
  const leavingMs = guards.find((guard) => guard >= left) ?? 0
  const closesNext = guards.findLast((guard) => guard < left) ?? shortest
  return { kind: 'onDuty', leavingMs, span, next, until: span.until - closesNext }
}

/**
 * The skills service says when an agent takes contacts. Facts of another service are never refused:
 * of an agent who is not here nothing is kept.
 */
export function changeRoster(s: RoutingState, c: ChangeRoster, turn: Turn): Outcome<RoutingEvent> {
  const agent = s.agents.find(c.pool, c.agentId)
  if (!agent || agent.removed) return accept(turn, c.agentId)
  const pool = s.pools.at(agent.pool)
  if (c.spans.length > 0 && !pool.rostered) s.pools.update(pool, { rostered: true })
  // The edges of the former roster that have come; of the new one, what is to come counts.
  keepAdherence(s, agent, turn)
  s.agents.update(agent, { duty: c.spans, rosterAt: turn.at.time })
  rosterDue(s, agent, turn)
  return accept(turn, c.agentId)
}

/** An edge of the roster has come, another roster, or another guard time. */
export function rosterDue(s: RoutingState, agent: AgentRow, turn: Turn): void {
  keepAdherence(s, agent, turn)
  const standing = standingOf(agent.duty, turn.at.time, s.guards.of(agent.pool))
  const { kind, leavingMs, until } = standing
  const byWord = agent.byWord && kind === 'away'
  const guarded = kind === 'leaving' || (kind === 'away' && !byWord)
  const former = agent.leavingMs
  const returns = !guarded && (agent.guarded || closesFrom(leavingMs) > closesFrom(former))
  s.agents.update(agent, { rosterAt: until, guarded, byWord, leavingMs })
  if (leavingMs !== former) reclassify(s, agent, turn)
  if (returns) matchAgent(s, agent, turn)
}

const closesFrom = (leavingMs: number): number => (leavingMs === 0 ? NEVER : leavingMs)

/** The agent says "ready": whoever is away by the roster is there all the same, until the next span begins. */
export function comesByWord(s: RoutingState, agent: AgentRow, time: number): void {
  if (!agent.guarded || standingOf(agent.duty, time, s.guards.of(agent.pool)).kind !== 'away')
    return
  s.agents.update(agent, { guarded: false, byWord: true })
}

export const noRoster = {
  duty: [],
  rosterAt: NEVER,
  guarded: false,
  leavingMs: 0,
  byWord: false,
} as const

export const guardsWork = 'guards'
/** Agents looked at per slice: each may be given a contact, which touches some ten rows. */
const agentsPerSlice = 20

/** A guard time has come to a pool that no queue of it had: everybody rostered has one edge more. */
export function reviewGuards(pool: PoolRow, turn: Turn): void {
  if (pool.rostered) turn.work.push({ kind: guardsWork, subject: pool.id, cursor: '0' })
}

/** One slice. Cursor: the number of the agent looked at last. */
export function reviewGuardsSlice(
  s: RoutingState,
  item: WorkItem,
  turn: Turn,
): WorkItem | undefined {
  const pool = s.pools.get(item.subject)
  if (pool === undefined) return undefined
  let slot = s.agentsOfPool.atOrAfter(pool.slot, Number(item.cursor) + 1, 0)
  let cursor = item.cursor
  for (let seen = 0; slot !== NONE && seen < agentsPerSlice; seen++) {
    const next = s.agentsOfPool.next(slot)
    const agent = s.agents.at(slot)
    cursor = String(agent.seq)
    if (agent.duty.length > 0) rosterDue(s, agent, turn)
    slot = next
  }
  return slot === NONE ? undefined : { ...item, cursor }
}
