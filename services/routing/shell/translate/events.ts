import { duration, encoded, timestamp } from '@evenkeel/chassis/errors'
import { Event } from '@evenkeel/proto/evenkeel/routing/v1/events'
import type { RoutingEvent } from '../../core/index.ts'
import {
  attemptWire,
  contactWire,
  perhapsDuration,
  poolWire,
  queueWire,
  waitWire,
} from './views.ts'
import { offerEndNumbers, presenceNumbers } from './words.ts'

type WireKind = NonNullable<Event['kind']>

export const encodeEvent = (event: RoutingEvent): Uint8Array =>
  encoded(Event, { kind: kindOf(event) })

const requeueCauses = {
  requeued: 'requeued',
  transferred: 'transferred',
  connectFailed: 'connect_failed',
  resumed: 'resumed',
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
        },
      }
    case 'callbackAccepted': {
      const promisedAt = e.promisedAt === 0 ? undefined : timestamp(e.promisedAt)
      return { $case: 'callbackAccepted', value: { contactId: e.contactId, promisedAt } }
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

type LaterEvent = Extract<
  RoutingEvent,
  {
    kind:
      | 'contactConnected'
      | 'contactRequeued'
      | 'contactHeld'
      | 'contactMerged'
      | 'contactEnded'
      | 'promiseSettled'
      | 'presenceChanged'
  }
>

function laterKindOf(e: LaterEvent): WireKind {
  switch (e.kind) {
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
    case 'presenceChanged': {
      const { agentId, reason } = e
      const value = { agentId, presence: presenceNumbers[e.presence], reason }
      return { $case: 'presenceChanged', value }
    }
    default:
      return e satisfies never
  }
}
