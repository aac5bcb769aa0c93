import type { EventStreams, StreamEntry, Tail } from '../log/port.ts'
import type { Verdict } from '../protocol/record.ts'
import { Backoff } from './backoff.ts'
import { BRIDGE_EVENTS_MAX, BRIDGE_SKIP_MAX } from './limits.ts'
import type { RealTime } from './real-time.ts'
import type { DraftBody } from './record.ts'
import type { ReplicaLogger } from './replica.ts'

export interface BridgeOptions {
  readonly streams: EventStreams
  /** "<service>/<partition>" */
  readonly stream: string
  /** Position of the last event that the state has taken in. */
  readonly cursor: () => number
  /** Whether an event, as published, is of any use here. */
  readonly means: (event: Uint8Array) => boolean
  /** Why bytes are nobody's event; undefined: they are one. */
  readonly foreign: (event: Uint8Array) => string | undefined
  readonly append: (body: DraftBody, bytes: number) => Promise<Verdict>
  readonly time: RealTime
  readonly logger: ReplicaLogger
}

/**
 * Another service's events become this service's records, in order. The state's cursor decides
 * what counts: whatever goes
 * wrong here (a refused append, a gap, a second leader), reading begins again where the cursor
 * stands.
 */
export class Bridge {
  readonly #options: BridgeOptions
  readonly #backoff: Backoff
  #tail: Tail | undefined
  /** Tells the present reading from one that was given up while its batch was in hand. */
  #reading = 0
  #prev = -1
  /** Events stepped over since the last record. */
  #skipped = 0
  #running = false
  /** Records passed over that are nobody's event, read again or not. */
  foreign = 0

  constructor(options: BridgeOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.time)
  }

  start(): void {
    this.#running = true
    this.#read()
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#backoff.cancel()
    this.#reading += 1
    await this.#tail?.stop()
  }

  #read(): void {
    if (!this.#running) return
    const { streams, stream, cursor } = this.#options
    this.#prev = cursor()
    this.#reading += 1
    const reading = this.#reading
    this.#tail = streams.tail(
      stream,
      this.#prev + 1,
      (entries) => this.#take(entries, reading),
      (error) => this.#again(reading, error),
    )
  }

  /** Those that are worth a record: the cursor steps over the others. */
  #worth(entries: readonly StreamEntry[]): readonly StreamEntry[] {
    return entries.filter(({ position, bytes }) => {
      this.#skipped += 1
      if (this.#isForeign(position, bytes)) return false
      if (this.#skipped < BRIDGE_SKIP_MAX && !this.#options.means(bytes)) return false
      this.#skipped = 0
      return true
    })
  }

  /** A record of it would halt every replica, for something that none of our services has said. */
  #isForeign(position: number, bytes: Uint8Array): boolean {
    const { stream, logger, foreign } = this.#options
    const why = foreign(bytes)
    if (why === undefined) return false
    this.foreign += 1
    const fields = { stream, position, bytes: bytes.length, error: new Error(why) }
    logger.warn(fields, 'foreign bytes on a stream of events are passed over')
    return true
  }

  async #take(all: readonly StreamEntry[], reading: number): Promise<void> {
    const entries = this.#worth(all)
    for (let i = 0; i < entries.length && reading === this.#reading; i += BRIDGE_EVENTS_MAX) {
      const slice = entries.slice(i, i + BRIDGE_EVENTS_MAX)
      const results = await Promise.allSettled(slice.map((entry) => this.#append(entry)))
      const stuck = results.find((r) => r.status === 'rejected' || r.value.kind === 'ignored')
      if (stuck)
        return this.#again(reading, stuck.status === 'rejected' ? stuck.reason : stuck.value)
      this.#backoff.reset()
    }
  }

  #append(entry: StreamEntry): Promise<Verdict> {
    const { stream, append } = this.#options
    const { position, bytes } = entry
    const prev = this.#prev
    this.#prev = position
    return append({ kind: 'bridge', source: stream, prev, position, event: bytes }, bytes.length)
  }

  #again(reading: number, why: unknown): void {
    if (reading !== this.#reading || !this.#running) return
    this.#reading += 1
    const { stream, logger, cursor } = this.#options
    logger.warn({ stream, cursor: cursor(), error: why }, 'a bridge begins again at its cursor')
    void this.#tail?.stop()
    this.#backoff.retry(() => this.#read())
  }
}
