import { fromBinary, toJson } from '@bufbuild/protobuf'
import type { CodedError, StatusName } from '../errors/index.ts'
import { details, shortMessage } from '../errors/index.ts'
import { descriptors } from './descriptors.ts'

/**
 * Connect's name of a status, and the HTTP status that goes with it (connectrpc.com/docs/protocol,
 * error codes).
 */
export const connectCodes = {
  UNKNOWN: { code: 'unknown', http: 500 },
  INVALID_ARGUMENT: { code: 'invalid_argument', http: 400 },
  DEADLINE_EXCEEDED: { code: 'deadline_exceeded', http: 504 },
  NOT_FOUND: { code: 'not_found', http: 404 },
  ALREADY_EXISTS: { code: 'already_exists', http: 409 },
  PERMISSION_DENIED: { code: 'permission_denied', http: 403 },
  RESOURCE_EXHAUSTED: { code: 'resource_exhausted', http: 429 },
  FAILED_PRECONDITION: { code: 'failed_precondition', http: 400 },
  ABORTED: { code: 'aborted', http: 409 },
  OUT_OF_RANGE: { code: 'out_of_range', http: 400 },
  UNIMPLEMENTED: { code: 'unimplemented', http: 501 },
  INTERNAL: { code: 'internal', http: 500 },
  UNAVAILABLE: { code: 'unavailable', http: 503 },
  UNAUTHENTICATED: { code: 'unauthenticated', http: 401 },
} as const satisfies Record<StatusName, { code: string; http: number }>

export interface ConnectError {
  readonly code: string
  readonly message: string
  readonly details: readonly {
    readonly type: string
    /** The message's bytes, base64 without padding. */
    readonly value: string
    /** The same for people; clients don't rely on it. */
    readonly debug: unknown
  }[]
}

/** The error's JSON body. */
export function connectError(error: CodedError): ConnectError {
  return {
    code: connectCodes[error.status].code,
    message: shortMessage(error),
    details: details(error).map(({ type, value }) => ({
      type,
      value: Buffer.from(value).toString('base64').replace(/=+$/, ''),
      debug: debug(type, value),
    })),
  }
}

function debug(type: string, value: Uint8Array): unknown {
  const { registry } = descriptors()
  const schema = registry.getMessage(type)
  return schema === undefined ? {} : toJson(schema, fromBinary(schema, value), { registry })
}
