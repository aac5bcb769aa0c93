import { type CodedError, fromRejection } from '@evenkeel/chassis/errors'
import {
  errors,
  type ForecastingErrorCode,
  type ForecastingState,
  poolRefusal,
  queueKey,
  queueRefusal,
  type QueueRow,
  rejection,
} from '../core/index.ts'

/** An error of this service's own table. */
export function refusal(
  code: ForecastingErrorCode,
  fields: Readonly<Record<string, string | number>>,
): CodedError {
  return fromRejection(rejection(code, fields), errors)
}

export function knownPool(s: ForecastingState, pool: string): void {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) throw fromRejection(unknown, errors)
}

export function knownQueue(s: ForecastingState, pool: string, queueId: string): QueueRow {
  const unknown = queueRefusal(s, pool, queueId)
  if (unknown !== undefined) throw fromRejection(unknown, errors)
  return s.queues.must(queueKey(pool, queueId))
}
