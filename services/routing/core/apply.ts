import type { Core, Moment, Outcome } from '@evenkeel/chassis/protocol'
import { putEndpointBreaker } from './agent/breaker.ts'
import { tellProfilesAge } from './agent/profiles-age.ts'
import { respondToCallbackOffer } from './callback/callback.ts'
import { requestCallback, rescheduleCallback } from './callback/request.ts'
import { extendHorizon, putCalendar } from './queue/calendar.ts'
import { tellOutlook } from './queue/outlook.ts'
import { resolveZone } from './queue/zone.ts'
import { switchChannel } from './legs/channel-switch.ts'
import { closeContact } from './contact/close.ts'
import { startConsult } from './legs/consult.ts'
import { putClassification } from './classification/classification.ts'
import { claimDial, reportDial } from './callback/dial.ts'
import { assignContact } from './offer/assign.ts'
import { setActiveChannels, setEndpointState, setExternalLoad } from './agent/availability.ts'
import type { Command } from './commands.ts'
import {
  abandonContact,
  cancelContact,
  completeContact,
  extendWrapUp,
  holdContact,
  requeueContact,
  resumeContact,
  transferContact,
} from './contact/contact.ts'
import { expire, nextDeadline, orphaned, work } from './deadlines.ts'
import type { RoutingEvent } from './events.ts'
import { forceAgentState } from './agent/force.ts'
import { invariants } from './invariants.ts'
import { endMove, orderMove } from './agent/moves.ts'
import { reportMedia } from './contact/media.ts'
import { acceptOffer, declineOffer } from './offer/offer.ts'
import { putPolicy } from './queue/policy.ts'
import { setContactPriority } from './contact/priority.ts'
import { cutSession, openSession, setPresence, signIn } from './agent/presence.ts'
import { changeProfile, removeProfile } from './agent/profile.ts'
import { changeRoster } from './agent/roster.ts'
import { putPool, putQueue } from './queue/queue.ts'
import { setQueueState } from './queue/state.ts'
import { carryOutReconciliation, reconcilePage } from './contact/reconcile.ts'
import { createState, type RoutingState } from './state.ts'
import { setPoolSwitches } from './switches.ts'
import { submitContact } from './contact/submit.ts'
import { newTurn, type Turn, unreachable } from './turn.ts'

/** One command, one function, in the file of its subject. */
export function apply(s: RoutingState, c: Command, at: Moment): Outcome<RoutingEvent> {
  const turn = newTurn(at)
  if ('contactId' in c) return ofContact(s, c, turn)
  return 'agentId' in c ? ofAgent(s, c, turn) : ofPool(s, c, turn)
}

type ContactCommand = Extract<Command, { readonly contactId: string }>
type AgentCommand = Exclude<Extract<Command, { readonly agentId: string }>, ContactCommand>
type PoolCommand = Exclude<Command, ContactCommand | AgentCommand>

function ofContact(s: RoutingState, c: ContactCommand, turn: Turn): Outcome<RoutingEvent> {
  switch (c.kind) {
    case 'submitContact':
      return submitContact(s, c, turn)
    case 'cancelContact':
      return cancelContact(s, c, turn)
    case 'abandonContact':
      return abandonContact(s, c, turn)
    case 'transferContact':
      return transferContact(s, c, turn)
    case 'requeueContact':
      return requeueContact(s, c, turn)
    case 'holdContact':
      return holdContact(s, c, turn)
    case 'resumeContact':
      return resumeContact(s, c, turn)
    case 'reportMedia':
      return reportMedia(s, c, turn)
    case 'completeContact':
      return completeContact(s, c, turn)
    case 'setContactPriority':
      return setContactPriority(s, c, turn)
    case 'closeContact':
      return closeContact(s, c, turn)
    case 'startConsult':
      return startConsult(s, c, turn)
    case 'switchChannel':
      return switchChannel(s, c, turn)
    case 'respondToCallbackOffer':
      return respondToCallbackOffer(s, c, turn)
    case 'requestCallback':
      return requestCallback(s, c, turn)
    case 'rescheduleCallback':
      return rescheduleCallback(s, c, turn)
    case 'claimDial':
      return claimDial(s, c, turn)
    case 'reportDial':
      return reportDial(s, c, turn)
    case 'extendWrapUp':
      return extendWrapUp(s, c, turn)
    case 'assignContact':
      return assignContact(s, c, turn)
    default:
      return unreachable(c)
  }
}

function ofAgent(s: RoutingState, c: AgentCommand, turn: Turn): Outcome<RoutingEvent> {
  switch (c.kind) {
    case 'signIn':
      return signIn(s, c, turn)
    case 'setPresence':
      return setPresence(s, c, turn)
    case 'acceptOffer':
      return acceptOffer(s, c, turn)
    case 'declineOffer':
      return declineOffer(s, c, turn)
    case 'forceAgentState':
      return forceAgentState(s, c, turn)
    case 'setActiveChannels':
      return setActiveChannels(s, c, turn)
    case 'setEndpointState':
      return setEndpointState(s, c, turn)
    case 'setExternalLoad':
      return setExternalLoad(s, c, turn)
    case 'openSession':
      return openSession(s, c, turn)
    case 'cutSession':
      return cutSession(s, c, turn)
    case 'changeProfile':
      return changeProfile(s, c, turn)
    case 'removeProfile':
      return removeProfile(s, c, turn)
    case 'changeRoster':
      return changeRoster(s, c, turn)
    case 'orderMove':
      return orderMove(s, c, turn)
    case 'endMove':
      return endMove(s, c, turn)
    default:
      return unreachable(c)
  }
}

function ofPool(s: RoutingState, c: PoolCommand, turn: Turn): Outcome<RoutingEvent> {
  switch (c.kind) {
    case 'putPool':
      return putPool(s, c, turn)
    case 'putQueue':
      return putQueue(s, c, turn)
    case 'setQueueState':
      return setQueueState(s, c, turn)
    case 'putCalendar':
      return putCalendar(s, c, turn)
    case 'extendHorizon':
      return extendHorizon(s, c, turn)
    case 'tellProfilesAge':
      return tellProfilesAge(s, c, turn)
    case 'tellOutlook':
      return tellOutlook(s, c, turn)
    case 'resolveZone':
      return resolveZone(s, c, turn)
    case 'reconcilePage':
      return reconcilePage(s, c, turn)
    case 'carryOutReconciliation':
      return carryOutReconciliation(s, c, turn)
    case 'setPoolSwitches':
      return setPoolSwitches(s, c, turn)
    case 'putEndpointBreaker':
      return putEndpointBreaker(s, c, turn)
    case 'putClassification':
      return putClassification(s, c, turn)
    case 'putPolicy':
      return putPolicy(s, c, turn)
    default:
      return unreachable(c)
  }
}

export const routingCore: Core<RoutingState, Command, RoutingEvent> = {
  create: createState,
  apply,
  expire,
  nextDeadline,
  orphaned: (_state, replica, at) => orphaned(replica, at),
  work,
  poolOf: (event) => event.pool,
  admits: ({ kind }) => kind === 'submitContact' || kind === 'requestCallback',
  invariants,
}
