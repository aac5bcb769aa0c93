import { dateIn, dayIn, daysAfter, openSpans } from '@evenkeel/chassis/zones'
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
  const today = dateIn(time, rule.timeZone)
  const end = daysAfter(today, horizonDays)
  const openings = openSpans(rule, daysAfter(today, -1), end)
  return { openings, knownUntil: dayIn(end, rule.timeZone).from }
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

/** Below this a calendar is resolved further; well above the 28 days that are kept. */
export const extendBelowMs = 45 * day
