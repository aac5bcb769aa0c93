import type { Log } from '../log/port.ts'
import type { Partition } from '../protocol/partition.ts'
import { type About, CHUNK_BYTES, Snapshots } from '../snapshot/index.ts'
import type { Walk } from '../table/index.ts'
import {
  SNAPSHOT_MS,
  SNAPSHOT_RECORDS,
  SNAPSHOT_RECORDS_MIN,
  SNAPSHOT_RETRY_MS,
  SNAPSHOT_SLICE_MS,
} from './limits.ts'
import type { RealTime } from './real-time.ts'
import type { ReplicaLogger } from './replica.ts'

/** What of a partition its snapshots need. */
type Walked = Pick<
  Partition<unknown, unknown, unknown>,
  'db' | 'offset' | 'now' | 'chain' | 'incarnation' | 'halted'
>

export interface SnapshotterOptions {
  readonly service: string
  readonly core: Walked
  readonly number: number
  readonly log: Log
  readonly time: RealTime
  readonly logger: ReplicaLogger
  /** Records between two snapshots; the default is SNAPSHOT_RECORDS. */
  readonly every: number | undefined
  readonly random: () => string
}

export interface SnapshotStats {
  /** Of the newest that this replica has restored or written, -1: none. */
  readonly offset: number
  /** Real ms since; of none, since this replica was made. */
  readonly ageMs: number
  readonly bytes: number
  readonly durationMs: number
  /** Longest stretch of time taken from applying, of the last snapshot. */
  readonly sliceMs: number
  readonly taken: number
  readonly failed: number
  readonly valid: number
  readonly faults: ReadonlyMap<string, number>
}

/** Takes snapshots while records are applied, a slice at a time. */
export class Snapshotter {
  readonly #options: SnapshotterOptions
  readonly #snapshots: Snapshots
  /** Offset of the last one, and when it was; then of the last attempt. */
  #offset: number
  #at: number
  #notBefore = 0
  #inHand: Promise<void> | undefined
  #walk: Walk | undefined
  #bytes = 0
  #durationMs = 0
  #sliceMs = 0
  #taken = 0
  #failed = 0

  constructor(options: SnapshotterOptions, snapshots: Snapshots) {
    const { core, time } = options
    this.#options = options
    this.#snapshots = snapshots
    this.#offset = core.offset
    this.#at = time.now()
  }

  /** Begins one if enough has happened since the last. */
  look(): void {
    const { core, time, every = SNAPSHOT_RECORDS } = this.#options
    if (this.#inHand !== undefined) return
    const records = core.offset - this.#offset
    if (records < Math.min(SNAPSHOT_RECORDS_MIN, every)) return
    const now = time.now()
    if (now < this.#notBefore || (records < every && now - this.#at < SNAPSHOT_MS)) return
    this.#begin()
  }

  /**
   * A last one, of all there is: a service may rest for longer than its log is kept, and whatever
   * came since the one before would be missing. Resolves when it is stored or has failed.
   */
  async last(): Promise<void> {
    await this.#inHand
    const { core } = this.#options
    if (core.halted() === undefined && core.offset > this.#offset) this.#begin()
    await this.#inHand
  }

  /** The state is worth nothing any more. */
  giveUp(): void {
    this.#notBefore = Number.POSITIVE_INFINITY
    this.#walk?.cancel()
  }

  stats(): SnapshotStats {
    return {
      offset: this.#offset,
      ageMs: this.#options.time.now() - this.#at,
      bytes: this.#bytes,
      durationMs: this.#durationMs,
      sliceMs: this.#sliceMs,
      taken: this.#taken,
      failed: this.#failed,
      ...this.#snapshots.slots,
    }
  }

  #begin(): void {
    const { service, core, number, time } = this.#options
    const began = time.now()
    const { incarnation, offset, db } = core
    const of = { service, partition: number, incarnation, layout: db.layout() }
    const about = { ...of, offset, chain: core.chain(), time: core.now().time }
    this.#sliceMs = 0
    this.#walk = db.walk()
    this.#sliced(began)
    this.#inHand = this.#take(this.#walk, about, began).finally(() => {
      this.#inHand = undefined
      this.#walk = undefined
    })
  }

  async #take(walk: Walk, about: About, began: number): Promise<void> {
    const { number, log, time, logger, random } = this.#options
    try {
      this.#bytes = await this.#snapshots.write(about, random(), this.#pieces(walk))
      this.#offset = about.offset
      this.#at = time.now()
      this.#durationMs = this.#at - began
      this.#taken += 1
      const first = await log.first(number)
      const incarnations = new Set([about.incarnation])
      await this.#snapshots.tidy({ ...about, incarnations, first })
    } catch (error) {
      this.#failed += 1
      this.#notBefore = Math.max(this.#notBefore, time.now() + SNAPSHOT_RETRY_MS)
      logger.warn({ partition: number, offset: about.offset, error }, 'a snapshot failed')
    } finally {
      walk.cancel()
    }
  }

  async *#pieces(walk: Walk): AsyncIterable<Uint8Array> {
    const { core, time } = this.#options
    for (let more = true; more; ) {
      const began = time.now()
      while (more && walk.pending < CHUNK_BYTES && time.now() - began < SNAPSHOT_SLICE_MS) {
        more = walk.step()
      }
      const piece = !more || walk.pending >= CHUNK_BYTES ? walk.take() : undefined
      this.#sliced(began)
      if (core.halted() !== undefined) throw new Error('the partition has halted')
      if (piece !== undefined) yield piece
      await new Promise<void>((resolve) => time.soon(resolve))
    }
  }

  #sliced(began: number): void {
    this.#sliceMs = Math.max(this.#sliceMs, this.#options.time.now() - began)
  }
}
