import type { Command, RoutingEvent } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** How long the API says that an end waits for its contact. */
const waitsMs = 60 * 60_000

interface EarlyEnd {
  readonly cancelled: boolean
  readonly until: number
}

/** Ends that were taken before their contacts had come: whoever comes then is over, or has hung up. */
export class EarlyEnds {
  readonly #ends = new Map<string, EarlyEnd>()

  /** Who comes with this id is on no line any more. */
  has(contactId: string): boolean {
    return this.#ends.has(contactId)
  }

  /** A command was accepted. `knows`: whether a contact has come. */
  accepted(
    c: Command,
    events: readonly RoutingEvent[],
    time: number,
    knows: (contactId: string) => boolean,
  ): void {
    if (c.kind === 'submitContact') return this.#came(c.contactId, events)
    if (c.kind !== 'abandonContact' && c.kind !== 'cancelContact') return
    // Of two the first counts.
    if (knows(c.contactId) || this.#ends.has(c.contactId)) return
    const cancelled = c.kind === 'cancelContact'
    this.#ends.set(c.contactId, { cancelled, until: time + waitsMs })
  }

  /** At once: a customer who hung up is neither offered to anybody nor taken for one on the line. */
  #came(contactId: string, events: readonly RoutingEvent[]): void {
    const end = this.#ends.get(contactId)
    if (end === undefined) return
    this.#ends.delete(contactId)
    const merged = events.some((e) => e.kind === 'contactMerged')
    // Who wanted to be called, called and hung up again is called as before.
    const stays = merged && !end.cancelled
    const ended = events.some((e) => e.kind === 'contactEnded')
    must(ended !== stays, () => `${contactId} was over before it came, and that was forgotten`)
    const answered = stays && events.length > 1
    must(!answered, () => `${contactId} had hung up before it came, and is taken for live`)
  }

  /** A tick has done all that was due. */
  passed(time: number): void {
    for (const [id, { until }] of this.#ends) if (until <= time) this.#ends.delete(id)
  }
}
