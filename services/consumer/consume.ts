import { randomUUID } from 'node:crypto'
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs'
import { backoffMs, waitFor } from './backoff.ts'
import { type Connection, kafkaOf } from './connection.ts'
import { decodeRecord, type Envelope, type Events, type EventService } from './decode.ts'
import { type Mark, markBefore } from './mark.ts'
import {
  type Delivery,
  type ForeignRecord,
  Partition,
  type PartitionState,
  type Trouble,
} from './partition.ts'
import type { MarkStore } from './store.ts'

export interface ConsumeOptions<S extends EventService> extends Connection {
  /** Whose events. */
  readonly service: S
  /**
   * Consumers of one group share the partitions. A partition may for a moment have two of them: the
   * store's `before` is what keeps the second out, not the group.
   */
  readonly groupId?: string
  /** These partitions and no group; absent both: all of them. */
  readonly partitions?: readonly number[]
  /** Where a partition begins that has no mark: with the oldest event kept, or with what comes. */
  readonly from: 'beginning' | 'now'
  readonly store: MarkStore
  /**
   * Each event once, in the order of its partition. While its promise is pending, or after it has
   * rejected, nothing further of the partition is handed over.
   */
  onEvent(envelope: Envelope<Events[S]>, delivery: Delivery): void | Promise<void>
  /** What is on the topic and no event. It is passed over once this has resolved. */
  onForeign(record: ForeignRecord): void | Promise<void>
  /** Whatever somebody should know: log it, count it, raise an alarm. Must not throw. */
  onTrouble(trouble: Trouble): void
}

export interface PartitionStatus {
  readonly partition: number
  readonly state: PartitionState
  readonly mark: Mark
  /** Read from the topic, not handed over yet. */
  readonly backlog: number
  readonly handed: number
  readonly repeats: number
  readonly foreign: number
}

export interface EventConsumer {
  /** Of the partitions that this consumer has at this moment. */
  status(): readonly PartitionStatus[]
  /** Records of the topic, by partition, that are not handed over yet. Asks the brokers. */
  lag(): Promise<ReadonlyMap<number, number>>
  /** Resolves when the consumer has ended: undefined after `close`, else why it can't go on. */
  readonly ended: Promise<Error | undefined>
  /** Lets the events in hand finish and keeps their marks; then leaves. */
  close(): Promise<void>
}

/** A partition that waits here for its handler is read no further; half of it, and it is again. */
const backlogMax = 2_000
const sessionTimeoutMs = 10_000
/** Longer than a member that has lost its place takes to hear of it. */
const retakeMs = 5_000
/** A partition that was paused is read again after this at the latest. */
const maxWaitMs = 100
const maxBytesPerPartition = 1_048_576

export const eventsTopic = (service: EventService): string => `evenkeel.${service}.events.v1`

/**
 * Hands over a service's events. Resolves once the brokers have been reached and the topic is
 * there; rejects if they can't be, or refuse.
 */
export async function consumeEvents<S extends EventService>(
  options: ConsumeOptions<S>,
): Promise<EventConsumer> {
  const reading = new Reading(options)
  await reading.start()
  return reading
}

/** What the topic is doing for each partition; never what has been handed over: that is the mark. */
class Reading<S extends EventService> implements EventConsumer {
  readonly ended: Promise<Error | undefined>
  readonly #options: ConsumeOptions<S>
  readonly #topic: string
  readonly #admin: Admin
  readonly #consumer: Consumer
  readonly #partitions = new Map<number, Partition<Events[S]>>()
  /** Partitions that were given up and still have an event in hand. */
  readonly #leaving = new Map<number, Promise<void>>()
  readonly #paused = new Set<number>()
  readonly #end: (why: Error | undefined) => void
  #closed = new AbortController()
  /** Raised with each assignment, so that what an older one began comes to nothing. */
  #assignment = 0

