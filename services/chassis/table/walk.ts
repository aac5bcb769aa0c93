import type { Column } from './column.ts'
import { bytesOf, ImageWriter } from './image-bytes.ts'
import type { Inside } from './inside.ts'
import { EXISTS } from './row-cells.ts'
import { type Slab, SLAB_PAGE } from './slab.ts'

// A snapshot is the image of the tables' own cells: rows keep their slots, texts their places, and
// free slots their order, so nothing has to be resolved when it is read back, and whatever depends
// on where things lie goes on alike. Only indices are left out: they are derived again.

/** What a section holds. */
export const SECTION = { table: 1, free: 2, rows: 3, page: 4, end: 5 } as const

/**
 * Rows copied at once. A command that is the first to write in a block since the walk began copies
 * it first, up to 256 of them for one command, so it must be a matter of microseconds.
 */
export const BLOCK_ROWS = 64

/** Free slots in one section. */
const FREE_SLOTS = 16_384

/** A block as it was when the walk began, copied before a command wrote in it. */
interface Saved {
  readonly block: number
  readonly cells: Uint8Array<ArrayBuffer>
  /** By value column, then row. Values never change, so the references are enough. */
  readonly values: readonly (readonly unknown[])[]
}

/** One table's part of a snapshot: its rows as they stood when it was made. */
export class TableWalk {
  readonly #table: Inside
  readonly #used: number
  readonly #size: number
  readonly #free: Int32Array<ArrayBuffer>
  readonly #valued: readonly Column[]
  readonly #bytesPerRow: number
  /** 1 for each block that was copied. */
  readonly #done: Uint8Array
  readonly #saved: Saved[] = []
  #next = 0

  constructor(table: Inside) {
    this.#table = table
    this.#used = table.used
    this.#size = table.size
    this.#free = table.freeSlots().slice(0, table.freeCount)
    this.#valued = table.columns.filter((column) => column.valued)
    this.#bytesPerRow = 1 + table.rows.flags
    this.#done = new Uint8Array(this.#blocks)
  }

  get #blocks(): number {
    return Math.ceil(this.#used / BLOCK_ROWS)
  }

  /** To be called before anything of the row is written. */
  touch(slot: number): void {
    const block = Math.floor(slot / BLOCK_ROWS)
    if (slot >= this.#used || this.#done[block] !== 0) return
    this.#done[block] = 1
    const rows = this.#rowsOf(block)
    if (rows === 0) return
    const cells = new Uint8Array(rows * this.#bytesPerRow)
    this.#copy(block, rows, cells, 0)
    const first = block * BLOCK_ROWS
    const values = this.#valued.map((column) => {
      return Array.from({ length: rows }, (_, row) => column.read(first + row))
    })
    this.#saved.push({ block, cells, values })
  }

