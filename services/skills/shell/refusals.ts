import { CodedError, fromRejection, RejectedInput } from '@evenkeel/chassis/errors'
import {
  errors,
  poolRefusal,
  rejection,
  type SkillsErrorCode,
  type SkillsState,
} from '../core/index.ts'

/** An error of this service's own table. */
export function refusal(
  code: SkillsErrorCode,
  fields: Readonly<Record<string, string | number>>,
): CodedError {
  return fromRejection(rejection(code, fields), errors)
}

/** The same for what a caller sent. */
export function refusedInput(
  code: SkillsErrorCode,
  fields: Readonly<Record<string, string | number>>,
): RejectedInput {
  return new RejectedInput(code, errors[code], fields)
}

export function knownPool(s: SkillsState, pool: string): void {
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) throw fromRejection(unknown, errors)
}
