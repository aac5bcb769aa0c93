import { idPatterns, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type {
  ReportSelfServiceRequest,
  SelfServiceInterval as WireInterval,
} from '@evenkeel/proto/evenkeel/forecasting/v1/self_service'
import {
  durations,
  limits,
  type ReportSelfService,
  type SelfServiceInterval,
} from '../../core/index.ts'
import { poolIdOf, queueIdOf } from './ids.ts'

export function reportSelfServiceOf(
  request: ReportSelfServiceRequest,
): { readonly kind: 'reportSelfService' } & ReportSelfService {
  const pool = poolIdOf('pool', request.pool)
  const { intervals: many } = request
  if (many.length === 0) throw refused('FIELD_MISSING', 'intervals')
  const intervals = parse.list('intervals', many, limits.selfServiceIntervals, intervalOf)
  const nameOf = ({ queueId, topic, from }: SelfServiceInterval) =>
    `${queueId}/${topic} at ${new Date(from).toISOString()}`
  parse.unique('intervals', intervals, nameOf)
  return { kind: 'reportSelfService', pool, intervals }
}

function intervalOf(field: string, one: WireInterval): SelfServiceInterval {
  const from = parse.timeMs(`${field}.from`, one.from)
  if (from % durations.interval !== 0) {
    throw refused('FIELD_MALFORMED', `${field}.from`, 'a whole five minutes of UTC')
  }
  const sessions = parse.integer(`${field}.sessions`, one.sessions, 0, limits.sessionsMax)
  const contained = parse.integer(`${field}.contained`, one.contained, 0, sessions)
  const rest = sessions - contained
  return {
    queueId: queueIdOf(`${field}.queue_id`, one.queueId),
    topic: one.topic === '' ? '' : parse.id(`${field}.topic`, one.topic, idPatterns.slug),
    ...{ from, sessions, contained },
    handedOver: parse.integer(`${field}.handed_over`, one.handedOver, 0, rest),
  }
}

export const reportSelfServiceWire = ({
  pool,
  intervals,
}: ReportSelfService): ReportSelfServiceRequest => ({
  pool,
  intervals: intervals.map(selfServiceWire),
})

export const selfServiceWire = (one: SelfServiceInterval): WireInterval => ({
  ...one,
  from: timestamp(one.from),
})
