import { NONE } from '@evenkeel/chassis/table'
import { callableFrom } from './calling-hours.ts'
import { NEVER } from '../limits.ts'
import { agentFreed, changeContact, leaveQueue, release } from '../contact/placement.ts'
import { parkedTurned } from '../queue/opening.ts'
import type { ContactRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import type { Turn } from '../turn.ts'

/** Callbacks that keep their places and are not to be dialled yet. */

/**
 * Keeps its place, but is not to be dialled before `from`, nor before its customer may be called;
 * its agent is free.
 */
export function parkUntil(s: RoutingState, contact: ContactRow, from: number, turn: Turn): void {
  const nextAttemptAt = callableFrom(s, contact, Math.max(from, turn.at.time))
  const callback = s.callbacks.at(contact.callback)
  const agent = release(s, contact, turn)
  s.callbacks.update(callback, { attemptFrom: from, nextAttemptAt })
  changeContact(s, contact, {
    state: 'callbackWaiting',
    stateSince: turn.at.time,
    dueTime: Math.min(nextAttemptAt, callback.giveUpAt),
    dueUptime: NEVER,
  })
  parkedTurned(s, contact, turn)
  agentFreed(s, agent, turn)
}

/**
 * The hours in which its customer may be called may have changed: it is due when they and its own
 * schedule let it, be that sooner or later than it was.
 */
export function rescheduleAttempt(s: RoutingState, contact: ContactRow, time: number): void {
  if (contact.callback === NONE) return
  const callback = s.callbacks.at(contact.callback)
  if (!callback.pending || callback.nextAttemptAt <= time) return
  const nextAttemptAt = callableFrom(s, contact, Math.max(callback.attemptFrom, time))
  if (nextAttemptAt === callback.nextAttemptAt) return
  s.callbacks.update(callback, { nextAttemptAt })
  const isParked = contact.state === 'callbackWaiting'
  const dueTime = isParked ? Math.min(nextAttemptAt, callback.giveUpAt) : contact.dueTime
  changeContact(s, contact, { dueTime })
}

/**
 * It waits for an opening that may come before it is due: parked but for its place among the
 * others who wait for it.
 */
export function isParkedStill(s: RoutingState, contact: ContactRow, time: number): boolean {
  if (!contact.awaitsOpening || contact.callback === NONE) return false
  const { nextAttemptAt, pending } = s.callbacks.at(contact.callback)
  return pending && nextAttemptAt > time
}

/** A callback in its place whose customer may not be called now is parked. False: it may be. */
export function parkOutsideHours(s: RoutingState, contact: ContactRow, turn: Turn): boolean {
  const { time } = turn.at
  if (contact.state !== 'dialable' || callableFrom(s, contact, time) <= time) return false
  leaveQueue(s, contact)
  parkUntil(s, contact, time, turn)
  return true
}
