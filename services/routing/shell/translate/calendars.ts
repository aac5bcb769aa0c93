import { idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as log from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import type * as queues from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type CalendarRow,
  type CalendarRule,
  type Command,
  endsSoonAt,
  idOf,
  limits,
  type Opening,
} from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { type Hours, hoursOf, hoursWire, zonePattern } from './local-hours.ts'
import { etagOf } from './policies.ts'
import { perhaps } from './perhaps.ts'

const datePattern = { pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, says: 'yyyy-mm-dd' }
const spanText = (hours: Hours): string => {
  const { from, to } = hoursWire(hours)
  return `${from}-${to}`
}

/** Of one day, in order; none reaches into the next. */
function inOrder<H extends Hours>(field: string, hours: readonly H[]): readonly H[] {
  const sorted = hours.toSorted((a, b) => a.from - b.from || a.to - b.to)
  for (const [index, span] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next === undefined || next.from >= span.to) continue
    const overlap = `${spanText(span)} and ${spanText(next)}`
    throw refused('FIELD_MALFORMED', field, 'hours of a day that do not overlap', overlap)
  }
  if (sorted.length > max.hoursPerDay) {
    throw refused('FIELD_TOO_MANY', field, `${max.hoursPerDay} a day`, sorted.length)
  }
  return sorted
}

/** What can be known of a calendar without zone data: that its zone exists is asked by its RPC. */
export function calendarRule(calendar: queues.Calendar): CalendarRule {
  const timeZone = parse.id('calendar.time_zone', calendar.timeZone, zonePattern)
  const weekly = parse.list(
    'calendar.weekly',
    calendar.weekly,
    7 * max.hoursPerDay,
    (field, w) => ({
      day: parse.integer(`${field}.weekday`, w.weekday, 1, 7),
      ...hoursOf(`${field}.hours`, w.hours),
    }),
  )
  const special = parse.list(
    'calendar.special_days',
    calendar.specialDays,
    max.specialDays,
    specialDay,
  )
  parse.unique('calendar.special_days', special, ({ date }) => date)
  const open = weekly.length > 0 || special.some(({ hours }) => hours.length > 0)
  if (!open) throw refused('FIELD_MISSING', 'calendar.weekly')
  const days = [1, 2, 3, 4, 5, 6, 7].flatMap((day) =>
    inOrder(
      'calendar.weekly',
      weekly.filter((hours) => hours.day === day),
    ),
  )
  const dates = special.toSorted((a, b) => (a.date < b.date ? -1 : 1))
  return { timeZone, weekly: days, special: dates }
}

function specialDay(field: string, day: queues.SpecialDay): CalendarRule['special'][number] {
  const date = parse.id(`${field}.date`, day.date, datePattern)
  const [year = 0, month = 0, ofMonth = 0] = date.split('-').map(Number)
  // The 31st of a short month is no date.
  if (new Date(Date.UTC(year, month - 1, ofMonth)).getUTCDate() !== ofMonth) {
    throw refused('FIELD_MALFORMED', `${field}.date`, 'a date that exists', date)
  }
  const hours = parse.list(`${field}.hours`, day.hours, max.hoursPerDay, hoursOf)
  return {
    date,
    name: parse.text(`${field}.name`, day.name, max.displayNameBytes),
    hours: inOrder(`${field}.hours`, hours),
  }
}

const openingsOf = (wire: readonly queues.Opening[]): readonly Opening[] =>
  parse.list('openings', [...wire], limits.openingsPerCalendar, (field, opening) => ({
    opensAt: parse.timeMs(`${field}.opens_at`, opening.opensAt),
    closesAt: parse.timeMs(`${field}.closes_at`, opening.closesAt),
  }))

export function putCalendar(r: log.CalendarPut): Command {
  const calendar = parse.message('calendar', r.calendar)
  return {
    kind: 'putCalendar',
    pool: parse.id('calendar.pool', calendar.pool, idPatterns.slug),
    calendarId: parse.id('calendar.calendar_id', calendar.calendarId, idPatterns.slug),
    displayName: parse.text('calendar.display_name', calendar.displayName, max.displayNameBytes),
    rule: calendarRule(calendar),
    openings: openingsOf(r.openings),
    knownUntil: parse.timeMs('known_until', r.knownUntil),
    etag: etagOf('calendar.etag', calendar.etag),
  }
}

export function extendHorizon(r: log.HorizonExtended): Command {
  return {
    kind: 'extendHorizon',
    pool: parse.id('pool', r.pool, idPatterns.slug),
    calendarId: parse.id('calendar_id', r.calendarId, idPatterns.slug),
    etag: etagOf('etag', r.etag),
    openings: openingsOf(r.openings),
    knownUntil: parse.timeMs('known_until', r.knownUntil),
  }
}

export const openingWire = ({ opensAt, closesAt }: Opening): queues.Opening => ({
  opensAt: timestamp(opensAt),
  closesAt: timestamp(closesAt),
})

/** As it was put; what its openings are is another matter, and moves on with time. */
export const calendarRuleWire = (
  pool: string,
  calendarId: string,
  { displayName, rule, etag }: Pick<CalendarRow, 'displayName' | 'rule' | 'etag'>,
): queues.Calendar => ({
  pool,
  calendarId,
  displayName,
  timeZone: rule.timeZone,
  weekly: rule.weekly.map(({ day, from, to }) => ({
    weekday: day,
    hours: hoursWire({ from, to }),
  })),
  specialDays: rule.special.map(({ date, name, hours }) => ({
    date,
    name,
    hours: hours.map(hoursWire),
  })),
  etag,
  knownUntil: undefined,
  endsAt: undefined,
  openings: [],
})

export const calendarWire = (pool: string, row: CalendarRow, time: number): queues.Calendar => ({
  ...calendarRuleWire(pool, idOf(row.id), row),
  knownUntil: timestamp(row.knownUntil),
  endsAt: perhaps(endsSoonAt(row, time)),
  openings: row.openings
    .filter(({ closesAt }) => closesAt > time)
    .slice(0, max.openingsShown)
    .map(openingWire),
})
