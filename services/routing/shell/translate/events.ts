import { duration, encoded, timestamp } from '@evenkeel/chassis/errors'
import { Event } from '@evenkeel/proto/evenkeel/routing/v1/events'
import type { RoutingEvent, Window } from '../../core/index.ts'
import { calendarRuleWire } from './calendars.ts'
import { alternativeChosenWire, alternativeWire } from './alternatives.ts'
import { type LegEvent, legKindOf } from './leg-events.ts'
import { classificationWire, prioritizedWire } from './classification.ts'
import { reconciliationWire } from './reconciliation.ts'
import { perhaps, perhapsDuration } from './perhaps.ts'
import { switchesWire } from './switches.ts'
import {
  attemptWire,
  availabilityWire,
  choicesWire,
  contactWire,
  poolWire,
  queueWire,
  waitWire,
  windowWire,
} from './views.ts'
import {
  channelNumbers,
  holdEndNumbers,
  offerEndNumbers,
  presenceNumbers,
  staffingNumbers,
} from './words.ts'

export type WireKind = NonNullable<Event['kind']>

export const encodeEvent = (event: RoutingEvent): Uint8Array =>
  encoded(Event, { kind: kindOf(event) })

const requeueCauses = {
  requeued: 'requeued',
  transferred: 'transferred',
  connectFailed: 'connect_failed',
  resumed: 'resumed',
  legLost: 'leg_lost',
  released: 'released',
  unstaffed: 'unstaffed',
  dialPaced: 'dial_paced',
  interrupted: 'interrupted',
  callingHours: 'calling_hours',
} as const

const refusalWords = {
  agentUnknown: 'agent_unknown',
  signedOut: 'signed_out',
  channelNotInProfile: 'channel_not_in_profile',
  supervisor: 'supervisor',
  late: 'late',
} as const

function kindOf(e: RoutingEvent): WireKind {
  switch (e.kind) {
    case 'poolChanged':
      return { $case: 'poolChanged', value: { pool: poolWire({ ...e, id: e.pool }) } }
    case 'queueChanged':
      return { $case: 'queueChanged', value: { queue: queueWire(e) } }
    case 'contactAccepted':
      return { $case: 'contactAccepted', value: { contact: contactWire(e.contact) } }
    case 'callbackOffered':
      return {
        $case: 'callbackOffered',
        value: {
          contactId: e.contactId,
          expectedWait: perhapsDuration(e.wait?.p50),
          wait: waitWire(e.wait),
          choices: e.choices && choicesWire(e.choices),
        },
      }
    case 'callbackAccepted': {
      const { contactId, recovered, requested } = e
      const value = { contactId, ...promiseWire(e), recovered, requested }
      return { $case: 'callbackAccepted', value }
    }
    case 'dialRequested': {
      const { contactId, addressRef } = e
      const value = { contactId, attempt: attemptWire(e.attempt), addressRef }
      return { $case: 'dialRequested', value }
    }
    case 'dialClosed':
      return {
        $case: 'dialClosed',
        value: { contactId: e.contactId, attempt: attemptWire(e.attempt) },
      }
    case 'contactExpiringSoon': {
      const { contactId, queueId, expiresAt } = e
      return {
        $case: 'contactExpiringSoon',
        value: { contactId, queueId, expiresAt: timestamp(expiresAt) },
      }
    }
    case 'holdMessageDue': {
      const value = { contactId: e.contactId, heldSince: timestamp(e.heldSince) }
      return { $case: 'holdMessageDue', value }
    }
    case 'holdEnded': {
      const value = { contactId: e.contactId, cause: holdEndNumbers[e.cause] }
      return { $case: 'holdEnded', value }
    }
    case 'offerMade': {
      const { offerId, contactId, agentId } = e
      return { $case: 'offerMade', value: { offerId, contactId, agentId } }
    }
    case 'offerAccepted': {
      const { offerId, contactId, agentId } = e
      const waits = { waited: duration(e.waitedMs), toldWait: waitWire(e.toldWait) }
      return { $case: 'offerAccepted', value: { offerId, contactId, agentId, ...waits } }
    }
    case 'offerClosed': {
      const { offerId, contactId, agentId } = e
      const value = { offerId, contactId, agentId, end: offerEndNumbers[e.end] }
      return { $case: 'offerClosed', value }
    }
    default:
      return laterKindOf(e)
  }
}

const orNothing = (time: number) => (time === 0 ? undefined : timestamp(time))

const promiseWire = (e: { readonly promisedAt: number; readonly window: Window | undefined }) => ({
  promisedAt: orNothing(e.promisedAt),
  window: e.window && windowWire(e.window),
})

type LaterEvent = Extract<
  RoutingEvent,
  {
    kind:
      | 'callbackRescheduled'
      | 'contactConnected'
      | 'contactRequeued'
      | 'contactHeld'
      | 'contactMerged'
      | 'contactEnded'
      | 'promiseSettled'
      | 'contactEscalated'
      | 'contactPrioritized'
      | 'alternativesOffered'
      | 'alternativeChosen'
      | SiteEvent['kind']
  }
