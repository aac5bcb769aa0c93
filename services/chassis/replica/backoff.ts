import { RETRY_MS_MAX, RETRY_MS_MIN } from './limits.ts'
import type { RealTime } from './real-time.ts'

/** Pauses between attempts at something that fails, doubled each time up to a second. */
export class Backoff {
  readonly #time: RealTime
  #ms = RETRY_MS_MIN
  #cancel: (() => void) | undefined

  constructor(time: RealTime) {
    this.#time = time
  }

  /** Calls back after the next pause; a later call replaces it. */
  retry(attempt: () => void): void {
    this.#cancel?.()
    this.#cancel = this.#time.after(this.#ms, () => {
      this.#cancel = undefined
      attempt()
    })
    this.#ms = Math.min(this.#ms * 2, RETRY_MS_MAX)
  }

  pause(): Promise<void> {
    return new Promise((resolve) => this.retry(resolve))
  }

  /** It worked. */
  reset(): void {
    this.#ms = RETRY_MS_MIN
  }

  /** True: somebody waited, and is not called back any more. */
  cancel(): boolean {
    const waited = this.#cancel !== undefined
    this.#cancel?.()
    this.#cancel = undefined
    return waited
  }
}
