import { OUTBOX_ADMIT_MAX, TRIM_MAX } from './limits.ts'
import type { MetaRow, ProtocolTables } from './tables.ts'

/**
 * Events that were decided and are not yet known to be published. Part of the state, so none is
 * lost and none invented.
 */
export class Outbox {
  readonly #tables: ProtocolTables
  readonly #meta: MetaRow

  constructor(tables: ProtocolTables, meta: MetaRow) {
    this.#tables = tables
    this.#meta = meta
  }

  /** Numbers held: `first` up to, not including, `next`. */
  range(): { first: number; next: number } {
    const next = this.#meta.outboxNext
    return { first: next - this.#tables.outbox.size, next }
  }

  get size(): number {
    return this.#tables.outbox.size
  }

  get full(): boolean {
    return this.size >= OUTBOX_ADMIT_MAX
  }

  put(events: readonly Uint8Array[]): void {
    const { outbox, meta } = this.#tables
    const first = this.#meta.outboxNext
    for (const [index, event] of events.entries()) {
      outbox.insert({ number: String(first + index), event })
    }
    meta.update(this.#meta, { outboxNext: first + events.length })
  }

  /** At most TRIM_MAX of those up to `through`; false if it names what was never emitted. */
  trim(through: number): boolean {
    const { outbox } = this.#tables
    const { first, next } = this.range()
    if (through >= next) return false
    const end = Math.min(through + 1, first + TRIM_MAX)
    for (let number = first; number < end; number++) outbox.delete(outbox.must(String(number)))
    return true
  }

  /** Copies of the events from `number` on, at most `count`. */
  events(number: number, count: number): Uint8Array[] {
    const end = Math.min(number + count, this.#meta.outboxNext)
    const events: Uint8Array[] = []
    for (let n = number; n < end; n++) events.push(this.#tables.outbox.must(String(n)).event)
    return events
  }
}
