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
  /** Of its entries those that the commit has something to do about. */
  readonly #owed: number[] = []
  #owing = 0

  note(table: number, column: number, slot: number, old: number): void {
    const at = this.length
    if (at === this.#codes.length) this.#grow()
    this.#codes[at] = (table << COLUMN_BITS) | column
    this.#slots[at] = slot
    this.#olds[at] = old
    this.length = at + 1
  }

  /** As `note`, of what is given up: the commit lets go of it. */
  noteOwed(table: number, column: number, slot: number, old: number): void {
    this.#owed[this.#owing++] = this.length
    this.note(table, column, slot, old)
  }

  /** How many entries the commit has something to do about. */
  get owing(): number {
    return this.#owing
  }

  owed(at: number): number {
    return this.#owed[at]!
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
    this.#owing = 0
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

/**
 * Writes a column's part of the journal. An object of its own, not a base of the columns: as such
 * it would be one of six classes.
 */
export class Pen {
  readonly #journal: Journal
  readonly #table: number
  readonly #column: number

  constructor(journal: Journal, table: number, column: number) {
    this.#journal = journal
    this.#table = table
    this.#column = column
  }

  note(slot: number, old: number): void {
    this.#journal.note(this.#table, this.#column, slot, old)
  }

  noteOwed(slot: number, old: number): void {
    this.#journal.noteOwed(this.#table, this.#column, slot, old)
  }

  /** Keeps a value until the commit. Returns its place, which is what the journal is told. */
  keep(value: unknown): number {
    return this.#journal.values.push(value) - 1
  }

  kept(place: number): unknown {
    return this.#journal.values[place]
  }
}
