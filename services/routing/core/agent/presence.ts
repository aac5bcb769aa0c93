import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { CutSession, OpenSession, SetPresence, SignIn } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { adhereFromNow, isThere, keepAdherence } from './adherence.ts'
import { forgetAgentLinks } from '../contact/exclusion.ts'
import { rememberAgent } from '../contact/history.ts'
import { leaveWork } from '../contact/interruption.ts'
import { leaveSwitch } from '../legs/legs.ts'
import { durations, NEVER } from '../limits.ts'
import { comesByWord } from './roster.ts'
import { heldOutFor, leaveHoldOut } from '../offer/hold-out.ts'
import { matchAgent } from '../matching/choose.ts'
import { touchSupplyClass } from '../matching/classes.ts'
import { withdrawOffer } from '../offer/offer.ts'
import { changeContact } from '../contact/placement.ts'
import type { AgentRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { accept, reject, type Turn, unreachable } from '../turn.ts'
import type { Presence } from '../words.ts'

/** `forcedBy`: whose will it is; '': the agent's or the system's own, and nobody holds it. */
export function setPresenceTo(
  s: RoutingState,
  agent: AgentRow,
  presence: Presence,
  reason: string,
  turn: Turn,
  forcedBy = '',
): void {
  if (agent.presence === presence && agent.pauseReason === reason) return
  const { time } = turn.at
  // With what the agent was, for an edge of the roster that no tick has passed yet.
  keepAdherence(s, agent, turn)
  // Who passes through it at once, on the way out, has not been there.
  const thereUntil = isThere(agent) && agent.presenceSince < time ? time : agent.thereUntil
  s.agents.update(agent, {
    presence,
    pauseReason: reason,
    forcedBy,
    holdUntil: forcedBy === '' ? NEVER : agent.holdUntil,
    presenceSince: time,
    thereUntil,
    idleSince: presence === 'ready' && agent.load === 0 ? time : agent.idleSince,
    missedOffers: presence === 'ready' ? 0 : agent.missedOffers,
  })
  // From now on alone: at an edge that no tick has passed yet the agent was what it was.
  adhereFromNow(s, agent, turn)
  tellPresence(s, agent, turn)
}

/** What it is now, and whose will that is. */
export function tellPresence(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const { forcedBy: actor, holdUntil, pauseReason: reason, presence } = agent
  turn.events.push({
    kind: 'presenceChanged',
    pool: s.pools.at(agent.pool).id,
    agentId: idOf(agent.id),
    ...{ presence, reason, actor },
    heldUntil: holdUntil === NEVER ? undefined : holdUntil,
  })
}

/** No new offers. Who drains or is signed out stays so. */
export function pauseAgent(s: RoutingState, agent: AgentRow, reason: string, turn: Turn): void {
  if (agent.presence === 'ready') setPresenceTo(s, agent, 'paused', reason, turn)
}

export function signIn(s: RoutingState, c: SignIn, turn: Turn): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  if (mayNotSignIn(agent)) return forced(agent, turn)
  signInAgent(s, agent, c.ready, turn)
  return accept(turn, c.agentId)
}

/** A supervisor has set it, and holds it. */
const isForced = (agent: AgentRow): boolean => agent.holdUntil !== NEVER

/** Who keeps the agent from work; '': nobody. */
const heldBy = (agent: AgentRow): string =>
  isForced(agent) && agent.presence !== 'ready' ? agent.forcedBy : ''

const mayNotSignIn = (agent: AgentRow): boolean => isForced(agent) && agent.presence === 'signedOut'

const forced = (agent: AgentRow, turn: Turn): Outcome<RoutingEvent> =>
  reject('AGENT_FORCED', {
    agent_id: idOf(agent.id),
    presence: agent.presence,
    actor: agent.forcedBy,
    reason: agent.pauseReason,
    value: agent.holdUntil - turn.at.time,
  })

