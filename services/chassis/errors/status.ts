import { BadRequest, ErrorInfo, RetryInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import type { StatusName } from '../protocol/errors.ts'
import type { CodedError, ErrorFields } from './coded.ts'
import { inputCodes } from './common.ts'
import { duration } from './wire-time.ts'

/** Numbers of google.rpc.Code, which are gRPC's own. */
export const statusNumbers = {
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const satisfies Record<StatusName, number>

/** One message of google.rpc.Status.details. */
export interface Detail {
  /** Full name, e.g. google.rpc.ErrorInfo. */
  readonly type: string
  readonly value: Uint8Array
}

// Details travel in a trailer. Peers refuse more than 8 KiB of headers (gRPC core's default), and
// base64 adds a third: 8 values of 100 characters, at up to 3 bytes each, leave room for the
// sentence, which percent-encoding may triple.
const fieldsMax = 8
const valueCharsMax = 100
const messageCharsMax = 240

// With nothing known about when, this is long enough to let a leader change and short enough for a
// person to wait.
const retryAfterMsDefault = 250

/**
 * What google.rpc has to say about an error: always ErrorInfo; BadRequest and RetryInfo where they
 * apply.
 */
export function details(error: CodedError): readonly Detail[] {
  const metadata = shorten(error.fields)
  const found = [
    detail('google.rpc.ErrorInfo', ErrorInfo, {
      reason: error.code,
      domain: 'evenkeel',
      metadata,
    }),
  ]
  const field = metadata.field
  if (inputCodes.has(error.code) && field !== undefined) {
    const violation = {
      field,
      description: shortMessage(error),
      reason: error.code,
      localizedMessage: undefined,
    }
    found.push(detail('google.rpc.BadRequest', BadRequest, { fieldViolations: [violation] }))
  }
  if (error.retryable) {
    const retryDelay = duration(error.retryAfterMs ?? retryAfterMsDefault)
    found.push(detail('google.rpc.RetryInfo', RetryInfo, { retryDelay }))
  }
  return found
}

/** google.rpc.Status, for the trailer grpc-status-details-bin. */
export function statusBytes(error: CodedError): Uint8Array {
  return Status.encode({
    code: statusNumbers[error.status],
    message: shortMessage(error),
    details: details(error).map(({ type, value }) => ({
      typeUrl: `type.googleapis.com/${type}`,
      value: Buffer.from(value),
    })),
  }).finish()
}

/** The sentence, cut to what a header can take. */
export function shortMessage(error: CodedError): string {
  return error.message.slice(0, messageCharsMax).toWellFormed()
}

function shorten(fields: ErrorFields): Record<string, string> {
  const kept = Object.entries(fields).slice(0, fieldsMax)
  return Object.fromEntries(
    kept.map(([name, value]) => [name, String(value).slice(0, valueCharsMax).toWellFormed()]),
  )
}

interface Encoder<T> {
  encode(message: T): { finish(): Uint8Array }
}

function detail<T>(type: string, codec: Encoder<T>, message: T): Detail {
  return { type, value: codec.encode(message).finish() }
}
