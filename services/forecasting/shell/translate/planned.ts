import { duration, idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as wire from '@evenkeel/proto/evenkeel/forecasting/v1/planned_event_service'
import { type DeletePlannedEvent, limits, type PlannedEvent } from '../../core/index.ts'
import type { DayCheck, QueueCheck } from '../planned/check.ts'
import { scopeOf } from './incidents.ts'
import { poolIdOf } from './ids.ts'

export function plannedEventOf(field: string, value: wire.PlannedEvent | undefined): PlannedEvent {
  const one = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, one.pool),
    eventId: parse.id(`${field}.event_id`, one.eventId, idPatterns.slug),
    displayName: parse.text(`${field}.display_name`, one.displayName, limits.displayNameBytes),
    queueIds: scopeOf(`${field}.queue_ids`, one.queueIds),
    from: parse.timeMs(`${field}.from`, one.from),
    until: parse.timeMs(`${field}.until`, one.until),
    ...effectOf(field, one),
    uncertaintyBp:
      one.uncertaintyBp === 0
        ? limits.uncertaintyUsualBp
        : parse.integer(
            ...([
              `${field}.uncertainty_bp`,
              one.uncertaintyBp,
              1,
              limits.uncertaintyBpMax,
            ] as const),
          ),
    etag: parse.text(`${field}.etag`, one.etag, limits.etagBytes),
  }
}

function effectOf(
  field: string,
  { effect }: wire.PlannedEvent,
): Pick<PlannedEvent, 'extraContacts' | 'factorMilli'> {
  switch (effect?.$case) {
    case 'extraContacts': {
      const most = limits.extraContactsMax
      const extraContacts = parse.integer(`${field}.extra_contacts`, effect.value, 1, most)
      return { extraContacts, factorMilli: 0 }
    }
    case 'factorMilli': {
      const most = limits.factorMilliMax
      const factorMilli = parse.integer(`${field}.factor_milli`, effect.value, 1, most)
      return { extraContacts: 0, factorMilli }
    }
    default:
      throw refused('FIELD_MISSING', `${field}.extra_contacts`)
  }
}

export const deletePlannedEventOf = (
  request: wire.DeletePlannedEventRequest,
): { readonly kind: 'deletePlannedEvent' } & DeletePlannedEvent => ({
  kind: 'deletePlannedEvent',
  pool: poolIdOf('pool', request.pool),
  eventId: parse.id('event_id', request.eventId, idPatterns.slug),
  etag: parse.text('etag', request.etag, limits.etagBytes),
})

export const plannedEventWire = (one: PlannedEvent): wire.PlannedEvent => ({
  pool: one.pool,
  eventId: one.eventId,
  displayName: one.displayName,
  queueIds: [...one.queueIds],
  from: timestamp(one.from),
  until: timestamp(one.until),
  effect:
    one.extraContacts > 0
      ? { $case: 'extraContacts', value: one.extraContacts }
      : { $case: 'factorMilli', value: one.factorMilli },
  uncertaintyBp: one.uncertaintyBp,
  etag: one.etag,
})

export const queueCheckWire = (one: QueueCheck): wire.QueueCheck => ({
  queueId: one.queueId,
  extraMilli: one.extraMilli,
  closedMilli: one.closedMilli,
  openings: one.openings.map(({ opensAt, closesAt }) => ({
    opensAt: timestamp(opensAt),
    closesAt: timestamp(closesAt),
  })),
  days: one.days.map(dayCheckWire),
  daysLeft: one.daysLeft,
})

const dayCheckWire = ({ intervalMs, ...day }: DayCheck): wire.DayCheck => ({
  ...day,
  interval: duration(intervalMs),
  intervals: day.intervals.map((one) => ({ ...one, from: timestamp(one.from) })),
})
