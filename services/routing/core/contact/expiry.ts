import type { ContactRow, StoryRow } from '../schema.ts'
import { NEVER } from '../limits.ts'
import { idOf, type RoutingState } from '../state.ts'
import { changeContact } from './placement.ts'
import { changeStory, storyOf } from './story.ts'
import type { Turn } from '../turn.ts'

/**
 * A queue may want to hear before a wait is given up. When that is to be told stands in the
 * contact's story, which has a heap of its own. Whatever prolongs the wait need not know, since the
 * time is looked at again when it comes; whatever may shorten it arms the warning anew.
 */

/** It waits in the line, perhaps again. Told once a contact. */
export function armWarning(s: RoutingState, contact: ContactRow): void {
  const { warnBeforeExpiryMs } = s.queues.at(contact.queue).policy
  if (warnBeforeExpiryMs === undefined || (storyOf(s, contact)?.warnedAt ?? 0) > 0) return
  changeStory(s, contact, { warnAt: contact.expiresAt - warnBeforeExpiryMs })
}

/** The time has come, unless the wait has been prolonged, or is over. */
export function warningDue(s: RoutingState, story: StoryRow, turn: Turn): void {
  const { time } = turn.at
  const contact = s.contacts.at(story.contact)
  const queue = s.queues.at(contact.queue)
  const { warnBeforeExpiryMs } = queue.policy
  const waits = contact.state === 'waiting' && warnBeforeExpiryMs !== undefined
  const warnAt = waits ? contact.expiresAt - warnBeforeExpiryMs : NEVER
  if (warnAt > time) {
    s.stories.update(story, { warnAt })
    return
  }
  s.stories.update(story, { warnAt: NEVER, warnedAt: time })
  changeContact(s, contact, {})
  if (!contact.test) s.queues.update(queue, { expiryWarnings: queue.expiryWarnings + 1 })
  turn.events.push({
    kind: 'contactExpiringSoon',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    queueId: idOf(queue.id),
    expiresAt: contact.expiresAt,
  })
}
