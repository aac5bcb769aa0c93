import { deadline, int, oneOf, text } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'
import { contactStates, endCauses } from '../words.ts'

/** What is kept of contacts whose record is not here. */
export const tombstones = {
  /** 128-bit hash of the contact's key. */
  id: text(32),
  seq: int(),
  state: oneOf(...contactStates),
  endCause: oneOf(...endCauses),
  endedAt: int(),
  forgetAt: deadline(),
}

/** Of contacts that have not come yet: never of one that is here. */
export const earlyEnds = {
  /** The contact's key. */
  id: text(keyBytesMax),
  seq: int(),
  state: oneOf('abandoned', 'cancelled'),
  cancelReason: text(200),
  forgetAt: deadline(),
}
