import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { endpointSilent } from '../agent/availability.ts'
import { backToCallback } from '../callback/callback.ts'
import { letGo } from '../callback/customer-first.ts'
import type { ReportMedia } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { escalate } from './escalation.ts'
import { excludeFor } from './exclusion.ts'
import { rememberAgent } from './history.ts'
import { yieldNoMore } from './interruption.ts'
import { endOwnLeg, leaveLeg, legOf } from '../legs/legs.ts'
import { durations, NEVER } from '../limits.ts'
import { connectContact, missed } from '../offer/offer.ts'
import { changeContact, endContact, enterQueue, release, tellRequeued } from './placement.ts'
import { resolveContact } from './resolve.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, isTerminal, type RoutingState } from '../state.ts'
import { accept, reject, type Turn, unreachable } from '../turn.ts'
import type { MediaCause } from '../words.ts'

/** What the platform's media does to a contact that an agent has accepted. */
export function reportMedia(s: RoutingState, c: ReportMedia, turn: Turn): Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const { state } = contact
  switch (c.status) {
    case 'ringing':
      if (state !== 'connecting' && state !== 'connected') return refused(contact, 'connecting')
      return accept(turn, c.contactId)
    case 'answered':
      if (state === 'connecting') connectContact(s, contact, turn)
      else if (state !== 'connected') return refused(contact, 'connecting')
      return accept(turn, c.contactId)
    case 'ended':
      if (state === 'connected') wrapUp(s, contact, turn)
      else if (state === 'connecting') setUpFailed(s, contact, c.cause, turn)
      else if (state !== 'wrapUp' && !isTerminal(state)) return refused(contact, 'connected')
      return accept(turn, c.contactId)
    case 'failed':
      if (state !== 'connecting') return refused(contact, 'connecting')
      setUpFailed(s, contact, c.cause, turn)
      return accept(turn, c.contactId)
    default:
      return unreachable(c.status)
  }
}

const refused = (contact: ContactRow, needed: string): Outcome<RoutingEvent> =>
  isTerminal(contact.state)
    ? reject('CONTACT_ENDED', { contact_id: idOf(contact.id), state: contact.state })
    : reject('CONTACT_STATE', { contact_id: idOf(contact.id), state: contact.state, needed })

/** The customer has gone, the agent writes it up; capacity stays taken. */
export function wrapUp(s: RoutingState, contact: ContactRow, turn: Turn): void {
  leaveLeg(s, contact, turn)
  if (legOf(s, contact) === 'consult') endOwnLeg(s, contact, turn)
  yieldNoMore(s, contact)
  const { wrapUpMs } = s.queues.at(contact.queue).policy
  if (wrapUpMs === 0) {
    endContact(s, contact, 'completed', 'completed', turn)
    return
  }
  changeContact(s, contact, {
    state: 'wrapUp',
    stateSince: turn.at.time,
    dueTime: NEVER,
    dueUptime: turn.at.uptime + wrapUpMs,
  })
}

/** Accepted, but agent and customer never met: whose doing it was decides what follows. */
export function setUpFailed(
  s: RoutingState,
  contact: ContactRow,
  cause: MediaCause,
  turn: Turn,
): void {
  // What an agent has begun is for nobody else: without it the agent is back where it began.
  if (contact.chosenBy === 'channelSwitch') {
    endContact(s, contact, 'cancelled', 'notReached', turn)
    return
  }
  if (cause === 'customer') {
    const status = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback).status
    if (status === 'accepted') letGo(s, contact, 'customerLeft', turn)
    else if (status === 'calledIn') backToCallback(s, contact, turn)
    else endContact(s, contact, 'abandoned', 'customerLeft', turn)
    return
  }
  rememberAgent(s, contact, 'connectFailed', turn.at.time)
  const agent = release(s, contact, turn)
  if (agent && cause === 'agent') missed(s, agent, contact, turn)
  // A dead endpoint counts against nobody, but the next try goes to somebody else.
  else if (agent) {
    excludeFor(s, contact, agent.id, turn.at.time + durations.mediaRetry)
    if (cause === 'network') endpointSilent(s, contact, agent, turn)
  }
  tellRequeued(s, contact, 'connectFailed', turn)
  escalate(s, contact, turn)
  enterQueue(s, contact, turn, agent)
}