  head(into: ImageWriter): void {
    into.begin(SECTION.table, this.#table.number)
    into.word(this.#used)
    into.word(this.#size)
    into.word(this.#free.length)
    into.end()
    for (let from = 0; from < this.#free.length; from += FREE_SLOTS) {
      const slots = this.#free.subarray(from, from + FREE_SLOTS)
      into.begin(SECTION.free, this.#table.number)
      into.word(from)
      into.raw(new Uint8Array(slots.buffer, slots.byteOffset, slots.byteLength))
      into.end()
    }
  }

  /** The next block; false: that was all. */
  step(into: ImageWriter): boolean {
    const saved = this.#saved.pop()
    if (saved !== undefined) {
      this.#write(into, saved.block, saved.cells, saved.values)
      return true
    }
    while (this.#next < this.#blocks) {
      const block = this.#next++
      if (this.#done[block] !== 0) continue
      this.#done[block] = 1
      const rows = this.#rowsOf(block)
      if (rows === 0) continue
      this.#write(into, block)
      return true
    }
    return false
  }

  /** Rows of the block, the gaps between them included; 0: there is none. */
  #rowsOf(block: number): number {
    const { rows } = this.#table
    const first = block * BLOCK_ROWS
    let last = Math.min(this.#used, first + BLOCK_ROWS) - 1
    while (last >= first && (rows.flagsAt(last) & EXISTS) === 0) last--
    return last - first + 1
  }

  #copy(block: number, rows: number, into: Uint8Array, start: number): void {
    const { rows: cells } = this.#table
    const first = block * BLOCK_ROWS
    let at = start
    for (let row = 0; row < rows; row++) into[at++] = cells.flagsAt(first + row) & EXISTS
    for (let row = 0; row < rows; row++) {
      into.set(cells.row(first + row), at)
      at += cells.flags
    }
  }

  #write(
    into: ImageWriter,
    block: number,
    cells?: Uint8Array,
    values?: readonly (readonly unknown[])[],
  ): void {
    const first = block * BLOCK_ROWS
    const rows = cells === undefined ? this.#rowsOf(block) : cells.length / this.#bytesPerRow
    into.begin(SECTION.rows, this.#table.number)
    into.word(first)
    into.word(rows)
    if (cells !== undefined) into.raw(cells)
    else {
      into.reserve(rows * this.#bytesPerRow, (bytes, at) => this.#copy(block, rows, bytes, at))
    }
    for (const [at, column] of this.#valued.entries()) {
      for (let row = 0; row < rows; row++) {
        column.writeImage(into, values === undefined ? column.read(first + row) : values[at]![row])
      }
    }
    into.end()
  }
}

/** A slab's part: its pages as they stood, free cells and what threads them included. */
export class SlabWalk {
  readonly #slab: Slab
  readonly #number: number
  readonly #pages: number
  readonly #state: Int32Array<ArrayBuffer>
  readonly #done: Uint8Array
  readonly #saved: { readonly page: number; readonly bytes: Uint8Array }[] = []
  #next = 0

  constructor(slab: Slab, number: number) {
    this.#slab = slab
    this.#number = number
    this.#pages = slab.pages
    this.#state = slab.state()
    this.#done = new Uint8Array(this.#pages)
  }

  /** To be called before bytes `start` up to, not including, `end` of the slab are written. */
  touch(start: number, end: number): void {
    const last = Math.floor((end - 1) / SLAB_PAGE)
    for (let page = Math.floor(start / SLAB_PAGE); page <= last; page++) {
      if (page >= this.#pages || this.#done[page] !== 0) continue
      this.#done[page] = 1
      this.#saved.push({ page, bytes: this.#slab.page(page).slice() })
    }
  }

  head(into: ImageWriter): void {
    into.begin(SECTION.page, this.#number)
    into.word(-1)
    into.raw(bytesOf(this.#state, 0, this.#state.byteLength))
    into.end()
  }

  step(into: ImageWriter): boolean {
    const saved = this.#saved.pop()
    if (saved !== undefined) {
      this.#write(into, saved.page, saved.bytes)
      return true
    }
    while (this.#next < this.#pages && this.#done[this.#next] !== 0) this.#next++
    if (this.#next === this.#pages) return false
    const page = this.#next++
    this.#done[page] = 1
    this.#write(into, page, this.#slab.page(page))
    return true
  }

  #write(into: ImageWriter, page: number, bytes: Uint8Array): void {
    into.begin(SECTION.page, this.#number)
    into.word(page)
    into.raw(bytes)
    into.end()
  }
}

/**
 * The tables as they were when it was made, in steps; commands may be applied between any two. Its
 * bytes are to be handed to `restore` in the order in which they were taken.
 */
export class Walk {
  readonly #parts: readonly (TableWalk | SlabWalk)[]
  readonly #writer = new ImageWriter()
  readonly #ended: () => void
  #at = 0
  #open = true

  constructor(parts: readonly (TableWalk | SlabWalk)[], ended: () => void) {
    this.#parts = parts
    this.#ended = ended
    for (const part of parts) part.head(this.#writer)
  }

  /** Some microseconds of work; false: there is no more to do. */
  step(): boolean {
    if (!this.#open) return false
    for (; this.#at < this.#parts.length; this.#at++) {
      if (this.#parts[this.#at]!.step(this.#writer)) return true
    }
    this.#writer.begin(SECTION.end, 0)
    this.#writer.end()
    this.cancel()
    return false
  }

  /** Bytes that were made and not yet taken. */
  get pending(): number {
    return this.#writer.length
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#writer.take()
  }

  /** From now on writing costs nothing more; what was not walked is lost. */
  cancel(): void {
    if (!this.#open) return
    this.#open = false
    this.#ended()
  }
}
