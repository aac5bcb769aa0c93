import { deadline, int, oneOf, ref, text, value } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'
import type { Settings } from './policy-fields.ts'
import {
  type CallbackPolicy,
  channels,
  closingRules,
  type QueuePolicy,
  queueStates,
  type Requirement,
  staffings,
  whenClosedWays,
} from '../words.ts'

/** Queues, and the combinations of a queue and requirements that contacts ask for. */

/** A queue without callbacks says so: an absent policy is an explicit value. */
export type CallbackSetting = CallbackPolicy | 'none'

/** What a PutPolicy did to a queue. */
export interface PolicyPut {
  readonly requestId: string
  /** That it made. */
  readonly version: number
  readonly before: Settings
  readonly after: Settings
}

const waitLevels = {
  waitRecentMs: int(),
  waitLongMs: int(),
  waitsSeen: int(),
}

export const queues = {
  id: text(keyBytesMax),
  pool: ref('pools'),
  displayName: text(200),
  channel: oneOf(...channels),
  policy: value<QueuePolicy>(),
  callback: value<CallbackSetting>(),
  etag: text(32),
  /** 1 at first, one more with each change of `policy` or `callback`. */
  policyVersion: int(),
  /** The last PutPolicy, so that a repeat of it has its answer. */
  policyPut: value<PolicyPut | 'none'>(),
  seq: int(),
  /** Request class of the queue's own requirements: kept while the queue is. */
  ownClass: ref('requestClasses'),
  /** What it has learned of its dials, and their counts. */
  dials: ref('dialFigures'),
  /** What it has done, by spans of time. */
  figures: ref('queueFigures'),
  /** Learned mean time of an agent with a contact, ms. */
  handleMs: int(),
  /** What it has learned of its waits: wait/learning.ts says what each means. */
  ...waitLevels,
  freedAt: int(),
  freeGapMs: int(),
  freeGaps: int(),
  waitZ50: int(),
  waitZ80: int(),
  waitZ95: int(),
  waitActualMs: int(),
  waitModelMs: int(),
  waitsTold: int(),
  waitsIn50: int(),
  waitsIn80: int(),
  waitsIn95: int(),
  /** How surely it promises a kept place's time; wait/learning.ts. */
  promiseZ: int(),
  /** What a supervisor has set; it holds before stateUntil. */
  state: oneOf(...queueStates),
  stateReason: text(200),
  stateSince: int(),
  stateUntil: deadline(),
  /** What becomes of those who wait while a supervisor has closed it. */
  stateRule: oneOf(...closingRules),
  /** What is answered to who comes meanwhile. */
  stateWhenClosed: oneOf(...whenClosedWays),
  stateDestination: text(64),
  stateActor: text(64),
  callbacksGivenUp: int(),
  callbacksOffered: int(),
  callbacksAccepted: int(),
  callbacksRequested: int(),
  dialled: int(),
  callbacksReached: int(),
  recovered: int(),
  redials: int(),
  expiryWarnings: int(),
  promisesGiven: int(),
  promisesVoid: int(),
  /** Of dials, by how far they were from the promised time: counts by the spans of callback/promise.ts. */
  promiseErrors: value<readonly number[]>(),
  /** Sum of those, ms. */
  promiseErrorMs: int(),
}

export const requestClasses = {
  /** queue|skill:level,... with 16 skills of the queue and 16 of the contact, 64 characters each. */
  id: text(keyBytesMax + 32 * 68),
  pool: ref('pools'),
  queue: ref('queues'),
  channel: oneOf(...channels),
  seq: int(),
  requirements: value<readonly Requirement[]>(),
  /** Of the queue's policy when the class was made. */
  guardMs: int(),
  /** Thousandths of the places that answered its last eight; 0: none has. */
  placesSeen: int(),
  ...waitLevels,
  /** Who could serve it, as it was looked at last: unstaffed.ts says when. */
  staffing: oneOf(...staffings),
  /** Since when it is not staffed; 0: it is. */
  unstaffedSince: int(),
  /** As it was told in an event last. */
  staffingTold: oneOf(...staffings),
  /** When the next of those who wait in vain is treated as its queue says; NEVER: none is. */
  unstaffedDue: deadline(),
  /** Place and number of whom the next look for an overflow begins with; 0: with the first. */
  overflowKey: int(),
  overflowSeq: int(),
  /** When it may be forgotten; NEVER while it has members. */
  forgetAt: deadline(),
}
