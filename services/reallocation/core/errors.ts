import type { ErrorTable, Outcome, Rejection } from '@evenkeel/chassis/protocol'

const again = 'NOT_FOUND'
const refused = 'FAILED_PRECONDITION'
const full = 'RESOURCE_EXHAUSTED'

/** What this service refuses, beside the errors that all services share. */
export const errors = {
  POOL_UNKNOWN: {
    ...{ status: again, retryable: true },
    message:
      'Pool "{value}" is not known here. Create it with PutPool; a new pool arrives within milliseconds, so try again.',
  },
  AGENT_UNKNOWN: {
    ...{ status: again, retryable: true },
    message: '{field}: agent "{value}" of pool "{pool}" is not known here.',
  },
  QUEUE_UNKNOWN: {
    ...{ status: again, retryable: true },
    message: '{field}: queue "{value}" is not one of channel {limit} in this pool.',
  },
  MOVE_UNKNOWN: {
    ...{ status: again, retryable: false },
    message: 'Move "{value}" is not known; those that are over are kept for a day.',
  },
  MOVE_STATE: {
    ...{ status: refused, retryable: false },
    message: 'Move "{move_id}" is {value}; this needs one that is {limit}.',
  },
  MOVE_EXPIRED: {
    ...{ status: refused, retryable: false },
    message: 'Move "{move_id}" has expired: nobody answered in time. Propose it again.',
  },
  MOVE_NOT_YOURS: {
    ...{ status: refused, retryable: false },
    message: 'Move "{move_id}" is not about agent "{value}".',
  },
  PLAN_OUTDATED: {
    ...{ status: 'ABORTED', retryable: false },
    message:
      'basis: this plan was made upon {value}, and {limit} holds now: another plan or policy came first. Plan again.',
  },
  PLAN_CHANGED: {
    ...{ status: 'ABORTED', retryable: false },
    message: 'The policy has changed since move "{move_id}" was proposed. Propose it again.',
  },
  ETAG_MISMATCH: {
    ...{ status: 'ABORTED', retryable: false },
    message:
      '{field}: you sent "{value}", it is "{limit}" now (empty: it does not exist). Read it again, then edit that.',
  },
  POLICY_IMPOSSIBLE: {
    ...{ status: 'INVALID_ARGUMENT', retryable: false },
    message: '{field}: {value} ms is beyond {limit} ms, so that no move would ever be allowed.',
  },
  MINIMUM_TOO_HIGH: {
    ...{ status: refused, retryable: false },
    message: '{field}: {value} agents are to stay, and channel {channel} has {limit}.',
  },
  CHANNEL_UNSERVED: {
    ...{ status: refused, retryable: false },
    message: '{field}: no agent of this pool has channel {value} in the profile.',
  },
  REALLOCATION_PAUSED: {
    ...{ status: refused, retryable: false },
    message: 'Reallocation of pool "{value}" is paused: {limit}.',
  },
  DATA_INCOMPLETE: {
    ...{ status: refused, retryable: true },
    message:
      'Nobody is moved while counts are incomplete, until {limit} ms from now: a gap in the data is not slack.',
  },
  AGENT_NOT_READY: {
    ...{ status: refused, retryable: true },
    message: 'Agent "{agent_id}" is {value}, not ready.',
  },
  AGENT_NOT_ON_SHIFT: {
    ...{ status: refused, retryable: false },
    message: 'Agent "{agent_id}" is not on channel by the roster.',
  },
  AGENT_OPTED_OUT: {
    ...{ status: refused, retryable: false },
    message: 'Agent "{agent_id}" does not take part in moves.',
  },
  AGENT_MOVED_ALREADY: {
    ...{ status: refused, retryable: false },
    message: 'Agent "{agent_id}" has a move already: {value}.',
  },
  AGENT_COOLS_DOWN: {
    ...{ status: refused, retryable: true },
    message:
      'Agent "{agent_id}" was moved, or has said no, lately, and is left alone for another {value} ms.',
  },
  AGENT_DAY_CAP: {
    ...{ status: refused, retryable: false },
    message: 'Agent "{agent_id}" has had {value} of {limit} {field} today.',
  },
  SUPERVISOR_DECIDED: {
    ...{ status: refused, retryable: false },
    message: 'Somebody has set the channels of agent "{agent_id}": {value}.',
  },
  CHANNEL_NOT_IN_PROFILE: {
    ...{ status: refused, retryable: false },
    message:
      'Agent "{agent_id}" does not have channel {value} beside another in the profile: {limit}.',
  },
  NOT_QUALIFIED: {
    ...{ status: refused, retryable: false },
    message: 'Agent "{agent_id}" lacks what {value} requires.',
  },
  HOURLY_CAP: {
    ...{ status: refused, retryable: true },
    message:
      '{value} moves have begun in the last hour, or are about to; the policy allows {limit}.',
  },
  DONOR_CAP: {
    ...{ status: refused, retryable: true },
    message: '{value} agents of channel {channel} are away already; the policy allows {limit}.',
  },
  PROTECTED_MINIMUM: {
    ...{ status: refused, retryable: true },
    message:
      'Channel {channel} would keep {value} agents at work; {limit} of them are to stay whatever happens.',
  },
  EDGE_NEAR: {
    ...{ status: refused, retryable: false },
    message:
      'Agent "{agent_id}" could be moved for {value} ms before the guard of a break or the end of the shift; at least {limit} ms are worth it.',
  },
  TOO_MANY_MOVES: {
    ...{ status: full, retryable: true },
    message: '{field}: there are {limit} moves already.',
  },
  TOO_MANY_POOLS: {
    ...{ status: full, retryable: false },
    message: 'Pool "{value}" can not be taken in: this partition has {limit} pools already.',
  },
  TOO_MANY_QUEUES: {
    ...{ status: full, retryable: false },
    message: 'Queue "{value}" can not be taken in: this partition has {limit} queues already.',
  },
  TOO_MANY_AGENTS: {
    ...{ status: full, retryable: false },
    message: 'Agent "{value}" can not be taken in: this partition has {limit} agents already.',
  },
  PLANNER_BUSY: {
    ...{ status: 'UNAVAILABLE', retryable: true },
    message: 'The planner has not come to an end within {limit} ms. Try again.',
  },
} as const satisfies ErrorTable

export type ReallocationErrorCode = keyof typeof errors

export function rejection(code: ReallocationErrorCode, fields: Rejection['fields']): Rejection {
  return { code, fields }
}

export function refuse(
  code: ReallocationErrorCode,
  fields: Rejection['fields'],
): Outcome<never> & { readonly ok: false } {
  return { ok: false, rejection: rejection(code, fields) }
}
