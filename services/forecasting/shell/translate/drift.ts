import { parse, refused, timestamp } from '@evenkeel/chassis/errors'
import type * as log from '@evenkeel/proto/evenkeel/forecasting/log/v1/command'
import * as wire from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import type { DriftCleared } from '@evenkeel/proto/evenkeel/forecasting/v1/events'
import {
  type AssessDrift,
  type Assessment,
  type Direction,
  type Drift,
  driftOf,
  type ForecastingState,
  type QueueRow,
  limits,
  type SelfServiceChange,
} from '../../core/index.ts'
import { type Effect, effectOf } from '../staffing/effect.ts'
import { dateOf } from './forecast.ts'
import { poolIdOf, queueIdOf } from './ids.ts'

const directions: Readonly<Record<Direction, wire.DriftDirection>> = {
  above: wire.DriftDirection.DRIFT_DIRECTION_ABOVE,
  below: wire.DriftDirection.DRIFT_DIRECTION_BELOW,
}

/** As it stands, with what it does; undefined: the day goes as was forecast, as far as is known. */
export function driftNow(
  s: ForecastingState,
  queue: QueueRow,
  time: number,
): wire.Drift | undefined {
  const drift = driftOf(s, queue)
  return drift && driftWire(drift, effectOf(s, queue, drift, time))
}

export const driftWire = (d: Drift, effect?: Effect): wire.Drift => ({
  pool: d.pool,
  queueId: d.queueId,
  date: d.date,
  direction: directions[d.direction],
  probabilityBp: d.probabilityBp,
  factorMilli: d.factorMilli,
  since: timestamp(d.since),
  detectedAt: timestamp(d.detectedAt),
  falseAlarmBp: d.falseAlarmBp,
  serviceLevelAsForecastBp: effect?.asForecastBp,
  serviceLevelExpectedBp: effect?.expectedBp,
  cause: causeOf(d),
  selfService: d.selfService === undefined ? undefined : { ...d.selfService },
})

function causeOf({ direction, incident, planned, selfService }: Drift): string {
  const causes = incident === '' ? [] : [`An incident is declared: ${incident}.`]
  if (planned !== '') {
    const than = direction === 'above' ? 'more' : 'less'
    causes.push(`A planned event goes on, and perhaps brings ${than} than was planned: ${planned}.`)
  }
  if (selfService !== undefined) causes.push(selfServiceSentence(selfService))
  return causes.join(' ')
}

function selfServiceSentence(one: SelfServiceChange): string {
  const { topic, moreHandedOver, sessions } = one
  const [now, usual] = [one.containedBp, one.usualContainedBp].map((bp) => Math.round(bp / 100))
  const about = topic === '' ? '' : ` of "${topic}"`
  const more = moreHandedOver > 0 ? 'more' : 'fewer'
  return (
    `Self-service${about} contains ${now}% of ${sessions} sessions, as a rule ${usual}%: ` +
    `${Math.abs(moreHandedOver)} contacts ${more} were handed over.`
  )
}

export const clearedWire = (cleared: {
  readonly pool: string
  readonly queueId: string
  readonly date: string
  readonly direction: Direction
}): DriftCleared => ({
  pool: cleared.pool,
  queueId: cleared.queueId,
  date: cleared.date,
  direction: directions[cleared.direction],
})

export const assessWire = (c: AssessDrift): log.AssessDrift => ({
  pool: c.pool,
  queueId: c.queueId,
  date: c.date,
  dayUntil: timestamp(c.dayUntil),
  aboveMilli: c.aboveMilli,
  belowMilli: c.belowMilli,
  falseAlarmBp: c.falseAlarmBp,
  assessments: c.assessments.map((one) => ({
    ...one,
    from: timestamp(one.from),
    until: timestamp(one.until),
    since: timestamp(one.since),
  })),
})

/** No odds are further out: probabilities are kept from 0 and 1. */
const ODDS_MILLI_MAX = 1_000_000

export function assessOf(value: log.AssessDrift): AssessDrift {
  const many = value.assessments.length
  if (many > limits.assessments) {
    throw refused('FIELD_TOO_MANY', 'assessments', limits.assessments, many)
  }
  return {
    pool: poolIdOf('pool', value.pool),
    queueId: queueIdOf('queue_id', value.queueId),
    date: dateOf('date', value.date),
    dayUntil: parse.timeMs('day_until', value.dayUntil),
    aboveMilli: odds('above_milli', value.aboveMilli),
    belowMilli: odds('below_milli', value.belowMilli),
    falseAlarmBp: share('false_alarm_bp', value.falseAlarmBp),
    assessments: value.assessments.map((one, at) => assessmentOf(`assessments[${at}]`, one)),
  }
}

const assessmentOf = (field: string, one: log.DriftAssessment): Assessment => ({
  from: parse.timeMs(`${field}.from`, one.from),
  until: parse.timeMs(`${field}.until`, one.until),
  aboveMilli: odds(`${field}.above_milli`, one.aboveMilli),
  belowMilli: odds(`${field}.below_milli`, one.belowMilli),
  aboveBp: share(`${field}.above_bp`, one.aboveBp),
  belowBp: share(`${field}.below_bp`, one.belowBp),
  factorMilli: parse.integer(`${field}.factor_milli`, one.factorMilli, 0, 1_000_000),
  since: parse.timeMs(`${field}.since`, one.since),
})

const odds = (field: string, value: number): number =>
  parse.integer(field, value, -ODDS_MILLI_MAX, ODDS_MILLI_MAX)

const share = (field: string, value: number): number => parse.integer(field, value, 0, 10_000)
