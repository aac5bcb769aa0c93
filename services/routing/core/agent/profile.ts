import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { changeTeam, keepAdherence } from './adherence.ts'
import { maskOf, recount, weigh } from './availability.ts'
import type { ChangeProfile, ProfileChannel, RemoveProfile } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { knowAgent } from '../contact/exclusion.ts'
import { holdOn, resumeWork } from '../contact/interruption.ts'
import { NEVER } from '../limits.ts'
import { matchAgent } from '../matching/choose.ts'
import { classifyAgent, isEligible } from '../matching/classes.ts'
import { keepPlan } from './moves.ts'
import { pauseAgent, retireAgent } from './presence.ts'
import { noRoster } from './roster.ts'
import { withdrawOffer } from '../offer/offer.ts'
import type { AgentRow, PoolRow } from '../schema.ts'
import { keyOf, nextSeq, type RoutingState } from '../state.ts'
import { accept, type Turn } from '../turn.ts'
import { channels } from '../words.ts'

/**
 * The skills service says what an agent can do. Facts of another service are never refused: what
 * can't be used (a pool that is not here, a cap that is reached) leaves the agent without new work,
 * which ExplainAgent tells.
 */
export function changeProfile(
  s: RoutingState,
  c: ChangeProfile,
  turn: Turn,
): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return accept(turn, c.agentId)
  const weights = channels.map(
    (channel) => c.channels.find((one) => one.channel === channel)?.weight ?? 0,
  )
  const skills = [...c.skills].sort((a, b) => (a.skillId < b.skillId ? -1 : 1))
  const known = s.agents.find(c.pool, c.agentId)
  if (!known && s.agents.size >= s.agents.cap) return accept(turn, c.agentId)
  const agent = known ?? newAgent(s, pool, c.agentId)
  if (!known) knowAgent(s, agent)
  const uninterruptible = maskOfThose(c, (one) => one.uninterruptible === true)
  const onRequest = maskOfThose(c, (one) => one.onRequest === true)
  const countsOtherwise = onRequest !== agent.onRequest
  const profiled = { profileWeights: weights, uninterruptible, onRequest }
  s.agents.update(agent, { skills, ...profiled, removed: false })
  changeTeam(s, agent, c.team ?? '', turn)
  holdOn(s, agent)
  if (!keepPlan(s, agent, turn) && countsOtherwise) recount(s, agent, turn)
  weigh(s, agent)
  applySkills(s, agent, turn)
  return accept(turn, c.agentId)
}

const maskOfThose = (c: ChangeProfile, that: (one: ProfileChannel) => boolean): number =>
  maskOf(c.channels.filter(that).map(({ channel }) => channel))

function newAgent(s: RoutingState, pool: PoolRow, agentId: string): AgentRow {
  return s.agents.insert({
    id: keyOf(pool.id, agentId),
    pool: pool.slot,
    seq: nextSeq(s),
    presence: 'signedOut',
    forcedBy: '',
    forceRequest: '',
    holdUntil: NEVER,
    pauseReason: '',
    presenceSince: 0,
    idleSince: 0,
    load: 0,
    yieldsToCall: 0,
    yieldsToChat: 0,
    aside: 0,
    openOffer: NONE,
    supplyClass: NONE,
    skills: [],
    weights: [],
    profileWeights: [],
    uninterruptible: 0,
    onRequest: 0,
    activeChannels: 0,
    activeReason: '',
    activeUntil: NEVER,
    draining: false,
    endpointsOut: 0,
    endpointsOutUntil: NEVER,
    externalLoad: 0,
    externalUntil: NEVER,
    nextEdgeAt: NEVER,
    removed: false,
    ...noRoster,
    team: '',
    thereUntil: 0,
    adherence: 'unrostered',
    adherenceSince: 0,
    timesheet: NONE,
    sessionToken: '',
    sessionFrom: 0,
    sessionReplica: '',
    connected: false,
    graceUntil: NEVER,
    missedOffers: 0,
    failedIn: 0,
    workedIn: 0,
    assigned: 0,
    hourFrom: 0,
    hourTaken: 0,
    lastQueue: NONE,
    inRow: 0,
    leftAt: NEVER,
  })
}

/** Levels have changed, by an edit or by a validity edge: a live offer below a floor is taken back, what is connected finishes. */
export function applySkills(s: RoutingState, agent: AgentRow, turn: Turn): void {
  reclassify(s, agent, turn)
  resumeWork(s, agent, turn)
  matchAgent(s, agent, turn)
}

/** The same for who is in the middle of something, and is matched after it. */
export function reclassify(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const classified = classifyAgent(s, agent, turn.at.time)
  if (!classified) pauseAgent(s, agent, 'too_many_profiles', turn)
  if (agent.openOffer !== NONE) {
    const contact = s.contacts.must(s.offers.at(agent.openOffer).contact)
    if (!isEligible(s, agent, contact)) withdrawOffer(s, agent, turn)
  }
}

export function removeProfile(
  s: RoutingState,
  c: RemoveProfile,
  turn: Turn,
): Outcome<RoutingEvent> {
  const agent = s.agents.find(c.pool, c.agentId)
  if (!agent || agent.removed) return accept(turn, c.agentId)
  s.agents.update(agent, { removed: true, ...noRoster })
  keepAdherence(s, agent, turn)
  classifyAgent(s, agent, turn.at.time)
  retireAgent(s, agent, turn)
  return accept(turn, c.agentId)
}
