import { duration, parse, timestamp } from '@evenkeel/chassis/errors'
import { isDate } from '@evenkeel/chassis/zones'
import type { DayStaffing } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import { durations, ONE_AT_ONCE_MILLI, type Staffing } from '../../core/index.ts'
import { poolIdOf, queueIdOf } from './ids.ts'

export const staffingWire = (staffing: Staffing): DayStaffing => ({
  pool: staffing.pool,
  queueId: staffing.queueId,
  date: staffing.date,
  from: timestamp(staffing.from),
  interval: duration(staffing.intervalMs),
  required: [...staffing.required],
  scheduled: [...staffing.scheduled],
  rosteredMilli: [...staffing.rosteredMilli],
  rosteredKnown: staffing.rosteredKnown,
  handleTime: duration(staffing.handleMs),
  atOnceMilli: staffing.atOnceMilli,
})

export function staffingOfWire(field: string, value: DayStaffing | undefined): Staffing {
  const sent = parse.message(field, value)
  const most = Number.MAX_SAFE_INTEGER
  return {
    pool: poolIdOf(`${field}.pool`, sent.pool),
    queueId: queueIdOf(`${field}.queue_id`, sent.queueId),
    date: isDate(sent.date) ? sent.date : '',
    from: parse.timeMs(`${field}.from`, sent.from),
    intervalMs: parse.durationMs(`${field}.interval`, sent.interval, 1, durations.day),
    required: sent.required,
    scheduled: sent.scheduled,
    rosteredMilli: sent.rosteredMilli,
    rosteredKnown: sent.rosteredKnown,
    handleMs: parse.durationMs(`${field}.handle_time`, sent.handleTime, 0, most),
    atOnceMilli: Math.max(ONE_AT_ONCE_MILLI, sent.atOnceMilli),
  }
}
