import { int, oneOf, text, value } from '@evenkeel/chassis/table'
import { type Alternative, alternativesStatuses } from './words.ts'

/** Part of a contact's story: what it was offered instead of its wait, and the customer's answer. */
export const alternatives = {
  alternativesStatus: oneOf(...alternativesStatuses),
  /** Since when it stands so; of one that an agent came before, since it was offered. */
  alternativesAt: int(),
  /** As they were offered last: what is chosen is what was told, whatever the policy says by now. */
  alternatives: value<readonly Alternative[]>(),
  /** Its id; '': nothing is chosen. */
  alternativeChosen: text(64),
  /** Who has recorded the answer. */
  alternativesBy: text(64),
  /** Nobody is offered it before; 0: no later time was chosen. */
  laterUntil: int(),
}

export const noAlternatives = {
  alternativesStatus: 'none',
  alternativesAt: 0,
  alternatives: [],
  alternativeChosen: '',
  alternativesBy: '',
  laterUntil: 0,
} as const
