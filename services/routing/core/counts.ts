import type { Counts } from '@evenkeel/chassis/table'
import type { Tables } from './schema.ts'
import { contactStates, type ContactState } from './words.ts'

const width = contactStates.length

/** How many retained contacts of each queue are in each state. */
export class StateCounts {
  readonly #counts: Counts

  constructor(contacts: Tables['contacts']) {
    this.#counts = contacts.counted((c) => c.queue * width + contactStates.indexOf(c.state))
  }

  of(queue: number, state: ContactState): number {
    return this.#counts.size(queue * width + contactStates.indexOf(state))
  }

  /** Sum over several states. */
  sum(queue: number, states: readonly ContactState[]): number {
    let total = 0
    for (const state of states) total += this.of(queue, state)
    return total
  }
}
