import type { Tables } from './schema.ts'
import { contactStates, type ContactState } from './words.ts'

const width = contactStates.length

/** How many retained contacts of each queue are in each state. Derived: each contact is counted where it was last seen. */
export class StateCounts {
  /** queue * width + state index, per contact slot; -1: not counted. */
  readonly #held: number[] = []
  readonly #counts: number[] = []

  constructor(contacts: Tables['contacts']) {
    contacts.derive({
      sync: (slot, exists) => {
        const held = this.#held[slot] ?? -1
        const row = exists ? contacts.at(slot) : undefined
        const wanted = row ? row.queue * width + contactStates.indexOf(row.state) : -1
        if (held === wanted) return
        if (held >= 0) this.#counts[held] = (this.#counts[held] ?? 0) - 1
        if (wanted >= 0) this.#counts[wanted] = (this.#counts[wanted] ?? 0) + 1
        this.#held[slot] = wanted
      },
    })
  }

  of(queue: number, state: ContactState): number {
    return this.#counts[queue * width + contactStates.indexOf(state)] ?? 0
  }

  /** Sum over several states. */
  sum(queue: number, states: readonly ContactState[]): number {
    let total = 0
    for (const state of states) total += this.of(queue, state)
    return total
  }
}
