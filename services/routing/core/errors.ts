import type { ErrorTable } from '@evenkeel/chassis/protocol'

/** Every refusal of routing's core. {placeholders} are the rejection's fields. */
export const errors = {
  POOL_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'There is no pool {pool}; create it with QueueService.PutPool.',
  },
  QUEUE_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Pool {pool} has no queue {queue_id}; create it with QueueService.PutQueue.',
  },
  CLASSIFICATION_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Pool {pool} has no classification; put one with ClassificationService.',
  },
  NEED_UNCLASSIFIED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'No rule of pool {pool} fits the need {need}. ClassifyContact says why; a last rule without conditions fits all.',
  },
  CALENDAR_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Pool {pool} has no calendar {calendar_id}; create it with QueueService.PutCalendar.',
  },
  OPENINGS_DISORDERED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'The openings of calendar {calendar_id} overlap, or end after its horizon.',
  },
  AFTER_HOURS_QUEUE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Queue {queue_id} cannot take what comes to {value} after hours: name another queue of the pool, of channel {limit}.',
  },
  CLOSED_WITHOUT_CALLBACK: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Queue {queue_id} is to offer callbacks while it is closed, and has no callback policy. Put one, or choose another when_closed.',
  },
  CLOSING_TIMES: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      'Queue {queue_id} would promise times up to {value} ms before closing, and takes the last contact {limit} ms before: {field} may be at most the latter.',
  },
  ZONE_UNKNOWN: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'Nobody has said yet when the clocks of {time_zone} change; call again.',
  },
  ZONE_DISORDERED: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'The changes of the clocks of {time_zone} are not in order, or none, or too many.',
  },
  CALLING_HOURS_ZONE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      'Queue {queue_id} has calling_hours and nobody knows by which clock: name callback.calling_hours.time_zone, or give the queue hours.',
  },
  CALLING_HOURS_NEVER: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Contact {contact_id} may be called from {next_from_ms} on, by the clock of {time_zone}; its callback would be given up before, {limit} ms from now.',
  },
  CALLING_HOURS: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'The customer of attempt {attempt_id} may not be called before {next_from_ms}; nobody dials, and another attempt is made then.',
  },
  POLICY_PART_ABSENT: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Queue {queue_id} has no {field}, so no field of it can be changed; name it whole in update_mask.',
  },
  QUEUE_CLOSED: {
    status: 'FAILED_PRECONDITION',
    retryable: true,
    message:
      'Queue {queue_id} is closed: {reason}. It opens at {opens_at}; submit the contact then.',
  },
  UNTIL_RANGE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'until is {value} ms from now; it may be up to {limit} ms ahead.',
  },
  AGENT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: true,
    message:
      'Pool {pool} has no agent {agent_id}; put the profile with SkillsService.PutAgent. A new one is known here after some milliseconds.',
  },
  CONTACT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Pool {pool} has no contact {contact_id}, or it ended over an hour ago.',
  },
  OFFER_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Agent {agent_id} has no offer {offer_id}, or it ended over a minute ago.',
  },
  ATTEMPT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message:
      'Contact {contact_id} has no dial attempt {attempt_id}. Do not dial; its callback.attempt is the present one.',
  },
  SESSION_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Agent {agent_id} has no such session any more; open a new one.',
  },
  CONTACT_EXISTS: {
    status: 'ALREADY_EXISTS',
    retryable: false,
    message:
      'Contact {contact_id} was submitted before with other content; a new contact needs a new id.',
  },
  CONTACT_ENDED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Contact {contact_id} has ended: it is {state}. What comes next needs a new id.',
  },
  CONTACT_STATE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Contact {contact_id} is {state}; this needs one of: {needed}.',
  },
  CONTACT_NOT_YOURS: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Contact {contact_id} is not with agent {agent_id}; GetContact says who has it.',
  },
  DISPOSITION_EXISTS: {
    status: 'ALREADY_EXISTS',
    retryable: false,
    message:
      'Agent {agent_id} has closed contact {contact_id} with other content; GetContact shows it. What was said stays.',
  },
  CONSULT_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message:
      'Contact {contact_id} has no open consult {consult_contact_id}; its open_leg_contact_id names the one that it has.',
  },
  LEG_NESTED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Contact {contact_id} is a leg itself ({leg}), and can have none of this kind; name the contact that it is a leg of.',
  },
  SWITCH_CHANNEL: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'The contact is of channel {contact_channel}, queue {queue_id} of {channel}; name a queue of another channel. A call can not be put aside for one.',
  },
  OFFER_CLOSED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Offer {offer_id} is {status} already; take it off the desk.',
  },
  CALLBACK_NOT_OFFERED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Contact {contact_id} has no open callback offer, its callback is {status}. Ask when CallbackOffered comes.',
  },
  ALTERNATIVES_NOT_OFFERED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Contact {contact_id} has no open offer of alternatives, it is {status}. Ask when AlternativesOffered comes.',
  },
  ALTERNATIVE_UNKNOWN: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      'alternative_id "{value}" is not among what contact {contact_id} was offered: {offered}.',
  },
  ALTERNATIVE_ADDRESS: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      'Alternative {alternative_id} of contact {contact_id} is a callback: address_ref must say where to reach the customer.',
  },
  ALTERNATIVE_GONE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Alternative {alternative_id} of contact {contact_id} can be had no longer: its queue has changed, or the customer has a callback there already. The contact waits as before.',
  },
  CALLBACKS_NONE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Queue {queue_id} gives no callbacks: it has no callback policy.',
  },
  CALLBACK_NOT_ACCEPTED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Contact {contact_id} has no accepted callback to be given another time; its callback is {status}.',
  },
  CALLBACK_PRODUCT: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'The queue of contact {contact_id} offers no callback of product {product}; its callback.choices has what is offered.',
  },
  CALLBACK_FULL: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'No room is left for the promise that {contact_id} asks for. The next with room begins at {next_from_ms} ms since 1970; callback.choices has all.',
  },
  ATTEMPT_CLAIMED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Attempt {attempt_id} belongs to {claimant}. Do not dial.',
  },
  ATTEMPT_UNCLAIMED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Attempt {attempt_id} is claimed by nobody; claim it with ClaimDial before dialling.',
  },
  ATTEMPT_CLOSED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Attempt {attempt_id} is over: {outcome}. Do not dial.',
  },
  AGENT_SIGNED_OUT: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Agent {agent_id} is signed out; sign in first.',
  },
  AGENT_BUSY: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Agent {agent_id} still has {open} open contacts; set DRAINING instead, or force it with release_work.',
  },
  CHANNEL_FIXED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Queue {queue_id} is of channel {channel} and keeps it; create another queue.',
  },
  TRANSFER_CHANNEL: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Queue {queue_id} is of channel {channel}, the contact of {contact_channel}; name a queue of that.',
  },
  AGENT_FORCED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Agent {agent_id} was set {presence} by {actor}: {reason}. For {value} ms only a supervisor can undo it, with AgentService.ForceAgentState.',
  },
  CHANNEL_NOT_IN_PROFILE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Agent {agent_id} does not work on channel {channel}; the profile has {limit}. Name some of these, or put the profile with SkillsService.PutAgent.',
  },
  ASSIGN_REFUSED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Agent {agent_id} can not take contact {contact_id}: {constraint} {skill_id}. ExplainContact says who else could.',
  },
  ETAG_MISMATCH: {
    status: 'ABORTED',
    retryable: false,
    message: '{what} has etag "{etag}", you sent "{sent}"; read it again and edit that.',
  },
  ENTERED_AT_RANGE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message:
      'entered_at is {value} ms from now; it may be up to {limit} ms back and a minute ahead.',
  },
  QUEUE_FULL: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message:
      'Queue {queue_id} has {value} waiting; its max_waiting is {limit}. Retry later, or raise it with PutQueue.',
  },
  ENTRY_LIMIT: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message:
      'Queue {queue_id} takes nobody more: {what} is {value}, its limit is {limit}. Retry when RetryInfo says.',
  },
  NOBODY_STAFFED: {
    status: 'FAILED_PRECONDITION',
    retryable: true,
    message:
      'Nobody at work could ever serve queue {queue_id} with these requirements: {requirements}. ListUnstaffable says since when.',
  },
  HOLD_OUT_RANGE: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'hold_out is {value} ms; the contact waits for {limit} ms at most.',
  },
  POLICY_UNMEETABLE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: '{field} is {value}; it can only be met with: {limit}.',
  },
  TOO_MANY: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message: 'The cap {cap} of {limit} is reached. Retry when others have ended.',
  },
  RECONCILIATION_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message:
      'Pool {pool} has no such reconciliation of source "{source}", or another has taken its place; begin one with page 1.',
  },
  RECONCILIATION_PAGE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Reconciliation {request_id} was sent page {value}; its next page is {limit}.',
  },
  RECONCILIATION_STATE: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Reconciliation {request_id} is {state}; this needs: {needed}. GetReconciliation says how far it is.',
  },
  OUTLOOK_TOO_LONG: {
    status: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'The outlook of a day ({field}) has {value} intervals; the limit is {limit}.',
  },
  WRAP_UP_LIMIT: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'Wrap-up of {contact_id} would last {value} ms; the limit is {limit} ms. Ask for less, or complete it.',
  },
  REQUEUE_LIMIT: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message:
      'Contact {contact_id} was requeued {value} times; the cap is {limit}. Complete or cancel it.',
  },
} as const satisfies ErrorTable

export type ErrorCode = keyof typeof errors
