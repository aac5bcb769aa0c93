import type { Requirement } from '@evenkeel/routing/core'

/** One dial attempt, from the events and the answers that a platform gets. */
interface Attempt {
  readonly id: string
  claimant: string
  closed: boolean
}

/** A contact as the outside knows it: from the commands that were accepted and the events. */
export interface Entry {
  readonly id: string
  queueId: string
  requirements: readonly Requirement[]
  readonly preferred: readonly string[]
  readonly enteredAt: number
  readonly priority: number
  /** Its place: what the queue promised when it came. */
  key: number
  /** The offer or assignment that lives. */
  live: { readonly agentId: string; readonly offerId: string; accepted: boolean } | undefined
  ended: string
  endedAt: number
  promisedAt: number
  promiseSettled: boolean
  callback: 'none' | 'accepted' | 'calledIn' | 'over'
  attempt: Attempt | undefined
  dialled: number
  /** No dial before this. */
  notBefore: number
  /** Nobody knows what became of the last dial. */
  unknownDial: boolean
}
