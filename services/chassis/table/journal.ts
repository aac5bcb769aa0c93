import { assert } from './fault.ts'

/** A column's number is below 62 (two masks of 31 bits); these two stand for the row itself. */
export const COLUMNS_MAX = 62
export const ROW_INSERTED = 62
export const ROW_DELETED = 63
const COLUMN_BITS = 6

/** 2^20 cells in one command: far beyond 256 entities (architecture rule 4); a runaway loop. */
const ENTRIES_MAX = 1_048_576

/**
 * Pre-images of everything written since the last commit, oldest first: (table, column, slot, old
 * cell). Typed arrays, so writing makes no garbage. What a cell's number means is its column's
 * business: text and bytes put a slab handle here, `value` columns the place of the old value.
 */
export class Journal {
  length = 0
  readonly values: unknown[] = []
  #codes = new Int32Array(1024)
  #slots = new Int32Array(1024)
  #olds = new Float64Array(1024)

  note(table: number, column: number, slot: number, old: number): void {
    const at = this.length
    if (at === this.#codes.length) this.#grow()
    this.#codes[at] = (table << COLUMN_BITS) | column
    this.#slots[at] = slot
    this.#olds[at] = old
    this.length = at + 1
  }

  table(at: number): number {
    return this.#codes[at]! >> COLUMN_BITS
  }

  column(at: number): number {
    return this.#codes[at]! & ((1 << COLUMN_BITS) - 1)
  }

  slot(at: number): number {
    return this.#slots[at]!
  }

  old(at: number): number {
    return this.#olds[at]!
  }

  clear(): void {
    this.length = 0
    if (this.values.length > 0) this.values.length = 0
  }

  #grow(): void {
    const size = this.#codes.length * 2
    assert(size <= ENTRIES_MAX, 'one command wrote more than 2^20 cells')
    const codes = new Int32Array(size)
    codes.set(this.#codes)
    this.#codes = codes
    const slots = new Int32Array(size)
    slots.set(this.#slots)
    this.#slots = slots
    const olds = new Float64Array(size)
    olds.set(this.#olds)
    this.#olds = olds
  }
}