function signInAgent(s: RoutingState, agent: AgentRow, ready: boolean, turn: Turn): void {
  if (agent.presence === 'signedOut') {
    s.agents.update(agent, { assigned: 0, missedOffers: 0, leftAt: NEVER })
    setPresenceTo(s, agent, 'paused', 'signed_in', turn)
  }
  if (ready) comesByWord(s, agent, turn.at.time)
  if (ready && agent.presence !== 'ready' && !isForced(agent)) {
    setPresenceTo(s, agent, 'ready', '', turn)
  }
  // Also who was ready before: by this word perhaps no longer kept from work by the roster.
  if (ready && agent.presence === 'ready') matchAgent(s, agent, turn)
}

type AgentOrRejection = AgentRow | Extract<Outcome<RoutingEvent>, { ok: false }>

export function findAgent(
  s: RoutingState,
  c: { readonly pool: string; readonly agentId: string },
): AgentOrRejection {
  const rejected = (code: 'POOL_UNKNOWN' | 'AGENT_UNKNOWN'): AgentOrRejection => ({
    ok: false,
    rejection: { code, fields: { pool: c.pool, agent_id: c.agentId } },
  })
  if (!s.pools.get(c.pool)) return rejected('POOL_UNKNOWN')
  const agent = s.agents.find(c.pool, c.agentId)
  return agent && !agent.removed ? agent : rejected('AGENT_UNKNOWN')
}

export function setPresence(s: RoutingState, c: SetPresence, turn: Turn): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  if (agent.presence === 'signedOut' && c.presence !== 'signedOut') {
    return reject('AGENT_SIGNED_OUT', { agent_id: c.agentId })
  }
  // Going home is always possible; coming back is not, before the hold is over.
  const leaves = c.presence === 'draining' || c.presence === 'signedOut'
  const reason = c.presence === 'ready' ? agent.pauseReason : c.reason
  const same = c.presence === agent.presence && reason === agent.pauseReason
  if (isForced(agent) && !leaves && !same) return forced(agent, turn)
  const by = heldBy(agent)
  switch (c.presence) {
    case 'ready':
      comesByWord(s, agent, turn.at.time)
      if (!same) setPresenceTo(s, agent, 'ready', '', turn)
      matchAgent(s, agent, turn)
      break
    case 'paused':
      if (!same) setPresenceTo(s, agent, 'paused', c.reason, turn)
      withdrawOffer(s, agent, turn)
      break
    case 'draining':
      setPresenceTo(s, agent, 'draining', c.reason, turn, by)
      withdrawOffer(s, agent, turn)
      leavesWork(s, agent, turn)
      break
    case 'signedOut': {
      const open = activeWork(s, agent)
      if (open > 0) return reject('AGENT_BUSY', { agent_id: c.agentId, open })
      setPresenceTo(s, agent, 'signedOut', c.reason, turn, by)
      withdrawOffer(s, agent, turn)
      signedOut(s, agent, turn)
      break
    }
    default:
      return unreachable(c.presence)
  }
  return accept(turn, c.agentId)
}

/** Open work that keeps an agent from signing out: neither what is held nor an unanswered offer. */
export function activeWork(s: RoutingState, agent: AgentRow): number {
  let open = 0
  for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
    const { state } = s.contacts.at(w)
    if (state !== 'held' && state !== 'offered') open += 1
  }
  return open
}

/** Held contacts wait for their customers without an owner from now on. */
export function signedOut(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const { time } = turn.at
  for (let w = s.workOf.first(agent.slot); w !== NONE; ) {
    const next = s.workOf.next(w)
    const contact = s.contacts.at(w)
    leaveSwitch(s, contact, turn)
    rememberAgent(s, contact, 'agentLeft', time)
    leaveWork(s, contact, agent)
    changeContact(s, contact, { agent: NONE })
    w = next
  }
  s.agents.update(agent, { sessionToken: '', connected: false, graceUntil: NEVER })
  if (heldOutFor(s, agent) !== NONE) s.agents.update(agent, { leftAt: time })
  else if (agent.removed) forgetAgent(s, agent, time)
}

