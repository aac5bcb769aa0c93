import { deadline, flag, int, oneOf, ref, text, value } from '@evenkeel/chassis/table'
import type { DutySpan, ProfileSkill } from '../commands.ts'
import { keyBytesMax } from '../limits.ts'
import { presences } from '../words.ts'
import { adherences } from './adherence-schema.ts'

/** Who is at work, and what they can be offered. */
export const agents = {
  id: text(keyBytesMax),
  pool: ref('pools'),
  seq: int(),
  presence: oneOf(...presences),
  pauseReason: text(64),
  /** The supervisor who has forced the presence; '': nobody. */
  forcedBy: text(64),
  /** request_id of the last force, so that a repeat is known. */
  forceRequest: text(64),
  /** Until then only a supervisor can undo it; NEVER: anybody can. */
  holdUntil: deadline(),
  presenceSince: int(),
  /** When capacity last became free; the longest idle goes first. */
  idleSince: int(),
  /** Sum of the weights of open contacts and offers, 0-100. */
  load: int(),
  /** Of the load, what would be set aside for a call, for a chat. */
  yieldsToCall: int(),
  yieldsToChat: int(),
  /** Contacts that are set aside. */
  aside: int(),
  /** An agent has at most one unanswered offer. */
  openOffer: ref('offers'),
  supplyClass: ref('supplyClasses'),
  skills: value<readonly ProfileSkill[]>(),
  /** By channel, what a contact takes; 0: none is offered. Of the profile, less what is inactive or out of reach. */
  weights: value<readonly number[]>(),
  profileWeights: value<readonly number[]>(),
  /** Sum of 2^channel of those whose work is set aside for nothing. */
  uninterruptible: int(),
  /** Mask of the channels of the profile that count only while they are active by name. */
  onRequest: int(),
  /** Sum of 2^channel of those that count until activeUntil; 0: those of the profile; see noChannel. */
  activeChannels: int(),
  activeReason: text(64),
  activeUntil: deadline(),
  /** Has open work of channels that are inactive, and finishes it. */
  draining: flag(),
  /** Sum of 2^channel of those whose endpoints can't be reached, until they are tried again. */
  endpointsOut: int(),
  endpointsOutUntil: deadline(),
  /** What calls that are not ours take of the budget, until this lapses. */
  externalLoad: int(),
  externalUntil: deadline(),
  /** Next instant at which a skill becomes valid or ends to be. */
  nextEdgeAt: deadline(),
  /** Spans on channel by the roster: the last that is over, and those to come. */
  duty: value<readonly DutySpan[]>(),
  /** When the next of its edges comes, guard times among them. */
  rosterAt: deadline(),
  /** About to leave by the roster, or away: nothing new is offered. */
  guarded: flag(),
  /** About to leave: queues of this guard time and longer offer nothing new; 0: all do. */
  leavingMs: int(),
  /** Away by the roster, but has said "ready" since. */
  byWord: flag(),
  /** '': none. */
  team: text(64),
  /** When it was last ready or draining, before its present presence; 0: never. */
  thereUntil: int(),
  adherence: oneOf(...adherences),
  adherenceSince: int(),
  /** Where its time counts; NONE while unrostered. */
  timesheet: ref('timesheets'),
  /** The profile is gone; the agent goes when open work is done. */
  removed: flag(),
  sessionToken: text(64),
  /** Offset at which it was opened or resumed last: tells it from the sessions of a replica's former run. */
  sessionFrom: int(),
  sessionReplica: text(64),
  connected: flag(),
  /** Uptime at which a cut session is over. */
  graceUntil: deadline(),
  missedOffers: int(),
  /** Number of the breaker's window in which its endpoint was counted as failed, as working. */
  failedIn: int(),
  workedIn: int(),
  assigned: int(),
  /** Beginning of the hour in which `hourTaken` contacts were accepted. */
  hourFrom: int(),
  hourTaken: int(),
  /** Queue of the last contact accepted, and how many of it in a row. */
  lastQueue: ref('queues'),
  inRow: int(),
  /** Since when who has left is waited for by held-out contacts; NEVER: by none, or is at work. */
  leftAt: deadline(),
}
