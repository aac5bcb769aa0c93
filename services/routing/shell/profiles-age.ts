import { duration } from '@evenkeel/chassis/errors'
import type { PoolRow } from '../core/index.ts'
import type { RoutingReplica } from './calls.ts'
import { encodeCommand } from './translate/commands.ts'

/** Uptime between two looks, ms. */
const lookMs = 5_000
const deadlineMs = 10_000

/**
 * Says when what is known of the agents becomes too old for a pool that has set a limit, and when
 * it is current again, while this replica leads. Whoever leads since a moment ago says neither
 * before the limit has passed or everything was heard once: what it has not heard it can't know.
 */
export function watchProfilesAge(replica: RoutingReplica): void {
  const source = `skills/${replica.partition}`
  let nextLook = 0
  replica.watch((_touched, at) => {
    if (at.uptime < nextLook) return
    nextLook = at.uptime + lookMs
    const { leading, bridges } = replica.stats()
    const skills = bridges.find((bridge) => bridge.source === source)
    if (!leading || skills === undefined) return
    const { caughtUp, caughtUpAgeMs: ageMs } = skills
    for (const slot of replica.state.pools.slots()) {
      const pool = replica.state.pools.at(slot)
      const tooOld = ageMs > pool.profilesMaxAgeMs
      const crossed = pool.profilesTooOldSince === 0 ? tooOld : caughtUp && !tooOld
      if (pool.profilesMaxAgeMs > 0 && crossed) tell(replica, pool, ageMs)
    }
  })
}

function tell(replica: RoutingReplica, { id }: PoolRow, ageMs: number): void {
  const value = { pool: id, age: duration(ageMs) }
  const command = encodeCommand({ $case: 'profilesAgeTold', value })
  // Refused, or lost: the next look tries again.
  replica.submit(command, { deadlineMs }, () => undefined).catch(() => undefined)
}
