import { type Metadata, status as grpcStatus } from '@grpc/grpc-js'
import type { Any } from '@evenkeel/proto/google/protobuf/any'
import { ErrorInfo, RetryInfo } from '@evenkeel/proto/google/rpc/error_details'
import { Status } from '@evenkeel/proto/google/rpc/status'
import { durationMs } from './wire.ts'

/** A call that was answered with an error, or not answered. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** google.rpc.Code. */
  readonly status: number
  /**
   * Evenkeel's code, e.g. CONTACT_ENDED; empty when the error is not from Evenkeel (no connection).
   */
  readonly code: string
  /** Of the request, if one is to blame, e.g. queue.callback.offer_above; empty: none is. */
  readonly field: string
  /** The same call may be repeated as it is. */
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  /** host:port of the cell that keeps the pool, if the one that was asked does not. */
  readonly movedTo: string | undefined

  constructor(status: number, message: string, details: readonly Any[]) {
    super(message)
    const info = detail(details, 'google.rpc.ErrorInfo', ErrorInfo)
    const retry = detail(details, 'google.rpc.RetryInfo', RetryInfo)
    this.status = status
    this.code = info?.reason ?? ''
    this.field = info?.metadata.field ?? ''
    this.retryAfterMs = durationMs(retry?.retryDelay)
    const address = info?.metadata.address ?? ''
    this.movedTo = this.code === 'NOT_HOSTED' && address !== '' ? address : undefined
    this.retryable =
      retry !== undefined ||
      this.code === 'OUTCOME_UNKNOWN' ||
      this.movedTo !== undefined ||
      unanswered(status)
  }
}

/** Nobody knows whether the call was carried out; with the same ids it is safe to make it again. */
function unanswered(status: number): boolean {
  return (
    status === grpcStatus.UNAVAILABLE ||
    status === grpcStatus.DEADLINE_EXCEEDED ||
    status === grpcStatus.CANCELLED
  )
}

function detail<T>(
  details: readonly Any[],
  name: string,
  type: { decode(bytes: Uint8Array): T },
): T | undefined {
  const found = details.find((any) => any.typeUrl.endsWith(`/${name}`))
  return found === undefined ? undefined : type.decode(found.value)
}

/** From the error of a unary call or of a stream's end. */
export function refusalOf(error: {
  readonly code?: number
  readonly message: string
  readonly metadata?: Metadata
}): Refusal {
  const bytes = error.metadata?.get('grpc-status-details-bin')[0]
  const details = bytes instanceof Uint8Array ? Status.decode(bytes).details : []
  return new Refusal(error.code ?? grpcStatus.UNKNOWN, error.message, details)
}

/** From the answer to one command on a stream. */
export function refusalOfAnswer(answer: Status): Refusal {
  return new Refusal(answer.code, answer.message, answer.details)
}

const BACKOFF_FIRST_MS = 10
/**
 * A server that is back has its agents within this: at 300 times its speed a day goes on by a
 * minute meanwhile.
 */
export const BACKOFF_MOST_MS = 200

/**
 * Real time to wait before attempt `attempt` (1, 2, ...), spread so that clients do not come back
 * in step.
 */
export function backoffMs(attempt: number, retryAfterMs = 0): number {
  const step = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 10))
  return Math.max(retryAfterMs, step * (0.5 + Math.random() / 2))
}
