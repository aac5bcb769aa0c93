import type { Clock, EventStreams } from '../log/port.ts'
import type { RealTime } from './real-time.ts'

export interface LagStats {
  /** Events of the source that have not been read. */
  readonly lag: number
  /** Real ms since everything that was there had been read. */
  readonly caughtUpAgeMs: number
  /** It had, since reading began. */
  readonly caughtUp: boolean
  /** Time of the day since the newest event read was decided; of none, since reading began. */
  readonly eventAgeMs: number
}

/** How far a reader of a stream is behind it. */
export class Lag {
  readonly #of: { readonly streams: EventStreams; readonly stream: string }
  readonly #clock: Clock
  readonly #time: RealTime
  #read = -1
  #head = 0
  /** When the head was asked for. */
  #askedAt = 0
  #beganAt = 0
  #caughtUpAt = 0
  #caughtUp = false
  #newestMs = 0

  constructor(of: {
    readonly streams: EventStreams
    readonly stream: string
    readonly clock: Clock
    readonly time: RealTime
  }) {
    this.#of = of
    this.#clock = of.clock
    this.#time = of.time
  }

  begin(): void {
    this.#caughtUpAt = this.#time.now()
    this.#beganAt = this.#caughtUpAt
    this.#caughtUp = false
    this.#newestMs = this.#clock.now()
  }

  /** Asks how long the stream is. Where nobody says so, what was known before grows old. */
  async look(): Promise<void> {
    const { streams, stream } = this.#of
    const askedAt = this.#time.now()
    try {
      this.#head = await streams.head(stream)
      this.#askedAt = askedAt
      this.#compare()
    } catch {
      // Whoever reads the stream says what is wrong with it.
    }
  }

  /** Everything up to `position` is taken in or stepped over. */
  reached(position: number): void {
    this.#read = position
    this.#compare()
  }

  decided(timeMs: number): void {
    this.#newestMs = timeMs
  }

  #compare(): void {
    if (this.#read + 1 < this.#head) return
    // Asked before this reading began, it says nothing of what has come since.
    if (this.#askedAt >= this.#beganAt) this.#caughtUp = true
    this.#caughtUpAt = Math.max(this.#caughtUpAt, this.#askedAt)
  }

  stats(): LagStats {
    return {
      lag: Math.max(0, this.#head - 1 - this.#read),
      caughtUpAgeMs: this.#time.now() - this.#caughtUpAt,
      caughtUp: this.#caughtUp,
      eventAgeMs: Math.max(0, this.#clock.now() - this.#newestMs),
    }
  }
}
