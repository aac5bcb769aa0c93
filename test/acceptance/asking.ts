import {
  NewCallback,
  RequestCallbackRequest,
  RescheduleCallbackRequest,
  RespondToCallbackOfferRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import type { Contact } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { type Centre, phoneOf, theContact } from './centre.ts'

/** Unasked: of a contact that waits, or with `newContact` of a customer who is not on the line. */
export async function asksForCallback(
  centre: Centre,
  contactId: string,
  wish: Partial<RequestCallbackRequest> = {},
): Promise<Contact> {
  const { callbacks } = centre.api
  const asked = { pool: centre.pool, contactId, addressRef: phoneOf(contactId), ...wish }
  const request = RequestCallbackRequest.fromPartial(asked)
  return theContact(await centre.routing.call(callbacks.requestCallback.bind(callbacks), request))
}

/** The customer wants the accepted callback at another time. */
export async function reschedules(
  centre: Centre,
  contactId: string,
  requestId: string,
  wish: Partial<RescheduleCallbackRequest> = {},
): Promise<Contact> {
  const { callbacks } = centre.api
  const moved = { pool: centre.pool, contactId, requestId, ...wish }
  const request = RescheduleCallbackRequest.fromPartial(moved)
  return theContact(
    await centre.routing.call(callbacks.rescheduleCallback.bind(callbacks), request),
  )
}

/** Of the alternatives that the customer was offered, as a bot has heard it. */
export async function chooses(
  centre: Centre,
  contactId: string,
  alternativeId: string,
  more: Partial<RespondToCallbackOfferRequest> = {},
): Promise<Contact> {
  const { callbacks } = centre.api
  const chosen = { contactId, accept: true, alternativeId, actor: 'bot', ...more }
  const request = RespondToCallbackOfferRequest.fromPartial({ pool: centre.pool, ...chosen })
  return theContact(
    await centre.routing.call(callbacks.respondToCallbackOffer.bind(callbacks), request),
  )
}

/** A customer who is not on the line. */
export const offLine = (queueId: string, more: Partial<NewCallback> = {}): NewCallback =>
  NewCallback.fromPartial({ queueId, ...more })
