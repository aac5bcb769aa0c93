import type { Verdict } from '../protocol/record.ts'
import { ALIVE_IDLE_MS, ALIVE_MS } from './limits.ts'
import type { RealTime } from './real-time.ts'

export interface PulseOptions {
  readonly time: RealTime
  readonly holdsSessions: () => boolean
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
    this.#arm()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** A record of this replica has counted. */
  said(): void {
    this.#saidAt = this.#options.time.now()
  }

  #arm(): void {
    this.#cancel = this.#options.time.after(ALIVE_MS, () => {
      this.#arm()
      this.#beat()
    })
  }

  #beat(): void {
    const { time, holdsSessions, alive } = this.#options
    // Half a beat less: what was said at the last beat has come back a little after it.
    const patience = (holdsSessions() ? ALIVE_MS : ALIVE_IDLE_MS) - ALIVE_MS / 2
    if (this.#saying || time.now() - this.#saidAt < patience) return
    this.#saying = true
    const done = () => {
      this.#saying = false
    }
    alive().then(done, done)
  }
}
