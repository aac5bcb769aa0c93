import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { endpointBack, endpointFailed } from './breaker.ts'
import type { SetActiveChannels, SetEndpointState, SetExternalLoad } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { hasChannel, withChannel, withoutChannel } from '../contact/hold.ts'
import { resumeWork } from '../contact/interruption.ts'
import { capacity, durations, NEVER } from '../limits.ts'
import { matchAgent } from '../matching/choose.ts'
import { takenOf } from '../matching/free.ts'
import { takeBackOffer } from '../offer/offer.ts'
import { hasOtherWork } from './moves.ts'
import { findAgent } from './presence.ts'
import { applySkills, reclassify } from './profile.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { availabilityView, isActive } from './view.ts'
import { type Channel, channels, isLive } from '../words.ts'

/**
 * What an agent at work can be offered, beside presence and skill: channels that count for a time,
 * endpoints that answer, and what is left beside calls that are not ours. Each lapses by itself, so
 * that a word that was lost heals. Open work stays, whatever is said here.
 */

export const maskOf = (named: readonly Channel[]): number =>
  named.reduce((mask, channel) => withChannel(mask, channels.indexOf(channel)), 0)

/** The agent's weights by the profile, and by what counts of it now. */
export function weigh(s: RoutingState, agent: AgentRow): void {
  const { activeChannels, endpointsOut, onRequest, profileWeights } = agent
  const all = activeChannels === 0 && onRequest === 0 && endpointsOut === 0
  const counts = (channel: number): boolean =>
    isActive(agent, channel) && !hasChannel(endpointsOut, channel)
  const weights = all
    ? profileWeights
    : profileWeights.map((weight, channel) => (counts(channel) ? weight : 0))
  s.agents.update(agent, { weights })
}

export const isInactive = (agent: AgentRow, channel: Channel): boolean =>
  !isActive(agent, channels.indexOf(channel))

export const isOutOfReach = (agent: AgentRow, channel: Channel): boolean =>
  hasChannel(agent.endpointsOut, channels.indexOf(channel))

/** What a contact that the agent has already takes when it comes back; 0: it can't. */
export const weightOfOwn = (agent: AgentRow, channel: Channel): number =>
  isOutOfReach(agent, channel) ? 0 : (agent.profileWeights[channels.indexOf(channel)] ?? 0)

export function tellAvailability(s: RoutingState, agent: AgentRow, turn: Turn): void {
  turn.events.push({
    kind: 'availabilityChanged',
    pool: s.pools.at(agent.pool).id,
    availability: availabilityView(agent),
    draining: agent.draining,
  })
}

/** Who works on what, for a time: what a reallocation changes. */
export function setActiveChannels(
  s: RoutingState,
  c: SetActiveChannels,
  turn: Turn,
): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  const known = channels.filter((_, k) => (agent.profileWeights[k] ?? 0) > 0)
  const stranger = c.channels.find((channel) => !known.includes(channel))
  if (stranger !== undefined) {
    const fields = { agent_id: c.agentId, channel: stranger, limit: known.join(', ') }
    return reject('CHANNEL_NOT_IN_PROFILE', fields)
  }
  const all = c.channels.length === 0
  const ahead = c.until - turn.at.time
  if (!all && (ahead <= 0 || ahead > durations.activeChannels)) {
    return reject('UNTIL_RANGE', { value: ahead, limit: durations.activeChannels })
  }
  activate(s, agent, maskOf(c.channels), c.reason, all ? NEVER : c.until, turn)
  return accept(turn, c.agentId)
}

export function activate(
  s: RoutingState,
  agent: AgentRow,
  activeChannels: number,
  activeReason: string,
  activeUntil: number,
  turn: Turn,
): void {
  const same =
    agent.activeChannels === activeChannels &&
    agent.activeReason === activeReason &&
    agent.activeUntil === activeUntil
  if (same) return
  s.agents.update(agent, { activeChannels, activeReason, activeUntil })
  recount(s, agent, turn)
  weigh(s, agent)
  applySkills(s, agent, turn)
}

/** Other channels count: what is to be finished of those that did, and who is to know. */
export function recount(s: RoutingState, agent: AgentRow, turn: Turn): void {
  s.agents.update(agent, { draining: hasOtherWork(s, agent) })
  tellAvailability(s, agent, turn)
}

