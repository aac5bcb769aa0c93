import type { StatementSync } from 'node:sqlite'
import { refusalOf } from '../admission.ts'
import { type EventStreams, LogRefused, LogUnusable, type StreamEntry, type Tail } from '../port.ts'
import { bytesOf, integerOf } from './cells.ts'
import { unusable } from './failure.ts'
import type { LogFile } from './file.ts'
import { Sequence } from './sequence.ts'

/** A service's published events, in its log's file. */
export class SqliteStreams implements EventStreams {
  readonly #file: LogFile
  readonly #insert: StatementSync
  readonly #select: StatementSync
  readonly #last: StatementSync
  readonly #streams = new Map<string, Sequence<StreamEntry>>()
  #closed = false

  constructor(file: LogFile) {
    this.#file = file
    this.#insert = file.database.prepare(
      'INSERT INTO event (stream, position, bytes) VALUES (?, ?, ?)',
    )
    this.#select = file.database.prepare(
      `SELECT position, bytes FROM event
       WHERE stream = ? AND position >= ? ORDER BY position LIMIT ?`,
    )
    this.#last = file.database.prepare(
      'SELECT position FROM event WHERE stream = ? ORDER BY position DESC LIMIT 1',
    )
    file.onBroken((error) => {
      for (const sequence of this.#streams.values()) sequence.end(error)
    })
  }

  async publish(stream: string, first: number, events: readonly Uint8Array[]): Promise<void> {
    this.#assertOpen()
    const sequence = this.#at(stream)
    const { head } = sequence
    if (!Number.isSafeInteger(first) || first < 0) throw new RangeError(`an event number ${first}`)
    if (first > head) {
      throw new LogUnusable(
        'log_gap',
        `stream ${stream} ends at ${head}, and ${first} was to follow`,
      )
    }
    const entries = events.slice(head - first).map((bytes, index) => {
      return { position: head + index, bytes: bytes.slice() }
    })
    if (entries.length === 0) return
    const refusal = refusalOf(events)
    if (refusal) throw refusal
    this.#file.write(() => {
      for (const { position, bytes } of entries) this.#insert.run(stream, position, bytes)
    })
    sequence.add(entries)
  }

  async head(stream: string): Promise<number> {
    this.#assertOpen()
    return this.#at(stream).head
  }

  /** A file keeps all events. */
  async first(): Promise<number> {
    this.#assertOpen()
    return 0
  }

  tail(
    stream: string,
    from: number,
    onBatch: (entries: readonly StreamEntry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail {
    this.#assertOpen()
    return this.#at(stream).follow(from, onBatch, onEnd)
  }

  /** Ends the tails and refuses more; the file is openSqlite's to close. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#streams.values()].map((sequence) => sequence.stop()))
  }

  /**
   * One sequence per stream that was ever asked for: as many as there are services and partitions.
   */
  #at(stream: string): Sequence<StreamEntry> {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    const last = this.#last.get(stream)
    const head = last === undefined ? 0 : integerOf(last, 'position') + 1
    const sequence = new Sequence<StreamEntry>(`stream ${stream}`, head, (from, count) =>
      this.#stored(stream, from, count),
    )
    this.#streams.set(stream, sequence)
    return sequence
  }

  *#stored(stream: string, from: number, count: number): Iterable<StreamEntry> {
    let expected = from
    try {
      for (const row of this.#select.iterate(stream, from, count)) {
        const position = integerOf(row, 'position')
        if (position !== expected)
          throw new LogUnusable('log_gap', `stream ${stream} has no ${expected}`)
        expected += 1
        yield { position, bytes: bytesOf(row, 'bytes') }
      }
    } catch (error) {
      throw unusable(error, this.#file.path)
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogRefused('closed', `${this.#file.path} is closed`)
  }
}
