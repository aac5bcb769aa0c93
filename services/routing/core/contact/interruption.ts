import { NONE } from '@evenkeel/chassis/table'
import { isOutOfReach, weightOfOwn } from '../agent/availability.ts'
import { stopWork, expiryFromNow } from './contact.ts'
import { rememberAgent } from './history.ts'
import { hasChannel, withChannel } from './hold.ts'
import { legOf } from '../legs/legs.ts'
import { capacity, durations, limits, priorityMax } from '../limits.ts'
import { isSkilled } from '../matching/classes.ts'
import { takenOf } from '../matching/free.ts'
import { changeContact, requeue, tellRequeued } from './placement.ts'
import type { AgentRow, ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { changeStory, storyOf } from './story.ts'
import type { Turn } from '../turn.ts'
import { type Channel, channels } from '../words.ts'

/**
 * Work that is set aside while its agent has a customer on the line. An agent's row knows how much
 * of the load would yield to a call and to a chat, so that matching need not look at the work. It
 * is set aside as the call is offered, goes on as soon as there is room for it, and goes back to
 * its queue if there is none for too long. While an agent has something aside only calls and chats
 * are offered, so that nothing else comes before it.
 */

/** An agent works on it from now on: it yields as its queue says, legs never. */
export function yieldFromNow(s: RoutingState, contact: ContactRow): void {
  const { interruptible } = s.queues.at(contact.queue).policy
  if (interruptible === undefined || contact.weight < limits.interruptibleWeight) return
  const { uninterruptible } = s.agents.at(contact.agent)
  if (hasChannel(uninterruptible, channels.indexOf(contact.channel))) return
  const { byChannels, timesMax } = interruptible
  if (contact.priority > interruptible.priorityMax || interruptionsOf(s, contact) >= timesMax)
    return
  if (legOf(s, contact) !== 'none') return
  const yieldsTo = byChannels.reduce((mask, one) => withChannel(mask, channels.indexOf(one)), 0)
  changeStory(s, contact, { yieldsTo })
  countYield(s, contact, yieldsTo, contact.weight)
}

/** By its present agent. */
const interruptionsOf = (s: RoutingState, contact: ContactRow): number =>
  storyOf(s, contact)?.interruptions ?? 0

/** To a contact of the channel, as it is worked on now. */
export const yields = (s: RoutingState, contact: ContactRow, channel: Channel): boolean =>
  hasChannel(storyOf(s, contact)?.yieldsTo ?? 0, channels.indexOf(channel))

/** It is not worked on any more, or not in a way that may be interrupted. */
export function yieldNoMore(s: RoutingState, contact: ContactRow): void {
  const yieldsTo = storyOf(s, contact)?.yieldsTo ?? 0
  if (yieldsTo === 0) return
  countYield(s, contact, yieldsTo, -contact.weight)
  changeStory(s, contact, { yieldsTo: 0 })
}

/** Another priority: too urgent it yields no more; what is less so yields from the next agent on. */
export function priorityRaised(s: RoutingState, contact: ContactRow): void {
  const { interruptible } = s.queues.at(contact.queue).policy
  if (contact.priority > (interruptible?.priorityMax ?? priorityMax)) yieldNoMore(s, contact)
}

/**
 * The agent's profile is another: work on a channel that has become uninterruptible yields no more,
 * what has become interruptible yields from the next contact on.
 */
export function holdOn(s: RoutingState, agent: AgentRow): void {
  if (agent.uninterruptible === 0 || agent.yieldsToCall + agent.yieldsToChat === 0) return
  for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
    const contact = s.contacts.at(w)
    if (hasChannel(agent.uninterruptible, channels.indexOf(contact.channel))) {
      yieldNoMore(s, contact)
    }
  }
}

function countYield(s: RoutingState, contact: ContactRow, yieldsTo: number, weight: number): void {
  const agent = s.agents.at(contact.agent)
  const by = (channel: Channel): number =>
    hasChannel(yieldsTo, channels.indexOf(channel)) ? weight : 0
  s.agents.update(agent, {
    yieldsToCall: agent.yieldsToCall + by('voice'),
    yieldsToChat: agent.yieldsToChat + by('chat'),
  })
}

