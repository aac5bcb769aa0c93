import type { Command, RoutingEvent } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

/** Nothing is offered by what is known of the agents while that is older than the pool lets it be. */
export class Freshness {
  #limitMs = 0
  #tooOld = false
  /** As it was told last. */
  #said = false
  /** How often offers were held for it. */
  holds = 0

  /** Before its events are looked at. */
  accepted(command: Command): void {
    if (command.kind === 'putPool') {
      this.#limitMs = command.profilesMaxAgeMs ?? 0
      if (this.#limitMs === 0) this.#tooOld = false
    }
    if (command.kind !== 'tellProfilesAge') return
    const former = this.#tooOld
    this.#tooOld = this.#limitMs > 0 && command.ageMs > this.#limitMs
    if (this.#tooOld && !former) this.holds += 1
  }

  told(events: readonly RoutingEvent[]): void {
    for (const e of events) {
      if (e.kind === 'profilesAged') {
        must(e.tooOld === this.#tooOld, () => `profiles are told to be too old: ${e.tooOld}`)
        this.#said = e.tooOld
      }
      if (e.kind !== 'offerMade') continue
      must(!this.#tooOld, () => `${e.contactId} is offered by profiles that are too old`)
    }
    const how = this.#tooOld ? 'too old' : 'current'
    must(this.#said === this.#tooOld, () => `profiles are ${how}, and nobody is told`)
  }
}
