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
    message: 'Agent {agent_id} still has {open} open contacts; set DRAINING instead.',
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
  TOO_MANY: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message: 'The cap {cap} of {limit} is reached. Retry when others have ended.',
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
