import {
  type Clock,
  type EventStreams,
  LogUnusable,
  type StreamEntry,
  type Tail,
} from '../log/port.ts'
import { ours } from '../observe/index.ts'
import type { HaltCode } from '../protocol/halts.ts'
import type { Verdict } from '../protocol/record.ts'
import { Backoff } from './backoff.ts'
import type { Seen } from './bridged.ts'
import { Lag, type LagStats } from './lag.ts'
import {
  BRIDGE_EVENTS_MAX,
  BRIDGE_LOOK_MS,
  BRIDGE_REFUSED_MS,
  BRIDGE_SKIP_MAX,
  BRIDGE_SKIP_MS,
} from './limits.ts'
import type { RealTime } from './real-time.ts'
import type { DraftBody } from './record.ts'
import type { ReplicaLogger } from './replica.ts'
import type { StageListener } from './stages.ts'

/** Where the state stands with a source. */
export interface Fed {
  /** Of the last event that it has taken in. */
  readonly position: number
  /** The source's log; '': whichever comes first. */
  readonly incarnation: string
}

/** Why a bridge does not go on by itself: an operator has to say where it does. */
export interface Refusal {
  /** 'source_replaced', or of what the stream can't be read on for. */
  readonly code: HaltCode
  /** Where the stream begins by now, -1 if nobody knows. */
  readonly first: number
  /** The event of another log, -1 if it is none, and that log. */
  readonly position: number
  readonly incarnation: string
}

export interface BridgeStats extends LagStats {
  /** "<service>/<partition>" */
  readonly source: string
  /** It reads: its replica leads. The others know nothing of the source, and show no lag. */
  readonly reading: boolean
  readonly refusal: Refusal | undefined
  /** Entries passed over that are nobody's event, read again or not. */
  readonly foreign: number
  /** Events stepped over for being of a kind that this version has not heard of. */
  readonly unknown: number
  /** Events that the service has refused; they are stepped over. */
  readonly rejected: number
}

export interface BridgeOptions {
  readonly streams: EventStreams
  /** "<service>/<partition>" */
  readonly stream: string
  readonly fed: () => Fed
  readonly seen: (event: Uint8Array) => Seen
  readonly append: (body: DraftBody, bytes: number) => Promise<Verdict>
  readonly clock: Clock
  readonly time: RealTime
  readonly logger: ReplicaLogger
  readonly onStage: StageListener
}

/**
 * Another service's events become this service's records, in order. The state's cursor decides
 * what counts: whatever goes wrong here (a refused append, a gap, a second leader), reading begins
 * again where the cursor stands.
 */
export class Bridge {
  readonly #options: BridgeOptions
  readonly #backoff: Backoff
  readonly #lag: Lag
  #tail: Tail | undefined
  /** Tells the present reading from one that was given up while its batch was in hand. */
  #reading = 0
  /** Where the state stood when it began, or was given up. */
  #fed: Fed = { position: -1, incarnation: '' }
  #prev = -1
  /** The log whose events are read. */
  #incarnation = ''
  /** Entries stepped over since the last record, the last event of them, and since when. */
  #skipped = 0
  #pending: StreamEntry | undefined
  #since = 0
  /** A batch is being taken in. */
  #busy = false
  #refusal: Refusal | undefined
  #running = false
  #cancelRead = () => {}
  #cancelLook = () => {}
  #foreign = 0
  #unknown = 0
  #rejected = 0
  #toldOfUnknown = false

