import type { PolicyPatch } from '../queue/policy-fields.ts'
import type { ClassificationRule } from '../classification/words.ts'

/** What supervisors say of how queues serve, and of whom first. */

/** Of each queue or of none. */
export interface PutPolicy {
  readonly kind: 'putPolicy'
  readonly pool: string
  /** etag '': whatever it is. */
  readonly queues: readonly { readonly queueId: string; readonly etag: string }[]
  readonly patch: PolicyPatch
  readonly requestId: string
}

/** The whole table of a pool. */
export interface PutClassification {
  readonly kind: 'putClassification'
  readonly pool: string
  readonly rules: readonly ClassificationRule[]
  readonly etag: string
}

/** By a supervisor. */
export interface SetContactPriority {
  readonly kind: 'setContactPriority'
  readonly pool: string
  readonly contactId: string
  readonly priority: number
  readonly reason: string
  readonly actor: string
}
