import type { Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { refuse, rejection } from './errors.ts'
import type { SkillsEvent } from './events.ts'
import type { SkillsState } from './state.ts'

/** Pools are routing's; here they are known or not. A repeat is nothing new. */
export function poolKnown(s: SkillsState, pool: string): Outcome<SkillsEvent> {
  if (s.pools.get(pool) === undefined) {
    if (s.pools.size >= s.pools.cap) {
      return refuse('TOO_MANY_POOLS', { field: 'pool', value: pool, limit: s.pools.cap })
    }
    s.pools.insert({ id: pool })
  }
  return { ok: true, events: [], ref: pool }
}

export function poolRefusal(s: SkillsState, pool: string): Rejection | undefined {
  return s.pools.get(pool) === undefined
    ? rejection('POOL_UNKNOWN', { field: 'pool', value: pool })
    : undefined
}
