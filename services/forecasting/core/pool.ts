import type { Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { refuse, rejection } from './errors.ts'
import type { ForecastingEvent } from './events.ts'
import { usualSettings } from './limits.ts'
import type { ForecastingState } from './state.ts'

/** Pools are routing's; here they are known or not. A repeat is nothing new. */
export function poolKnown(s: ForecastingState, pool: string): Outcome<ForecastingEvent> {
  if (s.pools.get(pool) === undefined) {
    if (s.pools.size >= s.pools.cap) {
      return refuse('TOO_MANY_POOLS', { field: 'pool', value: pool, limit: s.pools.cap })
    }
    s.pools.insert({ id: pool, ...usualSettings, changed: 0 })
  }
  return { ok: true, events: [], ref: pool }
}

export function poolRefusal(s: ForecastingState, pool: string): Rejection | undefined {
  return s.pools.get(pool) === undefined
    ? rejection('POOL_UNKNOWN', { field: 'pool', value: pool })
    : undefined
}
