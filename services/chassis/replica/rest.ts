import type { LogRecord } from '../protocol/record.ts'
import { REST_AFTER_MS } from './limits.ts'
import type { RealTime } from './real-time.ts'

/**
 * Whether a partition rests: for a while the log has told of nothing but the time and who lives.
 * Its leader then ticks less often, and whoever would lead waits so much longer: each replica finds
 * it by itself, at about the same time.
 */
export class Rest {
  readonly #time: RealTime
  #stirredAt: number

  constructor(time: RealTime) {
    this.#time = time
    this.#stirredAt = time.now()
  }

  /** A record has been applied. */
  took({ body: { kind } }: LogRecord<unknown>): void {
    if (kind !== 'tick' && kind !== 'alive') this.#stirredAt = this.#time.now()
  }

  get resting(): boolean {
    return this.#time.now() - this.#stirredAt >= REST_AFTER_MS
  }
}