>

type SiteEvent = Extract<
  RoutingEvent,
  {
    kind:
      | LegEvent['kind']
      | 'staffingChanged'
      | 'calendarChanged'
      | 'classificationChanged'
      | 'presenceChanged'
      | 'availabilityChanged'
      | 'moveRefused'
      | 'contactsReconciled'
      | 'poolSwitched'
      | 'endpointsChanged'
      | 'profilesAged'
  }
>

function laterKindOf(e: LaterEvent): WireKind {
  switch (e.kind) {
    case 'callbackRescheduled': {
      const formerPromisedAt = orNothing(e.formerPromisedAt)
      const value = { contactId: e.contactId, formerPromisedAt, ...promiseWire(e) }
      return { $case: 'callbackRescheduled', value }
    }
    case 'contactConnected': {
      const { contactId, agentId } = e
      return { $case: 'contactConnected', value: { contactId, agentId } }
    }
    case 'contactRequeued': {
      const { contactId, queueId } = e
      const value = { contactId, queueId, cause: requeueCauses[e.cause] }
      return { $case: 'contactRequeued', value }
    }
    case 'contactHeld':
      return { $case: 'contactHeld', value: { contactId: e.contactId, held: e.held } }
    case 'contactMerged': {
      const { contactId, mergedContactId } = e
      return { $case: 'contactMerged', value: { contactId, mergedContactId } }
    }
    case 'contactEnded': {
      const handleTime = duration(e.handleMs)
      const waitTime = duration(e.waitMs)
      const value = { contact: contactWire(e.contact), handleTime, waitTime }
      return { $case: 'contactEnded', value }
    }
    case 'promiseSettled': {
      const happenedAt = e.happenedAt === undefined ? undefined : timestamp(e.happenedAt)
      const { contactId, kept } = e
      const value = { contactId, promisedAt: timestamp(e.promisedAt), happenedAt, kept }
      return { $case: 'promiseSettled', value }
    }
    case 'contactEscalated': {
      const { contactId, queueId, priority, offersMade } = e
      return { $case: 'contactEscalated', value: { contactId, queueId, priority, offersMade } }
    }
    case 'contactPrioritized':
      return { $case: 'contactPrioritized', value: prioritizedWire(e) }
    case 'alternativesOffered': {
      const choices = e.choices.map(alternativeWire)
      const answerBefore = timestamp(e.answerBefore)
      const value = { contactId: e.contactId, wait: waitWire(e.wait), choices, answerBefore }
      return { $case: 'alternativesOffered', value }
    }
    case 'alternativeChosen':
      return { $case: 'alternativeChosen', value: alternativeChosenWire(e) }
    default:
      return siteKindOf(e)
  }
}

/** What is not about one contact alone, and legs. */
function siteKindOf(e: SiteEvent): WireKind {
  switch (e.kind) {
    case 'staffingChanged': {
      const { queueId, waiting } = e
      const staffing = staffingNumbers[e.staffing]
      const value = { queueId, requirements: [...e.requirements], staffing, waiting }
      return { $case: 'staffingChanged', value }
    }
    case 'calendarChanged':
      return { $case: e.kind, value: { calendar: calendarRuleWire(e.pool, e.calendarId, e) } }
    case 'classificationChanged':
      return { $case: 'classificationChanged', value: { classification: classificationWire(e) } }
    case 'presenceChanged': {
      const { actor, agentId, pool, reason } = e
      const heldUntil = perhaps(e.heldUntil)
      const presence = presenceNumbers[e.presence]
      const value = { agentId, presence, reason, actor, heldUntil, pool }
      return { $case: 'presenceChanged', value }
    }
    case 'availabilityChanged': {
      const { draining, pool } = e
      return { $case: e.kind, value: { ...availabilityWire(e.availability), pool, draining } }
    }
    case 'moveRefused': {
      const { agentId, moveId, pool } = e
      return { $case: e.kind, value: { pool, agentId, moveId, reason: refusalWords[e.why] } }
    }
    case 'poolSwitched': {
      const switches = switchesWire({ ...e, switchReason: e.reason, switchActor: e.actor })
      return { $case: 'poolSwitched', value: { switches } }
    }
    case 'endpointsChanged': {
      const { reachable, failed, worked } = e
      const value = { channel: channelNumbers[e.channel], reachable, failed, worked }
      return { $case: 'endpointsChanged', value }
    }
    case 'profilesAged': {
      const { tooOld, ageMs } = e
      return { $case: 'profilesAged', value: { tooOld, age: perhapsDuration(ageMs) } }
    }
    case 'contactsReconciled': {
      const reconciliation = reconciliationWire(e.reconciliation)
      return { $case: 'contactsReconciled', value: { reconciliation } }
    }
    default:
      return legKindOf(e)
  }
}
