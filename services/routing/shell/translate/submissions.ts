import { idPatterns, parse } from '@evenkeel/chassis/errors'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { hash128, type Requirement, type SubmitContact } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { destinationOf } from './classification.ts'
import { sourceOf } from './reconciliation.ts'
import { timeZoneOf } from './zones.ts'
import { requirementsOf } from './requirements.ts'

export const ofContact = (r: { pool: string; contactId: string }) => ({
  pool: parse.id('pool', r.pool, idPatterns.slug),
  contactId: parse.id('contact_id', r.contactId),
})

const agentIds = (field: string, ids: readonly string[], max: number): readonly string[] =>
  parse.unique(
    field,
    parse.list(field, ids, max, (name, id) => parse.id(name, id, idPatterns.agent)),
    (id) => id,
  )

export function submitContact(r: contacts.SubmitContactRequest): SubmitContact {
  const parsed = {
    ...ofContact(r),
    ...destinationOf(r),
    requirements: requirementsOf('requirements', r.requirements),
    preferredAgentIds: agentIds('preferred_agent_ids', r.preferredAgentIds, max.preferredAgents),
    holdOutMs: parse.durationMs('hold_out', r.holdOut, 0, max.holdOutMsMax, 0),
    excludedAgentIds: agentIds('excluded_agent_ids', r.excludedAgentIds, max.excludedAgents),
    priority: parse.integer('priority', r.priority, -max.priorityMax, max.priorityMax),
    customerKey: parse.optionalId('customer_key', r.customerKey, idPatterns.opaque),
    addressKey: parse.optionalId('address_key', r.addressKey, idPatterns.opaque),
    conversationId: parse.optionalId('conversation_id', r.conversationId, idPatterns.opaque),
    attributes: parse.bytes('attributes', r.attributes, max.attributesBytes),
    references: parse.list('references', r.references, max.references, uri),
    enteredAt: parse.timeMs('entered_at', r.enteredAt, undefined),
    timeToLiveMs: parse.durationMs(
      'time_to_live',
      r.timeToLive,
      max.timeToLiveMsMin,
      max.timeToLiveMsMax,
      undefined,
    ),
    test: r.test,
    // Left out when there is none: what was submitted before there were sources is known again.
    ...(r.source === '' ? {} : { source: sourceOf(r.source) }),
    ...timeZoneOf(r),
  }
  return { kind: 'submitContact', ...parsed, fingerprint: fingerprintOf(parsed) }
}

const uriPattern = { pattern: /^[!-~]+$/, says: 'printable ASCII without space' }
const uri = (field: string, value: string): string =>
  parse.id(field, parse.text(field, value, max.referenceBytes), uriPattern)

/** Everything that a repeat must say again; the id itself is the key. */
function fingerprintOf(parsed: {
  readonly requirements: readonly Requirement[]
  readonly attributes: Uint8Array
}): string {
  const { attributes, ...rest } = parsed
  return hash128([JSON.stringify(rest), attributes])
}
