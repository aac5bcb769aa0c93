import type { Command, QueueRow, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { must } from '../failure.ts'
import type { Foretold } from '../world/foretelling.ts'

/** So far ahead a roster is known for sure. */
const rosterAheadMs = 24 * 3_600_000

type Promised = Extract<RoutingEvent, { readonly kind: 'callbackAccepted' | 'callbackRescheduled' }>

/**
 * What forecasting has told comes to routing once, in its order; and no more callbacks are promised
 * for a window than those on shift in it can make, had they nothing else to do: for the next
 * minutes, than those who are there.
 */
export class Outlook {
  readonly #sent: Foretold[] = []
  #arrived = 0
  /** By queue and when its hour begins. */
  readonly #places = new Map<string, Foretold>()

  sent(told: Foretold): void {
    this.#sent.push(told)
  }

  /** `ok`: routing knows the queue. */
  decided(command: Command, ok: boolean): void {
    if (command.kind !== 'tellOutlook') return
    const next = this.#sent[this.#arrived++]
    const [came, due] = [factOf(command), next === undefined ? 'nothing' : factOf(next)]
    must(came === due, () => `the bridge brought ${came}, ${due} was next`)
    const { of, queueId, from } = command
    if (ok && of === 'places') this.#places.set(`${queueId} ${from}`, command)
  }

  told(events: readonly RoutingEvent[], time: number, s: RoutingState | undefined): void {
    if (s === undefined) return
    for (const e of events) {
      if (e.kind === 'callbackAccepted' && e.recovered) continue
      if (e.kind === 'callbackAccepted' || e.kind === 'callbackRescheduled') this.#given(e, time, s)
    }
  }

  #given({ contactId, window }: Promised, time: number, s: RoutingState): void {
    const contact = s.contacts.get(`p/${contactId}`)
    if (window === undefined || contact === undefined) return
    const queue = s.queues.at(contact.queue)
    // What is promised within the window, and by its end.
    for (const from of [window.from, time]) {
      const promised = promisedIn(s, queue, { from, until: window.until }, from === time)
      const placesMs = this.#placesMs(queue.id.slice(2), { from, until: window.until }, time)
      const most = (placesMs ?? Number.POSITIVE_INFINITY) / queue.handleMs
      must(promised <= most, () => `${promised} are promised as ${contactId} is, of ${most}`)
    }
    if (window.from !== time) return
    const there = s.staffing.placesFor(contact.requestClass)
    const most = (there * (window.until - time)) / queue.handleMs
    const promised = promisedIn(s, queue, window, true)
    must(promised <= most, () => `${promised} are promised with ${contactId}, by ${there} who work`)
  }

  /** Undefined: not told, or not for sure, for all of it. */
  #placesMs(
    queueId: string,
    window: { readonly from: number; readonly until: number },
    time: number,
  ): number | undefined {
    if (window.until > time + rosterAheadMs) return undefined
    let sum = 0
    let at = window.from
    while (at < window.until) {
      const hour = at - (at % 3_600_000)
      const told = this.#places.get(`${queueId} ${hour}`)
      const milli = told?.milli[Math.trunc((at - hour) / 60_000)]
      if (milli === undefined) return undefined
      const until = Math.min(window.until, at - (at % 60_000) + 60_000)
      sum += (milli * (until - at)) / 1_000
      at = until
    }
    return sum
  }

  /** Once nothing is left to do. */
  mustBeComplete(): void {
    const left = this.#sent.length - this.#arrived
    must(left === 0, () => `${left} outlooks never came over the bridge`)
  }
}

const factOf = ({ queueId, of, from, intervalMs, milli }: Foretold): string =>
  `${of} of ${queueId} from ${from} by ${intervalMs}: ${milli.join()}`

/** Callbacks of the queue with a time that is to be kept within the span; or before it, overdue. */
function promisedIn(
  s: RoutingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number },
  overdue: boolean,
): number {
  let count = 0
  for (const slot of s.callbacks.slots()) {
    const row = s.callbacks.at(slot)
    if (row.queue !== queue.slot || row.product !== 'within') continue
    if (!row.pending || row.promiseSettled || row.promisedAt > span.until) continue
    if (overdue || row.promisedAt > span.from) count += 1
  }
  return count
}
