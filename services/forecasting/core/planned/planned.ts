import {
  etagOf,
  etagRefusal,
  type Moment,
  type Outcome,
  type Rejection,
} from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { refuse, rejection } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { plannedKey } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import { scopeRefusal } from '../queue.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import type { PlannedRow } from './schema.ts'

/** What planners know to come: a mailing, a bill run, a spot on television. */
export interface PlannedEvent {
  readonly pool: string
  readonly eventId: string
  readonly displayName: string
  /** In the order of their ids; none: the whole pool. */
  readonly queueIds: readonly string[]
  readonly from: number
  /** Later than `from`. */
  readonly until: number
  /** One of the two is 0: what it brings to each queue, or by what it multiplies what comes. */
  readonly extraContacts: number
  readonly factorMilli: number
  readonly uncertaintyBp: number
  /** In a command: what the caller saw, '' to create it. */
  readonly etag: string
}

export interface DeletePlannedEvent {
  readonly pool: string
  readonly eventId: string
  /** '': whatever it is. */
  readonly etag: string
}

/** Also of what is over: the history it befell is told so. */
export function putPlannedEvent(
  s: ForecastingState,
  event: PlannedEvent,
  at: Moment,
): Outcome<ForecastingEvent> {
  const { pool, eventId, etag } = event
  const unknown = scopeRefusal(s, 'event.queue_ids', event)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.planned.get(plannedKey(pool, eventId))
  if (row !== undefined && isSame(row, event)) return { ok: true, events: [], ref: eventId }
  const refused =
    spanRefusal(event, at) ??
    etagRefusal('event.etag', etag, row?.changed) ??
    (row === undefined ? fullRefusal(s, event) : undefined)
  if (refused !== undefined) return { ok: false, rejection: refused }
  const { displayName, queueIds, from, until, extraContacts, factorMilli, uncertaintyBp } = event
  const content = {
    ...{ displayName, queueIds, from, until, extraContacts, factorMilli, uncertaintyBp },
    forgetAt: until + durations.retainDay,
    changed: at.offset,
  }
  const stored =
    row === undefined
      ? s.planned.insert({
          ...{ key: plannedKey(pool, eventId), eventId, pool: s.pools.must(pool).slot },
          ...content,
          seq: at.offset,
        })
      : s.planned.update(row, content)
  const put: ForecastingEvent = { kind: 'plannedEventPut', event: plannedView(s, stored) }
  return { ok: true, events: [put], ref: eventId }
}

/** It will not come, and has not; one that is not there is deleted. */
export function deletePlannedEvent(
  s: ForecastingState,
  { pool, eventId, etag }: DeletePlannedEvent,
): Outcome<ForecastingEvent> {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.planned.get(plannedKey(pool, eventId))
  if (row === undefined) {
    return refuse('EVENT_UNKNOWN', { field: 'event_id', value: eventId, pool })
  }
  const stale = etag === '' ? undefined : etagRefusal('etag', etag, row.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const event = plannedView(s, row)
  s.planned.delete(row)
  return { ok: true, events: [{ kind: 'plannedEventDeleted', event }], ref: eventId }
}

function spanRefusal({ from, until }: PlannedEvent, { time }: Moment): Rejection | undefined {
  const days = (ms: number): number => Math.ceil(ms / durations.day)
  if (until <= from) {
    return rejection('EVENT_SPAN', { field: 'event.until', value: until - from, limit: 1 })
  }
  if (until - from > durations.plannedMost) {
    const fields = { value: days(until - from), limit: days(durations.plannedMost) }
    return rejection('EVENT_TOO_LONG', { field: 'event.until', ...fields })
  }
  if (until - time > durations.plannedAhead) {
    const fields = { value: days(until - time), limit: days(durations.plannedAhead) }
    return rejection('EVENT_TOO_FAR', { field: 'event.until', ...fields })
  }
  const past = time - until
  return past >= durations.retainDay
    ? rejection('EVENT_TOO_OLD', {
        ...{ field: 'event.until', value: days(past), limit: days(durations.retainDay) },
      })
    : undefined
}

function fullRefusal(s: ForecastingState, { pool, eventId }: PlannedEvent): Rejection | undefined {
  const of = s.plannedOfPool.size(s.pools.must(pool).slot)
  const limit = of >= limits.plannedPerPool ? limits.plannedPerPool : s.planned.cap
  return of >= limits.plannedPerPool || s.planned.size >= s.planned.cap
    ? rejection('TOO_MANY_EVENTS', { field: 'event.event_id', value: eventId, limit })
    : undefined
}

const isSame = (row: PlannedRow, event: PlannedEvent): boolean =>
  row.displayName === event.displayName &&
  row.queueIds.join('/') === event.queueIds.join('/') &&
  row.from === event.from &&
  row.until === event.until &&
  row.extraContacts === event.extraContacts &&
  row.factorMilli === event.factorMilli &&
  row.uncertaintyBp === event.uncertaintyBp

export const plannedView = (s: ForecastingState, row: PlannedRow): PlannedEvent => ({
  pool: s.pools.at(row.pool).id,
  eventId: row.eventId,
  displayName: row.displayName,
  queueIds: row.queueIds,
  from: row.from,
  until: row.until,
  extraContacts: row.extraContacts,
  factorMilli: row.factorMilli,
  uncertaintyBp: row.uncertaintyBp,
  etag: etagOf(row.changed),
})

/** Of a queue, those that overlap a span; the earliest first. */
export function plannedOver(
  s: ForecastingState,
  queue: QueueRow,
  span: { readonly from: number; readonly until: number },
): readonly PlannedRow[] {
  const found: PlannedRow[] = []
  const { plannedOfPool: order } = s
  let slot = order.atOrAfter(queue.pool, span.from - durations.plannedMost, 0)
  for (; slot !== NONE; slot = order.next(slot)) {
    const row = s.planned.at(slot)
    if (row.from >= span.until) break
    const here = row.queueIds.length === 0 || row.queueIds.includes(queue.queueId)
    if (here && row.until > span.from) found.push(row)
  }
  return found
}

/** Up to `many` events of a known pool, by their beginnings, after a place among them. */
export function plannedFrom(
  s: ForecastingState,
  pool: string,
  after: { readonly from: number; readonly seq: number },
  many: number,
): readonly PlannedRow[] {
  const { plannedOfPool: order } = s
  const found: PlannedRow[] = []
  let slot = order.atOrAfter(s.pools.must(pool).slot, after.from, after.seq + 1)
  for (; slot !== NONE && found.length < many; slot = order.next(slot)) {
    found.push(s.planned.at(slot))
  }
  return found
}
