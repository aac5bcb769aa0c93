import type { Outcome } from '@evenkeel/chassis/protocol'
import type { AbandonContact, CancelContact } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { durations, limits } from '../limits.ts'
import type { ContactRow } from '../schema.ts'
import { keyOf, nextSeq, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'

/**
 * Ends that came before their contacts: calls and the ingress topic are not ordered with each
 * other, so a customer may be known to have left before the contact itself is known.
 */

type Overtaking = AbandonContact | CancelContact

/**
 * What to say of a command whose contact is not known: `unknown` unless the caller said that it may
 * be ahead. Then the end is kept, until the contact comes or an hour has passed.
 */
export function endEarly(
  s: RoutingState,
  c: Overtaking,
  unknown: Outcome<RoutingEvent>,
  turn: Turn,
): Outcome<RoutingEvent> {
  const notYet = !unknown.ok && unknown.rejection.code === 'CONTACT_UNKNOWN'
  if (!notYet || !c.mayPrecede) return unknown
  const state = c.kind === 'cancelContact' ? 'cancelled' : 'abandoned'
  const known = s.earlyEnds.find(c.pool, c.contactId)
  if (known !== undefined) {
    if (known.state === state) return accept(turn, c.contactId)
    return reject('CONTACT_ENDED', { contact_id: c.contactId, state: known.state })
  }
  if (s.earlyEnds.size >= s.earlyEnds.cap) {
    return reject('TOO_MANY', { cap: 'earlyEnds', limit: limits.earlyEnds })
  }
  s.earlyEnds.insert({
    id: keyOf(c.pool, c.contactId),
    seq: nextSeq(s),
    state,
    cancelReason: c.kind === 'cancelContact' ? c.reason : '',
    forgetAt: turn.at.time + durations.retainEarlyEnd,
  })
  return accept(turn, c.contactId)
}

export type EarlyEnd = Pick<ContactRow, 'cancelReason'> & {
  readonly state: 'abandoned' | 'cancelled'
}

/** How the contact that comes now has ended already, if it has; from now on its own record tells. */
export function takeEarlyEnd(s: RoutingState, key: string): EarlyEnd | undefined {
  const row = s.earlyEnds.get(key)
  if (row === undefined) return undefined
  const { state, cancelReason } = row
  s.earlyEnds.delete(row)
  return { state, cancelReason }
}