/** To be called before a contact leaves its agent. */
export function leaveWork(s: RoutingState, contact: ContactRow, agent: AgentRow): void {
  yieldNoMore(s, contact)
  if (interruptionsOf(s, contact) > 0) changeStory(s, contact, { interruptions: 0 })
  if (contact.state === 'interrupted') s.agents.update(agent, { aside: agent.aside - 1 })
}

/** Sets aside what must be for the agent to have room for `weight`, no more; as a rule nothing. */
export function makeRoom(
  s: RoutingState,
  agent: AgentRow,
  weight: number,
  by: ContactRow,
  turn: Turn,
): void {
  const lacking = takenOf(agent) + weight - capacity
  if (lacking <= 0) return
  for (const contact of leastOf(s, agent, by.channel, lacking)) setAside(s, contact, by, turn)
}

/** Of the work that yields the least urgent, then the last begun; none that could be left. */
function leastOf(
  s: RoutingState,
  agent: AgentRow,
  channel: Channel,
  lacking: number,
): readonly ContactRow[] {
  const found: ContactRow[] = []
  for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
    const contact = s.contacts.at(w)
    if (yields(s, contact, channel)) found.push(contact)
  }
  found.sort((a, b) => a.priority - b.priority || b.takenAt - a.takenAt || b.seq - a.seq)
  let freed = 0
  const enough = found.filter(({ weight }) => {
    if (freed >= lacking) return false
    freed += weight
    return true
  })
  return enough.filter(({ weight }) => {
    if (freed - weight < lacking) return true
    freed -= weight
    return false
  })
}

function setAside(s: RoutingState, contact: ContactRow, by: ContactRow, turn: Turn): void {
  const agent = s.agents.at(contact.agent)
  const { interruptible } = s.queues.at(contact.queue).policy
  const resumeBefore = turn.at.time + (interruptible?.resumeWithinMs ?? durations.resumeWithin)
  stopWork(s, contact, 'interrupted', resumeBefore, turn)
  changeStory(s, contact, { interruptions: interruptionsOf(s, contact) + 1 })
  s.agents.update(agent, { aside: agent.aside + 1 })
  turn.events.push({
    kind: 'contactInterrupted',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    agentId: idOf(agent.id),
    byContactId: idOf(by.id),
    resumeBefore,
  })
}

/** What was set aside goes on if there is room, before the agent is matched; mostly nothing was. */
export function resumeWork(s: RoutingState, agent: AgentRow, turn: Turn): void {
  if (agent.aside === 0) return
  const aside: ContactRow[] = []
  for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
    const contact = s.contacts.at(w)
    if (contact.state === 'interrupted') aside.push(contact)
  }
  // The most urgent first, then what has been aside for the longest.
  aside.sort((a, b) => b.priority - a.priority || a.stateSince - b.stateSince || a.seq - b.seq)
  for (const contact of aside) goOn(s, contact, agent, turn)
}

function goOn(s: RoutingState, contact: ContactRow, agent: AgentRow, turn: Turn): void {
  const { time } = turn.at
  const weight = weightOfOwn(agent, contact.channel)
  if (weight === 0 || !isSkilled(s, agent, contact)) {
    // Whose skill or channel is gone will not go on with it; whose endpoint is out of reach may.
    // With the next tick, since here somebody else is being moved.
    const lost = !isOutOfReach(agent, contact.channel) && contact.dueTime > time
    if (lost) changeContact(s, contact, { dueTime: time })
    return
  }
  if (takenOf(agent) + weight > capacity) return
  s.agents.update(agent, { load: agent.load + weight, aside: agent.aside - 1 })
  const asideMs = time - contact.stateSince
  changeContact(s, contact, {
    state: 'connected',
    stateSince: time,
    weight,
    handledSince: time,
    dueTime: time + s.queues.at(contact.queue).policy.handleLimitMs,
  })
  yieldFromNow(s, contact)
  turn.events.push({
    kind: 'contactResumed',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    agentId: idOf(agent.id),
    asideMs,
  })
}

/** The agent has had no room for it: at its place in the queue it is for whoever has. */
export function asideTooLong(s: RoutingState, contact: ContactRow, turn: Turn): void {
  rememberAgent(s, contact, 'interrupted', turn.at.time)
  changeContact(s, contact, { expiresAt: expiryFromNow(s, contact, turn) })
  tellRequeued(s, contact, 'interrupted', turn)
  requeue(s, contact, turn)
}
