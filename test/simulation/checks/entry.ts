import type { DialOutcome, Requirement } from '@evenkeel/routing/core'

/** One dial attempt, from the events and the answers that a platform gets. */
interface Attempt {
  readonly id: string
  claimant: string
  closed: boolean
  /** No agent is reserved for it. */
  readonly ahead: boolean
}

/** A contact as the outside knows it: from the commands that were accepted and the events. */
export interface Entry {
  readonly id: string
  queueId: string
  requirements: readonly Requirement[]
  /** Beside its queue's. */
  own: readonly Requirement[]
  /** Made so far. */
  offers: number
  readonly preferred: readonly string[]
  readonly enteredAt: number
  /** Priority as it was submitted, and now. */
  readonly submitted: number
  priority: number
  /** Its place: what the queue promised when it came. */
  key: number
  /** Where a cap on overtaking may have put it at the latest, until that is known. */
  latest: number
  escalated: boolean
  /** The offer or assignment that lives. */
  live: { readonly agentId: string; readonly offerId: string; accepted: boolean } | undefined
  ended: string
  endedAt: number
  promisedAt: number
  promiseSettled: boolean
  /** Promised by a time, not "about then". */
  timed: boolean
  callback: 'none' | 'accepted' | 'calledIn' | 'over'
  /** Where it was accepted; by whom. */
  callbackQueueId: string
  readonly customerKey: string
  attempt: Attempt | undefined
  dialled: number
  /** No dial before this. */
  notBefore: number
  /** Attempts by how they ended, of those after which another one follows. */
  readonly tries: Map<DialOutcome, number>
  /** Before everybody in the line: held by the platform, or its agent was gone. */
  first: boolean
  /** Held: answered a dial that went ahead of the agents. */
  held: boolean
  /** A dial ahead was in vain: the next one has an agent. */
  agentFirst: boolean
  /** Nobody knows what became of the last dial. */
  unknownDial: boolean
}
