import type { Outcome } from '@evenkeel/chassis/protocol'
import type { ExtendHorizon, PutCalendar } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { limits } from '../limits.ts'
import { reviewQueues } from './opening.ts'
import type { CalendarRow } from '../schema.ts'
import { keyOf, nextSeq, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import type { Opening } from '../words.ts'

/** Openings come resolved, by whoever knows of zones; they are in order, or they are not taken. */
function disorder(openings: readonly Opening[], knownUntil: number): boolean {
  let last = -1
  for (const { opensAt, closesAt } of openings) {
    if (opensAt <= last || closesAt <= opensAt) return true
    last = closesAt
  }
  return last > knownUntil
}

const sameRule = (row: CalendarRow, c: PutCalendar): boolean =>
  row.displayName === c.displayName && JSON.stringify(row.rule) === JSON.stringify(c.rule)

export function putCalendar(s: RoutingState, c: PutCalendar, turn: Turn): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  const key = keyOf(c.pool, c.calendarId)
  const known = s.calendars.get(key)
  if (known && sameRule(known, c)) return accept(turn, c.calendarId)
  const current = known?.etag ?? ''
  if (c.etag !== current) {
    return reject('ETAG_MISMATCH', {
      what: `calendar ${c.calendarId}`,
      etag: current,
      sent: c.etag,
    })
  }
  if (!known && s.calendars.size >= s.calendars.cap) {
    return reject('TOO_MANY', { cap: 'calendars', limit: limits.calendars })
  }
  if (c.openings.length > limits.openingsPerCalendar) {
    return reject('TOO_MANY', { cap: 'openingsPerCalendar', limit: limits.openingsPerCalendar })
  }
  if (disorder(c.openings, c.knownUntil)) {
    return reject('OPENINGS_DISORDERED', { calendar_id: c.calendarId })
  }
  const { displayName, rule, openings, knownUntil } = c
  const facts = { displayName, rule, openings, knownUntil, etag: `e${turn.at.offset}` }
  const row = known ?? s.calendars.insert({ ...facts, id: key, pool: pool.slot, seq: nextSeq(s) })
  turn.events.push({
    kind: 'calendarChanged',
    ...{ pool: c.pool, calendarId: c.calendarId, displayName, rule, etag: facts.etag },
  })
  if (known) {
    s.calendars.update(known, facts)
    reviewQueues(row, turn)
  }
  return accept(turn, c.calendarId)
}

/** Idempotent: of two who resolve the same calendar at once, the second changes nothing. */
export function extendHorizon(
  s: RoutingState,
  c: ExtendHorizon,
  turn: Turn,
): Outcome<RoutingEvent> {
  const row = s.calendars.find(c.pool, c.calendarId)
  if (!row) return reject('CALENDAR_UNKNOWN', { pool: c.pool, calendar_id: c.calendarId })
  const further = row.etag === c.etag && c.knownUntil > row.knownUntil
  if (!further) return accept(turn, c.calendarId)
  const { openings, knownUntil } = c
  if (openings.length > limits.openingsPerCalendar) {
    return reject('TOO_MANY', { cap: 'openingsPerCalendar', limit: limits.openingsPerCalendar })
  }
  if (disorder(openings, knownUntil)) {
    return reject('OPENINGS_DISORDERED', { calendar_id: c.calendarId })
  }
  s.calendars.update(row, { openings, knownUntil })
  // Who waits for an opening that was not known yet has one now.
  reviewQueues(row, turn)
  return accept(turn, c.calendarId)
}
