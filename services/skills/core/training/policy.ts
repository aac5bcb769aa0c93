import { etagOf, etagRefusal, type Moment, type Outcome } from '@evenkeel/chassis/protocol'
import type { SkillsEvent } from '../events.ts'
import { usualTraining } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import type { SkillsState } from '../state.ts'

/** What a pool expects of training. */
export interface TrainingPolicy {
  readonly pool: string
  /** IANA name. */
  readonly timeZone: string
  readonly yearlyTargetMs: number
  readonly sessionMs: number
  /** Nobody is suggested beyond. */
  readonly yearlyLimitMs: number
  /** In a command: what the caller saw, '' when there is none. */
  readonly etag: string
}

export function putTrainingPolicy(
  s: SkillsState,
  policy: TrainingPolicy,
  at: Moment,
): Outcome<SkillsEvent> {
  const unknown = poolRefusal(s, policy.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.trainingPolicies.get(policy.pool)
  const { timeZone, yearlyTargetMs, sessionMs, yearlyLimitMs } = policy
  const same =
    row !== undefined &&
    row.timeZone === timeZone &&
    row.yearlyTargetMs === yearlyTargetMs &&
    row.sessionMs === sessionMs &&
    row.yearlyLimitMs === yearlyLimitMs
  if (same) return { ok: true, events: [], ref: etagOf(row.changed) }
  const stale = etagRefusal('policy.etag', policy.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const content = { timeZone, yearlyTargetMs, sessionMs, yearlyLimitMs, changed: at.offset }
  if (row === undefined) s.trainingPolicies.insert({ pool: policy.pool, ...content })
  else s.trainingPolicies.update(row, content)
  const told = { kind: 'trainingPolicyChanged', policy: trainingPolicyOf(s, policy.pool) } as const
  return { ok: true, events: [told], ref: etagOf(at.offset) }
}

/** As it applies: where nobody has said, the usual. */
export function trainingPolicyOf(s: SkillsState, pool: string): TrainingPolicy {
  const row = s.trainingPolicies.get(pool)
  if (row === undefined) return { pool, ...usualTraining, etag: '' }
  const { timeZone, yearlyTargetMs, sessionMs, yearlyLimitMs, changed } = row
  return { pool, timeZone, yearlyTargetMs, sessionMs, yearlyLimitMs, etag: etagOf(changed) }
}
