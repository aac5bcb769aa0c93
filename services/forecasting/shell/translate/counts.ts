import { duration, timestamp } from '@evenkeel/chassis/errors'
import type { IntervalCounts } from '@evenkeel/proto/evenkeel/forecasting/v1/report_service'
import type { ReportInterval } from '../../core/index.ts'

export const countsWire = ({
  from,
  counts,
  complete,
  incidentId,
}: ReportInterval): IntervalCounts => ({
  from: timestamp(from),
  arrivals: counts.arrivals,
  unique: counts.unique,
  answered: counts.answered,
  answeredInTarget: counts.inTarget,
  abandoned: counts.abandoned,
  endedOtherwise: counts.otherwise,
  handleTime: duration(counts.handleMs),
  waitTime: duration(counts.waitMs),
  complete,
  incidentId,
})
