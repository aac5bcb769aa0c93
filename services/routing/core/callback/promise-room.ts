import { NONE } from '@evenkeel/chassis/table'
import { isCallableWithin } from './calling-hours.ts'
import { mayPromise, mayPromiseWithin, openMsBetween } from '../queue/hours.ts'
import type { ContactRow, QueueRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { ownGapMs } from './step-ahead.ts'
import type { WithinPolicy } from '../words.ts'

/** What may be promised: only what the queue's own pace can keep beside what it has promised already. */

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
  const gap = ownGapMs(s, queue, contact.requestClass)
  if (policy === undefined || gap === undefined) {
    return { keepPlace, within: undefined, windows: [] }
  }
  const { from, until, windows } = withRoom(s, contact, policy, gap, time)
  return { keepPlace, within: until > from ? { from, until } : undefined, windows }
}

function withRoom(
  s: RoutingState,
  contact: ContactRow,
  policy: WithinPolicy,
  gap: number,
  time: number,
): Window & { readonly windows: readonly Window[] } {
  const queue = s.queues.at(contact.queue)
  const each = Math.ceil((gap * 10_000) / policy.shareBp)
  const soon = time + policy.withinMs
  const windows: Window[] = []
  let room = Number.POSITIVE_INFINITY
  for (const window of windowsFrom(soon, policy).toReversed()) {
    const by = promisedBy(s, queue, window.until)
    room = Math.min(room, Math.trunc(openMsBetween(s, queue, time, window.until) / each) - by)
    const inside = by - promisedBy(s, queue, window.from)
    const own = Math.trunc(policy.windowMs / each) - inside
    const open =
      mayPromiseWithin(s, queue, window.from, window.until) &&
      isCallableWithin(s, contact, window.from, window.until)
    if (open && room >= 1 && own >= 1) windows.unshift(window)
  }
  room = Math.min(
    room,
    Math.trunc(openMsBetween(s, queue, time, soon) / each) - promisedBy(s, queue, soon),
  )
  const callable = isCallableWithin(s, contact, time, soon)
  const now = room >= 1 && callable && mayPromise(s, queue, soon)
  return { from: time, until: now ? soon : time, windows }
}

/** The span that an answer names, if it still has room. */
export const windowOf = (choices: Choices, from: number | undefined): Window | undefined =>
  from === undefined ? choices.within : choices.windows.find((window) => window.from === from)
