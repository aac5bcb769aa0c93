import type { CalendarRow, QueueRow } from '../schema.ts'
import { type RoutingState } from '../state.ts'
import { NEVER } from '../limits.ts'
import type { Opening, QueueHours, WhenClosed } from '../words.ts'

/**
 * When a queue takes contacts, serves them and may promise. The calendar's zone and holidays were
 * resolved before they came into the log: here are only instants. Beyond the horizon nothing is
 * known: a calendar that has run dry shuts no queue, and lets nothing be promised.
 */

export function calendarOf(s: RoutingState, queue: QueueRow): CalendarRow | undefined {
  const hours = queue.policy.hours
  if (hours === undefined || hours.calendarId === '') return undefined
  return s.calendars.find(s.pools.at(queue.pool).id, hours.calendarId)
}

/** What ends sooner is warned of, ms. */
const endsSoonMs = 14 * 86_400_000

/**
 * After this no opening of the calendar is known: one of weekly hours is resolved on and on, one of
 * special days alone ends with the last of them.
 */
export const openingsEndAt = ({ rule, openings, knownUntil }: CalendarRow): number =>
  rule.weekly.length > 0 ? knownUntil : (openings.at(-1)?.closesAt ?? 0)

/** The same if it is near; undefined: there is nothing to warn of. */
export function endsSoonAt(calendar: CalendarRow | undefined, time: number): number | undefined {
  const end = calendar && openingsEndAt(calendar)
  return end !== undefined && end - time < endsSoonMs ? end : undefined
}

/** Index of the first opening whose closing, moved by `shift`, is after `at`. */
function firstClosingAfter(openings: readonly Opening[], at: number, shift: number): number {
  let low = 0
  let high = openings.length
  while (low < high) {
    const middle = (low + high) >> 1
    const opening = openings[middle]
    if (opening !== undefined && opening.closesAt + shift > at) high = middle
    else low = middle + 1
  }
  return low
}

/** The opening that one can still come in for at `at`, or the next one; undefined: none is known. */
function openingFor(calendar: CalendarRow, hours: QueueHours, at: number): Opening | undefined {
  const { openings } = calendar
  const shift = -hours.lastEntryBeforeMs
  for (let i = firstClosingAfter(openings, at, shift); i < openings.length; i++) {
    const opening = openings[i]
    // An opening shorter than its last entry takes nobody.
    if (opening && opening.opensAt < opening.closesAt + shift) return opening
  }
  return undefined
}

/** A supervisor has closed it, or lets it run dry; undefined: neither. */
export function shutBy(queue: QueueRow, at: number): 'closed' | 'draining' | undefined {
  return queue.state === 'open' || at >= queue.stateUntil ? undefined : queue.state
}

/** What is answered to who comes while it is closed at `at`; undefined: it has neither hours nor been closed. */
export function answerWhenClosed(
  queue: QueueRow,
  at: number,
): { readonly way: WhenClosed; readonly queueId: string; readonly reason: string } | undefined {
  if (shutBy(queue, at) !== undefined) {
    const { stateWhenClosed: way, stateDestination: queueId } = queue
    return { way, queueId, reason: `${queue.stateReason} (${queue.stateActor})` }
  }
  const { hours } = queue.policy
  return hours && { way: hours.whenClosed, queueId: hours.afterHoursQueueId, reason: '' }
}

/** Takes new contacts at `at`. */
export function isOpen(s: RoutingState, queue: QueueRow, at: number): boolean {
  if (shutBy(queue, at) !== undefined) return false
  const calendar = calendarOf(s, queue)
  const { hours } = queue.policy
  if (calendar === undefined || hours === undefined || at >= calendar.knownUntil) return true
  const opening = openingFor(calendar, hours, at)
  return opening !== undefined && opening.opensAt <= at
}

/** When it takes contacts next; `at` itself if it does now; undefined: nobody knows. */
export function nextOpeningAt(s: RoutingState, queue: QueueRow, at: number): number | undefined {
  const from = shutBy(queue, at) === undefined ? at : queue.stateUntil
  if (from === NEVER) return undefined
  const calendar = calendarOf(s, queue)
  const { hours } = queue.policy
  if (calendar === undefined || hours === undefined) return from
  if (at >= calendar.knownUntil) return from
  const opening = openingFor(calendar, hours, from)
  return opening && Math.max(from, opening.opensAt)
}

