import { type CodedError, fromRejection } from '@evenkeel/chassis/errors'
import {
  errors,
  poolRefusal,
  type PoolRow,
  type ReallocationErrorCode,
  type ReallocationState,
  rejection,
} from '../core/index.ts'

/** An error of this service's own table. */
export function refusal(
  code: ReallocationErrorCode,
  fields: Readonly<Record<string, string | number>>,
): CodedError {
  return fromRejection(rejection(code, fields), errors)
}

export function knownPool(s: ReallocationState, pool: string): PoolRow {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) throw fromRejection(unknown, errors)
  return s.pools.must(pool)
}
