import { parse, timestamp } from '@evenkeel/chassis/errors'
import type { Call } from '@evenkeel/chassis/serve'
import { checkZone } from '@evenkeel/chassis/zones'
import type {
  ListCalendarsRequest,
  ListCalendarsResponse,
  PutCalendarRequest,
  PutCalendarResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { keyOf, type RoutingState } from '../../core/index.ts'
import { knownPool, replicaOf, type RoutingHosted, stored } from '../calls.ts'
import { resolveOpenings } from '../calendar/openings.ts'
import { pageThrough } from '../pages.ts'
import { calendarRule, calendarWire, openingWire } from '../translate/calendars.ts'

/** Resolved here, at the edge: what the log gets are instants. */
export async function putCalendar(
  hosted: RoutingHosted,
  request: PutCalendarRequest,
  call: Call,
): Promise<PutCalendarResponse> {
  const calendar = parse.message('calendar', request.calendar)
  const rule = calendarRule(calendar)
  checkZone('calendar.time_zone', rule.timeZone)
  const { time } = replicaOf(hosted, calendar.pool).now()
  const { openings, knownUntil } = resolveOpenings(rule, time)
  const value = {
    calendar,
    openings: openings.map(openingWire),
    knownUntil: timestamp(knownUntil),
  }
  return stored(hosted, { $case: 'calendarPut', value }, request.validateOnly, call, (s, at) => {
    const row = s.calendars.must(keyOf(calendar.pool, calendar.calendarId))
    return { calendar: calendarWire(calendar.pool, row, at.time) }
  })
}

export function listCalendars(
  s: RoutingState,
  r: ListCalendarsRequest,
  time: number,
): ListCalendarsResponse {
  const pool = knownPool(s, r.pool)
  const { found, nextPageToken } = pageThrough(
    { list: `calendars ${pool.id}`, ...r },
    s.calendarsOfPool,
    pool.slot,
    (slot) => s.calendars.at(slot),
    (row) => calendarWire(pool.id, row, time),
  )
  return { calendars: found, nextPageToken }
}
