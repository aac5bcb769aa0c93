import type { Command, ContactView } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

interface Listed {
  readonly requestId: string
  readonly live: Set<string>
  carriedOut: boolean
}

/** What platforms said after a crash of a switch: nobody whom they listed as live is ended by it, and nobody before they said so. */
export class Legs {
  readonly #listed = new Map<string, Listed>()

  /** `meant`: the contact that an id means. */
  accepted(c: Command, meant: (id: string) => string): void {
    if (c.kind === 'carryOutReconciliation') {
      const listed = this.#listed.get(c.source)
      if (listed?.requestId === c.requestId) listed.carriedOut = true
    }
    if (c.kind !== 'reconcilePage') return
    const known = this.#listed.get(c.source)
    const listed =
      known?.requestId === c.requestId
        ? known
        : { requestId: c.requestId, live: new Set<string>(), carriedOut: false }
    this.#listed.set(c.source, listed)
    for (const id of c.liveContactIds) listed.live.add(meant(id))
  }

  ended(contact: ContactView): void {
    if (contact.endCause !== 'legLost') return
    const listed = this.#listed.get(contact.source)
    const id = contact.contactId
    must(listed?.carriedOut === true, () => `${id} lost its leg, and nobody had said so`)
    must(listed?.live.has(id) !== true, () => `${id} lost its leg, and was listed as live`)
  }
}