/**
 * Until when those who wait in it are served, if they are at `at`; a time that is not after `at`:
 * they are not. NEVER: no end is known.
 */
export function servedUntil(s: RoutingState, queue: QueueRow, at: number): number {
  const shut = shutBy(queue, at)
  if (shut === 'closed') return at
  if (shut !== undefined) return queue.stateUntil
  const calendar = calendarOf(s, queue)
  const { hours } = queue.policy
  if (calendar === undefined || hours === undefined || at >= calendar.knownUntil) return NEVER
  const { openings } = calendar
  const opening = openings[firstClosingAfter(openings, at, hours.serveOutAfterMs)]
  if (opening === undefined || opening.opensAt > at) return at
  return hours.closingRule === 'serveOut' ? NEVER : opening.closesAt + hours.serveOutAfterMs
}

/**
 * The same for one who came at `since`: where the rule is to serve out, who was in before the
 * closing is served, however often an agent gives it back or a callback is tried again.
 */
export function servedSince(s: RoutingState, queue: QueueRow, since: number, at: number): number {
  const until = servedUntil(s, queue, at)
  const hours = queue.policy.hours
  const calendar = calendarOf(s, queue)
  if (until > at || shutBy(queue, at) !== undefined || calendar === undefined) return until
  if (hours?.closingRule !== 'serveOut') return until
  const last = calendar.openings[firstClosingAfter(calendar.openings, at, 0) - 1]
  return last !== undefined && since < last.closesAt ? NEVER : until
}

/**
 * Of a queue that serves nobody at `at`: whether one who came to it at `since` had been let in
 * before. Who had not came while it was closed, and was told to wait for the opening.
 */
export function hadLetIn(s: RoutingState, queue: QueueRow, since: number, at: number): boolean {
  if (shutBy(queue, at) !== undefined) return since <= queue.stateSince
  const calendar = calendarOf(s, queue)
  const { hours } = queue.policy
  if (calendar === undefined || hours === undefined) return false
  const closed = firstClosingAfter(calendar.openings, at, hours.serveOutAfterMs) - 1
  const last = calendar.openings[closed]
  return last !== undefined && since < last.closesAt - hours.lastEntryBeforeMs
}

/** Whether `when` may be promised: in an opening, and not after its last promise. */
export function mayPromise(s: RoutingState, queue: QueueRow, when: number): boolean {
  if (shutBy(queue, when) !== undefined) return false
  const calendar = calendarOf(s, queue)
  const { hours } = queue.policy
  if (calendar === undefined || hours === undefined) return true
  const shift = -hours.lastPromiseBeforeMs
  const opening = calendar.openings[firstClosingAfter(calendar.openings, when - 1, shift)]
  return opening !== undefined && opening.opensAt <= when
}

/** Whether a call between the two may be promised: both are of one opening. */
export function mayPromiseWithin(
  s: RoutingState,
  queue: QueueRow,
  from: number,
  until: number,
): boolean {
  if (!mayPromise(s, queue, from) || !mayPromise(s, queue, until)) return false
  const calendar = calendarOf(s, queue)
  if (calendar === undefined) return true
  const shift = -(queue.policy.hours?.lastPromiseBeforeMs ?? 0)
  const opening = calendar.openings[firstClosingAfter(calendar.openings, until - 1, shift)]
  return opening !== undefined && opening.opensAt <= from
}

/** Of the time between the two, that in which the queue is open: what can be kept is kept then. */
export function openingsBetween(
  s: RoutingState,
  queue: QueueRow,
  from: number,
  until: number,
): readonly { readonly from: number; readonly until: number }[] {
  const calendar = calendarOf(s, queue)
  if (calendar === undefined) return [{ from, until }]
  const { openings } = calendar
  const spans = []
  for (let i = firstClosingAfter(openings, from, 0); i < openings.length; i++) {
    const opening = openings[i]
    if (opening === undefined || opening.opensAt >= until) break
    spans.push({ from: Math.max(from, opening.opensAt), until: Math.min(until, opening.closesAt) })
  }
  return spans
}
