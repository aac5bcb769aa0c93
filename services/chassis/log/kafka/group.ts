import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import { clientOf } from './client.ts'
import { troubleOf } from './failure.ts'
import type { KafkaConnection } from './options.ts'

/** A record of a topic that others write. */
export interface Received {
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** Whoever works on one partition's records. */
export interface Intake {
  /** Never waits: what is too much is held back by `backlog`. */
  push(records: readonly Received[]): void
  /** Records that were pushed and are not done with. */
  readonly backlog: number
  /** The offset up to which everything is done with; undefined: nothing yet. */
  readonly done: number | undefined
  /** Begins nothing further; resolves when nothing is in hand. */
  close(): Promise<void>
}

export interface GroupOptions extends KafkaConnection {
  readonly topic: string
  readonly groupId: string
  /**
   * A call that was begun may have its effect until so many ms later, and none later than that. A
   * partition that changes hands rests for as long: nothing of its former owner overtakes.
   */
  readonly callMsMax: number
  /** Works on a partition from now on. `onIdle` is to be called whenever the backlog has shrunk. */
  begin(partition: number, membership: Membership, onIdle: () => void): Intake
}

export interface Membership {
  /**
   * For so many ms certainly nobody else has this partition: the group can't give it away before.
   * It holds for a process that was stopped and goes on, too; 0: don't begin anything.
   */
  leaseMs(): number
}

export interface Group {
  /** Records of this member's partitions that are not done with, by what the last fetch saw. */
  lag(): number
  /** Resolves when the group can't be read any more: with why, or undefined after `stop`. */
  readonly ended: Promise<Error | undefined>
  /** Lets what is in hand finish, says how far it is, and leaves. */
  stop(): Promise<void>
}

const SESSION_MS = 10_000
/** A member's lease is as old as its last heartbeat. */
const HEARTBEAT_MS = 1_000
/** Who was held back is asked for again after this; at rest each is a request. */
const FETCH_WAIT_MS = 250
const REQUEST_MS_MAX = 5_000
const COMMIT_MS = 500
/** Without any sign of the group for so long, the broker we talk to hangs: begin anew elsewhere. */
const SILENCE_MS_MAX = 20_000
const BACKLOG_MAX = 1_000
const PARTITION_BYTES_MAX = 1_048_576

/** Reads a topic that others write, shared among the members of a group. */
export async function openGroup(options: GroupOptions): Promise<Group> {
  const group = new Member(options)
  await group.start()
  return group
}

/**
 * The group divides the work; it is not what makes it right. It may give a partition to a second
 * member while the first is still at it: see `leaseMs` and `callMsMax`; and what is done twice has
 * one effect by its ids.
 */
class Member implements Group {
  readonly ended: Promise<Error | undefined>
  readonly #options: GroupOptions
  readonly #consumer: Consumer
  readonly #end: (why: Error | undefined) => void
  readonly #intakes = new Map<number, Intake>()
  /** Offset that follows what was pushed. */
  readonly #next = new Map<number, number>()
  readonly #heads = new Map<number, number>()
  readonly #committed = new Map<number, number>()
  readonly #paused = new Set<number>()
  readonly #gone = new AbortController()
  #assignment = 0
  #leaseUntil = 0
  #heardAt = performance.now()
  #beat: NodeJS.Timeout | undefined