  constructor(options: ConsumeOptions<S>) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>()
    this.ended = promise
    this.#end = resolve
    this.#options = options
    this.#topic = eventsTopic(options.service)
    const kafka = kafkaOf(options)
    this.#admin = kafka.admin()
    this.#consumer = kafka.consumer({
      // Kafka's assignment needs a group; one of its own is the way to have no other member in it.
      groupId: options.groupId ?? `evenkeel-consumer-${randomUUID()}`,
      sessionTimeout: sessionTimeoutMs,
      maxWaitTimeInMs: maxWaitMs,
      maxBytesPerPartition,
    })
  }

  async start(): Promise<void> {
    if (this.#options.groupId !== undefined && this.#options.partitions !== undefined) {
      throw new TypeError('a group shares all partitions; give groupId or partitions, not both')
    }
    try {
      await this.#admin.connect()
      await this.#checkPartitions()
      await this.#consumer.connect()
      // Only where neither mark nor seek says otherwise, that is when Kafka has lost what was asked
      // for: the first position then tells of the gap.
      await this.#consumer.subscribe({ topic: this.#topic, fromBeginning: true })
      this.#consumer.on('consumer.group_join', ({ payload }) => {
        this.#assigned(payload.memberAssignment[this.#topic] ?? [])
      })
      this.#consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
        this.#options.onTrouble({ kind: 'connection', error, fatal: !restart })
        if (!restart) void this.#leave(error)
      })
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 16,
        // Returns at once: a slow partition must hold up no other.
        eachBatch: async (payload) => this.#read(payload),
      })
    } catch (error) {
      await this.#leave(undefined)
      throw error
    }
  }

  async #checkPartitions(): Promise<void> {
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: [this.#topic] })
    const count = topics[0]?.partitions.length ?? 0
    const missing = this.#options.partitions?.find((partition) => !(partition < count))
    if (missing !== undefined) {
      throw new RangeError(`${this.#topic} has ${count} partitions; there is no ${missing}`)
    }
  }

  /** Synchronous as far as it must be: where to read is said before the first fetch. */
  #assigned(all: readonly number[]): void {
    if (this.#closed.signal.aborted) return
    this.#assignment += 1
    const wanted = this.#options.partitions
    for (const [partition, reader] of this.#partitions) {
      if (!all.includes(partition)) this.#release(partition, reader)
    }
    for (const partition of all) {
      const reader = this.#partitions.get(partition)
      if (reader !== undefined && !this.#mayRetake(reader)) {
        this.#seek(partition, reader.next)
        if (reader.state === 'stopped') this.#pause(partition)
        continue
      }
      if (reader !== undefined) this.#release(partition, reader)
      this.#pause(partition)
      if (wanted === undefined || wanted.includes(partition)) {
        void this.#begin(partition, this.#assignment)
      }
    }
  }

  #release(partition: number, reader: Partition<Events[S]>): void {
    this.#partitions.delete(partition)
    const left = reader.close().then(() => {
      this.#leaving.delete(partition)
    })
    this.#leaving.set(partition, left)
  }

  /** Loads the mark and reads on from there. The store may be away: that is tried until it is not. */
  async #begin(partition: number, assignment: number): Promise<void> {
    const { onTrouble, store } = this.#options
    const { signal } = this.#closed
    const mine = (): boolean => !signal.aborted && assignment === this.#assignment
    for (let attempt = 1; mine(); attempt++) {
      try {
        await this.#leaving.get(partition)
        const kept = await store.load(partition)
        const mark = kept ?? (await this.#firstMark(partition))
        if (!mine()) return
        const before = kept ?? (await this.#keepFirst(partition, mark))
        if (!mine()) return
        this.#partitions.set(partition, this.#partition(partition, mark, before))
        this.#seek(partition, mark.position + 1)
        this.#resume(partition)
        return
      } catch (error) {
        const retryMs = backoffMs(attempt)
        onTrouble({ kind: 'store', partition, error, attempt, retryMs })
        await waitFor(retryMs, signal)
      }
    }
  }

  async #firstMark(partition: number): Promise<Mark> {
    const offsets = await this.#admin.fetchTopicOffsets(this.#topic)
    const found = offsets.find((one) => one.partition === partition)
    const { from } = this.#options
    return markBefore(Number((from === 'now' ? found?.high : found?.low) ?? 0))
  }

  /** What a partition begins from is kept at once, or the next start would have another 'now'. */
  async #keepFirst(partition: number, mark: Mark): Promise<Mark | undefined> {
    const { store } = this.#options
    if (store.save === undefined) return undefined
    await store.save(partition, mark, undefined)
    return mark
  }

  #partition(partition: number, mark: Mark, kept: Mark | undefined): Partition<Events[S]> {
    const { store, onEvent, onForeign, onTrouble } = this.#options
    return new Partition({
      partition,
      mark,
      kept,
      store,
      onEvent,
      onForeign,
      onTrouble: (trouble) => {
        onTrouble(trouble)
        const reader = this.#partitions.get(partition)
        if (reader !== undefined && this.#mayRetake(reader)) void this.#retake(partition, reader)
      },
      wait: waitFor,
      onIdle: () => this.#resume(partition),
    })
  }

  /** In a group a mark that moved is most often the last event of a partition's former owner. */
  #mayRetake(reader: Partition<Events[S]>): boolean {
    return reader.taken && this.#options.groupId !== undefined
  }

  /** Where the other one is now; unless it is ours no longer, which we hear of by then. */
  async #retake(partition: number, reader: Partition<Events[S]>): Promise<void> {
    const assignment = this.#assignment
    await waitFor(retakeMs, this.#closed.signal)
    if (this.#closed.signal.aborted || assignment !== this.#assignment) return
    this.#pause(partition)
    this.#release(partition, reader)
    await this.#begin(partition, assignment)
  }

  #read({ batch, resolveOffset, isStale }: EachBatchPayload): void {
    const { partition, messages } = batch
    const reader = this.#partitions.get(partition)
    const last = messages.at(-1)
    // Not resolved: it is read again once the partition is ready for it.
    if (reader === undefined || last === undefined || isStale()) return
    const { service } = this.#options
    reader.push(
      messages.map(({ offset, value }) => ({
        ...decodeRecord(service, partition, { position: Number(offset), value }),
        value,
      })),
    )
    resolveOffset(last.offset)
    if (reader.backlog > backlogMax || reader.state === 'stopped') this.#pause(partition)
  }

  #seek(partition: number, next: number): void {
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(next) })
  }

  #pause(partition: number): void {
    this.#paused.add(partition)
    this.#consumer.pause([{ topic: this.#topic, partitions: [partition] }])
  }

  #resume(partition: number): void {
    const reader = this.#partitions.get(partition)
    if (reader === undefined || reader.state === 'stopped') return
    if (!this.#paused.delete(partition) || this.#closed.signal.aborted) return
    this.#consumer.resume([{ topic: this.#topic, partitions: [partition] }])
  }

  status(): readonly PartitionStatus[] {
    return [...this.#partitions]
      .sort(([a], [b]) => a - b)
      .map(([partition, { state, mark, backlog, handed, repeats, foreign }]) => {
        return { partition, state, mark, backlog, handed, repeats, foreign }
      })
  }

  async lag(): Promise<ReadonlyMap<number, number>> {
    const offsets = await this.#admin.fetchTopicOffsets(this.#topic)
    const lag = new Map<number, number>()
    for (const { partition, high } of offsets) {
      const reader = this.#partitions.get(partition)
      if (reader) lag.set(partition, Math.max(0, Number(high) - (reader.mark.position + 1)))
    }
    return lag
  }

  close(): Promise<void> {
    return this.#leave(undefined)
  }

  async #leave(why: Error | undefined): Promise<void> {
    if (this.#closed.signal.aborted) {
      await this.ended
      return
    }
    this.#closed.abort()
    await Promise.all([...this.#partitions.values()].map((reader) => reader.close()))
    await Promise.all(this.#leaving.values())
    // What can't be told any more because the brokers are away has been told by `why`.
    await this.#consumer.disconnect().catch(() => undefined)
    await this.#admin.disconnect().catch(() => undefined)
    this.#end(why)
  }
}
