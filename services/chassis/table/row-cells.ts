import { capacityFor, grown } from './capacity.ts'
import type { Column } from './column.ts'
import type { ColumnSpec, Schema } from './schema.ts'
import type { Slab } from './slab.ts'

/** Flag of a slot that holds a row. */
export const EXISTS = 1

/** Bytes of a row in which its table keeps flags, behind its cells. */
const FLAGS = 1

/**
 * The cells of all rows, those of a row side by side. A command reads and writes dozens of cells of
 * a few rows: so they lie in a few lines of one page, where a buffer for each column took a line
 * and a page's address for each cell. (Memory is what a command waits for: 180 ns an access in a
 * table of 64 MB.)
 *
 * The getters of accessors call what reads a cell, and both are kept small: a command reads a
 * hundred cells, and V8 compiles into the reader whatever is below 28 bytes of its code, but of
 * what is larger only some.
 */
export class RowCells {
  readonly slab: Slab
  /** By their index. */
  columns: readonly Column[] = []
  /** Of a row, in numbers, in words and in bytes. */
  #stride = 0
  #wordStride = 0
  #byteStride = 0
  readonly #cap: number
  /** The same bytes three times. */
  bytes = new Uint8Array(0)
  words = new Int32Array(0)
  numbers = new Float64Array(0)
  /** Where a row's flags are, in bytes. Before it are all its cells. */
  readonly flags: number
  /** Where its words end, in words. */
  #wordsEnd: number
  readonly #offsets: ReadonlyMap<string, number>

  /** `cap`: most rows there will ever be room for. */
  constructor(schema: Schema, cap: number, slab: Slab) {
    this.slab = slab
    const offsets = new Map<string, number>()
    let end = 0
    // The widest first, so that each lies at a multiple of its width.
    for (const width of [8, 4, 1]) {
      for (const [name, spec] of Object.entries(schema)) {
        if (widthOf(spec) !== width) continue
        offsets.set(name, end / width)
        end += width
      }
    }
    this.#offsets = offsets
    this.flags = end
    this.#wordsEnd = Math.ceil((end + FLAGS) / 4)
    this.#cap = cap
    this.#setStride()
  }

  #setStride(): void {
    this.#stride = Math.ceil(this.#wordsEnd / 2)
    this.#wordStride = this.#stride * 2
    this.#byteStride = this.#stride * 8
  }

  /** Of a column's cell within a row, in cells of its width. */
  offset(name: string): number {
    return this.#offsets.get(name) ?? 0
  }

  /**
   * A word of each row for an index that follows the table: what it must know of a row lies beside
   * what it reads of it. Returns where, within a row. It is no part of a snapshot.
   */
  takeWord(): number {
    const word = this.#wordsEnd++
    const before = this.#stride
    this.#setStride()
    if (this.numbers.length > 0 && this.#stride > before) this.#widen(before)
    return word
  }

  #widen(before: number): void {
    const narrow = this.numbers
    const rows = narrow.length / before
    this.bytes = new Uint8Array(0)
    this.grow(rows)
    for (let row = 0; row < rows; row++) {
      const cells = narrow.subarray(row * before, (row + 1) * before)
      this.numbers.set(cells, row * this.#stride)
    }
  }

  grow(rows: number): void {
    const width = this.#byteStride
    const bytes = grown(this.bytes, capacityFor(rows, this.#cap) * width, this.#cap * width)
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.words = new Int32Array(bytes.buffer)
    this.numbers = new Float64Array(bytes.buffer)
  }

  number(slot: number, offset: number): number {
    return this.numbers[slot * this.#stride + offset]!
  }

  setNumber(slot: number, offset: number, value: number): void {
    this.numbers[slot * this.#stride + offset] = value
  }

  word(slot: number, offset: number): number {
    return this.words[slot * this.#wordStride + offset]!
  }

  setWord(slot: number, offset: number, value: number): void {
    this.words[slot * this.#wordStride + offset] = value
  }

  /** Of a word that holds a slot + 1. */
  ref(slot: number, offset: number): number {
    return this.words[slot * this.#wordStride + offset]! - 1
  }

  byte(slot: number, offset: number): number {
    return this.bytes[slot * this.#byteStride + offset]!
  }

  setByte(slot: number, offset: number, value: number): void {
    this.bytes[slot * this.#byteStride + offset] = value
  }

  text(slot: number, offset: number): string {
    return this.slab.readText(this.word(slot, offset))
  }

  content(slot: number, offset: number): Uint8Array {
    return this.slab.readBytes(this.word(slot, offset))
  }

  /** A row's cells, not a copy. */
  row(slot: number): Uint8Array<ArrayBuffer> {
    const start = slot * this.#byteStride
    return this.bytes.subarray(start, start + this.flags)
  }

  /** Zero in every cell, as before the row was born. */
  clear(slot: number): void {
    const start = slot * this.#byteStride
    this.bytes.fill(0, start, start + this.flags)
  }

  flagsAt(slot: number): number {
    return this.bytes[slot * this.#byteStride + this.flags]!
  }

  setFlags(slot: number, flags: number): void {
    this.bytes[slot * this.#byteStride + this.flags] = flags
  }
}

/** Of a cell in a row, in bytes; 0: its cells are JS values, which lie elsewhere. */
function widthOf({ kind }: ColumnSpec<unknown>): 0 | 1 | 4 | 8 {
  if (kind === 'int' || kind === 'deadline') return 8
  if (kind === 'ref' || kind === 'text' || kind === 'bytes') return 4
  return kind === 'value' ? 0 : 1
}
