import { common, fromRejection } from '../errors/index.ts'
import type { Clock } from '../log/port.ts'
import type { Moment } from '../protocol/core.ts'
import type { ErrorTable } from '../protocol/errors.ts'
import type { Verdict } from '../protocol/record.ts'
import type { AppendQueue, Submission, Waiter } from './append-queue.ts'
import { COMMAND_BYTES_MAX } from './limits.ts'
import type { RealTime } from './real-time.ts'
import type { Applied, CallTerms } from './replica.ts'

export interface CallsOptions {
  readonly queue: Pick<AppendQueue, 'call'>
  readonly clock: Clock
  readonly clockSpeed: number
  readonly time: RealTime
  /** Of the last applied record. */
  readonly logTime: () => number
  readonly position: (offset: number) => string
  readonly errors: ErrorTable
}

/**
 * Reasons that leave the sequence where it is: an earlier copy of the record has been heard of, or
 * it never will count.
 */
export const outOfTurn: ReadonlySet<string> = new Set([
  'stranger',
  'fenced',
  'duplicate',
  'out_of_sequence',
])

/** From a caller's command to its answer: when it must have come, and what became of it. */
export class Calls {
  readonly #options: CallsOptions
  /** Clock when log time last moved, to guess what the log's time is now. */
  #movedAt: number
  #seenTime = 0

  constructor(options: CallsOptions) {
    this.#options = options
    this.#movedAt = options.clock.now()
  }

  /** Records have been applied. */
  timeIs(logTime: number): void {
    if (logTime === this.#seenTime) return
    this.#seenTime = logTime
    this.#movedAt = this.#options.clock.now()
  }

  submit<T>(command: Uint8Array, call: CallTerms, view: (applied: Applied) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        heard: (verdict, at) => {
          try {
            resolve(view(this.#applied(verdict, at)))
          } catch (error) {
            // The command stands; what can't be shown is this call's failure, not the partition's.
            reject(error)
          }
        },
        failed: reject,
      }
      this.#options.queue.call(this.#submission(command, call, waiter))
    })
  }

  #submission(bytes: Uint8Array, call: CallTerms, waiter: Waiter): Submission {
    const { deadlineMs, signal } = call
    if (deadlineMs <= 0) throw common('DEADLINE_EXCEEDED', { limit: Math.round(deadlineMs) })
    if (bytes.length > COMMAND_BYTES_MAX) {
      throw common('MESSAGE_TOO_LARGE', { limit: COMMAND_BYTES_MAX })
    }
    return {
      body: { kind: 'command', bytes },
      notAfterMs: Number.isFinite(deadlineMs) ? this.#logTimeIn(deadlineMs) : 0,
      clockMs: 0,
      bytes: bytes.length,
      until: this.#options.time.now() + deadlineMs,
      deadlineMs,
      signal,
      waiter,
    }
  }

  /**
   * What log time is likely to be when `realMs` have passed: the last it was told, and what has
   * passed since.
   */
  #logTimeIn(realMs: number): number {
    const { clock, clockSpeed, logTime } = this.#options
    const elapsed = Math.max(0, clock.now() - this.#movedAt)
    return logTime() + elapsed + Math.ceil(realMs * clockSpeed)
  }

  /** Throws the refusal, if it is one. */
  #applied(verdict: Verdict, at: Moment): Applied {
    const { position, errors } = this.#options
    switch (verdict.kind) {
      case 'applied':
        return { ref: verdict.ref, position: position(at.offset), moment: at }
      case 'rejected':
      case 'failed':
        throw fromRejection(verdict.rejection, errors)
      case 'ignored':
      case 'halted':
        throw new Error(`a command was answered as ${verdict.kind}`)
      default:
        return verdict satisfies never
    }
  }
}
