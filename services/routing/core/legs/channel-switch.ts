import type { Outcome } from '@evenkeel/chassis/protocol'
import { assert } from '@evenkeel/chassis/table'
import { weightOfOwn } from '../agent/availability.ts'
import type { SwitchChannel } from '../commands.ts'
import { holdForCustomer } from '../contact/contact.ts'
import type { RoutingEvent } from '../events.ts'
import { constraintOf } from '../explain/explain.ts'
import { capacity, limits, NEVER } from '../limits.ts'
import { newLeg, tellStarted } from './start.ts'
import { parentFor } from './legs.ts'
import { isSkilled } from '../matching/classes.ts'
import { takenOf } from '../matching/free.ts'
import { connectContact } from '../offer/offer.ts'
import { agentFreed, changeContact } from '../contact/placement.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { isLive } from '../words.ts'

/** What keeps an agent from a contact whatever else the agent is doing. */
const lasting: ReadonlySet<string> = new Set([
  'channel',
  'skillMissing',
  'levelTooLow',
  'provisional',
])

/** The agent goes on with the customer on another channel, and the contact is on hold meanwhile. */
export function switchChannel(
  s: RoutingState,
  c: SwitchChannel,
  turn: Turn,
): Outcome<RoutingEvent> {
  const parent = parentFor(s, c, turn)
  if (!('slot' in parent)) return parent
  const queue = s.queues.find(c.pool, c.queueId)
  if (!queue) return reject('QUEUE_UNKNOWN', { pool: c.pool, queue_id: c.queueId })
  const { channel } = parent
  if (channel === 'voice' || channel === queue.channel) {
    const fields = { queue_id: c.queueId, channel: queue.channel }
    return reject('SWITCH_CHANNEL', { ...fields, contact_channel: channel })
  }
  const agent = s.agents.at(parent.agent)
  if (s.workOf.size(agent.slot) >= limits.workPerAgent) {
    return reject('TOO_MANY', { cap: 'workPerAgent', limit: limits.workPerAgent })
  }
  const leg = newLeg(s, c, parent, queue, 'channelSwitched', turn)
  if (!('slot' in leg)) return { ok: false, rejection: leg }
  const kept = keptFrom(s, leg, agent, parent.weight)
  if (kept !== undefined) {
    const fields = { agent_id: c.agentId, contact_id: c.legContactId }
    return reject('ASSIGN_REFUSED', { ...fields, ...kept })
  }
  holdForCustomer(s, parent, turn)
  tellStarted(s, leg, turn)
  assign(s, leg, agent, turn)
  agentFreed(s, agent, turn)
  return accept(turn, c.contactId)
}

/** Floors, channel and budget hold; that the agent is at work on it already is the point of it. */
function keptFrom(s: RoutingState, leg: ContactRow, agent: AgentRow, freed: number) {
  const kept = constraintOf(s, leg, agent)
  if (kept !== undefined && lasting.has(kept.kind)) {
    return { constraint: kept.kind, skill_id: kept.skillId }
  }
  // Whose profile is gone finishes what is open, and begins nothing.
  if (!isSkilled(s, agent, leg)) return { constraint: 'notReady', skill_id: '' }
  const weight = weightOfOwn(agent, leg.channel)
  if (weight === 0) return { constraint: 'unreachable', skill_id: '' }
  const full = takenOf(agent) - freed + weight > capacity
  return full ? { constraint: 'busy', skill_id: '' } : undefined
}

function assign(s: RoutingState, leg: ContactRow, agent: AgentRow, turn: Turn): void {
  const { time, uptime } = turn.at
  const weight = weightOfOwn(agent, leg.channel)
  const pool = s.pools.at(leg.pool)
  s.pools.update(pool, { assignments: pool.assignments + 1 })
  assert(isSkilled(s, agent, leg), 'the skill floor is never relaxed')
  s.agents.update(agent, { load: agent.load + weight })
  const { connectTimeoutMs } = s.queues.at(leg.queue).policy
  changeContact(s, leg, {
    state: 'connecting',
    dueTime: NEVER,
    dueUptime: uptime + connectTimeoutMs,
    agent: agent.slot,
    weight,
    handledSince: time,
    takenAt: time,
    answeredAt: time,
    chosenAgentId: idOf(agent.id),
    chosenBy: 'channelSwitch',
  })
  if (!isLive(leg.channel)) connectContact(s, leg, turn)
}
