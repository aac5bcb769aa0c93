import type { Requirement } from '../words.ts'

/** Order is part of the stored form: append only. */
export const alternativeKinds = ['callback', 'ticket', 'later', 'requirements'] as const
export type AlternativeKind = (typeof alternativeKinds)[number]

/** How an offer of alternatives stands. */
export const alternativesStatuses = ['none', 'offered', 'lapsed', 'declined', 'chosen'] as const
export type AlternativesStatus = (typeof alternativesStatuses)[number]

/** What a customer may choose instead of a long wait. */
export interface Alternative {
  readonly alternativeId: string
  readonly kind: AlternativeKind
  /** '': its own. */
  readonly queueId: string
  /** Of later; else 0. */
  readonly afterMs: number
  /** What the contact then asks for itself, and which of its own requirements that stands for. */
  readonly requirements: readonly Requirement[]
  readonly insteadOf: readonly string[]
}

export interface AlternativesPolicy {
  /** The limit of the wait, and the chance of a longer one, basis points, above which they are offered. */
  readonly offerAboveMs: number
  readonly offerLevelBp: number
  readonly offerCadenceMs: number
  readonly offerTimeoutMs: number
  readonly choices: readonly Alternative[]
}
