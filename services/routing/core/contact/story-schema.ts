import { deadline, flag, int, NONE, oneOf, ref, text } from '@evenkeel/chassis/table'
import { keyBytesMax, limits, NEVER } from '../limits.ts'
import { alternatives, noAlternatives } from '../alternatives/schema.ts'
import { divertCauses, legKinds } from '../words.ts'

/** What is told of a contact beside where it is: one row of each that has anything to tell. */
export const stories = {
  /** The contact's key. */
  id: text(keyBytesMax),
  contact: ref('contacts'),
  /** The contact's. */
  seq: int(),
  /** Spans that are over, oldest first, a line each: see history.ts. */
  history: text(limits.historySpans * 170),
  /** When it came from another queue; 0: it did not. */
  queueEnteredAt: int(),
  redialOf: text(64),
  /** When it is told that its wait will be given up; NEVER: it is not, or it has been. */
  warnAt: deadline(),
  /** 0: it has not. */
  warnedAt: int(),
  /** The queue that it was sent to, and why it is in another; NONE: it was sent to its own. */
  divertedFrom: ref('queues'),
  divertedBy: oneOf(...divertCauses),
  /** It was sent on while nobody could serve it there: back to it when nobody can where it is. */
  returns: flag(),
  /** It was taken although a limit of its queue was reached, to be offered a callback at once. */
  beyondLimit: flag(),
  /** What it was submitted with instead of a queue, and the rule that found one; '': nothing. */
  need: text(64),
  classifiedBy: text(64),
  classification: int(),
  /** Where the customer is, as was said; '': nobody has. */
  timeZone: text(64),
  /** The last change of its priority by a supervisor; priorityAt 0: none. */
  priorityWas: int(),
  priorityBy: text(64),
  priorityWhy: text(200),
  priorityAt: int(),
  /** 0: nobody has said yet what came of it. */
  closedAt: int(),
  closedBy: text(64),
  closeReason: text(200),
  resolved: flag(),
  topic: text(64),
  /** What it is to another contact, or was: legs/legs.ts. */
  leg: oneOf(...legKinds),
  parentId: text(64),
  /** NONE: it is no leg, or one no longer. */
  parent: ref('contacts'),
  /** Of a consult: if the parent is taken from its agent, the expert gets it. */
  mayTakeOver: flag(),
  ...alternatives,
  /** Sum of 2^channel of those to which it yields now, 0: to none; and how often its present agent has set it aside: interruption.ts. */
  yieldsTo: int(),
  interruptions: int(),
}

export const noStory = {
  history: '',
  queueEnteredAt: 0,
  redialOf: '',
  warnAt: NEVER,
  warnedAt: 0,
  divertedFrom: NONE,
  divertedBy: 'none',
  returns: false,
  beyondLimit: false,
  need: '',
  classifiedBy: '',
  classification: 0,
  timeZone: '',
  priorityWas: 0,
  priorityBy: '',
  priorityWhy: '',
  priorityAt: 0,
  closedAt: 0,
  closedBy: '',
  closeReason: '',
  resolved: false,
  topic: '',
  leg: 'none',
  parentId: '',
  parent: NONE,
  mayTakeOver: false,
  ...noAlternatives,
  yieldsTo: 0,
  interruptions: 0,
} as const

/** Who was here shortly before, by customer and by address. */
export const departures = {
  /** pool + ' customer ' or ' address ' + the platform's key. */
  id: text(64 + 10 + 64),
  seq: int(),
  contactId: text(64),
  forgetAt: deadline(),
}
