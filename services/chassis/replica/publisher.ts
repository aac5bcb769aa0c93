import { type EventStreams, LogUnusable } from '../log/port.ts'
import { TRIM_MAX } from '../protocol/limits.ts'
import { type Submission, ownSubmission } from './append-queue.ts'
import { Backoff } from './backoff.ts'
import { Failures } from './failures.ts'
import { PUBLISHED_MAX, PUBLISH_EVENTS_MAX, PUBLISH_PAUSE_MS, TICK_MS_MAX } from './limits.ts'
import type { RealTime } from './real-time.ts'
import type { ReplicaLogger } from './replica.ts'

/** The outbox, as far as publishing needs it. */
export interface Outbox {
  range(): { readonly first: number; readonly next: number }
  events(number: number, count: number): Uint8Array[]
}

export interface PublisherOptions {
  readonly outbox: Outbox
  readonly streams: EventStreams
  readonly stream: string
  readonly time: RealTime
  readonly broken: (error: unknown) => void
  readonly logger: ReplicaLogger
}

/**
 * From the outbox to the stream, in order, stopping at the first failure. The log is told
 * afterwards and in passing:
 * whoever leads next publishes again what was not told, and consumers drop it by its id.
 */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #backoff: Backoff
  /** Last event known to be on the stream. */
  #through = -1
  /** Last event that a Published of ours has told of. */
  #told = -1
  #toldAt = 0
  #busy = false
  #running = false
  readonly #failures = new Failures()
  #settled: Promise<void> = Promise.resolve()

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.time)
  }

  /** What a former time of leading believes to be told may never have come. */
  start(): void {
    this.#running = true
    this.#told = -1
    this.wake()
  }

  /** Resolves when the publication in hand has settled. */
  stop(): Promise<void> {
    this.#running = false
    // What waited to try again has given up its turn: whoever starts anew must not wait for it.
    if (this.#backoff.cancel()) this.#busy = false
    return this.#settled
  }

  get failures(): Failures['counts'] {
    return this.#failures.counts
  }

  get through(): number {
    return this.#through
  }

  /** The outbox may have grown. */
  wake(): void {
    if (this.#busy || !this.#running) return
    this.#busy = true
    this.#settled = this.#publish()
  }

  async #publish(): Promise<void> {
    const { outbox, streams, stream, logger } = this.#options
    try {
      while (this.#running) {
        const { first, next } = outbox.range()
        const from = Math.max(this.#through + 1, first)
        if (from >= next) break
        const events = outbox.events(from, PUBLISH_EVENTS_MAX)
        await streams.publish(stream, from, events)
        this.#through = from + events.length - 1
        this.#backoff.reset()
        if (events.length < PUBLISH_EVENTS_MAX) await this.#rest()
      }
      this.#busy = false
    } catch (error) {
      if (error instanceof LogUnusable) return this.#options.broken(error)
      this.#failures.count(error)
      logger.warn({ stream, error: error }, 'events could not be published, trying again')
      this.#backoff.retry(() => {
        this.#busy = false
        this.wake()
      })
    }
  }

  /**
   * What comes shortly after shares a publication; what comes after a while does not wait for one.
   */
  #rest(): Promise<void> {
    return new Promise((resolve) => this.#options.time.after(PUBLISH_PAUSE_MS, resolve))
  }

  /**
   * Published records for the head of a batch: once a second, or when there is a record's worth to
   * trim.
   */
  head(clockMs: number): Submission[] {
    if (!this.#running) return []
    const first = this.#options.outbox.range().first
    let told = Math.max(this.#told, first - 1)
    const enough = this.#through - told >= TRIM_MAX
    if (!enough && Math.abs(clockMs - this.#toldAt) < TICK_MS_MAX) return []
    const published: Submission[] = []
    while (told < this.#through && published.length < PUBLISHED_MAX) {
      told = Math.min(told + TRIM_MAX, this.#through)
      published.push(this.#telling(told))
    }
    this.#told = told
    this.#toldAt = clockMs
    return published
  }

  #telling(through: number): Submission {
    const again = () => {
      this.#told = -1
    }
    return ownSubmission({ kind: 'published', through }, 0, { heard: () => {}, failed: again })
  }
}
