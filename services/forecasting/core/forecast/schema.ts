import {
  bytes,
  type Database,
  deadline,
  int,
  oneOf,
  ref,
  type RowOf,
  text,
  value,
} from '@evenkeel/chassis/table'
import { limits } from '../limits.ts'
import { type ForecastReason, modelNames } from './forecast.ts'

/** What advisors have computed. */
export function createForecasts(db: Database) {
  /** What is to be expected of queues' local days. */
  const forecasts = db.table(
    'forecasts',
    {
      /** "<pool>/<queue id>/<date>". */
      key: text(2 * limits.idBytes + 2 + limits.dateBytes),
      queue: ref('queues'),
      /** In the pool's zone. */
      date: text(limits.dateBytes),
      from: int(),
      intervalMs: int(),
      model: oneOf(...modelNames),
      /** Last day known when it was made; '': none. */
      asOf: text(limits.dateBytes),
      scale80Milli: int(),
      scale95Milli: int(),
      /** Packed: Curve, as it was before the day. */
      curve: bytes(limits.curveBytes),
      /** Packed: ModelError. */
      errors: bytes(limits.errorsBytes),
      because: value<readonly ForecastReason[]>(),
      /** 0: `rest` is empty. */
      intervalsSeen: int(),
      /** Packed: Curve, as it is within the day; of as many intervals. */
      rest: bytes(limits.curveBytes),
      madeAt: int(),
      forgetAt: deadline(),
      seq: int(),
    },
    { cap: limits.forecastsPerPartition, key: 'key' },
  )

  /** How near the forecasts of a queue have come. */
  const backtests = db.table(
    'backtests',
    {
      /** "<pool>/<queue id>". */
      key: text(2 * limits.idBytes + 1),
      queue: ref('queues'),
      asOf: text(limits.dateBytes),
      model: oneOf(...modelNames),
      /** Packed: ModelError. */
      errors: bytes(limits.errorsBytes),
      covered80Bp: int(),
      covered95Bp: int(),
      days: int(),
      learnedAt: int(),
    },
    { cap: limits.queuesPerPartition, key: 'key' },
  )

  return {
    forecasts,
    backtests,
    forecastsByTime: forecasts.heap({ at: (f) => f.forgetAt, tie: (f) => f.seq }),
  }
}

export type ForecastRow = RowOf<ReturnType<typeof createForecasts>['forecasts']>
