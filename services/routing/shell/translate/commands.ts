import { decodedWhole, idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import { Command as LogCommand } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import type * as callbacks from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import type * as contacts from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { type Command, hash128, type Requirement } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { agentCommandOf } from './agents.ts'
import { transferContact } from './legs.ts'
import { extendHorizon, putCalendar } from './calendars.ts'
import { putPool, putQueue } from './policies.ts'
import { setQueueState } from './queue-state.ts'
import { putPolicy } from './policy-patch.ts'
import { reconcileContacts, sourceOf } from './reconciliation.ts'
import { putEndpointBreaker, setPoolSwitches } from './switches.ts'
import { requirementsOf } from './requirements.ts'
import {
  callbackProductWords,
  mediaCauseWords,
  mediaStatusWords,
  reportableOutcomeWords,
} from './words.ts'

/** A command as the wire and the log have it: the request itself. */
export type WireCommand = NonNullable<LogCommand['kind']>

/** Bytes for the log. The request is checked first: nothing enters the log that means nothing. */
export function encodeCommand(command: WireCommand): Uint8Array {
  commandOf(command)
  return LogCommand.encode({ kind: command }).finish()
}

export function decodeCommand(bytes: Uint8Array): Command {
  const { kind } = decodedWhole('evenkeel.routing.log.v1.Command', LogCommand, bytes)
  if (kind === undefined) throw refused('FIELD_MISSING', 'kind')
  return commandOf(kind)
}

/** From the wire's words to the core's, every field parsed. Throws RejectedInput. */
export function commandOf(wire: WireCommand): Command {
  switch (wire.$case) {
    case 'putPool':
    case 'putQueue':
    case 'setQueueState':
    case 'putPolicy':
    case 'calendarPut':
    case 'horizonExtended':
      return queueCommandOf(wire)
    case 'submitContact':
      return submitContact(wire.value)
    case 'cancelContact':
      return {
        kind: 'cancelContact',
        ...ofContact(wire.value),
        reason: parse.text('reason', wire.value.reason, max.cancelReasonBytes),
        mayPrecede: wire.value.mayPrecede,
      }
    case 'abandonContact':
      return {
        kind: 'abandonContact',
        ...ofContact(wire.value),
        mayPrecede: wire.value.mayPrecede,
      }
    case 'transferContact':
      return transferContact(wire.value)
    case 'requeueContact':
      return {
        kind: 'requeueContact',
        ...ofContact(wire.value),
        requestId: parse.id('request_id', wire.value.requestId),
      }
    case 'holdContact':
      return { kind: 'holdContact', ...ofContact(wire.value) }
    case 'resumeContact':
      return { kind: 'resumeContact', ...ofContact(wire.value) }
    case 'reportMedia':
      return {
        kind: 'reportMedia',
        ...ofContact(wire.value),
        status: parse.enumOf('status', wire.value.status, mediaStatusWords),
        cause: parse.enumOf('cause', wire.value.cause, mediaCauseWords),
      }
    case 'completeContact':
      return {
        kind: 'completeContact',
        ...ofContact(wire.value),
        agentId: parse.id('agent_id', wire.value.agentId, idPatterns.agent),
      }
    case 'respondToCallbackOffer':
      return respondToCallbackOffer(wire.value)
    case 'claimDial':
      return { kind: 'claimDial', ...ofAttempt(wire.value) }
    case 'reportDial':
      return {
        kind: 'reportDial',
        ...ofAttempt(wire.value),
        outcome: parse.enumOf('outcome', wire.value.outcome, reportableOutcomeWords),
      }
    case 'reconcileContacts':
      return reconcileContacts(wire.value)
    case 'setPoolSwitches':
      return setPoolSwitches(wire.value)
    case 'putEndpointBreaker':
      return putEndpointBreaker(wire.value)
    default:
      return agentCommandOf(wire)
  }
}

type QueueCommand = Extract<
  WireCommand,
  {
    $case:
      | 'putPool'
      | 'putQueue'
      | 'putPolicy'
      | 'setQueueState'
      | 'calendarPut'
      | 'horizonExtended'
  }
>

function queueCommandOf(wire: QueueCommand): Command {
  switch (wire.$case) {
    case 'putPool':
      return putPool(wire.value)
    case 'putQueue':
      return putQueue(wire.value)
    case 'putPolicy':
      return putPolicy(wire.value)
    case 'setQueueState':
      return setQueueState(wire.value)
    case 'calendarPut':
      return putCalendar(wire.value)
    case 'horizonExtended':
      return extendHorizon(wire.value)
    default:
      return wire satisfies never
  }
}

const ofContact = (r: { pool: string; contactId: string }) => ({
  pool: parse.id('pool', r.pool, idPatterns.slug),
  contactId: parse.id('contact_id', r.contactId),
})

const ofAttempt = (r: callbacks.ClaimDialRequest | callbacks.ReportDialRequest) => ({
  ...ofContact(r),
  attemptId: parse.id('attempt_id', r.attemptId),
  claimant: parse.id('claimant', r.claimant),
})

const agentIds = (field: string, ids: readonly string[], max: number): readonly string[] =>
  parse.unique(
    field,
    parse.list(field, ids, max, (name, id) => parse.id(name, id, idPatterns.agent)),
    (id) => id,
  )

function submitContact(r: contacts.SubmitContactRequest): Command {
  const parsed = {
    ...ofContact(r),
    queueId: parse.id('queue_id', r.queueId, idPatterns.slug),
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

const addressPattern = {
  pattern: new RegExp(`^[!-~]{1,${max.addressRefBytes}}$`),
  says: `1-${max.addressRefBytes} printable ASCII characters`,
  personal: true,
} as const

function respondToCallbackOffer(r: callbacks.RespondToCallbackOfferRequest): Command {
  return {
    kind: 'respondToCallbackOffer',
    ...ofContact(r),
    accept: r.accept,
    addressRef: r.accept
      ? parse.id('address_ref', r.addressRef, addressPattern)
      : parse.optionalId('address_ref', r.addressRef, addressPattern),
    ...productOf(r),
  }
}

/** A window is of the product that has windows; unsaid, nothing is. */
function productOf(r: callbacks.RespondToCallbackOfferRequest) {
  if (r.product === 0 && r.windowFrom === undefined) return {}
  const product = parse.enumOf('product', r.product, callbackProductWords)
  if (r.windowFrom === undefined) return { product }
  if (product !== 'within') throw refused('FIELD_MALFORMED', 'product', 'WITHIN with window_from')
  return { product, windowFrom: parse.timeMs('window_from', r.windowFrom) }
}
