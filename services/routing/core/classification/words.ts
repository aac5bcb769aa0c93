import type { Requirement } from '../words.ts'

/** What the platform knows of a contact, for the rules of a classification. */
export interface Fact {
  readonly name: string
  readonly value: string
}

/** The first of a pool's rules whose conditions all hold finds the queue. */
export interface ClassificationRule {
  readonly name: string
  readonly conditions: readonly { readonly fact: string; readonly oneOf: readonly string[] }[]
  readonly queueId: string
  readonly requirements: readonly Requirement[]
  /** Added to the contact's. */
  readonly priority: number
}
