import { type CodedError, common } from '../errors/index.ts'
import { LogAmbiguous, LogRefused, type RefusalCode, refusalCodes } from '../log/port.ts'
import { REFUSED_RETRY_MS } from './limits.ts'

/** Why an append or a publication did not come through; `unacknowledged`: perhaps it did. */
export type FailureCode = RefusalCode | 'unacknowledged' | 'other'

/** How often each way of failing was met. */
export class Failures {
  readonly #counts = new Map<FailureCode, number>()

  count(error: unknown): void {
    const code = codeOf(error)
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1)
  }

  get counts(): ReadonlyMap<FailureCode, number> {
    return this.#counts
  }
}

function codeOf(error: unknown): FailureCode {
  if (error instanceof LogRefused) return error.causeCode
  return error instanceof LogAmbiguous ? 'unacknowledged' : 'other'
}

/** What the caller is told of a record that was not appended: whether to send it again. */
export function refusedError(cause: RefusalCode, error?: unknown): CodedError {
  if (refusalCodes[cause].lasting) return common('LOG_REFUSED', { cause }, { cause: error })
  return common('LOG_UNAVAILABLE', {}, { retryAfterMs: REFUSED_RETRY_MS, cause: error })
}
