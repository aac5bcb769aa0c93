import type { Outcome } from '@evenkeel/chassis/protocol'
import type { SetPoolSwitches } from './commands.ts'
import type { RoutingEvent } from './events.ts'
import { park, release } from './contact/hold.ts'
import type { RoutingState } from './state.ts'
import { accept, reject, type Turn } from './turn.ts'

/** What operators turn off and on for a whole pool, with who did it and why. */
export function setPoolSwitches(
  s: RoutingState,
  c: SetPoolSwitches,
  turn: Turn,
): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  const { offersOff, dialsOff, learningOff } = pool
  const next = {
    offersOff: c.offersOff ?? offersOff,
    dialsOff: c.dialsOff ?? dialsOff,
    learningOff: c.learningOff ?? learningOff,
  }
  const same =
    next.offersOff === offersOff && next.dialsOff === dialsOff && next.learningOff === learningOff
  if (same) return accept(turn, c.pool)
  s.pools.update(pool, {
    ...next,
    switchReason: c.reason,
    switchActor: c.actor,
    switchedAt: turn.at.time,
  })
  if (offersOff && !next.offersOff) release(s, pool, turn)
  if (!dialsOff && next.dialsOff) park(pool, turn)
  turn.events.push({
    kind: 'poolSwitched',
    pool: c.pool,
    ...next,
    reason: c.reason,
    actor: c.actor,
    switchedAt: turn.at.time,
  })
  return accept(turn, c.pool)
}
