import type { Outcome } from '@evenkeel/chassis/protocol'
import type { ChangeRoster, DutySpan } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { durations, NEVER } from '../limits.ts'
import { matchAgent } from '../matching/choose.ts'
import type { AgentRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { accept, type Turn } from '../turn.ts'

/**
 * What is known of an agent's shifts. Before a break or the end of a shift an agent has a guard
 * time in which nothing new is offered, nor is anything while away: so the last contact is over
 * when the break begins. Whoever says "ready" while away is there by that word. Open work stays.
 */

/** Where an agent stands in the roster. */
interface Standing {
  /** `before`: no span that is known has begun. */
  readonly kind: 'before' | 'onDuty' | 'leaving' | 'away'
  /** The span that has begun last. */
  readonly span: DutySpan | undefined
  /** When the next one begins; NEVER: none is known. */
  readonly next: number
  /** When `kind` is another. */
  readonly until: number
}

export function standingOf(duty: readonly DutySpan[], time: number): Standing {
  const at = duty.findLastIndex(({ from }) => from <= time)
  const next = duty[at + 1]?.from ?? NEVER
  const span = duty[at]
  if (span === undefined) return { kind: 'before', span, next, until: next }
  if (span.until <= time) return { kind: 'away', span, next, until: next }
  const leaves = span.until - durations.rosterGuard
  return leaves <= time
    ? { kind: 'leaving', span, next, until: span.until }
    : { kind: 'onDuty', span, next, until: leaves }
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
  s.agents.update(agent, { duty: c.spans })
  rosterDue(s, agent, turn)
  return accept(turn, c.agentId)
}

/** An edge of the roster has come, or another roster. */
export function rosterDue(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const { kind, until } = standingOf(agent.duty, turn.at.time)
  const byWord = agent.byWord && kind === 'away'
  const guarded = kind === 'leaving' || (kind === 'away' && !byWord)
  const returns = agent.guarded && !guarded
  s.agents.update(agent, { rosterAt: until, guarded, byWord })
  if (returns) matchAgent(s, agent, turn)
}

/** The agent says "ready": whoever is away by the roster is there all the same, until the next span begins. */
export function comesByWord(s: RoutingState, agent: AgentRow, time: number): void {
  if (!agent.guarded || standingOf(agent.duty, time).kind !== 'away') return
  s.agents.update(agent, { guarded: false, byWord: true })
}

export const noRoster = {
  duty: [],
  rosterAt: NEVER,
  guarded: false,
  byWord: false,
} as const
