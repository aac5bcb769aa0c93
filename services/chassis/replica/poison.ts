import { createHash } from 'node:crypto'
import type { Entry } from '../log/port.ts'
import type { LogRecord } from '../protocol/record.ts'

/** A record that can't be decoded, at which this replica has halted. */
export class Poison {
  readonly entry: Entry
  readonly reason: string
  /** SHA-256 of its bytes. */
  readonly digest: string
  /** Offset of the last record after it that was looked at. */
  lookedAt: number
  /** Who lived when it came, by the state before it. */
  readonly #living: ReadonlySet<string>
  readonly #skip = new Set<string>()

  constructor(entry: Entry, reason: string, living: Iterable<string>) {
    this.entry = entry
    this.reason = reason
    this.digest = createHash('sha256').update(entry.bytes).digest('hex')
    this.lookedAt = entry.offset
    this.#living = new Set(living)
  }

  /** A later record, undefined if that can't be decoded either. True: a majority skips. */
  look(offset: number, record: LogRecord<unknown> | undefined): boolean {
    this.lookedAt = offset
    const body = record?.body
    if (record === undefined || body?.kind !== 'skip') return false
    const same = body.offset === this.entry.offset && body.digest === this.digest
    if (same && this.#living.has(record.replica)) this.#skip.add(record.replica)
    return this.#skip.size * 2 > this.#living.size
  }

  /** Who has said that it is to be skipped, and how many must. */
  get votes(): { readonly given: readonly string[]; readonly needed: number } {
    return { given: [...this.#skip], needed: Math.floor(this.#living.size / 2) + 1 }
  }
}
