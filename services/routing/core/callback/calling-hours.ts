import type { Rejection } from '@evenkeel/chassis/protocol'
import type { Settings } from '../queue/policy-fields.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { refusal } from '../turn.ts'
import { storyOf } from '../contact/story.ts'
import type { CallingHours, ZoneOffset } from './words.ts'

/**
 * When a customer may be called, by the clock of where the customer is. The zone was resolved
 * before it came into the log (queue/zone.ts): here are only instants and offsets.
 */

/** From the first on, and before the second. */
export interface Span {
  readonly from: number
  readonly until: number
}

const dayMs = 86_400_000
const minuteMs = 60_000
/** Every weekday comes within so many days; and what joins up for longer is looked at again then. */
const daysAhead = 8

/**
 * The zone by which such a queue of the pool calls those who have not said where they are: that of
 * its calling hours, or else of its calendar. '': it calls at any time, or nobody knows.
 */
export function zoneOfPolicy(s: RoutingState, pool: string, settings: Settings): string {
  const hours = callingHoursOf(settings)
  if (hours === undefined || hours.zone !== '') return hours?.zone ?? ''
  return s.calendars.find(pool, settings.policy.hours?.calendarId ?? '')?.rule.timeZone ?? ''
}

/** Where the customer is, as far as anybody has said. */
export function zoneOf(s: RoutingState, contact: ContactRow): string {
  const said = storyOf(s, contact)?.timeZone ?? ''
  if (said !== '') return said
  const queue = s.queues.at(contact.queue)
  return zoneOfPolicy(s, s.pools.at(queue.pool).id, queue)
}

export function callingHoursOf({ callback }: Pick<Settings, 'callback'>): CallingHours | undefined {
  return callback === 'none' ? undefined : callback.callingHours
}

/** A calendar may have gone to a zone that nobody has resolved: then its hours are read as of UTC. */
const unknownZone: readonly ZoneOffset[] = [{ from: 0, aheadMs: 0 }]

/** The hours in which the customer may be called at `at`, or the next ones; undefined: any time. */
export function callingSpan(s: RoutingState, contact: ContactRow, at: number): Span | undefined {
  const hours = callingHoursOf(s.queues.at(contact.queue))
  if (hours === undefined) return undefined
  const offsets = s.zones.get(zoneOf(s, contact))?.offsets ?? unknownZone
  return spanOf(hours, offsets, at)
}

/** The earliest time from `at` on at which the customer may be called. */
export function callableFrom(s: RoutingState, contact: ContactRow, at: number): number {
  const span = callingSpan(s, contact, at)
  return span === undefined ? at : Math.max(at, span.from)
}

/** Whether the customer may be called at any time from the one to the other. */
export function isCallableWithin(
  s: RoutingState,
  contact: ContactRow,
  from: number,
  until: number,
): boolean {
  const span = callingSpan(s, contact, from)
  return span === undefined || (span.from <= from && until <= span.until)
}

/** What is wrong with a callback from now on: it would be given up before anybody may call. */
export function neverCallable(
  s: RoutingState,
  contact: ContactRow,
  time: number,
): Rejection | undefined {
  const { callback } = s.queues.at(contact.queue)
  if (callback === 'none' || callback.callingHours === undefined) return undefined
  const from = callableFrom(s, contact, time)
  if (from - time < callback.giveUpAfterMs) return undefined
  return refusal('CALLING_HOURS_NEVER', {
    contact_id: idOf(contact.id),
    time_zone: zoneOf(s, contact),
    next_from_ms: from,
    limit: callback.giveUpAfterMs,
  })
}

/** How far ahead of UTC a zone is at an instant, ms. */
export function aheadAt(offsets: readonly ZoneOffset[], at: number): number {
  let ahead = offsets[0]?.aheadMs ?? 0
  for (const offset of offsets) if (offset.from <= at) ahead = offset.aheadMs
  return ahead
}

/** Days whose hours join up, as at midnight, are one span. */
export function spanOf(hours: CallingHours, offsets: readonly ZoneOffset[], at: number): Span {
  const today = Math.floor((at + aheadAt(offsets, at)) / dayMs)
  let found: Span | undefined
  for (let day = today - 1; day <= today + daysAhead; day++) {
    // The first of January 1970 was a Thursday.
    if (!hours.days.includes(((day + 3) % 7) + 1)) continue
    const from = instantOf(offsets, day * dayMs + hours.from * minuteMs, 'latest')
    const until = instantOf(offsets, day * dayMs + hours.to * minuteMs, 'earliest')
    if (until <= at || until <= from) continue
    if (found !== undefined && from > found.until) break
    found = { from: found?.from ?? from, until }
  }
  return found ?? { from: at + daysAhead * dayMs, until: at + daysAhead * dayMs }
}

/**
 * The instant at which the clocks show a local time: the one of two that makes the hours shorter,
 * and of a time that is left out the change of the clocks.
 */
function instantOf(
  offsets: readonly ZoneOffset[],
  local: number,
  which: 'earliest' | 'latest',
): number {
  let found: number | undefined
  let change = 0
  for (const [index, { from, aheadMs }] of offsets.entries()) {
    const at = local - aheadMs
    const end = offsets[index + 1]?.from ?? Number.POSITIVE_INFINITY
    const begun = index === 0 || at >= from
    if (begun && at < end && (found === undefined || which === 'latest')) found = at
    if (begun && at >= end) change = end
  }
  return found ?? change
}