  constructor(options: BridgeOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.time)
    this.#lag = new Lag(options)
  }

  start(): void {
    this.#running = true
    this.#toldOfUnknown = false
    this.#refusal = undefined
    this.#lag.begin()
    this.#read()
    this.#look()
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#backoff.cancel()
    this.#cancelRead()
    this.#cancelLook()
    this.#reading += 1
    await this.#tail?.stop()
  }

  stats(): BridgeStats {
    return {
      source: this.#options.stream,
      reading: this.#running,
      ...this.#lag.stats(),
      refusal: this.#running ? this.#refusal : undefined,
      foreign: this.#foreign,
      unknown: this.#unknown,
      rejected: this.#rejected,
    }
  }

  #read(): void {
    if (!this.#running) return
    const { streams, stream, fed } = this.#options
    const former = this.#fed
    this.#fed = fed()
    const { position, incarnation } = this.#fed
    // An operator has said where it goes on.
    if (position !== former.position || incarnation !== former.incarnation)
      this.#refusal = undefined
    this.#prev = position
    this.#incarnation = incarnation
    this.#skipped = 0
    this.#pending = undefined
    this.#lag.reached(position)
    this.#reading += 1
    const reading = this.#reading
    this.#tail = streams.tail(
      stream,
      position + 1,
      (entries) => this.#take(entries, reading),
      (error) => this.#ended(error, reading),
    )
  }

  #ended(error: Error, reading: number): void {
    if (!(error instanceof LogUnusable)) return this.#again(reading, { error })
    this.#refuse(reading, { code: error.code, position: -1, incarnation: '' }, error)
  }

  async #take(all: readonly StreamEntry[], reading: number): Promise<void> {
    const { worth, other } = this.#sift(all)
    this.#busy = true
    try {
      await this.#takeIn(worth, reading)
    } finally {
      this.#busy = false
    }
    if (reading !== this.#reading) return
    if (other !== undefined) {
      const why = new Error(`${other.incarnation} is not the log that was read before`)
      return this.#refuse(reading, { code: 'source_replaced', ...other }, why)
    }
    this.#refusal = undefined
    const last = all.at(-1)
    if (last !== undefined) this.#lag.reached(last.position)
  }

  /** Those that are worth a record, up to the first of another log: the others are stepped over. */
  #sift(entries: readonly StreamEntry[]): Sifted {
    const worth: Worth[] = []
    for (const entry of entries) {
      const { position, bytes } = entry
      const event = this.#options.seen(bytes)
      this.#skipped += 1
      if (event.kind === 'foreign') {
        this.#tellForeign(entry, event.why)
        continue
      }
      const { incarnation } = event.id
      if (this.#incarnation !== '' && this.#incarnation !== incarnation) {
        return { worth, other: { position, incarnation } }
      }
      this.#incarnation = incarnation
      if (event.timeMs !== undefined) this.#lag.decided(event.timeMs)
      if (!event.known) this.#tellUnknown(position)
      if (event.means || this.#skipped >= BRIDGE_SKIP_MAX) {
        worth.push(event.means ? { ...entry, decidedMs: event.timeMs } : entry)
        this.#skipped = 0
        this.#pending = undefined
      } else this.#leave(entry, event.timeMs)
    }
    return { worth, other: undefined }
  }

  #leave(entry: StreamEntry, timeMs: number | undefined): void {
    const now = this.#options.clock.now()
    // By its own time, so that it grows old although leaders change.
    if (this.#pending === undefined) this.#since = Math.min(timeMs ?? now, now)
    this.#pending = entry
  }

  /** A record of it would halt every replica, for something that none of our services has said. */
  #tellForeign({ position, bytes }: StreamEntry, why: string): void {
    const { stream, logger } = this.#options
    this.#foreign += 1
    const fields = { stream, position, bytes: bytes.length }
    const text = 'foreign bytes on a stream of events are passed over'
    logger.warn({ ...fields, why: ours(why) }, text)
  }

  /** A newer version of the source may say much of it: once is enough, the rest is counted. */
  #tellUnknown(position: number): void {
    this.#unknown += 1
    if (this.#toldOfUnknown) return
    this.#toldOfUnknown = true
    const { stream, logger } = this.#options
    const text = 'events of a kind that this version does not know are stepped over'
    logger.warn({ stream, position }, text)
  }

  async #takeIn(entries: readonly Worth[], reading: number): Promise<void> {
    for (let i = 0; i < entries.length && reading === this.#reading; i += BRIDGE_EVENTS_MAX) {
      const slice = entries.slice(i, i + BRIDGE_EVENTS_MAX)
      const results = await Promise.allSettled(slice.map((entry) => this.#append(entry)))
      const stuck = results.find((r) => r.status === 'rejected' || r.value.kind === 'ignored')
      if (stuck?.status === 'rejected') return this.#again(reading, { error: stuck.reason })
      if (stuck?.value.kind === 'ignored') return this.#again(reading, { code: stuck.value.reason })
      this.#backoff.reset()
      this.#tellAge(slice)
    }
  }

  /** Of the oldest: how long ago its source has decided what counts here from now on. */
  #tellAge(applied: readonly Worth[]): void {
    const { clock, onStage } = this.#options
    const decided = applied.flatMap(({ decidedMs }) => decidedMs ?? [])
    if (decided.length > 0) onStage('bridged', Math.max(0, clock.now() - Math.min(...decided)))
  }

  async #append(entry: StreamEntry): Promise<Verdict> {
    const { stream, append, logger } = this.#options
    const { position, bytes } = entry
    const prev = this.#prev
    this.#prev = position
    const step = { kind: 'bridge', source: stream, prev, position, event: bytes } as const
    const verdict = await append(step, bytes.length)
    if (verdict.kind === 'rejected' || verdict.kind === 'failed') {
      this.#rejected += 1
      const { code } = verdict.rejection
      const text = 'an event of another service is refused, and stepped over'
      logger.warn({ stream, position, code }, text)
    }
    return verdict
  }

  #look(): void {
    if (!this.#running) return
    void this.#lag.look()
    this.#stepOver()
    this.#cancelLook = this.#options.time.after(BRIDGE_LOOK_MS, () => this.#look())
  }

  /**
   * The cursor keeps up with a source that says little, and nothing of use: what it stands before
   * would be dropped some day. Not while a batch is taken in, parts of which may lie before it.
   */
  #stepOver(): void {
    const pending = this.#pending
    if (pending === undefined || this.#busy) return
    if (this.#options.clock.now() - this.#since < BRIDGE_SKIP_MS) return
    this.#skipped = 0
    this.#pending = undefined
    void this.#takeIn([pending], this.#reading)
  }

  #again(reading: number, why: { readonly error: unknown } | { readonly code: string }): void {
    if (!this.#giveUp(reading)) return
    const { stream, logger, fed } = this.#options
    const cursor = fed().position
    logger.warn({ stream, cursor, ...why }, 'a bridge begins again at its cursor')
    this.#backoff.retry(() => this.#read())
  }

  /** Told once; whether an operator has seen to it is looked at now and then. */
  #refuse(reading: number, why: Omit<Refusal, 'first'>, error: Error): void {
    if (!this.#giveUp(reading)) return
    const { stream, streams, logger, time, fed } = this.#options
    this.#fed = fed()
    const cursor = this.#fed.position
    const { code } = why
    if (this.#refusal?.code !== code) {
      logger.error({ stream, cursor, code, error }, 'a bridge can not go on by itself')
    }
    const refusal = { first: this.#refusal?.first ?? -1, ...why }
    this.#refusal = refusal
    this.#cancelRead = time.after(BRIDGE_REFUSED_MS, () => this.#read())
    streams.first(stream).then(
      (first) => {
        if (this.#refusal === refusal) this.#refusal = { ...refusal, first }
      },
      () => {},
    )
  }

  #giveUp(reading: number): boolean {
    if (reading !== this.#reading || !this.#running) return false
    this.#reading += 1
    void this.#tail?.stop()
    return true
  }
}

interface Worth extends StreamEntry {
  /** By its source; undefined: is of no use here, or does not say. */
  readonly decidedMs?: number | undefined
}

interface Sifted {
  readonly worth: readonly Worth[]
  /** What is not followed. */
  readonly other: Pick<Refusal, 'position' | 'incarnation'> | undefined
}
