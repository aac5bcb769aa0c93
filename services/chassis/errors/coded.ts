import type { Rejection } from '../protocol/core.ts'
import type { ErrorEntry, ErrorTable, StatusName } from '../protocol/errors.ts'
import { commonErrors } from './common.ts'

export type ErrorFields = Readonly<Record<string, string | number>>

interface CodedOptions {
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/**
 * An operating failure with a code of docs/errors.md. Whatever it holds is shown to the caller: no
 * secrets, and no contact's attributes or addresses beyond what the caller itself sent in this very
 * call.
 */
export class CodedError extends Error {
  override readonly name: string = 'CodedError'
  readonly code: string
  readonly status: StatusName
  readonly retryable: boolean
  readonly fields: ErrorFields
  /** When a retry makes sense; sent as google.rpc.RetryInfo. Only with `retryable`. */
  readonly retryAfterMs?: number

  constructor(code: string, entry: ErrorEntry, fields: ErrorFields, options: CodedOptions = {}) {
    super(fill(entry.message, fields), options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.status = entry.status
    this.retryable = entry.retryable
    this.fields = fields
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }
}

/** What a caller sent does not mean anything valid. Nothing has happened. */
export class RejectedInput extends CodedError {
  override readonly name = 'RejectedInput'
}

/** An error of the common table, e.g. `common('LOG_UNAVAILABLE', {})`. */
export function common(
  code: keyof typeof commonErrors,
  fields: ErrorFields,
  options: CodedOptions = {},
): CodedError {
  return new CodedError(code, commonErrors[code], fields, options)
}

/**
 * What a core refused, as the caller gets it. The service's table comes first, then the common one.
 * A code in neither is our mistake and no answer: it throws a plain Error, which becomes INTERNAL.
 * A field retry_after_ms is when a retry makes sense.
 */
export function fromRejection(rejection: Rejection, table: ErrorTable): CodedError {
  const own = Object.hasOwn(table, rejection.code) ? table[rejection.code] : undefined
  const shared: ErrorTable = commonErrors
  const entry = own ?? (Object.hasOwn(shared, rejection.code) ? shared[rejection.code] : undefined)
  if (entry === undefined) throw new Error(`no error table has the code ${rejection.code}`)
  const { retry_after_ms: retryAfterMs } = rejection.fields
  const options = typeof retryAfterMs === 'number' && entry.retryable ? { retryAfterMs } : {}
  return new CodedError(rejection.code, entry, rejection.fields, options)
}

/**
 * Fills {field} placeholders. One without a value stays visible, so that a test of the table finds
 * it.
 */
export function fill(message: string, fields: ErrorFields): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(fields, name) ? String(fields[name]) : whole,
  )
}
