import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { EndMove, OrderMove } from '../commands.ts'
import { hasChannel, noChannel } from '../contact/hold.ts'
import type { RoutingEvent } from '../events.ts'
import { durations, NEVER } from '../limits.ts'
import type { AgentRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { accept, type Turn } from '../turn.ts'
import { type Channel, channels } from '../words.ts'
import { activate, maskOf, tellAvailability } from './availability.ts'
import { isActive } from './view.ts'

/**
 * Moves that reallocation orders: for a time one channel counts alone, or none. Facts of another
 * service are never refused as commands; what can't be is told by an event, so that the other side
 * knows. A supervisor's own choice of channels stands above any move, and a move lapses by itself.
 */

/** Why a move can't be. */
export type MoveRefusal =
  | 'agentUnknown'
  | 'signedOut'
  | 'channelNotInProfile'
  | 'supervisor'
  | 'late'

const reasonOf = (moveId: string): string => `move ${moveId}`

const isMoved = (agent: AgentRow): boolean => agent.activeReason.startsWith(reasonOf(''))

export function orderMove(s: RoutingState, c: OrderMove, turn: Turn): Outcome<RoutingEvent> {
  const agent = s.agents.find(c.pool, c.agentId)
  const why = refusalOf(agent, c, turn.at.time)
  if (why === undefined && agent !== undefined) {
    const mask = c.channels === 'training' ? noChannel : maskOf(c.channels)
    activate(s, agent, mask, reasonOf(c.moveId), c.until, turn)
  } else if (s.pools.get(c.pool) !== undefined) {
    const { pool, agentId, moveId } = c
    turn.events.push({ kind: 'moveRefused', pool, agentId, moveId, why: why ?? 'agentUnknown' })
  }
  return accept(turn, c.agentId)
}

function refusalOf(
  agent: AgentRow | undefined,
  c: OrderMove,
  time: number,
): MoveRefusal | undefined {
  if (agent === undefined || agent.removed) return 'agentUnknown'
  if (agent.presence === 'signedOut') return 'signedOut'
  if (agent.activeChannels > 0 && !isMoved(agent)) return 'supervisor'
  if (c.channels !== 'training' && !isOfProfile(agent, c.channels)) return 'channelNotInProfile'
  const ahead = c.until - time
  return ahead <= 0 || ahead > durations.activeChannels ? 'late' : undefined
}

const isOfProfile = (agent: AgentRow, named: readonly Channel[]): boolean =>
  named.length > 0 &&
  named.every((channel) => (agent.profileWeights[channels.indexOf(channel)] ?? 0) > 0)

/** What the profile has counts again, unless somebody has decided otherwise since. */
export function endMove(s: RoutingState, c: EndMove, turn: Turn): Outcome<RoutingEvent> {
  const agent = s.agents.find(c.pool, c.agentId)
  if (agent?.activeReason === reasonOf(c.moveId)) activate(s, agent, 0, '', NEVER, turn)
  return accept(turn, c.agentId)
}

/** Has taken, and not finished, work of a channel that does not count now. */
export function hasOtherWork(s: RoutingState, agent: AgentRow): boolean {
  if (agent.activeChannels === 0 && agent.onRequest === 0) return false
  for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
    const { channel, state } = s.contacts.at(w)
    if (!isActive(agent, channels.indexOf(channel)) && state !== 'offered') return true
  }
  return false
}

/** An agent has given something up: perhaps the last of what was to be finished. */
export function otherWorkLess(s: RoutingState, agent: AgentRow, turn: Turn): void {
  if (!agent.draining || hasOtherWork(s, agent)) return
  s.agents.update(agent, { draining: false })
  tellAvailability(s, agent, turn)
}

/** What a move let count alone is in the profile no more: nobody is left without a channel. True: so it was. */
export function keepPlan(s: RoutingState, agent: AgentRow, turn: Turn): boolean {
  if (!isMoved(agent) || agent.activeChannels === noChannel) return false
  const counts = channels.some(
    (_, k) => hasChannel(agent.activeChannels, k) && (agent.profileWeights[k] ?? 0) > 0,
  )
  if (!counts) activate(s, agent, 0, '', NEVER, turn)
  return !counts
}
