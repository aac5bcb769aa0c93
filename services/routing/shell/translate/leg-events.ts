import type { RoutingEvent } from '../../core/index.ts'
import type { WireKind } from './events.ts'
import { contactWire, dispositionWire } from './views.ts'
import { legEndNumbers, legNumbers } from './words.ts'

/** What became of a contact after it was answered. */
export type LegEvent = Extract<
  RoutingEvent,
  { kind: 'legStarted' | 'legEnded' | 'contactTransferred' | 'contactClosed' }
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
    default:
      return e satisfies never
  }
}
