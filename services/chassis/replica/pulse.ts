import type { Verdict } from '../protocol/record.ts'
import { ALIVE_IDLE_MS, ALIVE_MS } from './limits.ts'
import type { RealTime } from './real-time.ts'

export interface PulseOptions {
  readonly time: RealTime
  readonly holdsSessions: () => boolean
  readonly leads: () => boolean
  readonly alive: () => Promise<Verdict>
}

/** Says that this replica is there when it has said nothing else for a while. */
export class Pulse {
  readonly #options: PulseOptions
  #saidAt = 0
  #cancel: (() => void) | undefined
  /** One at a time: a log that is out of reach is not told more often afterwards. */
  #saying = false

  constructor(options: PulseOptions) {
    this.#options = options
  }

  start(): void {
    this.said()
    this.#arm(ALIVE_MS)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** A record of this replica has counted. */
  said(): void {
    this.#saidAt = this.#options.time.now()
  }

  #arm(ms: number): void {
    this.#cancel = this.#options.time.after(ms, () => this.#arm(this.#beat()))
  }

  /** Ms until the next look. */
  #beat(): number {
    const { time, holdsSessions, leads, alive } = this.#options
    const patience = holdsSessions() ? ALIVE_MS : ALIVE_IDLE_MS
    const left = patience - (time.now() - this.#saidAt)
    if (left > 0) return Math.min(left, ALIVE_MS)
    // Whoever leads is heard of by its ticks.
    if (this.#saying || leads()) return ALIVE_MS
    this.#saying = true
    const done = () => {
      this.#saying = false
    }
    alive().then(done, done)
    return ALIVE_MS
  }
}
