import { Event as Envelope } from '@evenkeel/proto/evenkeel/log/v1/log'
import {
  Contact,
  ContactState,
  type DialOutcome,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Event, OfferEnd } from '@evenkeel/proto/evenkeel/routing/v1/events'
import type { Acknowledged, Deed } from '../book/book.ts'
import type { Kind, Published, Raw } from '../check/published.ts'

/** Hand-made books and streams for the checks. */
export const POOL = 'p'
const INCARNATION = '0123456789abcdef'

export const raw = (position: number, bytes: Uint8Array, partition = 0): Raw => ({
  partition,
  position,
  bytes,
})

/** An event as it is published: `at` is offset/index. */
export function envelope(at: string, kind: Kind = accepted('c'), partition = 0): Uint8Array {
  const id = `${INCARNATION}/${partition}/${at}`
  const body = Buffer.from(Event.encode({ kind }).finish())
  return Envelope.encode({ id, pool: POOL, timeMs: 1, body }).finish()
}

/** What happened, one after the other. */
export function events(...kinds: readonly Kind[]): Published[] {
  return kinds.map((kind, offset) => ({
    ...{ id: `${INCARNATION}/0/${offset}/0`, partition: 0, offset, index: 0, pool: POOL, kind },
  }))
}

export const ack = (deed: Deed, position = '0/999'): Acknowledged => ({
  ...{ pool: POOL, deed, position, at: 0 },
})

const contact = (contactId: string, state: ContactState = ContactState.CONTACT_STATE_WAITING) =>
  Contact.fromPartial({ contactId, state })

export const accepted = (contactId: string): Kind => ({
  $case: 'contactAccepted',
  value: { contact: contact(contactId) },
})

export const offered = (contactId: string, offerId: string, agentId: string): Kind => ({
  $case: 'offerMade',
  value: { contactId, offerId, agentId },
})

export const taken = (contactId: string, offerId: string, agentId: string): Kind => ({
  $case: 'offerAccepted',
  value: { contactId, offerId, agentId, waited: undefined, toldWait: undefined },
})

export const declined = (contactId: string, offerId: string, agentId: string): Kind => ({
  $case: 'offerClosed',
  value: { contactId, offerId, agentId, end: OfferEnd.OFFER_END_DECLINED },
})

export const ended = (
  contactId: string,
  state: ContactState = ContactState.CONTACT_STATE_COMPLETED,
): Kind => ({
  $case: 'contactEnded',
  value: { contact: contact(contactId, state), handleTime: undefined, waitTime: undefined },
})

const attempt = (attemptId: string, claimant: string, outcome: DialOutcome) => ({
  ...{ attemptId, agentId: 'a', claimant, outcome },
  ...{ ringTimeout: undefined, claimBefore: undefined, customerFirst: false },
})

export const dialAsked = (contactId: string, attemptId: string): Kind => ({
  $case: 'dialRequested',
  value: { contactId, addressRef: '', attempt: attempt(attemptId, '', 0) },
})

export const dialOver = (
  contactId: string,
  attemptId: string,
  claimant: string,
  outcome: DialOutcome,
): Kind => ({
  $case: 'dialClosed',
  value: { contactId, attempt: attempt(attemptId, claimant, outcome) },
})
