import type { Outcome } from '@evenkeel/chassis/protocol'
import type { RoutingEvent } from '../events.ts'
import { hash128 } from '../hash.ts'
import type { ContactRow } from '../schema.ts'
import { keyOf, type RoutingState } from '../state.ts'
import { refusal } from '../turn.ts'

type Rejected = Extract<Outcome<RoutingEvent>, { ok: false }>

interface OfContact {
  readonly pool: string
  readonly contactId: string
}

/** The contact that an id means: itself, or the one that it was merged into. */
export function findContact(s: RoutingState, pool: string, id: string): ContactRow | undefined {
  const contact = s.contacts.find(pool, id)
  return contact?.state === 'merged' ? s.contacts.find(pool, contact.mergedInto) : contact
}

export function resolveContact(s: RoutingState, c: OfContact): ContactRow | Rejected {
  if (!s.pools.get(c.pool)) {
    return { ok: false, rejection: refusal('POOL_UNKNOWN', { pool: c.pool }) }
  }
  const contact = findContact(s, c.pool, c.contactId)
  if (contact) return contact
  const alias = s.contacts.find(c.pool, c.contactId)
  const meant = keyOf(c.pool, alias?.mergedInto ?? c.contactId)
  const tombstone = s.tombstones.get(tombstoneId(meant))
  const fields = { pool: c.pool, contact_id: c.contactId }
  return {
    ok: false,
    rejection: tombstone
      ? refusal('CONTACT_ENDED', { ...fields, state: tombstone.state })
      : refusal('CONTACT_UNKNOWN', fields),
  }
}

export const tombstoneId = (contactKey: string): string => hash128([contactKey])
