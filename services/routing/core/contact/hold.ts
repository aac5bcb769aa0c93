import type { WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { parkUntil } from '../callback/parking.ts'
import { durations } from '../limits.ts'
import { matchAgent } from '../matching/choose.ts'
import { leaveQueue } from './placement.ts'
import { channels } from '../words.ts'
import type { PoolRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'

/**
 * Offers that are held back for a whole pool: contacts keep their places, and nobody is asked to
 * take one. When the hold is over, those who are free are matched one slice after another.
 */

export const releasing = 'release'
export const parking = 'park'

/** Agents or callbacks looked at per slice. */
const seenPerSlice = 500
/** Rows touched after which a slice ends: one offer touches a dozen. */
const touchedPerSlice = 128

/** Of each channel one bit, in the order of their numbers. */
const bitOf = (channel: number): number => 1 << channel

export const withChannel = (mask: number, channel: number): number =>
  hasChannel(mask, channel) ? mask : mask + bitOf(channel)

export const withoutChannel = (mask: number, channel: number): number =>
  hasChannel(mask, channel) ? mask - bitOf(channel) : mask

export const hasChannel = (mask: number, channel: number): boolean =>
  Math.trunc(mask / bitOf(channel)) % 2 === 1

/** A mask of no channel, where 0 says "as the profile has it": whoever is in training. */
export const noChannel = bitOf(channels.length)

/** No offers at all: an operator says so, or nobody knows what the agents can do by now. */
export const isStopped = (pool: PoolRow): boolean => pool.offersOff || pool.profilesTooOldSince > 0

/** No offers of this channel, whoever waits and whoever is free. */
export const isHeld = (pool: PoolRow, channel: number): boolean =>
  isStopped(pool) || hasChannel(pool.brokenChannels, channel)

/** Eligible pairs may be left unmatched: offers are held, or a hold has just ended. */
export const mayWait = (pool: PoolRow, channel: number): boolean =>
  isHeld(pool, channel) || pool.releases > 0

/** A hold is over: everybody who is free is matched, by the work list. */
export function release(s: RoutingState, pool: PoolRow, turn: Turn): void {
  s.pools.update(pool, { releases: pool.releases + 1 })
  turn.work.push({ kind: releasing, subject: pool.id, cursor: '0' })
}

/** One slice of matching those who are free; cursor: the last agent's number. */
export function releaseSlice(s: RoutingState, item: WorkItem, turn: Turn): WorkItem | undefined {
  const pool = s.pools.must(item.subject)
  let cursor = Number(item.cursor)
  let slot = s.agentsOfPool.atOrAfter(pool.slot, cursor + 1, 0)
  for (let seen = 0; slot !== NONE && seen < seenPerSlice; seen++) {
    if (s.db.touched() > touchedPerSlice) break
    const agent = s.agents.at(slot)
    slot = s.agentsOfPool.next(slot)
    cursor = agent.seq
    matchAgent(s, agent, turn)
  }
  if (slot !== NONE) return { ...item, cursor: String(cursor) }
  s.pools.update(pool, { releases: pool.releases - 1 })
  return undefined
}

/** Nobody is to be dialled: callbacks leave the line and keep their places. */
export function park(pool: PoolRow, turn: Turn): void {
  turn.work.push({ kind: parking, subject: pool.id, cursor: '0' })
}

/** One slice of taking callbacks out of the line; cursor: the last one's number. */
export function parkSlice(s: RoutingState, item: WorkItem, turn: Turn): WorkItem | undefined {
  const pool = s.pools.must(item.subject)
  let cursor = Number(item.cursor)
  let slot = s.pendingCallbacks.atOrAfter(pool.slot, cursor + 1, 0)
  if (!pool.dialsOff) return undefined
  for (let seen = 0; slot !== NONE && seen < seenPerSlice; seen++) {
    if (s.db.touched() > touchedPerSlice) break
    const callback = s.callbacks.at(slot)
    slot = s.pendingCallbacks.next(slot)
    cursor = callback.seq
    const contact = s.contacts.at(callback.contact)
    if (contact.state !== 'dialable') continue
    leaveQueue(s, contact)
    parkUntil(s, contact, turn.at.time + durations.dialsOffRecheck, turn)
  }
  return slot === NONE ? undefined : { ...item, cursor: String(cursor) }
}
