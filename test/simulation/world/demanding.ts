import { DialPacing, Pool } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { duration } from '@evenkeel/chassis/errors'
import type { Chance } from '../chance.ts'
import { pool } from './plan.ts'
import type { Voice } from './voices.ts'

const minute = 60_000

/** Somebody who says how old what is known of the agents may be, and takes it back. */
export function demanding(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0.02, 0.1])
  return (s) => {
    const known = s.state.pools.get(pool)
    if (known === undefined) return undefined
    const { dialPacing, etag, profilesTooOldSince } = known
    // Who sees that nobody is offered anything says something soon.
    const held = profilesTooOldSince > 0
    if (!s.chance.happens(held ? 0.1 : often)) return undefined
    const limit = s.chance.pick(held ? [0, minute] : [minute, minute, minute, 2 * minute, 0])
    const put = Pool.fromPartial({
      pool,
      displayName: 'Pool',
      etag,
      ...(dialPacing !== 'plain' && {
        dialPacing: DialPacing.fromPartial({
          perSecond: dialPacing.perSecond,
          inFlight: dialPacing.inFlightMax,
        }),
      }),
      ...(limit > 0 && { profilesMaxAge: duration(limit) }),
    })
    return { $case: 'putPool', value: { pool: put, validateOnly: false } }
  }
}
