import { timestamp } from '@evenkeel/chassis/errors'
import { type Binding, bind, type Outbound } from '@evenkeel/chassis/serve'
import {
  DriftServiceDefinition,
  type WatchDriftResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/drift_service'
import { queueKey } from '../../core/index.ts'
import { type ForecastingHosted, type ForecastingReplica, read } from '../calls.ts'
import { knownPool, knownQueue } from '../refusals.ts'
import { driftNow } from '../translate/drift.ts'
import { poolIdOf, queueIdOf } from '../translate/ids.ts'

export function drifts(hosted: ForecastingHosted): Binding {
  return bind(DriftServiceDefinition, {
    async getDrift(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const queueId = queueIdOf('queue_id', request.queueId)
      const replica = hosted.of(pool)
      return read(replica, call, (s) => {
        const drift = driftNow(s, knownQueue(s, pool, queueId), replica.now().time)
        const until = s.drifts.get(queueKey(pool, queueId))?.assessedUntil ?? 0
        return {
          drift,
          assessedUntil: until === 0 ? undefined : timestamp(until),
        }
      })
    },

    watchDrift(request, stream) {
      const pool = poolIdOf('pool', request.pool)
      return watch(hosted.of(pool), pool, stream)
    },
  })
}

async function watch(
  replica: ForecastingReplica,
  pool: string,
  stream: Outbound<WatchDriftResponse>,
): Promise<void> {
  knownPool(replica.state, pool)
  const drifting = new Set<string>()
  const tell = (key: string): void => {
    const queue = replica.state.queues.get(key)
    const drift = queue && driftNow(replica.state, queue, replica.now().time)
    if (queue === undefined || (drift === undefined && !drifting.has(key))) return
    if (drift === undefined) drifting.delete(key)
    else drifting.add(key)
    stream.write({ queueId: queue.queueId, drift })
  }
  const prefix = `${pool}/`
  for (const { key } of replica.state.drifts.inKeyOrder()) if (key.startsWith(prefix)) tell(key)
  const reported = new Set<string>()
  const stop = replica.watch((touched) => {
    for (const { table, id } of touched) {
      if (!id.startsWith(prefix)) continue
      if (table === 'drifts') tell(id)
      // What bots report late may be the cause of what has been told.
      else if (table === 'selfService') reported.add(id.split('/').slice(0, 2).join('/'))
    }
    for (const key of reported) if (drifting.has(key)) tell(key)
    reported.clear()
  })
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  stream.signal.addEventListener('abort', () => resolve(), { once: true })
  if (stream.signal.aborted) resolve()
  await gone
  stop()
}
