import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { type Command, hash128 } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { requirementsOf } from './requirements.ts'

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

/** To a queue, or to the expert of a consult, with whom goes what was asked for then. */
export function transferContact(r: contacts.TransferContactRequest): Command {
  const warm = r.consultContactId !== ''
  if (warm && r.queueId !== '') {
    throw refused('FIELD_MALFORMED', 'queue_id', 'empty with consult_contact_id')
  }
  if (warm && r.requirements.length > 0) {
    throw refused('FIELD_MALFORMED', 'requirements', 'none with consult_contact_id')
  }
  return {
    kind: 'transferContact',
    pool: parse.id('pool', r.pool, idPatterns.slug),
    contactId: parse.id('contact_id', r.contactId),
    queueId: warm ? '' : parse.id('queue_id', r.queueId, idPatterns.slug),
    requirements: requirementsOf('requirements', r.requirements),
    requestId: parse.id('request_id', r.requestId),
    ...(warm && { consultContactId: parse.id('consult_contact_id', r.consultContactId) }),
  }
}

export function startConsult(r: contacts.StartConsultRequest): Command {
  const { expertMayTakeOver } = r
  const legContactId = parse.id('consult_contact_id', r.consultContactId)
  const asked = { kind: 'startConsult', ...newLeg(r, legContactId), expertMayTakeOver } as const
  return { ...asked, fingerprint: hash128([JSON.stringify(asked)]) }
}

export function switchChannel(r: contacts.SwitchChannelRequest): Command {
  const legContactId = parse.id('leg_contact_id', r.legContactId)
  const asked = { kind: 'switchChannel', ...newLeg(r, legContactId) } as const
  return { ...asked, fingerprint: hash128([JSON.stringify(asked)]) }
}

const newLeg = (
  r: contacts.StartConsultRequest | contacts.SwitchChannelRequest,
  legContactId: string,
) => ({
  ...ofOwner(r),
  legContactId,
  queueId: parse.id('queue_id', r.queueId, idPatterns.slug),
  requirements: requirementsOf('requirements', r.requirements),
})
