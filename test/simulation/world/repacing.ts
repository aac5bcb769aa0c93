import { duration } from '@evenkeel/chassis/errors'
import { DialPacing, Pool } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { PoolRow } from '@evenkeel/routing/core'
import type { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'
import { pool } from './plan.ts'
import type { Voice } from './voices.ts'

/** Somebody who changes how fast the pool dials while it does. */
export function repacing(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0, 0, 0.02])
  return (s) => {
    const known = s.state.pools.get(pool)
    if (known === undefined || !s.chance.happens(often)) return undefined
    const dialPacing = DialPacing.fromPartial({
      perSecond: s.chance.pick([0, 1, 2, 5]),
      inFlight: s.chance.pick([0, 1, 2, 5]),
    })
    return pacing(known, dialPacing)
  }
}

/** The pool, with another pace. */
export function pacing(
  { etag, profilesMaxAgeMs }: Pick<PoolRow, 'etag' | 'profilesMaxAgeMs'>,
  dialPacing: DialPacing,
): WireCommand {
  const limit = profilesMaxAgeMs === 0 ? {} : { profilesMaxAge: duration(profilesMaxAgeMs) }
  const put = Pool.fromPartial({ pool, displayName: 'Pool', etag, dialPacing, ...limit })
  return { $case: 'putPool', value: { pool: put, validateOnly: false } }
}
