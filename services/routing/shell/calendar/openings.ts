import { Temporal } from 'temporal-polyfill'
import type { CalendarRule, Opening, ZoneOffset } from '../../core/index.ts'

/**
 * A calendar's local hours as instants, and the changes of a zone's clocks. What comes out of it
 * enters the log, so that replicas with other zone data decide alike.
 */

const day = 86_400_000
/** How far ahead openings are resolved. Eight spans a day for this long are within the core's cap. */
export const horizonDays = 60

export interface Resolved {
  readonly openings: readonly Opening[]
  readonly knownUntil: number
}

/** Whole local days from the day before `time`, so that what is open at midnight is known whole. */
export function resolveOpenings(rule: CalendarRule, time: number): Resolved {
  const zone = rule.timeZone
  const special = new Map(rule.special.map(({ date, hours }) => [date, hours]))
  const today = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toPlainDate()
  const found: Opening[] = []
  let date = today.subtract({ days: 1 })
  const end = today.add({ days: horizonDays })
  for (; Temporal.PlainDate.compare(date, end) < 0; date = date.add({ days: 1 })) {
    const weekday = date.dayOfWeek
    const hours =
      special.get(date.toString()) ?? rule.weekly.filter((weekly) => weekly.day === weekday)
    for (const { from, to } of hours) {
      const opensAt = instantOf(date, from, zone, 'earlier')
      const closesAt = instantOf(date, to, zone, 'later')
      if (opensAt < closesAt) found.push({ opensAt, closesAt })
    }
  }
  return { openings: merged(found), knownUntil: instantOf(end, 0, zone, 'earlier') }
}

export interface ResolvedZone {
  readonly offsets: readonly ZoneOffset[]
  readonly knownUntil: number
}

/** Its changes of the clocks, from the last one before the day before `time` on. */
export function resolveZone(zone: string, time: number): ResolvedZone {
  const knownUntil = time + horizonDays * day
  const begin = Temporal.Instant.fromEpochMilliseconds(time - day).toZonedDateTimeISO(zone)
  const offsets = [{ from: time - day, aheadMs: aheadOf(begin) }]
  let change = begin.getTimeZoneTransition('next')
  while (change !== null && change.epochMilliseconds < knownUntil) {
    offsets.push({ from: change.epochMilliseconds, aheadMs: aheadOf(change) })
    change = change.getTimeZoneTransition('next')
  }
  return { offsets, knownUntil }
}

/** Some offsets of long ago have parts of a second; no day that is resolved does. */
const aheadOf = (at: Temporal.ZonedDateTime): number =>
  Math.trunc(at.offsetNanoseconds / 1e9) * 1_000

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
function merged(openings: readonly Opening[]): Opening[] {
  const whole: Opening[] = []
  for (const opening of openings.toSorted((a, b) => a.opensAt - b.opensAt)) {
    const last = whole.at(-1)
    if (last === undefined || opening.opensAt > last.closesAt) whole.push(opening)
    else if (opening.closesAt > last.closesAt) {
      whole[whole.length - 1] = { opensAt: last.opensAt, closesAt: opening.closesAt }
    }
  }
  return whole
}

/** Below this a calendar is resolved further; well above the 28 days that are kept. */
export const extendBelowMs = 45 * day
