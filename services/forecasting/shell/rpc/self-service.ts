import { parse, refused } from '@evenkeel/chassis/errors'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import {
  type ListSelfServiceRequest,
  SelfServiceDefinition,
} from '@evenkeel/proto/evenkeel/forecasting/v1/self_service'
import { durations, selfServiceOf, selfServiceTallyOf } from '../../core/index.ts'
import { type ForecastingHosted, read, submit } from '../calls.ts'
import { knownQueue } from '../refusals.ts'
import { poolIdOf, queueIdOf } from '../translate/ids.ts'
import { reportSelfServiceOf, selfServiceWire } from '../translate/self-service.ts'

/** What bots and menus settle before it comes to a queue. */
export function selfService(hosted: ForecastingHosted): Binding {
  return bind(SelfServiceDefinition, {
    async reportSelfService(request, call) {
      const command = reportSelfServiceOf(request)
      return submit(hosted.of(command.pool), command, call, ({ ref }) => selfServiceTallyOf(ref))
    },

    async listSelfService(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const queueId = queueIdOf('queue_id', request.queueId)
      const span = spanOf(request)
      return read(hosted.of(pool), call, (s) => ({
        intervals: selfServiceOf(s, knownQueue(s, pool, queueId), span).map(selfServiceWire),
      }))
    },
  })
}

function spanOf(request: ListSelfServiceRequest) {
  const asked = parse.timeMs('from', request.from)
  const until = parse.timeMs('until', request.until)
  if (until <= asked || until - asked > durations.day) {
    throw refused('FIELD_OUT_OF_RANGE', 'until', 'up to 24 hours after from', until - asked)
  }
  return { from: asked - (asked % durations.interval), until }
}
