import { Temporal } from 'temporal-polyfill'
import { refused } from '../errors/parse.ts'

/**
 * How IANA spells a name that this machine's zone data knows in any case; offsets such as +02:00
 * are none. A link such as Asia/Calcutta is a name of its own.
 */
function spellingOf(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined
  }
}

/** A zone has one spelling: in any case, a few names could fill a log's table of zones. */
export function checkZone(field: string, name: string): void {
  const spelling = spellingOf(name)
  if (spelling === name) return
  const limit =
    spelling === undefined
      ? 'an IANA time zone, such as Europe/Berlin'
      : `${spelling}, as IANA spells this time zone`
  throw refused('FIELD_MALFORMED', field, limit, JSON.stringify(name.slice(0, 64)))
}

/** What a clock shows in a place. */
export interface LocalTime {
  /** A date that exists, yyyy-mm-dd. */
  readonly date: string
  readonly hour: number
  readonly minute: number
}

/** One of the instants, ms since 1970, at which a clock shows a time; `offset`: as in +02:00. */
export interface Instant {
  readonly at: number
  readonly offset: string
}

/**
 * When a clock shows a time: once, twice where it is put back over it, never where it is put
 * forward over it; then `skippedAt` is the instant of that change.
 */
export type Resolution =
  | { readonly kind: 'once'; readonly at: Instant }
  | { readonly kind: 'twice'; readonly first: Instant; readonly second: Instant }
  | { readonly kind: 'never'; readonly skippedAt: number }

/** `zone` has passed checkZone. */
export function resolveLocal(local: LocalTime, zone: string): Resolution {
  const time = new Temporal.PlainTime(local.hour, local.minute)
  const clock = Temporal.PlainDate.from(local.date).toPlainDateTime(time)
  const earlier = clock.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = clock.toZonedDateTime(zone, { disambiguation: 'later' })
  if (!later.toPlainDateTime().equals(clock)) {
    const change = later.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
    return { kind: 'never', skippedAt: (change ?? later).epochMilliseconds }
  }
  const first = instantOf(earlier)
  return earlier.epochMilliseconds === later.epochMilliseconds
    ? { kind: 'once', at: first }
    : { kind: 'twice', first, second: instantOf(later) }
}

const instantOf = (at: Temporal.ZonedDateTime): Instant => ({
  at: at.epochMilliseconds,
  offset: at.offset,
})

/** The first instant of a date, and of the one after it. */
export function dayIn(
  date: string,
  zone: string,
): { readonly from: number; readonly until: number } {
  const day = Temporal.PlainDate.from(date)
  const from = day.toZonedDateTime(zone).epochMilliseconds
  return { from, until: day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds }
}

/** The date that a calendar shows at an instant, yyyy-mm-dd. */
export const dateIn = (time: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toPlainDate().toString()

/** The date `days` later, yyyy-mm-dd. */
export const daysAfter = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString()

/** Whether the calendar has such a date, yyyy-mm-dd. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  try {
    Temporal.PlainDate.from(text)
    return true
  } catch {
    return false
  }
}
