import type { Rejection } from '@evenkeel/chassis/protocol'
import { rejection } from './errors.ts'
import { policyRanges, usualPatienceMs, usualTrainingTargetMs } from './limits.ts'
import type { PoolRow, ReallocationState } from './state.ts'

const { movesPerHour, donorShareBp, movesPerDay, movedPerDayMs, dwellMinMs, dwellMaxMs } =
  policyRanges
const { coolDownMs, edgeGuardMs, approvalExpiryMs, noticeMs, returnBelowBp } = policyRanges

/** Of a pool that was given no policy: what would be done is told, and nothing is. */
const usualPolicy = {
  mode: 'observe',
  consent: 'notify',
  minimums: [],
  movesPerHour: movesPerHour.usual,
  donorShareBp: donorShareBp.usual,
  movesPerDay: movesPerDay.usual,
  movedPerDayMs: movedPerDayMs.usual,
  dwellMinMs: dwellMinMs.usual,
  dwellMaxMs: dwellMaxMs.usual,
  coolDownMs: coolDownMs.usual,
  edgeGuardMs: edgeGuardMs.usual,
  approvalExpiryMs: approvalExpiryMs.usual,
  noticeMs: noticeMs.usual,
  returnBelowBp: returnBelowBp.usual,
  trainInSlack: false,
} as const

/**
 * Pools are routing's, agents the skills service's: whoever speaks of one first makes it known.
 * Undefined: there are too many.
 */
export function knownPool(s: ReallocationState, pool: string): PoolRow | undefined {
  const row = s.pools.get(pool)
  if (row !== undefined || s.pools.size >= s.pools.cap) return row
  return s.pools.insert({
    id: pool,
    ...usualPolicy,
    ...{ changed: 0, paused: false, pauseReason: '', basis: 0, lastPlan: '', lastRefused: [] },
    ...{ ordered: [], gapUntil: 0, patienceMs: usualPatienceMs, moves: 0 },
    trainingTargetMs: usualTrainingTargetMs,
  })
}

export const tooManyPools = (s: ReallocationState, pool: string): Rejection =>
  rejection('TOO_MANY_POOLS', { field: 'pool', value: pool, limit: s.pools.cap })

export function poolRefusal(s: ReallocationState, pool: string): Rejection | undefined {
  return s.pools.get(pool) === undefined
    ? rejection('POOL_UNKNOWN', { field: 'pool', value: pool })
    : undefined
}
