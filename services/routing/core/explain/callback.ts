import type { CallbackRow, ContactRow, PoolRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { aheadAt, callableFrom, callingHoursOf, zoneOf } from '../callback/calling-hours.ts'
import { about, clockText, weekdayText } from './spoken.ts'
import { channelWords, queueOf } from './subject.ts'
import { hasSteppedAhead, isTimed } from '../callback/step-ahead.ts'
import { type CallbackStatus, isLive } from '../words.ts'

/** Callbacks in sentences, for whoever has never heard of this system. */

export const switchedOff = (pool: PoolRow): string =>
  `${pool.switchActor} has switched it off (${pool.switchReason})`

/** What the customer waits for. */
export function whatFor(contact: ContactRow, callback: CallbackRow | undefined): string {
  if (contact.state !== 'dialable') {
    const isThere = isLive(contact.channel)
    return isThere ? 'The customer waits' : `This ${channelWords[contact.channel].one} waits`
  }
  return callback?.requested === true
    ? 'The customer has asked for a callback and waits for it'
    : 'The customer waits for a callback'
}

export function parkedSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const pool = s.pools.at(contact.pool)
  if (!pool.dialsOff)
    return outsideHoursSentence(s, contact, time) ?? notNowSentence(s, contact, time)
  const place = `the place in ${queueOf(s, contact)} is kept`
  const until = 'until somebody switches that on again'
  return `Nobody is called back ${until}: ${switchedOff(pool)}; ${place}.`
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
  const zone = zoneOf(s, contact)
  const { offsets } = s.zones.get(zone) ?? { offsets: [] }
  const local = (at: number): number => Math.floor((at + aheadAt(offsets, at)) / 60_000)
  const clock = clockText(local(from) % minutesPerDay)
  const days = Math.floor(local(from) / minutesPerDay)
  // The first of January 1970 was a Thursday.
  const day =
    days === Math.floor(local(time) / minutesPerDay)
      ? ''
      : ` on ${weekdayText(((days + 3) % 7) + 1)}`
  const when = `${clock} in ${zone === '' ? 'UTC' : zone}${day}`
  return `The customer is not dialled before ${when}; the place in ${queueOf(s, contact)} is kept.`
}

const minutesPerDay = 1_440

function notNowSentence(s: RoutingState, contact: ContactRow, time: number): string {
  const callback = s.callbacks.at(contact.callback)
  const due = about(Math.max(0, contact.dueTime - time))
  const queue = queueOf(s, contact)
  return isTimed(callback) && callback.attempts === 0
    ? `The customer has chosen a later window for a callback by ${queue} and is called when it ` +
        `begins, in ${due}.`
    : `The customer was not reached; the place in ${queue} is kept, and the next attempt is due ` +
        `in ${due}.`
}

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

export function timedSentence(
  s: RoutingState,
  contact: ContactRow,
  position: number,
  time: number,
): string {
  const left = s.callbacks.at(contact.callback).promisedAt - time
  const promise = left <= 0 ? 'by now' : `within ${about(left)} from now`
  const place = hasSteppedAhead(contact)
    ? `that is near, so it goes before everybody on the line, in place ${position}`
    : 'whoever is on the line goes first until that comes near'
  return `The customer was promised a callback by ${queueOf(s, contact)} ${promise}; ${place}.`
}
