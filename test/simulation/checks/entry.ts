import type { ContactView, DialOutcome, QueuePolicy, Requirement } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import { usualGuardMs } from './duty.ts'
import { joined } from './profiles.ts'

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
  /** Nobody gets it who is to leave so soon by the roster. */
  guardMs: number
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

/** What a contact asks of whom it is given to: what its queue said when it came to it, and its own. */
export const askedBy = (policy: QueuePolicy, own: readonly Requirement[]) => ({
  requirements: joined(policy.requirements, own),
  guardMs: policy.rosterGuardMs ?? usualGuardMs,
})

/** What has not happened yet to one that has just come. */
export const untouched = {
  escalated: false,
  ended: '',
  endedAt: 0,
  promisedAt: 0,
  promiseSettled: false,
  timed: false,
  callback: 'none',
  callbackQueueId: '',
  attempt: undefined,
  dialled: 0,
  notBefore: 0,
  unknownDial: false,
  first: false,
  held: false,
  agentFirst: false,
} as const

/** Whoever is to be called back in a queue is met there, and not called for a second contact. */
export function mustNotBeCalled(open: readonly Entry[], contact: ContactView): void {
  const { contactId, customerKey, divertedFromQueueId } = contact
  if (customerKey === '') return
  // Who is sent to another queue asked for this one; another need is another contact.
  const queueId = divertedFromQueueId === '' ? contact.queueId : divertedFromQueueId
  const called = open.find(
    (one) =>
      one.callback === 'accepted' &&
      one.customerKey === customerKey &&
      one.callbackQueueId === queueId,
  )
  must(called === undefined, () => `${contactId} came, and ${called?.id} is to be called back`)
}

/** The expert has the contact as it was asked for, and the agent who had it the rest. */
export function exchange(
  entry: Entry,
  consult: Entry,
  e: { readonly fromAgentId: string; readonly toAgentId: string },
): void {
  const had = entry.live?.agentId === e.fromAgentId && consult.live?.agentId === e.toAgentId
  must(had, () => `${entry.id} went from ${e.fromAgentId} to ${e.toAgentId}, who had no part`)
  const { guardMs, queueId, requirements, own, live } = consult
  const former = { queueId: entry.queueId, requirements: entry.requirements, own: entry.own }
  Object.assign(consult, former, { guardMs: entry.guardMs, live: entry.live })
  Object.assign(entry, { guardMs, queueId, requirements, own, live })
}
