import { deadline, flag, int, oneOf, ref, text } from '@evenkeel/chassis/table'
import { keyBytesMax, NEVER } from '../limits.ts'
import { attemptStates, dialOutcomes } from '../words.ts'

/** How callbacks are dialled: columns of a callback, and what a queue has learned of its dials. */
export const attempts = {
  attempts: int(),
  /** Attempts that ended so; each outcome has a schedule of its own. */
  busyTries: int(),
  noAnswerTries: int(),
  machineTries: int(),
  messageLeftTries: int(),
  /** No attempt before it by its schedule: what was last dialled, or the window that was chosen. */
  attemptFrom: int(),
  /** The same by the hours in which its customer may be called. */
  nextAttemptAt: int(),
  firstDialledAt: int(),
  attemptId: text(32),
  attemptState: oneOf(...attemptStates),
  /** Uptime at which it began to wait for its turn. */
  scheduledAt: int(),
  /** '': customer-first, no agent is reserved. */
  attemptAgentId: text(64),
  attemptOutcome: oneOf(...dialOutcomes),
  claimant: text(64),
  claimBefore: int(),
  requestedAt: int(),
  /** 0: nobody dials. */
  claimedAt: int(),
  /** No dial before an agent is reserved: one that went ahead was in vain. */
  agentFirst: flag(),
  /** Since when it is the first for the next agent; 0: it is not. */
  firstAt: int(),
} as const

export const lines = {
  /** Since when the customer is on the line, held or having called in; 0: is not. */
  lineSince: int(),
  /** A held customer is let go then, and the platform is to say something; NEVER: not held, said. */
  heldUntil: deadline(),
  messageAt: deadline(),
  /** What trunk.ts counts. */
  offLineAt: int(),
  hungUp: flag(),
  lineMs: int(),
  ringMs: int(),
  trunkSavedMs: int(),
  trunkSettled: flag(),
} as const

/** One a queue. */
export const dialFigures = {
  id: text(keyBytesMax),
  queue: ref('queues'),
  /** Mean time from the request of a dial to the customer's answer. */
  answerMs: int(),
  /** Share of dials that customers answer. */
  reachBp: int(),
  /** The lead, as a share of answerMs. */
  leadBp: int(),
  held: int(),
  nuisances: int(),
  nuisancesLeft: int(),
  trunkFreedMs: int(),
  trunkDialledMs: int(),
} as const

/** Nothing has been dialled yet. */
export const noAttempts = {
  attempts: 0,
  ...{ busyTries: 0, noAnswerTries: 0, machineTries: 0, messageLeftTries: 0 },
  ...{ attemptFrom: 0, nextAttemptAt: 0 },
  firstDialledAt: 0,
  attemptId: '',
  attemptState: 'none',
  scheduledAt: 0,
  attemptAgentId: '',
  attemptOutcome: 'none',
  claimant: '',
  claimBefore: 0,
  requestedAt: 0,
  claimedAt: 0,
  agentFirst: false,
  firstAt: 0,
  ...{ lineSince: 0, heldUntil: NEVER, messageAt: NEVER },
  ...{ offLineAt: 0, hungUp: false, lineMs: 0, ringMs: 0 },
  ...{ trunkSavedMs: 0, trunkSettled: false },
} as const

/** What a queue goes by before it has learned. */
export const noDials = {
  answerMs: 10_000,
  reachBp: 5_000,
  leadBp: 5_000,
  held: 0,
  nuisances: 0,
  nuisancesLeft: 0,
  trunkFreedMs: 0,
  trunkDialledMs: 0,
} as const
