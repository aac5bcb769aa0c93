import type { Verdict } from '../protocol/record.ts'
import { ALIVE_IDLE_MS, ALIVE_MS } from './limits.ts'
import type { RealTime } from './real-time.ts'

export interface PulseOptions {
  readonly time: RealTime
  /** Silence is counted in the log's time: in a fast day it must be broken so much sooner. */
  readonly clockSpeed?: number
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
    this.#arm(this.#patience(ALIVE_MS))
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

  #patience(ms: number): number {
    return Math.max(1, Math.ceil(ms / (this.#options.clockSpeed ?? 1)))
  }

  /** Real ms until the next look. */
  #beat(): number {
    const { time, holdsSessions, leads, alive } = this.#options
    const pause = this.#patience(ALIVE_MS)
    const patience = holdsSessions() ? pause : this.#patience(ALIVE_IDLE_MS)
    const left = patience - (time.now() - this.#saidAt)
    if (left > 0) return Math.min(left, pause)
    // Whoever leads is heard of by its ticks.
    if (this.#saying || leads()) return pause
    this.#saying = true
    const done = () => {
      this.#saying = false
    }
    alive().then(done, done)
    return pause
  }
}
