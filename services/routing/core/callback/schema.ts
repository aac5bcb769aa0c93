import { deadline, flag, int, oneOf, ref, text } from '@evenkeel/chassis/table'
import { attempts, lines } from './dial-schema.ts'
import { keyBytesMax } from '../limits.ts'
import { callbackProducts, callbackStatuses } from '../words.ts'

/** Callbacks that contacts have been offered, have accepted or have asked for. */
export const callbacks = {
  /** The contact's key. */
  id: text(keyBytesMax),
  contact: ref('contacts'),
  pool: ref('pools'),
  /** The contact's. */
  seq: int(),
  status: oneOf(...callbackStatuses),
  /** Accepted, and neither reached nor ended. */
  pending: flag(),
  /** Of its acceptance; the contact can be moved to another queue only once its promise is settled. */
  queue: ref('queues'),
  /** The customer hung up unasked. */
  recovered: flag(),
  /** The customer asked for it without an offer. */
  requested: flag(),
  /** request_id of the last change of its time. */
  lastRequestId: text(64),
  product: oneOf(...callbackProducts),
  /** Within a time: start of the window, 0: at once. */
  windowFrom: int(),
  /** The contact's key at acceptance: its place once no promised time is to be kept. */
  placeKey: int(),
  offeredAt: int(),
  /** Version of the queue's policy under which it was offered. */
  policyVersion: int(),
  expectedWaitMs: deadline(),
  acceptedAt: int(),
  promisedAt: int(),
  promiseSettled: flag(),
  addressRef: text(128),
  giveUpAt: deadline(),
  ...attempts,
  ...lines,
  /** Under which the customer calling again is recognised while the callback is pending; '' when not. */
  customer: text(keyBytesMax + 66),
  address: text(keyBytesMax + 66),
}
