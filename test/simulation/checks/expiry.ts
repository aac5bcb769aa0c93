import type { QueuePolicy, RoutingEvent } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** Who is told of before a wait is given up: once, in time, and whoever waits till the end. */
export class Expiry {
  readonly #told = new Set<string>()
  /** Who came to a queue that tells, and has only waited since; with the queue. */
  readonly #waits = new Map<string, string>()

  tell(event: RoutingEvent, policyOf: (queueId: string) => QueuePolicy, time: number): void {
    if (event.kind === 'contactAccepted') {
      const { contactId, queueId } = event.contact
      if (policyOf(queueId).warnBeforeExpiryMs !== undefined) this.#waits.set(contactId, queueId)
    } else if (event.kind === 'queueChanged') {
      if (event.policy.warnBeforeExpiryMs !== undefined) return
      for (const [id, queueId] of this.#waits) if (queueId === event.queueId) this.#waits.delete(id)
    } else if (event.kind === 'contactExpiringSoon') {
      const { contactId: id, queueId, expiresAt } = event
      must(!this.#told.has(id), () => `${id} is told of twice before its end`)
      this.#told.add(id)
      const before = policyOf(queueId).warnBeforeExpiryMs
      const due = before !== undefined && time >= expiresAt - before
      must(due, () => `${id} is told of at ${time}, and waits until ${expiresAt}`)
    } else if (event.kind === 'contactEnded') {
      const { contactId: id, endCause } = event.contact
      const waited = this.#waits.delete(id) && endCause === 'timeToLive'
      must(!waited || this.#told.has(id), () => `${id} is given up, and nobody was told before`)
    } else if ('contactId' in event) this.#waits.delete(event.contactId)
  }
}