/** An agent who has left is waited for no longer: one contact at a time, since each may be offered to somebody else. */
export function endOneHoldOut(s: RoutingState, agent: AgentRow, turn: Turn): void {
  const slot = heldOutFor(s, agent)
  if (slot === NONE) {
    s.agents.update(agent, { leftAt: NEVER })
    if (agent.removed && agent.presence === 'signedOut') forgetAgent(s, agent, turn.at.time)
    return
  }
  const preference = s.preferences.at(slot)
  const contact = s.contacts.at(preference.contact)
  s.preferences.delete(preference)
  if (s.preferencesOfContact.size(contact.slot) === 0) leaveHoldOut(s, contact, turn)
}

/** The profile is gone and so is the work. */
function forgetAgent(s: RoutingState, agent: AgentRow, time: number): void {
  forgetAgentLinks(s, agent)
  const { supplyClass } = agent
  s.agents.delete(agent)
  touchSupplyClass(s, supplyClass, time)
}

/** Signs a draining agent out once nothing is open. True: the agent is not to be matched any more. */
export function leavesWork(s: RoutingState, agent: AgentRow, turn: Turn): boolean {
  if (agent.presence !== 'draining' && !agent.removed) return false
  if (activeWork(s, agent) > 0 || agent.openOffer !== NONE) return true
  const { forcedBy } = agent
  const reason = forcedBy === '' ? 'drained' : agent.pauseReason
  setPresenceTo(s, agent, 'signedOut', reason, turn, forcedBy)
  signedOut(s, agent, turn)
  return true
}

/**
 * The profile was removed: no new work; the agent goes when the open work is done. A supervisor's
 * hold stays, since the profile may be put again before that.
 */
export function retireAgent(s: RoutingState, agent: AgentRow, turn: Turn): void {
  if (agent.presence !== 'signedOut') {
    setPresenceTo(s, agent, 'draining', 'profile_removed', turn, heldBy(agent))
  }
  withdrawOffer(s, agent, turn)
  leavesWork(s, agent, turn)
}

/** A desk's stream is opened: anew (any other session of the agent ends) or resumed by its token. */
export function openSession(s: RoutingState, c: OpenSession, turn: Turn): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  if (c.resumeToken !== '' && c.resumeToken !== agent.sessionToken) {
    return reject('SESSION_UNKNOWN', { agent_id: c.agentId })
  }
  if (mayNotSignIn(agent)) return forced(agent, turn)
  s.agents.update(agent, {
    sessionToken: c.token,
    sessionFrom: turn.at.offset,
    sessionReplica: c.replica,
    connected: true,
    graceUntil: NEVER,
  })
  if (c.resumeToken === '') signInAgent(s, agent, c.ready, turn)
  return accept(turn, c.agentId)
}

/**
 * A desk's stream is cut: nothing changes yet. One that has been resumed at another replica in the
 * meantime, by the same token, goes on.
 */
export function cutSession(s: RoutingState, c: CutSession, turn: Turn): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  const held = agent.sessionToken === c.token && agent.sessionReplica === c.replica
  if (held && agent.connected) startGrace(s, agent, turn)
  return accept(turn, c.agentId)
}

export function startGrace(s: RoutingState, agent: AgentRow, turn: Turn): void {
  s.agents.update(agent, {
    connected: false,
    graceUntil: turn.at.uptime + durations.sessionGrace,
  })
}

/** The grace of a cut session is over: what is connected goes on (the phone outlives the desk), nothing new comes. */
export function loseSession(s: RoutingState, agent: AgentRow, turn: Turn): void {
  s.agents.update(agent, { sessionToken: '', graceUntil: NEVER })
  pauseAgent(s, agent, 'connection_lost', turn)
  withdrawOffer(s, agent, turn)
}
