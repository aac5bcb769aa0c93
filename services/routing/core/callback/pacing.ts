import type { Moment } from '@evenkeel/chassis/protocol'
import { assert, NONE } from '@evenkeel/chassis/table'
import type { PoolRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import type { DialPacing } from '../words.ts'

/**
 * The pace at which a pool dials, whatever the agents, the schedule or an outage would have it do.
 * It is counted in uptime: what an outage has saved up is not fired when it is over.
 */

/** Calls a second that carriers commonly let a trunk begin; and what that comes to at 25 s each. */
export const plainPacing: DialPacing = { perSecond: 10, inFlightMax: 250 }

const pacingOf = (pool: PoolRow): DialPacing =>
  pool.dialPacing === 'plain' ? plainPacing : pool.dialPacing

const gapOf = (pool: PoolRow): number => Math.ceil(1_000 / pacingOf(pool).perSecond)

/** Time stands still between two ticks, so what a second allows may go out in one instant. */
const burstOf = (pool: PoolRow): number => gapOf(pool) * pacingOf(pool).perSecond

/** No line is free, and nobody knows when one will be: looked at again after this, ms. */
const noLineRecheck = 1_000

const hasLine = (s: RoutingState, pool: PoolRow): boolean =>
  s.dialsInFlight.size(pool.slot) < pacingOf(pool).inFlightMax

/** Whether the pace lets one more attempt out now. */
export const isInPace = (s: RoutingState, pool: PoolRow, at: Moment): boolean =>
  !pool.dialsOff && hasLine(s, pool) && pool.dialsUntil + gapOf(pool) <= at.uptime + burstOf(pool)

/** The same for one that has not waited: whoever has goes first. */
export const mayDial = (s: RoutingState, pool: PoolRow, at: Moment): boolean =>
  s.dialLine.first(pool.slot) === NONE && isInPace(s, pool, at)

/** An attempt goes out. */
export function takeTurn(s: RoutingState, pool: PoolRow, at: Moment): void {
  assert(isInPace(s, pool, at), 'no more is dialled than the pace allows')
  s.pools.update(pool, { dialsUntil: Math.max(pool.dialsUntil, at.uptime) + gapOf(pool) })
}

/** Uptime at which the next turn may be. */
export const nextTurnAt = (s: RoutingState, pool: PoolRow, at: Moment): number =>
  pool.dialsOff || !hasLine(s, pool)
    ? at.uptime + noLineRecheck
    : Math.max(at.uptime, pool.dialsUntil + gapOf(pool) - burstOf(pool))
