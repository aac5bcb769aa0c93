import type { Outcome } from '@evenkeel/chassis/protocol'
import { refuse } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { calendarKey } from '../keys.ts'
import { poolRefusal } from '../pool.ts'
import type { ForecastingState, QueueRow } from '../state.ts'

/** From a minute of the day on, until before another. */
interface Hours {
  readonly from: number
  readonly to: number
}

/** When a site is open, by its own clocks. */
export interface CalendarRule {
  /** IANA name. */
  readonly timeZone: string
  /** Weekday 1 (Monday) to 7. */
  readonly weekly: readonly (Hours & { readonly day: number })[]
  /** Instead of the weekly hours of a date, yyyy-mm-dd; no hours: closed, a holiday. */
  readonly special: readonly {
    readonly date: string
    readonly name: string
    readonly hours: readonly Hours[]
  }[]
}

export interface CalendarFacts {
  readonly pool: string
  readonly calendarId: string
  readonly rule: CalendarRule
}

/** Calendars are routing's: what is said there of holidays and hours is not said here again. */
export function calendarKnown(
  s: ForecastingState,
  { pool, calendarId, rule }: CalendarFacts,
): Outcome<ForecastingEvent> {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const key = calendarKey(pool, calendarId)
  const row = s.calendars.get(key)
  if (row !== undefined) s.calendars.update(row, { rule })
  else if (s.calendars.size >= s.calendars.cap) {
    const limit = s.calendars.cap
    return refuse('TOO_MANY_CALENDARS', { field: 'calendar_id', value: calendarId, limit })
  } else s.calendars.insert({ key, pool: s.pools.must(pool).slot, rule })
  return { ok: true, events: [], ref: calendarId }
}

/** Undefined: the queue has no hours, or its calendar has not been told of. */
export function ruleOf(s: ForecastingState, queue: QueueRow): CalendarRule | undefined {
  if (queue.calendarId === '') return undefined
  return s.calendars.get(calendarKey(s.pools.at(queue.pool).id, queue.calendarId))?.rule
}
