import { exp, log } from '@evenkeel/chassis/detmath'
import { NONE } from '@evenkeel/chassis/table'
import { isCallableWithin } from './calling-hours.ts'
import { durations } from '../limits.ts'
import { mayPromise, mayPromiseWithin, openingsBetween } from '../queue/hours.ts'
import { type Flow, flowBetween } from '../queue/outlook.ts'
import type { ContactRow, QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { ownPlaces } from './step-ahead.ts'
import type { WithinPolicy } from '../words.ts'

/**
 * What may be promised: only what those who will be there can keep beside what is promised already
 * and the policy's share for the line. Who will be there is the roster's word, as the forecasting
 * service tells it; where that has told nothing, those who are there now.
 */

/** A span of time in which the customer is called. */
export interface Window {
  readonly from: number
  readonly until: number
}

export interface Choices {
  readonly keepPlace: boolean
  readonly within: Window | undefined
  readonly windows: readonly Window[]
}

/** Open promises of the queue with a time up to this. */
function promisedBy(s: RoutingState, queue: QueueRow, time: number): number {
  const later = s.promised.atOrAfter(queue.slot, time + 1, 0)
  return later === NONE ? s.promised.size(queue.slot) : s.promised.rank(later)
}

/** The windows after the queue's own time, in their order. */
function windowsFrom(time: number, policy: WithinPolicy): readonly Window[] {
  const { windowMs } = policy
  const first = Math.ceil(time / windowMs) * windowMs
  return Array.from({ length: policy.windows }, (_, k) => ({
    from: first + k * windowMs,
    until: first + (k + 1) * windowMs,
  }))
}

/**
 * Which promises have room. One that is due at a time needs, there and at every later time, one
 * callback more than are promised by then; in a window also within it, since none is called before
 * it begins.
 */
export function choicesOf(s: RoutingState, contact: ContactRow, time: number): Choices {
  const queue = s.queues.at(contact.queue)
  if (queue.callback === 'none') return { keepPlace: false, within: undefined, windows: [] }
  const policy = queue.callback.within
  const keepPlace = policy?.only !== true
  if (policy === undefined) return { keepPlace, within: undefined, windows: [] }
  const { from, until, windows } = withRoom(s, contact, policy, time)
  return { keepPlace, within: until > from ? { from, until } : undefined, windows }
}

function withRoom(
  s: RoutingState,
  contact: ContactRow,
  policy: WithinPolicy,
  time: number,
): Window & { readonly windows: readonly Window[] } {
  const queue = s.queues.at(contact.queue)
  const pace = new Pace(s, contact, policy, time)
  const soon = time + policy.withinMs
  const near = pace.open({ from: time, until: soon }, true)
  const ahead = windowsFrom(soon, policy)
  // Of each window what can be kept by its end, and within it.
  let sum = joined(near, pace.open({ from: soon, until: ahead[0]?.from ?? soon }, false))
  const line = onTheLine(s, queue)
  const kept = ahead.map((window) => {
    const flow = pace.open(window, false)
    sum = joined(sum, flow)
    const by = promisedBy(s, queue, window.until)
    const inside = by - promisedBy(s, queue, window.from)
    const room = pace.keeps(sum, line) - by
    return { window, room, own: pace.keeps(flow, 0) - inside }
  })
  const windows: Window[] = []
  let room = Number.POSITIVE_INFINITY
  for (const { window, own, ...until } of kept.toReversed()) {
    room = Math.min(room, until.room)
    const open =
      mayPromiseWithin(s, queue, window.from, window.until) &&
      isCallableWithin(s, contact, window.from, window.until)
    if (open && room >= 1 && own >= 1) windows.unshift(window)
  }
  room = Math.min(room, pace.keeps(near, line) - promisedBy(s, queue, soon))
  const callable = isCallableWithin(s, contact, time, soon)
  const now = room >= 1 && callable && mayPromise(s, queue, soon)
  return { from: time, until: now ? soon : time, windows }
}

/** The span that an answer names, if it still has room. */
export const windowOf = (choices: Choices, from: number | undefined): Window | undefined =>
  from === undefined ? choices.within : choices.windows.find((window) => window.from === from)

const joined = (a: Flow, b: Flow): Flow => ({
  placesMilliMs: a.placesMilliMs + b.placesMilliMs,
  arrivals: a.arrivals + b.arrivals,
})

/** Who waits and is promised no time, whoever asks among them: they come to an agent as well. */
const onTheLine = (s: RoutingState, queue: QueueRow): number =>
  Math.max(0, s.inQueue.size(queue.slot) - s.promised.size(queue.slot))

/** How many of a class a queue answers in times to come. */
class Pace {
  readonly #s: RoutingState
  readonly #queue: QueueRow
  readonly #policy: WithinPolicy
  /** Places by now, in thousandths. */
  readonly #now: number
  /** Of the queue's places, those that serve the class. */
  readonly #share: number
  readonly #knownUntil: number

  constructor(s: RoutingState, contact: ContactRow, policy: WithinPolicy, time: number) {
    this.#s = s
    this.#queue = s.queues.at(contact.queue)
    this.#policy = policy
    this.#now = ownPlaces(s, this.#queue, contact.requestClass) * 1_000
    const [all, some] = [this.#queue.ownClass, contact.requestClass]
    const places = s.staffing.placesFor(all)
    const skilled = places === 0 ? 0 : Math.min(1, s.staffing.placesFor(some) / places)
    this.#share = all === some ? 1 : skilled
    this.#knownUntil = time + durations.rosterAhead
  }

  /** `near`: in a moment there are no more than there are now, whoever is on shift. */
  open(span: Window, near: boolean): Flow {
    let sum: Flow = { placesMilliMs: 0, arrivals: 0 }
    const who = { now: this.#now, share: this.#share, near, knownUntil: this.#knownUntil }
    for (const open of openingsBetween(this.#s, this.#queue, span.from, span.until)) {
      sum = joined(sum, flowBetween(this.#s, this.#queue, open, who))
    }
    return sum
  }

  /**
   * The policy's share of the answers; or more, if all that come by the forecast, are on the line
   * and are called back are together answered in the time all but surely: the mean number of
   * answers is above theirs by twice the standard deviation of that many, were they a Poisson
   * process.
   */
  keeps({ placesMilliMs, arrivals }: Flow, line: number): number {
    const answers = placesMilliMs / (this.#queue.handleMs * 1_000)
    const share = (answers * this.#policy.shareBp) / 10_000
    const root = exp(log(1 + answers) / 2) - 1
    return Math.floor(Math.max(share, root * root - arrivals - line))
  }
}
