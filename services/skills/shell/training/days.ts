import { refused } from '@evenkeel/chassis/errors'
import { dateIn, dayIn, resolveLocal } from '@evenkeel/chassis/zones'
import { type HourSpan, timeMsMax, type Week } from '../../core/index.ts'

/**
 * Days and weeks of a time zone as instants, at the edge. What comes out of here enters the log, so
 * that replicas with other zone data decide alike.
 */

const dayMs = 86_400_000

/** Of yyyy-mm-dd, counted from 1970. 2026-02-30 is refused rather than carried into March. */
export function dayOf(field: string, date: string): number {
  if (date === '') throw refused('FIELD_MISSING', field)
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  const real = !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().startsWith(date)
  if (!real) {
    const value = JSON.stringify(date.slice(0, 64))
    throw refused('FIELD_MALFORMED', field, 'a day of the years 1970-9999 as yyyy-mm-dd', value)
  }
  return ms / dayMs
}

export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** 9999-12-31, the last day that an API can name. */
const lastDay = 2_932_896

/** The first instant of a day; where the clocks leave midnight out, when they have changed. */
export function dayBegin(day: number, zone: string): number {
  return day > lastDay ? timeMsMax : dayIn(dateOf(day), zone).from
}

export interface Year {
  readonly year: number
  /** Its days: from the first, until before the first of the next. */
  readonly from: number
  readonly until: number
}

/** 0: the one that it is at `time`. */
export function yearOf(year: number, zone: string, time: number): Year {
  const named = year === 0 ? Number(dateIn(time, zone).slice(0, 4)) : year
  return { year: named, from: firstOf(named), until: firstOf(named + 1) }
}

const firstOf = (year: number): number => Date.UTC(year, 0, 1) / dayMs

/**
 * The week of an instant, from Monday. An hour that the clocks show twice is as long as both; one
 * that they leave out is the one after it.
 */
export function weekOf(time: number, zone: string): Week {
  const today = dayOf('', dateIn(time, zone))
  // Day 0 was a Thursday.
  const monday = today - ((today + 3) % 7)
  const begins = Array.from({ length: 169 }, (_, hour) =>
    instantOf(monday + Math.floor(hour / 24), hour % 24, zone),
  )
  const hours: HourSpan[] = []
  // Backwards, so that what is left out can be as the one after it.
  for (let hour = 167; hour >= 0; hour--) {
    const [from = 0, until = 0] = begins.slice(hour, hour + 2)
    const left = from >= until ? hours[0] : undefined
    hours.unshift(left ?? { from, until })
  }
  return { from: begins[0] ?? 0, until: begins[168] ?? 0, hours }
}

function instantOf(day: number, hour: number, zone: string): number {
  const found = resolveLocal({ date: dateOf(day), hour, minute: 0 }, zone)
  if (found.kind === 'never') return found.skippedAt
  return found.kind === 'once' ? found.at.at : found.first.at
}
