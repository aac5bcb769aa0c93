import { NONE } from '@evenkeel/chassis/table'
import { isCounted } from '../legs/legs.ts'
import { limits } from '../limits.ts'
import type { ContactRow } from '../schema.ts'
import { idOf, nextSeq, type RoutingState } from '../state.ts'

/**
 * Customers who come again soon after an end, so that repeats can be counted. Where nobody asks for
 * it (no redial_within on the queue) nothing is kept.
 */

interface Keys {
  readonly customerKey: string
  readonly addressKey: string
}

/** The customer's first: an address may be shared. */
function idsOf(pool: string, { customerKey, addressKey }: Keys): string[] {
  const ids: string[] = []
  if (customerKey !== '') ids.push(`${pool} customer ${customerKey}`)
  if (addressKey !== '') ids.push(`${pool} address ${addressKey}`)
  return ids
}

/** The contact that a newcomer repeats; '': none. */
export function redialOf(s: RoutingState, pool: string, keys: Keys, time: number): string {
  for (const id of idsOf(pool, keys)) {
    const departure = s.departures.get(id)
    if (departure && departure.forgetAt > time) return departure.contactId
  }
  return ''
}

/** A contact has ended: should its customer come again, this is the one that is repeated. */
export function rememberDeparture(s: RoutingState, contact: ContactRow, time: number): void {
  const { redialWithinMs } = s.queues.at(contact.queue).policy
  if (redialWithinMs === undefined || !isCounted(s, contact)) return
  const facts = { contactId: idOf(contact.id), forgetAt: time + redialWithinMs }
  for (const id of idsOf(s.pools.at(contact.pool).id, contact)) {
    const known = s.departures.get(id)
    if (known) {
      s.departures.update(known, facts)
      continue
    }
    // Full: whoever would be forgotten next is, so that the newest are known.
    const full = s.departures.size >= limits.departures
    const oldest = full ? s.departuresByTime.first() : NONE
    if (oldest !== NONE) s.departures.delete(s.departures.at(oldest))
    s.departures.insert({ id, seq: nextSeq(s), ...facts })
  }
}
