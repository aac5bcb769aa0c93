import type { Outcome } from '@evenkeel/chassis/protocol'
import type { TellProfilesAge } from '../commands.ts'
import { release } from '../contact/hold.ts'
import type { RoutingEvent } from '../events.ts'
import type { PoolRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'

/**
 * What agents can do reaches routing some time after it was decided. A pool may say how late that
 * may be: a revoked authority that nobody here has heard of is then acted on for so long, and no
 * longer. Until everything is heard its offers are held, as an operator would hold them.
 */

export function tellProfilesAge(
  s: RoutingState,
  c: TellProfilesAge,
  turn: Turn,
): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  aged(s, pool, c.ageMs, turn)
  return accept(turn, c.pool)
}

/** The pool has another limit: without one nothing is too old, with another the next word counts. */
export function limitChanged(s: RoutingState, pool: PoolRow, turn: Turn): void {
  if (pool.profilesMaxAgeMs === 0) aged(s, pool, undefined, turn)
}

function aged(s: RoutingState, pool: PoolRow, ageMs: number | undefined, turn: Turn): void {
  const { profilesMaxAgeMs, profilesTooOldSince } = pool
  const tooOld = profilesMaxAgeMs > 0 && (ageMs ?? 0) > profilesMaxAgeMs
  if (tooOld === profilesTooOldSince > 0) return
  s.pools.update(pool, { profilesTooOldSince: tooOld ? turn.at.time : 0 })
  turn.events.push({ kind: 'profilesAged', pool: pool.id, tooOld, ageMs })
  if (!tooOld) release(s, pool, turn)
}
