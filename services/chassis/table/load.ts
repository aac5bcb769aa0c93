import { bytesOf, ImageFault, type ImageReader, Sections } from './image-bytes.ts'
import type { Inside } from './inside.ts'
import { EXISTS } from './row-cells.ts'
import { SLAB_PAGE } from './slab.ts'
import { SECTION } from './walk.ts'

/** What only the table itself can do. */
interface Loading {
  open(used: number, size: number, free: number): void
  sync(slot: number, exists: boolean): void
  clear(slot: number): void
  slots(): Iterable<number>
}

/** Takes one table's part of a snapshot in; what the table held before is gone. */
export class TableLoad {
  readonly name: string
  readonly #table: Inside
  readonly #loading: Loading
  /** Rows that whoever made the tables put there, by slot; they may be held on to. */
  readonly #first: readonly (readonly [slot: number, key: string])[]
  #size = -1
  #rows = 0
  #used = 0
  #free = 0
  #freed = 0
  #pages = 0

  constructor(table: Inside, loading: Loading) {
    this.name = table.name
    this.#table = table
    this.#loading = loading
    this.#first = [...loading.slots()].map((slot) => [slot, table.keyAt(slot)] as const)
  }

  take(kind: number, section: ImageReader): void {
    if (kind === SECTION.table) return this.#open(section)
    if (this.#size < 0) throw this.#fault('its head is missing')
    if (kind === SECTION.free) this.#takeFree(section)
    else if (kind === SECTION.rows) this.#takeRows(section)
    else if (kind === SECTION.page) this.#takePage(section)
    else throw this.#fault(`a section of kind ${kind}`)
  }

  #open(section: ImageReader): void {
    const { slotCap, ids, rows } = this.#table
    for (const [slot] of this.#first) {
      ids.remove(slot)
      rows.setFlags(slot, 0)
      this.#loading.sync(slot, false)
      this.#loading.clear(slot)
    }
    this.#used = section.count()
    this.#size = section.count()
    this.#free = section.count()
    if (this.#used > slotCap) throw this.#fault(`${this.#used} slots, at most ${slotCap}`)
    if (this.#size + this.#free !== this.#used) throw this.#fault('slots that nobody has')
    this.#loading.open(this.#used, this.#size, this.#free)
  }

  #takeFree(section: ImageReader): void {
    const from = section.count()
    const bytes = section.raw(section.left)
    bytesOf(this.#table.freeSlots(), from * 4, bytes.length).set(bytes)
    this.#freed += bytes.length / 4
  }

  #takeRows(section: ImageReader): void {
    const { columns, rows: cells } = this.#table
    const first = section.count()
    const rows = section.count()
    if (first + rows > this.#used) throw this.#fault('rows beyond its end')
    const exist = section.raw(rows)
    for (let row = 0; row < rows; row++) {
      const exists = exist[row]! & EXISTS
      cells.setFlags(first + row, exists)
      this.#rows += exists
      cells.row(first + row).set(section.raw(cells.flags))
    }
    for (const column of columns) {
      if (!column.valued) continue
      for (let slot = first; slot < first + rows; slot++) column.readImage(slot, section)
    }
  }

  #takePage(section: ImageReader): void {
    const { slab } = this.#table
    const page = section.word()
    if (page < 0) {
      const state = new Int32Array(section.left / 4)
      bytesOf(state, 0, state.byteLength).set(section.raw(state.byteLength))
      return slab.load(state)
    }
    if (page >= slab.pages) throw this.#fault('a page beyond its end')
    slab.page(page).set(section.raw(SLAB_PAGE))
    this.#pages++
  }

  /** All has come: the keys are found again, and nothing is missing. */
  close(): void {
    const { ids, slab } = this.#table
    const whole =
      this.#rows === this.#size && this.#freed === this.#free && this.#pages === slab.pages
    if (!whole) throw this.#fault('it is not whole')
    for (const slot of this.#loading.slots()) {
      ids.put(this.#table.keyAt(slot), slot)
    }
    for (const [slot, name] of this.#first) {
      if (ids.get(name) !== slot) throw this.#fault(`its first row ${name} is not in its place`)
    }
  }

  derive(): void {
    for (const slot of this.#loading.slots()) this.#loading.sync(slot, true)
  }

  #fault(what: string): ImageFault {
    return new ImageFault(`table ${this.name}: ${what}`)
  }
}

/**
 * A database made from a snapshot's bytes, piece by piece. When it throws, the tables hold neither
 * the old nor the new: they are to be thrown away.
 */
export class Restore {
  readonly #tables: readonly TableLoad[]
  readonly #sections = new Sections()
  #ended = false

  constructor(tables: readonly TableLoad[]) {
    this.#tables = tables
  }

  take(piece: Uint8Array): void {
    for (const section of this.#sections.take(piece)) {
      if (this.#ended) throw new ImageFault('something follows its end')
      const kind = section.byte()
      const number = section.byte()
      if (kind === SECTION.end) {
        this.#ended = true
        continue
      }
      const table = this.#tables[number]
      if (table === undefined) throw new ImageFault(`no table ${number}`)
      table.take(kind, section)
    }
  }

  /** The indices are derived: whatever one reads in another table is there by now. */
  finish(): void {
    if (!this.#ended || this.#sections.unfinished) throw new ImageFault('its end is missing')
    for (const table of this.#tables) table.close()
    for (const table of this.#tables) table.derive()
  }
}
