import type { StatementSync } from 'node:sqlite'
import { assertPartition, refusalOf } from '../admission.ts'
import { type Clock, type Entry, type Log, LogRefused, LogUnusable, type Tail } from '../port.ts'
import { bytesOf, integerOf } from './cells.ts'
import { unusable } from './failure.ts'
import type { LogFile } from './file.ts'
import { Sequence } from './sequence.ts'

interface Partition {
  readonly sequence: Sequence<Entry>
  bytes: number
  lastMs: number
  /** An append whose promise has not settled yet. */
  busy: boolean
}

/**
 * The log in a file. An append commits in its own turn; closing it leaves the file to openSqlite's
 * close.
 */
export class SqliteLog implements Log {
  readonly partitions: number
  readonly #file: LogFile
  readonly #clock: Clock
  readonly #insert: StatementSync
  readonly #select: StatementSync
  readonly #logs: readonly Partition[]
  #closed = false

  constructor(file: LogFile, clock: Clock, partitions: number) {
    this.partitions = partitions
    this.#file = file
    this.#clock = clock
    this.#insert = file.database.prepare(
      `INSERT INTO record ("partition", "offset", timestamp_ms, total, bytes)
       VALUES (?, ?, ?, ?, ?)`,
    )
    this.#select = file.database.prepare(
      `SELECT "offset", timestamp_ms, bytes FROM record
       WHERE "partition" = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`,
    )
    this.#logs = Array.from({ length: partitions }, (_, partition) => this.#load(partition))
    file.onBroken((error) => {
      for (const log of this.#logs) log.sequence.end(error)
    })
  }

  /** The last row tells all: offsets are contiguous and `total` is carried along. */
  #load(partition: number): Partition {
    const last = this.#file.database
      .prepare(
        `SELECT "offset", timestamp_ms, total FROM record
         WHERE "partition" = ? ORDER BY "offset" DESC LIMIT 1`,
      )
      .get(partition)
    const stored = (from: number, count: number) => this.#stored(partition, from, count)
    return {
      sequence: new Sequence(
        `partition ${partition}`,
        last === undefined ? 0 : integerOf(last, 'offset') + 1,
        stored,
      ),
      bytes: last === undefined ? 0 : integerOf(last, 'total'),
      lastMs: last === undefined ? 0 : integerOf(last, 'timestamp_ms'),
      busy: false,
    }
  }

  async append(partition: number, records: readonly Uint8Array[]): Promise<number> {
    const log = this.#at(partition)
    this.#assertOpen()
    if (log.busy) throw new LogRefused('busy', `an append to partition ${partition} is outstanding`)
    const refusal = refusalOf(records)
    if (refusal) throw refusal
    log.busy = true
    // Before whoever awaits this append goes on, after whoever called it in the same turn.
    queueMicrotask(() => {
      log.busy = false
    })
    const first = log.sequence.head
    // The wall's clock may go back; what the log says may not.
    const timestampMs = Math.max(log.lastMs, this.#clock.now())
    const entries = records.map((record, index) => {
      return { offset: first + index, timestampMs, bytes: record.slice() }
    })
    let total = log.bytes
    this.#file.write(() => {
      for (const { offset, bytes } of entries) {
        total += bytes.length
        this.#insert.run(partition, offset, timestampMs, total, bytes)
      }
    })
    log.bytes = total
    log.lastMs = timestampMs
    log.sequence.add(entries)
    return first
  }

  tail(
    partition: number,
    from: number,
    onBatch: (entries: readonly Entry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail {
    const log = this.#at(partition)
    this.#assertOpen()
    return log.sequence.follow(from, onBatch, onEnd)
  }

  async head(partition: number): Promise<number> {
    this.#assertOpen()
    return this.#at(partition).sequence.head
  }

  /** Nothing of ours deletes records; an operator may, whose disk is full and who has snapshots. */
  async first(partition: number): Promise<number> {
    const { sequence } = this.#at(partition)
    this.#assertOpen()
    for (const row of this.#select.iterate(partition, 0, 1)) return integerOf(row, 'offset')
    return sequence.head
  }

  async bytes(partition: number): Promise<number> {
    this.#assertOpen()
    return this.#at(partition).bytes
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#logs.map((log) => log.sequence.stop()))
  }

  *#stored(partition: number, from: number, count: number): Iterable<Entry> {
    let expected = from
    try {
      for (const row of this.#select.iterate(partition, from, count)) {
        const offset = integerOf(row, 'offset')
        if (offset !== expected) {
          throw new LogUnusable('log_gap', `partition ${partition} has no record ${expected}`)
        }
        expected += 1
        yield { offset, timestampMs: integerOf(row, 'timestamp_ms'), bytes: bytesOf(row, 'bytes') }
      }
    } catch (error) {
      throw unusable(error, this.#file.path)
    }
  }

  #at(partition: number): Partition {
    assertPartition(partition, this.partitions)
    const log = this.#logs[partition]
    if (log === undefined) throw new RangeError(`partition ${partition}`)
    return log
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogRefused('closed', `${this.#file.path} is closed`)
  }
}
