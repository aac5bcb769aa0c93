import { idPatterns, parse, timestamp } from '@evenkeel/chassis/errors'
import {
  type EndIncidentRequest,
  IncidentKind as WireKind,
  type Incident as WireIncident,
} from '@evenkeel/proto/evenkeel/forecasting/v1/planning_service'
import { type EndIncident, type Incident, type IncidentKind, limits } from '../../core/index.ts'
import { poolIdOf, queueIdOf } from './ids.ts'

const kinds: Readonly<Record<number, IncidentKind>> = {
  [WireKind.INCIDENT_KIND_RECALL]: 'recall',
  [WireKind.INCIDENT_KIND_OUTAGE]: 'outage',
  [WireKind.INCIDENT_KIND_WEATHER]: 'weather',
  [WireKind.INCIDENT_KIND_DATA_GAP]: 'dataGap',
  [WireKind.INCIDENT_KIND_OTHER]: 'other',
}

const wireKinds: Readonly<Record<IncidentKind, WireKind>> = {
  recall: WireKind.INCIDENT_KIND_RECALL,
  outage: WireKind.INCIDENT_KIND_OUTAGE,
  weather: WireKind.INCIDENT_KIND_WEATHER,
  dataGap: WireKind.INCIDENT_KIND_DATA_GAP,
  other: WireKind.INCIDENT_KIND_OTHER,
}

export function incidentOf(field: string, value: WireIncident | undefined): Incident {
  const one = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, one.pool),
    incidentId: parse.id(`${field}.incident_id`, one.incidentId, idPatterns.slug),
    kind: parse.enumOf(`${field}.kind`, one.kind, kinds),
    displayName: parse.text(`${field}.display_name`, one.displayName, limits.displayNameBytes),
    queueIds: scopeOf(`${field}.queue_ids`, one.queueIds),
    from: parse.timeMs(`${field}.from`, one.from, undefined),
    until: parse.timeMs(`${field}.until`, one.until),
    ended: false,
    etag: parse.text(`${field}.etag`, one.etag, limits.etagBytes),
  }
}

/** In the order of their ids, so that the same are the same in any order. */
export function scopeOf(field: string, ids: readonly string[]): readonly string[] {
  const queueIds = parse.list(field, ids, limits.scopeQueues, queueIdOf)
  return [...parse.unique(field, queueIds, (id) => id)].sort()
}

export const endIncidentOf = (
  request: EndIncidentRequest,
): { readonly kind: 'endIncident' } & EndIncident => ({
  kind: 'endIncident',
  pool: poolIdOf('pool', request.pool),
  incidentId: parse.id('incident_id', request.incidentId, idPatterns.slug),
})

export const incidentWire = (one: Incident): WireIncident => ({
  pool: one.pool,
  incidentId: one.incidentId,
  kind: wireKinds[one.kind],
  displayName: one.displayName,
  queueIds: [...one.queueIds],
  from: one.from === undefined ? undefined : timestamp(one.from),
  until: timestamp(one.until),
  ended: one.ended,
  etag: one.etag,
})
