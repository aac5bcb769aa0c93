/** Names of google.rpc.Code, the gRPC status of a refusal. */
export type StatusName =
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'UNKNOWN'

export interface ErrorEntry {
  readonly status: StatusName
  /** The same call may succeed later without being changed. */
  readonly retryable: boolean
  /**
   * One sentence with {field} placeholders filled from the rejection's fields. Says what to do
   * next.
   */
  readonly message: string
}

/** A service's refusals, by code. docs/errors.md is made from all of them. */
export type ErrorTable = Readonly<Record<string, ErrorEntry>>
