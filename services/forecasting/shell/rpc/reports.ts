import { parse, refused } from '@evenkeel/chassis/errors'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import {
  type GetIntervalReportRequest,
  ReportServiceDefinition,
} from '@evenkeel/proto/evenkeel/forecasting/v1/report_service'
import { durations, intervalsOf, limits } from '../../core/index.ts'
import { type ForecastingHosted, read } from '../calls.ts'
import { knownQueue } from '../refusals.ts'
import { countsWire } from '../translate/counts.ts'
import { poolIdOf, queueIdOf } from '../translate/ids.ts'

const minute = 60_000
const lengthsMs: readonly number[] = [5, 15, 30, 60, 1_440].map((minutes) => minutes * minute)
const usualLengthMs = 15 * minute

export function reports(hosted: ForecastingHosted): Binding {
  return bind(ReportServiceDefinition, {
    async getIntervalReport(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const queueId = queueIdOf('queue_id', request.queueId)
      const span = spanOf(request)
      const replica = hosted.of(pool)
      return read(replica, call, (s) => {
        const queue = knownQueue(s, pool, queueId)
        const found = intervalsOf(s, queue, span, replica.now().time)
        return { intervals: found.map(countsWire) }
      })
    },
  })
}

function spanOf(request: GetIntervalReportRequest) {
  const lengthMs = parse.durationMs('interval', request.interval, 0, durations.day, usualLengthMs)
  if (!lengthsMs.includes(lengthMs)) {
    const minutes = lengthsMs.map((one) => one / minute).join(', ')
    throw refused('FIELD_OUT_OF_RANGE', 'interval', `${minutes} minutes`, lengthMs / minute)
  }
  const asked = parse.timeMs('from', request.from)
  const from = asked - (asked % lengthMs)
  const until = parse.timeMs('until', request.until)
  if (until <= asked) throw refused('FIELD_OUT_OF_RANGE', 'until', 'later than from', until - asked)
  const intervals = Math.ceil((until - from) / lengthMs)
  if (intervals > limits.reportIntervals) {
    throw refused('FIELD_TOO_MANY', 'until', limits.reportIntervals, intervals)
  }
  return { from, until, lengthMs }
}
