import { idPatterns, parse, refused } from '@evenkeel/chassis/errors'
import type * as callbacks from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { type Command, hash128, type SubmitContact } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'
import type { WireCommand } from './commands.ts'
import { timeZoneOf } from './zones.ts'
import { ofContact, submitContact } from './submissions.ts'
import { callbackProductWords, reportableOutcomeWords } from './words.ts'

type CallbackCommand = Extract<
  WireCommand,
  {
    $case:
      | 'respondToCallbackOffer'
      | 'requestCallback'
      | 'rescheduleCallback'
      | 'claimDial'
      | 'reportDial'
  }
>

export function callbackCommandOf(wire: CallbackCommand): Command {
  switch (wire.$case) {
    case 'respondToCallbackOffer':
      return respondToCallbackOffer(wire.value)
    case 'requestCallback':
      return requestCallback(wire.value)
    case 'rescheduleCallback':
      return rescheduleCallback(wire.value)
    case 'claimDial':
      return { kind: 'claimDial', ...ofAttempt(wire.value) }
    case 'reportDial':
      return {
        kind: 'reportDial',
        ...ofAttempt(wire.value),
        outcome: parse.enumOf('outcome', wire.value.outcome, reportableOutcomeWords),
      }
    default:
      return wire satisfies never
  }
}

const addressPattern = {
  pattern: new RegExp(`^[!-~]{1,${max.addressRefBytes}}$`),
  says: `1-${max.addressRefBytes} printable ASCII characters`,
  personal: true,
} as const

/** What is chosen, and who says so: neither without the other, and nothing is chosen by who declines. */
function choiceOf(r: callbacks.RespondToCallbackOfferRequest) {
  if (r.alternativeId === '') {
    const actor = parse.optionalId('actor', r.actor, idPatterns.agent)
    return actor === '' ? {} : { actor }
  }
  if (!r.accept) throw refused('FIELD_MALFORMED', 'alternative_id', 'accept with alternative_id')
  return {
    alternativeId: parse.id('alternative_id', r.alternativeId, idPatterns.slug),
    actor: parse.id('actor', r.actor, idPatterns.agent),
  }
}

const addressOf = (r: { addressRef: string }): string =>
  parse.id('address_ref', r.addressRef, addressPattern)
const perhapsAddressOf = (r: { addressRef: string }): string =>
  parse.optionalId('address_ref', r.addressRef, addressPattern)

function respondToCallbackOffer(r: callbacks.RespondToCallbackOfferRequest): Command {
  return {
    kind: 'respondToCallbackOffer',
    ...ofContact(r),
    accept: r.accept,
    ...timeZoneOf(r),
    addressRef: r.accept && r.alternativeId === '' ? addressOf(r) : perhapsAddressOf(r),
    ...productOf(r),
    ...choiceOf(r),
  }
}

function requestCallback(r: callbacks.RequestCallbackRequest): Command {
  const wish = {
    ...{ ...ofContact(r), addressRef: addressOf(r) },
    ...productOf(r),
    ...timeZoneOf(r),
  }
  const { newContact } = r
  if (newContact === undefined) return { kind: 'requestCallback', ...wish }
  return { kind: 'requestCallback', ...wish, submission: submissionOf(r, newContact, wish) }
}

/** The same id again with another wish is another callback, which needs an id of its own. */
function submissionOf(
  { pool, contactId }: callbacks.RequestCallbackRequest,
  contact: callbacks.NewCallback,
  wish: object,
): SubmitContact {
  const submitted = submitContact({
    ...contact,
    pool,
    contactId,
    need: '',
    facts: [],
    holdOut: undefined,
  })
  const fingerprint = hash128([submitted.fingerprint, JSON.stringify(wish)])
  return { ...submitted, fingerprint }
}

function rescheduleCallback(r: callbacks.RescheduleCallbackRequest): Command {
  return {
    kind: 'rescheduleCallback',
    ...ofContact(r),
    requestId: parse.id('request_id', r.requestId),
    addressRef: perhapsAddressOf(r),
    ...productOf(r),
    ...timeZoneOf(r),
  }
}

/** A window is of the product that has windows; unsaid, nothing is. */
function productOf(r: Pick<callbacks.RequestCallbackRequest, 'product' | 'windowFrom'>) {
  if (r.product === 0 && r.windowFrom === undefined) return {}
  const product = parse.enumOf('product', r.product, callbackProductWords)
  if (r.windowFrom === undefined) return { product }
  if (product !== 'within') throw refused('FIELD_MALFORMED', 'product', 'WITHIN with window_from')
  return { product, windowFrom: parse.timeMs('window_from', r.windowFrom) }
}

const ofAttempt = (r: callbacks.ClaimDialRequest | callbacks.ReportDialRequest) => ({
  ...ofContact(r),
  attemptId: parse.id('attempt_id', r.attemptId),
  claimant: parse.id('claimant', r.claimant),
})
