import type { ErrorEntry, ErrorTable } from '../protocol/errors.ts'

type Common = 'INVALID_ARGUMENT'

/** Requests that mean nothing valid. Sent with google.rpc.BadRequest naming the field. */
const input = {
  FIELD_MISSING: refuse('{field} is missing. Set it.'),
  FIELD_TOO_LONG: refuse('{field} has {value} bytes, the limit is {limit}. Shorten it.'),
  FIELD_MALFORMED: refuse('{field} is malformed: it must be {limit}.'),
  FIELD_OUT_OF_RANGE: refuse('{field} is {value}, allowed is {limit}.'),
  FIELD_TOO_MANY: refuse('{field} has {value} elements, the limit is {limit}. Send fewer.'),
  FIELD_DUPLICATE: refuse('{field} names {value} more than once. Name it once.'),
  ENUM_UNKNOWN: refuse('{field} has the value {value}, which is none of {limit}.'),
  PAGE_TOKEN_MALFORMED: refuse(
    '{field} is no page token of this list. Send one from an answer, or none to start again.',
  ),
  POSITION_MALFORMED: refuse(
    '{field} is no position. Send an evenkeel-position of an earlier answer, or none.',
  ),
  POSITION_ELSEWHERE: refuse(
    '{field} is of partition {value}; what is asked for is in {limit}. Send a position of the latter.',
  ),
  BODY_MALFORMED: refuse('The body is no valid {type}: {reason}.'),
} as const satisfies Record<string, ErrorEntry & { status: Common }>

/** How a call is made, not what it says. */
const calling = {
  DEADLINE_MISSING: refuse('{rpc} needs a deadline. Set one on the call, e.g. 5 s.'),
  DEADLINE_MALFORMED: refuse(
    'connect-timeout-ms is {value}. Send a whole number of ms, 1 to 9999999999.',
  ),
  CONTENT_TYPE_UNSUPPORTED: refuse(
    'The content type is {value}. Send application/json or application/proto.',
  ),
  PROTOCOL_VERSION_UNSUPPORTED: refuse('connect-protocol-version is {value}. Send 1, or none.'),
  ENCODING_UNSUPPORTED: {
    status: 'UNIMPLEMENTED',
    retryable: false,
    message: 'The content encoding is {value}. Send the body uncompressed (identity).',
  },
  METHOD_UNKNOWN: {
    status: 'UNIMPLEMENTED',
    retryable: false,
    message:
      'There is no {rpc} here. /docs shows what there is; /openapi.json and gRPC reflection list it.',
  },
  METHOD_NEEDS_POST: {
    status: 'UNIMPLEMENTED',
    retryable: false,
    message: '{rpc} is called by POST, with its request as a JSON body. /docs shows how.',
  },
  METHOD_STREAMS: {
    status: 'UNIMPLEMENTED',
    retryable: false,
    message: '{rpc} is a stream. Call it over gRPC.',
  },
  SERVICE_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'There is no service {service} here. Name one that reflection lists, or none.',
  },
  MESSAGE_TOO_LARGE: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: false,
    message: 'The message is larger than {limit} bytes. Send it in parts, or ask for less.',
  },
} as const satisfies ErrorTable

/** Who calls. What was wrong with the proof is not told: it would help who forges one. */
const callers = {
  UNAUTHENTICATED: {
    status: 'UNAUTHENTICATED',
    retryable: false,
    message: 'Nobody here knows who calls. Show a certificate or a token that this server takes.',
  },
  PERMISSION_DENIED: {
    status: 'PERMISSION_DENIED',
    retryable: false,
    message:
      '{rpc}: what the caller asks is for {limit}. Call with an identity that is granted it.',
  },
  POOL_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'There is no pool {pool} for this caller. Name one that is granted to it.',
  },
  KEYS_OUT_OF_REACH: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'The keys that tokens are signed with can not be had at present. Retry.',
  },
} as const satisfies ErrorTable

/** The system's own state. What is retryable may be sent again unchanged, with the same ids. */
const operating = {
  DEADLINE_EXCEEDED: {
    status: 'DEADLINE_EXCEEDED',
    retryable: true,
    message: 'No answer within {limit} ms. It may still take effect; retry with the same ids.',
  },
  COMMAND_TOO_LATE: {
    status: 'DEADLINE_EXCEEDED',
    retryable: true,
    message: 'The command came after its deadline and changed nothing. Retry with the same ids.',
  },
  POSITION_NOT_REACHED: {
    status: 'DEADLINE_EXCEEDED',
    retryable: true,
    message: 'Position {position} was not reached within the deadline. Retry, or read without it.',
  },
  OUTCOME_UNKNOWN: {
    status: 'UNKNOWN',
    retryable: true,
    message: 'Nobody knows yet whether it took effect. Retry with the same ids for the result.',
  },
  LOG_UNAVAILABLE: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'The log takes no records at present. Nothing has happened; retry.',
  },
  LOG_REFUSED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message:
      'The log takes no such record: {cause}. Nothing has happened, and sending it again does not help: an operator must look at the log.',
  },
  REPLICA_FENCED: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'This replica was replaced by a newer run of itself. Retry elsewhere.',
  },
  REPLICA_NOT_READY: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'This replica is still reading its log. Retry, or ask another.',
  },
  NOT_HOSTED: {
    status: 'FAILED_PRECONDITION',
    retryable: false,
    message: 'Pool {pool} is in partition {partition}, which is not kept here. Call {address}.',
  },
  PARTITION_UNKNOWN: {
    status: 'NOT_FOUND',
    retryable: false,
    message: 'Partition {partition} of {service} does not run here. Ask a process that keeps it.',
  },
  PARTITION_HALTED: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'Partition {partition} has halted ({halt}): {reason}. An operator must look at it.',
  },
  OVERLOADED: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message: 'More than {limit} {what} at once. Retry after the delay that this answer names.',
  },
  POOL_OVER_RATE: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message:
      'Pool {pool} may bring in {limit} new contacts a second; with this one {value} are to come again. Nothing has happened; retry after the delay that this answer names.',
  },
  APPLYING_BEHIND: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message:
      '{value} commands wait before one of pool {pool}, and from {limit} on no new contact is taken. Nothing has happened; retry after the delay that this answer names.',
  },
  SERVER_LEAVING: {
    status: 'UNAVAILABLE',
    retryable: true,
    message: 'This server is shutting down. Reconnect; an agent session resumes with its token.',
  },
  WATCH_TOO_SLOW: {
    status: 'RESOURCE_EXHAUSTED',
    retryable: true,
    message:
      'The reader is more than {limit} {what} behind. Open the stream again; a watch begins with all as it is.',
  },
  INTERNAL: {
    status: 'INTERNAL',
    retryable: false,
    message: 'A fault of ours, logged under reference {reference}. Report it with that.',
  },
} as const satisfies ErrorTable

/**
 * Refusals that any service may give; each service adds its own table. docs/errors.md has them all.
 */
export const commonErrors = {
  ...input,
  ...calling,
  ...callers,
  ...operating,
} as const satisfies ErrorTable

/** Codes whose rejection names a request field; they carry google.rpc.BadRequest. */
export const inputCodes: ReadonlySet<string> = new Set(Object.keys(input))

function refuse(message: string): ErrorEntry & { status: Common } {
  return { status: 'INVALID_ARGUMENT', retryable: false, message }
}
