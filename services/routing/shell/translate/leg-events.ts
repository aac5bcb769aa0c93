import { duration, timestamp } from '@evenkeel/chassis/errors'
import type { RoutingEvent } from '../../core/index.ts'
import type { WireKind } from './events.ts'
import { contactWire, dispositionWire } from './views.ts'
import { legEndNumbers, legNumbers } from './words.ts'

/** What became of a contact after it was answered. */
export type LegEvent = Extract<
  RoutingEvent,
  {
    kind:
      | 'legStarted'
      | 'legEnded'
      | 'contactTransferred'
      | 'contactClosed'
      | 'contactInterrupted'
      | 'contactResumed'
  }
>

export function legKindOf(e: LegEvent): WireKind {
  switch (e.kind) {
    case 'legStarted':
      return { $case: 'legStarted', value: { contact: contactWire(e.contact) } }
    case 'legEnded': {
      const { contactId, parentContactId } = e
      const what = { leg: legNumbers[e.leg], end: legEndNumbers[e.end] }
      return { $case: 'legEnded', value: { contactId, parentContactId, ...what } }
    }
    case 'contactTransferred': {
      const { contactId, queueId, fromAgentId, toAgentId, consultContactId } = e
      const value = { contactId, queueId, fromAgentId, toAgentId, consultContactId }
      return { $case: 'contactTransferred', value }
    }
    case 'contactClosed': {
      const disposition = dispositionWire(e.disposition)
      return { $case: 'contactClosed', value: { contactId: e.contactId, disposition } }
    }
    case 'contactInterrupted': {
      const { contactId, agentId, byContactId } = e
      const resumeBefore = timestamp(e.resumeBefore)
      return { $case: e.kind, value: { contactId, agentId, byContactId, resumeBefore } }
    }
    case 'contactResumed': {
      const { contactId, agentId } = e
      return { $case: e.kind, value: { contactId, agentId, aside: duration(e.asideMs) } }
    }
    default:
      return e satisfies never
  }
}
