import type { Moment } from '@evenkeel/chassis/protocol'
import type { Command, RoutingEvent } from '@evenkeel/routing/core'
import { must } from '../failure.ts'

const second = 1_000
/** Earlier dials that a new one is held against. */
const lookedBack = 40

/** No more is dialled than the pool's pace allows, over any span of the machines' time. */
export class Pace {
  #perSecond = 10
  #inFlightMax = 250
  readonly #requestedAt: number[] = []
  readonly #open = new Set<string>()

  accepted(command: Command): void {
    if (command.kind !== 'putPool') return
    this.#perSecond = command.dialPacing?.perSecond ?? 10
    this.#inFlightMax = command.dialPacing?.inFlightMax ?? 250
  }

  told(events: readonly RoutingEvent[], at: Moment): void {
    for (const e of events) {
      if (e.kind === 'dialClosed') this.#open.delete(e.attempt.attemptId)
      if (e.kind === 'dialRequested') this.#requested(e.attempt.attemptId, at.uptime)
    }
  }

  #requested(attemptId: string, now: number): void {
    this.#open.add(attemptId)
    const open = this.#open.size
    must(open <= this.#inFlightMax, () => `${open} dials at once, at most ${this.#inFlightMax} may`)
    this.#requestedAt.push(now)
    if (this.#requestedAt.length > lookedBack) this.#requestedAt.shift()
    for (const [i, since] of this.#requestedAt.entries()) {
      const dials = this.#requestedAt.length - i
      const most = this.#perSecond * ((now - since) / second + 1)
      must(dials <= most, () => `${dials} dials in ${now - since} ms, ${this.#perSecond}/s may`)
    }
  }
}
