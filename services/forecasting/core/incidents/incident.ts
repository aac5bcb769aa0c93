import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { refuse, rejection } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { incidentKey } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import { scopeRefusal } from '../queue.ts'
import type { ForecastingState } from '../state.ts'
import type { IncidentKind, IncidentRow } from './schema.ts'

/** What befalls a pool, and is no part of what usually comes. */

export interface Incident {
  readonly pool: string
  readonly incidentId: string
  readonly kind: IncidentKind
  readonly displayName: string
  /** In the order of their ids; none: the whole pool. */
  readonly queueIds: readonly string[]
  /** In a command: undefined for now. */
  readonly from: number | undefined
  /** Later than `from`. */
  readonly until: number
  readonly ended: boolean
  /** In a command: what the caller saw, '' for whatever it is. */
  readonly etag: string
}

export interface EndIncident {
  readonly pool: string
  readonly incidentId: string
}

/** Declares it, or, while it holds, says anew what it is. */
export function declareIncident(
  s: ForecastingState,
  incident: Incident,
  at: Moment,
): Outcome<ForecastingEvent> {
  const unknown = scopeRefusal(s, 'incident.queue_ids', incident)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const { pool, incidentId, kind, displayName, queueIds, until } = incident
  const from = incident.from ?? at.time
  const row = s.incidents.get(incidentKey(pool, incidentId))
  if (row !== undefined && holdsAlready(row, incident)) {
    return { ok: true, events: [], ref: incidentId }
  }
  const refused =
    spanRefusal(from, until, at) ??
    (row === undefined ? fullRefusal(s, incident) : endedRefusal(row))
  if (refused !== undefined) return { ok: false, rejection: refused }
  const { etag } = incident
  const stale = etag === '' ? undefined : etagRefusal('incident.etag', etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const content = { kind, displayName, queueIds, from, until }
  const running = { ...content, ended: false, dueAt: until, changed: at.offset }
  const stored =
    row === undefined
      ? s.incidents.insert({
          key: incidentKey(pool, incidentId),
          incidentId,
          pool: s.pools.must(pool).slot,
          ...running,
          seq: at.offset,
        })
      : s.incidents.update(row, running)
  const declared: ForecastingEvent = {
    kind: 'incidentDeclared',
    incident: incidentView(s, stored),
  }
  return { ok: true, events: [declared], ref: incidentId }
}

/** Now, unless it has ended. */
export function endIncident(
  s: ForecastingState,
  c: EndIncident,
  at: Moment,
): Outcome<ForecastingEvent> {
  const unknown = poolRefusal(s, c.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.incidents.get(incidentKey(c.pool, c.incidentId))
  if (row === undefined) {
    return refuse('INCIDENT_UNKNOWN', { field: 'incident_id', value: c.incidentId, pool: c.pool })
  }
  const events = row.ended ? [] : [ended(s, row, at.time, at)]
  return { ok: true, events, ref: c.incidentId }
}

/** The one due first: ends, or is forgotten. */
export function incidentDue(s: ForecastingState, at: Moment): readonly ForecastingEvent[] {
  const row = s.incidents.at(s.incidentsByTime.first())
  if (!row.ended) return [ended(s, row, row.until, at)]
  s.incidents.delete(row)
  return []
}

function ended(s: ForecastingState, row: IncidentRow, until: number, at: Moment): ForecastingEvent {
  const stored = s.incidents.update(row, {
    // An end is later than the beginning, also of what was declared within the same millisecond.
    until: Math.max(row.from + 1, until),
    ended: true,
    dueAt: at.time + durations.retainDay,
    changed: at.offset,
  })
  return { kind: 'incidentEnded', incident: incidentView(s, stored) }
}

/** What is over by now is declared for the history alone; it may be as long ago as that goes. */
function spanRefusal(from: number, until: number, at: Moment): Rejection | undefined {
  if (from > at.time) {
    const fields = { field: 'incident.from', value: from - at.time, limit: 0 }
    return rejection('INCIDENT_AHEAD', fields)
  }
  if (until <= from) {
    const fields = { field: 'incident.until', value: until - from, limit: 1 }
    return rejection('INCIDENT_SPAN', fields)
  }
  return until - from > durations.incidentMost
    ? rejection('INCIDENT_TOO_LONG', {
        field: 'incident.until',
        value: Math.ceil((until - from) / durations.day),
        limit: durations.incidentMost / durations.day,
      })
    : undefined
}

function fullRefusal(s: ForecastingState, { pool, incidentId }: Incident): Rejection | undefined {
  const of = s.incidentsOfPool.size(s.pools.must(pool).slot)
  const full = of >= limits.incidentsPerPool || s.incidents.size >= s.incidents.cap
  const limit = of >= limits.incidentsPerPool ? limits.incidentsPerPool : s.incidents.cap
  return full
    ? rejection('TOO_MANY_INCIDENTS', { field: 'incident.incident_id', value: incidentId, limit })
    : undefined
}

const endedRefusal = (row: IncidentRow): Rejection | undefined =>
  row.ended
    ? rejection('INCIDENT_OVER', { field: 'incident.incident_id', value: row.incidentId })
    : undefined

const holdsAlready = (row: IncidentRow, { kind, displayName, queueIds, ...span }: Incident) =>
  row.kind === kind &&
  row.displayName === displayName &&
  row.from === (span.from ?? row.from) &&
  row.until === span.until &&
  row.queueIds.join('/') === queueIds.join('/')

export const incidentView = (s: ForecastingState, row: IncidentRow): Incident => ({
  pool: s.pools.at(row.pool).id,
  incidentId: row.incidentId,
  kind: row.kind,
  displayName: row.displayName,
  queueIds: row.queueIds,
  from: row.from,
  until: row.until,
  ended: row.ended,
  etag: etagOf(row.changed),
})
