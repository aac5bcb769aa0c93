import { assertPartition, refusalOf } from '../admission.ts'
import { Follower, type Source } from '../follower.ts'
import { batchEntriesMax } from '../limits.ts'
import { type Clock, type Entry, type Log, LogRefused, LogUnusable, type Tail } from '../port.ts'
import { type Faults, noFaults } from './faults.ts'
import { Link, type Machine, type Schedule, type World } from './link.ts'

interface Partition {
  /** All that were ever there, so that an entry's place is its offset. */
  readonly entries: Entry[]
  /** Offset of the oldest that is kept. */
  first: number
  bytes: number
  readonly followers: Set<Follower<Entry>>
  readonly listeners: Set<(entry: Entry) => void>
  /** Times the partition was made anew: whoever read it before must not read on. */
  generation: number
}

/**
 * A broker in memory that several clients (replicas) share. Whatever may go wrong is asked of
 * `faults`; whatever takes time is told to `schedule` or the clock, so the same inputs give the
 * same run. Record times are the clock's as it stands, and may go back when `faults` steps it: a
 * real broker's do.
 */
export class MemoryLog {
  readonly partitions: number
  readonly #world: World
  readonly #logs: readonly Partition[]
  readonly #clients = new Map<string, MemoryClient>()

  constructor(options: {
    readonly partitions: number
    readonly clock: Clock
    readonly faults?: Faults
    readonly schedule?: Schedule
  }) {
    const { partitions, clock, faults = noFaults, schedule = setImmediate } = options
    this.partitions = partitions
    this.#world = { clock, faults, schedule }
    this.#logs = Array.from({ length: partitions }, () => ({
      entries: [],
      first: 0,
      bytes: 0,
      followers: new Set(),
      listeners: new Set(),
      generation: 0,
    }))
  }

  /** A new client; an earlier one of that name goes on living until it is crashed or closed. */
  client(name: string, machine?: Machine): Log {
    const link = new Link(name, this.#world, machine)
    const client = new MemoryClient(link, this.#world, this.#logs)
    this.#clients.set(name, client)
    return client
  }

  /** As kill -9: outstanding appends never settle and may land still, tails fall silent. */
  crash(name: string): void {
    this.#clients.get(name)?.crash()
    this.#clients.delete(name)
  }

  /** All entries that the partition keeps, as they stand now. */
  entries(partition: number): readonly Entry[] {
    const { entries, first } = this.#at(partition)
    return entries.slice(first)
  }

  /** One entry, if the partition keeps it. */
  entry(partition: number, offset: number): Entry | undefined {
    const { entries, first } = this.#at(partition)
    return offset < first ? undefined : entries[offset]
  }

  /** Tells of every entry in the instant in which it lands, before any client hears of it. */
  landed(partition: number, listener: (entry: Entry) => void): void {
    this.#at(partition).listeners.add(listener)
  }

  /** Deleted and made anew under the same name: empty, its offsets begin at 0. Tails of it end. */
  recreate(partition: number): void {
    const log = this.#at(partition)
    log.entries.length = 0
    log.first = 0
    log.bytes = 0
    log.generation += 1
    for (const follower of log.followers) follower.wake()
  }

  /** Cuts off everything from `head` on, as a log that has lost its end. Tails beyond it end. */
  truncate(partition: number, head: number): void {
    const log = this.#at(partition)
    for (const { offset, bytes } of log.entries.splice(head)) {
      if (offset >= log.first) log.bytes -= bytes.length
    }
    log.first = Math.min(log.first, head)
    for (const follower of log.followers) follower.wake()
  }

  /** Drops everything before `first`, as a log does with what has become old. Tails there end. */
  cut(partition: number, first: number): void {
    const log = this.#at(partition)
    for (const entry of log.entries.slice(log.first, first)) log.bytes -= entry.bytes.length
    log.first = Math.max(log.first, Math.min(first, log.entries.length))
    for (const follower of log.followers) follower.wake()
  }

  #at(partition: number): Partition {
    return partitionOf(this.#logs, partition)
  }
}

class MemoryClient implements Log {
  readonly partitions: number
  readonly #link: Link
  readonly #world: World
  readonly #logs: readonly Partition[]
  readonly #outstanding = new Map<number, Promise<number>>()
  readonly #tails = new Set<Follower<Entry>>()
  #closed = false

  constructor(link: Link, world: World, logs: readonly Partition[]) {
    this.partitions = logs.length
    this.#link = link
    this.#world = world
    this.#logs = logs
  }

  async append(partition: number, records: readonly Uint8Array[]): Promise<number> {
    const log = partitionOf(this.#logs, partition)
    this.#assertOpen()
    if (!this.#link.up) return new Promise(() => {})
    if (this.#outstanding.has(partition)) {
      throw new LogRefused('busy', `an append to partition ${partition} is outstanding`)
    }
    const refusal = refusalOf(records)
    if (refusal) throw refusal
    // The caller may use its buffers again at once, and the append may land much later.
    const copies = records.map((record) => record.slice())
    const fate = this.#world.faults.append(this.#link.client, partition)
    const sent = this.#link.send(fate, () => this.#land(log, copies))
    this.#outstanding.set(partition, sent)
    return sent.finally(() => this.#outstanding.delete(partition))
  }

  #land(log: Partition, records: readonly Uint8Array[]): number {
    const first = log.entries.length
    const timestampMs = this.#world.clock.now() + this.#world.faults.clockOffMs()
    for (const [index, bytes] of records.entries()) {
      const entry = { offset: first + index, timestampMs, bytes }
      log.entries.push(entry)
      log.bytes += bytes.length
      for (const listener of log.listeners) listener(entry)
    }
    for (const follower of log.followers) follower.wake()
    return first
  }

  tail(
    partition: number,
    from: number,
    onBatch: (entries: readonly Entry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail {
    const log = partitionOf(this.#logs, partition)
    this.#assertOpen()
    const { faults } = this.#world
    const { client } = this.#link
    const { generation } = log
    const source: Source<Entry> = {
      page(from) {
        if (log.generation !== generation) {
          throw new LogUnusable('log_deleted', `partition ${partition} was deleted and made anew`)
        }
        const waiting = Math.min(log.entries.length - from, batchEntriesMax)
        if (waiting < 0) {
          const message = `partition ${partition} ends at ${log.entries.length}, before ${from}`
          throw new LogUnusable('log_end_lost', message)
        }
        if (from < log.first) {
          throw new LogUnusable(
            'log_start_gone',
            `partition ${partition} begins at ${log.first}: ${from} is gone`,
          )
        }
        if (faults.breaks(client)) throw new Error('the connection to the log broke')
        if (waiting === 0) return []
        return log.entries.slice(from, from + faults.batchSize(client, waiting))
      },
      later: (step) => this.#link.after(faults.deliveryDelayMs(client), step),
      left: (follower) => {
        log.followers.delete(follower)
        this.#tails.delete(follower)
      },
    }
    const follower = new Follower(source, from, onBatch, onEnd)
    log.followers.add(follower)
    this.#tails.add(follower)
    if (this.#link.up) follower.wake()
    else void follower.stop()
    return follower
  }

  async head(partition: number): Promise<number> {
    this.#assertOpen()
    return partitionOf(this.#logs, partition).entries.length
  }

  async first(partition: number): Promise<number> {
    this.#assertOpen()
    return partitionOf(this.#logs, partition).first
  }

  async bytes(partition: number): Promise<number> {
    this.#assertOpen()
    return partitionOf(this.#logs, partition).bytes
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#tails].map((tail) => tail.stop()))
    if (this.#link.up) await Promise.allSettled(this.#outstanding.values())
  }

  crash(): void {
    this.#link.cut()
    for (const tail of this.#tails) void tail.stop()
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogRefused('closed', 'this client has closed the log')
  }
}

function partitionOf(logs: readonly Partition[], partition: number): Partition {
  assertPartition(partition, logs.length)
  const log = logs[partition]
  if (log === undefined) throw new RangeError(`partition ${partition}`)
  return log
}
