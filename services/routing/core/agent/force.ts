import type { Outcome, WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { ForceAgentState } from '../commands.ts'
import { expiryFromNow } from '../contact/contact.ts'
import { handOver, heirOf } from '../legs/consult.ts'
import type { RoutingEvent } from '../events.ts'
import { rememberAgent } from '../contact/history.ts'
import { leaveWork } from '../contact/interruption.ts'
import { leaveLeg, leaveSwitch } from '../legs/legs.ts'
import { NEVER } from '../limits.ts'
import { matchAgent } from '../matching/choose.ts'
import { withdrawOffer } from '../offer/offer.ts'
import { changeContact, endContact, requeue, tellRequeued } from '../contact/placement.ts'
import {
  activeWork,
  findAgent,
  leavesWork,
  setPresenceTo,
  signedOut,
  tellPresence,
} from './presence.ts'
import { comesByWord } from './roster.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { storyOf } from '../contact/story.ts'
import { accept, reject, type Turn } from '../turn.ts'

/** A supervisor decides what an agent is ready for. Nobody is blamed: what is taken back is not missed. */

export const releasingWork = 'releaseWork'

export function forceAgentState(
  s: RoutingState,
  c: ForceAgentState,
  turn: Turn,
): Outcome<RoutingEvent> {
  const agent = findAgent(s, c)
  if (!('slot' in agent)) return agent
  if (agent.forceRequest === c.requestId) return accept(turn, c.agentId)
  if (agent.presence === 'signedOut' && c.presence !== 'signedOut') {
    return reject('AGENT_SIGNED_OUT', { agent_id: c.agentId })
  }
  const open = activeWork(s, agent)
  const out = c.presence === 'signedOut'
  if (out && open > 0 && !c.releaseWork) {
    return reject('AGENT_BUSY', { agent_id: c.agentId, open })
  }
  const holdUntil = c.holdMs === 0 ? NEVER : turn.at.time + c.holdMs
  s.agents.update(agent, { forcedBy: c.actor, forceRequest: c.requestId, holdUntil })
  // Whose work is still to be given back is signed out with the last of it.
  const presence = out && open > 0 ? 'draining' : c.presence
  const stays = presence === agent.presence && c.reason === agent.pauseReason
  setPresenceTo(s, agent, presence, c.reason, turn, c.actor)
  // Another supervisor wants it too, or holds it for longer: whoever looks later must know.
  if (stays) tellPresence(s, agent, turn)
  if (presence === 'ready') comesByWord(s, agent, turn.at.time)
  if (presence === 'ready') matchAgent(s, agent, turn)
  else withdrawOffer(s, agent, turn)
  if (presence === 'signedOut') signedOut(s, agent, turn)
  else if (c.releaseWork && s.workOf.size(agent.slot) > 0) {
    turn.work.push({ kind: releasingWork, subject: agent.id, cursor: '0' })
  } else if (presence === 'draining') leavesWork(s, agent, turn)
  return accept(turn, c.agentId)
}

/**
 * Gives one contact back; cursor: the last one's number. One a slice, since with the last of them
 * the agent may leave, and all that is on hold goes in the same breath.
 */
export function releaseWorkSlice(
  s: RoutingState,
  item: WorkItem,
  turn: Turn,
): WorkItem | undefined {
  const agent = s.agents.get(item.subject)
  if (agent === undefined || agent.presence === 'ready') return undefined
  const slot = s.workOf.atOrAfter(agent.slot, Number(item.cursor) + 1, 0)
  if (slot === NONE) {
    leavesWork(s, agent, turn)
    return undefined
  }
  const contact = s.contacts.at(slot)
  const { seq } = contact
  const held = storyOf(s, contact)?.parent ?? NONE
  giveBack(s, contact, agent, turn)
  // What was on hold for it has a smaller number, and may go on with the agent now: back to that.
  const parent = held === NONE ? undefined : s.contacts.at(held)
  const resumed = parent?.state === 'connected' && parent.agent === agent.slot
  return { ...item, cursor: String(resumed ? parent.seq - 1 : seq) }
}

/** To the expert who may take over, or its place in the queue; who is being called, or is on hold for the customer, is not disturbed. */
function giveBack(s: RoutingState, contact: ContactRow, agent: AgentRow, turn: Turn): void {
  const { state } = contact
  if (state === 'wrapUp') endContact(s, contact, 'completed', 'wrapUpOver', turn)
  else if (state === 'connecting' || state === 'connected' || state === 'interrupted') {
    changeContact(s, contact, { expiresAt: expiryFromNow(s, contact, turn) })
    const heir = heirOf(s, contact)
    if (heir) return handOver(s, contact, heir, turn)
    leaveLeg(s, contact, turn)
    rememberAgent(s, contact, 'requeued', turn.at.time)
    tellRequeued(s, contact, 'released', turn)
    requeue(s, contact, turn)
  } else if (state === 'held' && agent.presence !== 'draining') {
    leaveSwitch(s, contact, turn)
    rememberAgent(s, contact, 'agentLeft', turn.at.time)
    leaveWork(s, contact, agent)
    changeContact(s, contact, { agent: NONE })
  }
}
