import { idPatterns, parse } from '@evenkeel/chassis/errors'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { Command } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'

/** What agents do with a contact that they have, beside completing it. */

const ofOwner = (r: { pool: string; contactId: string; agentId: string }) => ({
  pool: parse.id('pool', r.pool, idPatterns.slug),
  contactId: parse.id('contact_id', r.contactId),
  agentId: parse.id('agent_id', r.agentId, idPatterns.agent),
})

export const closeContact = (r: contacts.CloseContactRequest): Command => ({
  kind: 'closeContact',
  ...ofOwner(r),
  reason: parse.text('reason', r.reason, max.closeReasonBytes),
  resolved: r.resolved,
  topic: parse.text('topic', r.topic, max.topicBytes),
})
