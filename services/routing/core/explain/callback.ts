import type { CallbackRow, ContactRow, PoolRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { aheadAt, callableFrom, callingHoursOf, zoneOf } from '../callback/calling-hours.ts'
import { clockText } from './spoken.ts'
import { hasSteppedAhead, isTimed } from '../callback/step-ahead.ts'
import type { CallbackStatus } from '../words.ts'

/** Callbacks in sentences, for whoever has never heard of this system. */

export const switchedOff = (pool: PoolRow): string =>
  `${pool.switchActor} has switched it off (${pool.switchReason})`

/** What the customer waits for. */
export function whatFor(contact: ContactRow, callback: CallbackRow | undefined): string {
  if (contact.state !== 'dialable') return 'The customer waits'
  return callback?.requested === true
    ? 'The customer has asked for a callback and waits for it'
    : 'The customer waits for a callback'
}

export function parkedSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const pool = s.pools.at(contact.pool)
  if (!pool.dialsOff) return outsideHoursSentence(s, contact, time) ?? notNowSentence(s, contact)
  return `Nobody is called back at the moment: ${switchedOff(pool)}; the place is kept.`
}

/** When the customer may be called next, by the clock of where that is; undefined: now. */
function outsideHoursSentence(
  s: RoutingState,
  contact: ContactRow,
  time: number,
): string | undefined {
  const hours = callingHoursOf(s.queues.at(contact.queue))
  const from = callableFrom(s, contact, time)
  if (hours === undefined || from <= time) return undefined
  const zone = zoneOf(s, contact, hours)
  const ahead = aheadAt(s.zones.get(zone)?.offsets ?? [], from)
  const clock = clockText(Math.floor((from + ahead) / 60_000) % 1_440)
  return `The customer is not dialled before ${clock} in ${zone}; the place is kept.`
}

const notNowSentence = (s: RoutingState, contact: ContactRow): string =>
  isTimed(s.callbacks.at(contact.callback)) && s.callbacks.at(contact.callback).attempts === 0
    ? 'The customer has chosen a later window and is called when it begins.'
    : 'The customer was not reached; the place is kept until the next attempt is due.'

/** What the customer was asked, and has answered. */
export const asked: Record<CallbackStatus, string> = {
  offered: ' A callback is being offered, since the wait is long.',
  accepted: '',
  declined: ' The customer was offered a callback and prefers to wait.',
  lapsed: ' A callback was offered and not answered; it may be offered again.',
  reached: ' The customer has been called back before.',
  givenUp: '',
  calledIn: ' The customer called in before being called back, and has kept the place.',
}

export function timedSentence(contact: ContactRow, position: number): string {
  const place = hasSteppedAhead(contact)
    ? `its time is near, so it goes before everybody on the line, in place ${position}`
    : 'whoever is on the line goes first until its time comes near'
  return `The customer was promised a callback by a certain time; ${place}.`
}