  constructor(options: GroupOptions) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>()
    this.ended = promise
    this.#end = resolve
    this.#options = options
    const client = clientOf(options, {
      requestMs: REQUEST_MS_MAX,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    })
    this.#consumer = client.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: PARTITION_BYTES_MAX,
    })
  }

  async start(): Promise<void> {
    const { topic } = this.#options
    try {
      await this.#consumer.connect()
      // What came before the first start is not lost.
      await this.#consumer.subscribe({ topic, fromBeginning: true })
      this.#listen()
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 16,
        // Returns at once: a partition that is held up must not hold up the others.
        eachBatch: async (payload) => this.#read(payload),
      })
    } catch (error) {
      await this.#leave(undefined)
      throw error
    }
    this.#beat = setInterval(() => void this.#attend(), COMMIT_MS)
  }

  #listen(): void {
    const { topic } = this.#options
    const heard = (): void => {
      this.#heardAt = performance.now()
    }
    this.#consumer.on('consumer.group_join', ({ payload }) => {
      heard()
      // Since it was sent: the coordinator counts from when it came, which is later.
      this.#leaseUntil = performance.now() - payload.duration + SESSION_MS
      this.#assigned(payload.memberAssignment[topic] ?? [])
    })
    // The answer alone would not do: a process that was stopped may find an old one on waking.
    let beatSentAt = 0
    this.#consumer.on('consumer.network.request', ({ payload }) => {
      if (payload.apiName === 'Heartbeat') beatSentAt = payload.sentAt
    })
    this.#consumer.on('consumer.heartbeat', () => {
      heard()
      const age = Math.max(0, Date.now() - beatSentAt)
      this.#leaseUntil = performance.now() - age + SESSION_MS
    })
    this.#consumer.on('consumer.fetch', heard)
    this.#consumer.on('consumer.rebalancing', () => {
      this.#leaseUntil = 0
    })
    this.#consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
      this.#leaseUntil = 0
      if (!restart) void this.#leave(error)
    })
  }

  #assigned(partitions: readonly number[]): void {
    if (this.#gone.signal.aborted) return
    this.#assignment += 1
    for (const [partition, intake] of this.#intakes) {
      if (!partitions.includes(partition)) this.#release(partition, intake)
    }
    for (const partition of partitions) {
      if (this.#intakes.has(partition)) this.#seekNext(partition)
      else {
        this.#pause(partition)
        void this.#beginLater(partition, this.#assignment)
      }
    }
  }

  #release(partition: number, intake: Intake): void {
    this.#intakes.delete(partition)
    this.#next.delete(partition)
    this.#committed.delete(partition)
    void intake.close()
  }

  async #beginLater(partition: number, assignment: number): Promise<void> {
    const { callMsMax, begin } = this.#options
    const { signal } = this.#gone
    await pause(callMsMax, undefined, { signal }).catch(() => undefined)
    if (signal.aborted || assignment !== this.#assignment) return
    const leaseMs = (): number => Math.max(0, this.#leaseUntil - performance.now())
    const intake = begin(partition, { leaseMs }, () => this.#resumeIfIdle(partition))
    this.#intakes.set(partition, intake)
    this.#resume(partition)
  }

  #read({ batch, resolveOffset, isStale }: EachBatchPayload): void {
    const { partition, messages } = batch
    const intake = this.#intakes.get(partition)
    const last = messages.at(-1)
    if (intake === undefined || last === undefined || isStale()) return
    this.#heads.set(partition, Number(batch.highWatermark))
    const next = this.#next.get(partition) ?? 0
    const received = messages.map((message) => receivedOf(partition, message))
    // After a leader has changed the same may come again; what is in hand is not begun anew.
    intake.push(received.filter(({ offset }) => offset >= next))
    this.#next.set(partition, Number(last.offset) + 1)
    resolveOffset(last.offset)
    if (intake.backlog > BACKLOG_MAX) this.#pause(partition)
  }

  /** Once a while: say how far we are, and notice a broker that hangs. */
  async #attend(): Promise<void> {
    if (performance.now() - this.#heardAt > SILENCE_MS_MAX) {
      await this.#leave(new Error('the group has been silent for too long'))
      return
    }
    await this.#commit()
  }

  /** What fails is said again by the next one; until then a new owner would repeat it. */
  async #commit(): Promise<void> {
    const { topic, logger } = this.#options
    const changed = [...this.#intakes].flatMap(([partition, { done }]) => {
      if (done === undefined || done === this.#committed.get(partition)) return []
      return [{ topic, partition, offset: done }]
    })
    if (changed.length === 0) return
    try {
      await this.#consumer.commitOffsets(
        changed.map((one) => ({ ...one, offset: String(one.offset) })),
      )
      for (const { partition, offset } of changed) {
        if (this.#intakes.has(partition)) this.#committed.set(partition, offset)
      }
    } catch (error) {
      // Most often the partition has just gone to another member, who repeats what was done.
      const [code, count] = [troubleOf(error), changed.length]
      logger.warn({ code, count, error }, 'how far a group is could not be said')
    }
  }

  #seekNext(partition: number): void {
    const next = this.#next.get(partition)
    if (next === undefined) return
    this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(next) })
  }

  #pause(partition: number): void {
    this.#paused.add(partition)
    this.#consumer.pause([{ topic: this.#options.topic, partitions: [partition] }])
  }

  #resumeIfIdle(partition: number): void {
    const intake = this.#intakes.get(partition)
    if (intake !== undefined && intake.backlog <= BACKLOG_MAX / 2) this.#resume(partition)
  }

  #resume(partition: number): void {
    if (!this.#paused.delete(partition) || this.#gone.signal.aborted) return
    this.#consumer.resume([{ topic: this.#options.topic, partitions: [partition] }])
  }

  lag(): number {
    let lag = 0
    for (const [partition, head] of this.#heads) {
      const intake = this.#intakes.get(partition)
      const next = this.#next.get(partition)
      if (intake === undefined || next === undefined) continue
      lag += intake.backlog + Math.max(0, head - next)
    }
    return lag
  }

  stop(): Promise<void> {
    return this.#leave(undefined)
  }

  async #leave(why: Error | undefined): Promise<void> {
    if (this.#gone.signal.aborted) {
      await this.ended
      return
    }
    this.#gone.abort()
    clearInterval(this.#beat)
    await Promise.all([...this.#intakes.values()].map((intake) => intake.close()))
    if (why === undefined) await this.#commit()
    await this.#consumer.disconnect().catch(() => undefined)
    this.#end(why)
  }
}

const receivedOf = (partition: number, { offset, key, value }: KafkaMessage): Received => ({
  partition,
  offset: Number(offset),
  key,
  value,
})
