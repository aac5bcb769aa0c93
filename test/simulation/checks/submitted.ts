import type { Command, QueuePolicy } from '@evenkeel/routing/core'

/** What a contact has from how it was submitted. */

export type Submitted = Extract<Command, { readonly kind: 'submitContact' }>

/** Of who calls, and of who is not on the line and asks to be called. */
export function submissionOf(command: Command | undefined): Submitted | undefined {
  if (command?.kind === 'submitContact') return command
  return command?.kind === 'requestCallback' ? command.submission : undefined
}

export const unbent = (policy: QueuePolicy, enteredAt: number): number =>
  enteredAt + (policy.order?.rule === 'aging' ? 0 : policy.serviceLevelTargetMs)

export const keyOf = (policy: QueuePolicy, enteredAt: number, priority: number): number =>
  unbent(policy, enteredAt) - priority * policy.agingPerPointMs
