import { SetContactPriorityRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { Chance } from '../chance.ts'
import { pool } from './plan.ts'
import { one } from './scene.ts'
import type { Voice } from './voices.ts'

/** A supervisor who has some contacts served earlier, and others later. */
export function prioritizing(ofSeed: Chance): Voice {
  const often = ofSeed.pick([0, 0.03, 0.15])
  return (s) => {
    if (!s.chance.happens(often)) return undefined
    const contactId = one(s, 'waiting', 'waiting', 'dialable', 'callbackWaiting', 'offered', 'held')
    if (contactId === undefined) return undefined
    const priority = s.chance.pick([s.chance.int(-6, 6), s.chance.int(-6, 6), 100, -100])
    const value = { pool, contactId, priority, reason: 'angry', actor: 'sue' }
    return { $case: 'setContactPriority', value: SetContactPriorityRequest.fromPartial(value) }
  }
}
