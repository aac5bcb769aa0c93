import type { OfContact, SubmitContact } from '../commands.ts'
import type { CallbackProduct } from '../words.ts'

/** When a customer wants to be called back. */
export interface CallbackWish {
  readonly contactId: string
  /** undefined: the place is kept if that is offered, otherwise within the queue's time. */
  readonly product?: CallbackProduct
  /** Within a time: the window's start; undefined: within the queue's time. */
  readonly windowFrom?: number
  /** Where the customer is to be called; absent: as was said before. */
  readonly timeZone?: string
}

export interface RespondToCallbackOffer extends OfContact, CallbackWish {
  readonly kind: 'respondToCallbackOffer'
  readonly accept: boolean
  readonly addressRef: string
  /** What was chosen of the alternatives that were offered; absent: a callback, or nothing. */
  readonly alternativeId?: string
  /** Who has recorded the answer; with alternativeId. */
  readonly actor?: string
}

export interface RequestCallback extends OfContact, CallbackWish {
  readonly kind: 'requestCallback'
  readonly addressRef: string
  /** Of a customer who is not on the line; absent: the contact waits. */
  readonly submission?: SubmitContact
}

export interface RescheduleCallback extends OfContact, CallbackWish {
  readonly kind: 'rescheduleCallback'
  readonly requestId: string
  /** '': as before. */
  readonly addressRef: string
}
