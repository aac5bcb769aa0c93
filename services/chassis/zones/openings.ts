import { Temporal } from 'temporal-polyfill'
import { parse } from '../errors/parse.ts'

/** A site's local hours as instants. */

/** From a minute of the day on, until before another; 1440 is midnight, more is the next day. */
interface Hours {
  readonly from: number
  readonly to: number
}

/** Hours of every week, and of dates that have their own. */
export interface WeekRule {
  /** Has passed checkZone. */
  readonly timeZone: string
  /** Weekday 1 (Monday) to 7. */
  readonly weekly: readonly (Hours & { readonly day: number })[]
  /** Instead of the weekly hours of a date, yyyy-mm-dd; no hours: closed. */
  readonly special: readonly { readonly date: string; readonly hours: readonly Hours[] }[]
}

/** From `opensAt` until just before `closesAt`, ms. */
export interface OpenSpan {
  readonly opensAt: number
  readonly closesAt: number
}

const clock = { pattern: /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, says: 'HH:MM' }

/** Minute of the day that a clock shows, 00:00 to 24:00. */
export function minuteOfClock(field: string, text: string): number {
  const [hour = 0, minute = 0] = parse.id(field, text, clock).split(':').map(Number)
  return hour * 60 + minute
}

/** Of the local days from `from` on and before `until`, dates of the rule's own zone. */
export function openSpans(rule: WeekRule, from: string, until: string): OpenSpan[] {
  const zone = rule.timeZone
  const special = new Map(rule.special.map(({ date, hours }) => [date, hours]))
  const found: OpenSpan[] = []
  const end = Temporal.PlainDate.from(until)
  let date = Temporal.PlainDate.from(from)
  for (; Temporal.PlainDate.compare(date, end) < 0; date = date.add({ days: 1 })) {
    const weekday = date.dayOfWeek
    const hours =
      special.get(date.toString()) ?? rule.weekly.filter((weekly) => weekly.day === weekday)
    for (const { from: opens, to } of hours) {
      const opensAt = instantOf(date, opens, zone, 'earlier')
      const closesAt = instantOf(date, to, zone, 'later')
      if (opensAt < closesAt) found.push({ opensAt, closesAt })
    }
  }
  return merged(found)
}

/** A local minute that the clocks leave out is the instant at which they change. */
function instantOf(
  date: Temporal.PlainDate,
  minute: number,
  zone: string,
  disambiguation: 'earlier' | 'later',
): number {
  const days = Math.floor(minute / 1440)
  const time = new Temporal.PlainTime(Math.floor((minute % 1440) / 60), minute % 60)
  const local = date.add({ days }).toPlainDateTime(time)
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
  const leftOut = !later.toPlainDateTime().equals(local)
  const change = leftOut
    ? later.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
    : undefined
  if (change) return change.epochMilliseconds
  return local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds
}

/** In order; those that touch, as at midnight, are one. */
function merged(openings: readonly OpenSpan[]): OpenSpan[] {
  const whole: OpenSpan[] = []
  for (const opening of openings.toSorted((a, b) => a.opensAt - b.opensAt)) {
    const last = whole.at(-1)
    if (last === undefined || opening.opensAt > last.closesAt) whole.push(opening)
    else if (opening.closesAt > last.closesAt) {
      whole[whole.length - 1] = { opensAt: last.opensAt, closesAt: opening.closesAt }
    }
  }
  return whole
}
