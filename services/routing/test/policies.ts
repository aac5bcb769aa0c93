import type { CallbackPolicy, QueuePolicy } from '../core/index.ts'

const minute = 60_000

export const plainPolicy: QueuePolicy = {
  requirements: [],
  serviceLevelTargetMs: 20_000,
  serviceLevelGoalBp: 8_000,
  agingPerPointMs: 30_000,
  timeToLiveMs: 240 * minute,
  maxWaiting: 10_000,
  offerTimeoutMs: 20_000,
  connectTimeoutMs: 30_000,
  handleLimitMs: 480 * minute,
  holdLimitMs: 10_080 * minute,
  wrapUpMs: 30_000,
  initialHandleTimeMs: 5 * minute,
}

export const plainCallback: CallbackPolicy = {
  offerAboveMs: minute,
  offerLevelBp: 5_000,
  offerCadenceMs: minute,
  offerTimeoutMs: 30_000,
  ringTimeoutMs: 25_000,
  maxAttempts: 3,
  retryAfterMs: 10 * minute,
  promiseToleranceMs: 5 * minute,
  giveUpAfterMs: 1_440 * minute,
}
