import { decodedWhole, idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import { Command as LogCommand } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import type { Command } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import { agentCommandOf } from './agents.ts'
import { transferContact } from './legs.ts'
import { extendHorizon, putCalendar } from './calendars.ts'
import { resolveZone } from './zones.ts'
import { callbackCommandOf } from './callbacks.ts'
import { putClassification, setContactPriority } from './classification.ts'
import { profilesAgeTold, putPool, putQueue } from './policies.ts'
import { setQueueState } from './queue-state.ts'
import { putPolicy } from './policy-patch.ts'
import { reconcileContacts } from './reconciliation.ts'
import { putEndpointBreaker, setPoolSwitches } from './switches.ts'
import { ofContact, submitContact } from './submissions.ts'
import { mediaCauseWords, mediaStatusWords } from './words.ts'

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
    case 'putClassification':
    case 'calendarPut':
    case 'horizonExtended':
    case 'profilesAgeTold':
    case 'zoneResolved':
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
    case 'setContactPriority':
      return setContactPriority(wire.value)
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
    case 'requestCallback':
    case 'rescheduleCallback':
    case 'claimDial':
    case 'reportDial':
      return callbackCommandOf(wire)
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
      | 'putClassification'
      | 'setQueueState'
      | 'calendarPut'
      | 'horizonExtended'
      | 'profilesAgeTold'
      | 'zoneResolved'
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
    case 'putClassification':
      return putClassification(wire.value)
    case 'setQueueState':
      return setQueueState(wire.value)
    case 'calendarPut':
      return putCalendar(wire.value)
    case 'horizonExtended':
      return extendHorizon(wire.value)
    case 'profilesAgeTold':
      return profilesAgeTold(wire.value)
    case 'zoneResolved':
      return resolveZone(wire.value)
    default:
      return wire satisfies never
  }
}