/** What the platform knows of an agent's phone, or of the window in which chats are shown. */
export function setEndpointState(
  s: RoutingState,
  c: SetEndpointState,
  turn: Turn,
): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  const until = turn.at.time + c.forMs
  for (const channel of c.channels) {
    const out = isOutOfReach(agent, channel)
    const counted = out === c.reachable && agent.presence !== 'signedOut'
    if (counted && c.reachable) endpointBack(s, agent, channel)
    else if (counted) endpointFailed(s, agent, channel, '', turn)
  }
  if (reach(s, agent, c.channels, c.reachable, until, turn)) applySkills(s, agent, turn)
  return accept(turn, c.agentId)
}

/** True: it changes what the agent can be offered. */
function reach(
  s: RoutingState,
  agent: AgentRow,
  named: readonly Channel[],
  reachable: boolean,
  until: number,
  turn: Turn,
): boolean {
  const before = agent.endpointsOut
  let endpointsOut = before
  for (const channel of named) {
    const change = reachable ? withoutChannel : withChannel
    endpointsOut = change(endpointsOut, channels.indexOf(channel))
  }
  const stays = reachable ? agent.endpointsOutUntil : until
  const endpointsOutUntil = endpointsOut === 0 ? NEVER : stays
  s.agents.update(agent, { endpointsOut, endpointsOutUntil })
  if (endpointsOut === before) return false
  tellAvailability(s, agent, turn)
  weigh(s, agent)
  return true
}

/** A contact that the agent had taken did not reach the endpoint. The agent is matched later. */
export function endpointSilent(
  s: RoutingState,
  contact: ContactRow,
  agent: AgentRow,
  turn: Turn,
): void {
  if (isOutOfReach(agent, contact.channel)) return
  endpointFailed(s, agent, contact.channel, contact.id, turn)
  const { breaker } = s.pools.at(agent.pool)
  const restMs = breaker === 'none' ? undefined : breaker.restMs
  if (restMs === undefined || !isLive(contact.channel)) return
  const until = turn.at.time + restMs
  if (reach(s, agent, [contact.channel], false, until, turn)) reclassify(s, agent, turn)
}

/** A contact has come through: whatever was said before, the endpoint answers. */
export function endpointAnswered(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const agent = s.agents.at(contact.agent)
  if (!isOutOfReach(agent, contact.channel)) return
  if (reach(s, agent, [contact.channel], true, NEVER, turn)) applySkills(s, agent, turn)
}

/** Calls on the switch that are not ours. What the agent has is not taken away; an offer that does not fit any more is. */
export function setExternalLoad(
  s: RoutingState,
  c: SetExternalLoad,
  turn: Turn,
): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  const externalUntil = c.weight === 0 ? NEVER : turn.at.time + c.forMs
  burden(s, agent, c.weight, externalUntil, turn)
  return accept(turn, c.agentId)
}

function burden(
  s: RoutingState,
  agent: AgentRow,
  externalLoad: number,
  externalUntil: number,
  turn: Turn,
): void {
  const before = agent.externalLoad
  const idleSince = externalLoad < before ? turn.at.time : agent.idleSince
  s.agents.update(agent, { externalLoad, externalUntil, idleSince })
  if (externalLoad === before) return
  tellAvailability(s, agent, turn)
  if (agent.openOffer !== NONE && takenOf(agent) > capacity) takeBackOffer(s, agent, turn)
  resumeWork(s, agent, turn)
  matchAgent(s, agent, turn)
}

/** What was said has lapsed. False: nothing has. */
export function availabilityDue(s: RoutingState, agent: AgentRow, turn: Turn): boolean {
  const { time } = turn.at
  if (agent.activeUntil <= time) activate(s, agent, 0, '', NEVER, turn)
  else if (agent.externalUntil <= time) burden(s, agent, 0, NEVER, turn)
  else if (agent.endpointsOutUntil <= time) {
    const out = channels.filter((channel) => isOutOfReach(agent, channel))
    if (reach(s, agent, out, true, NEVER, turn)) applySkills(s, agent, turn)
  } else return false
  return true
}
