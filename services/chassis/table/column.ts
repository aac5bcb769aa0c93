import { CoreFault } from './fault.ts'
import { bytesOf, type ImageReader, type ImageWriter } from './image-bytes.ts'
import type { Journal } from './journal.ts'
import type { Accessor } from './rows.ts'
import type { Slab } from './slab.ts'

/** Where a column stands: what it needs to write the journal and to name itself in a fault. */
export interface Place {
  readonly name: string
  readonly table: number
  readonly index: number
  readonly journal: Journal
  readonly slab: Slab
  /** Most rows there will ever be room for. */
  readonly cap: number
}

/** Resolves a slot of another table for a dump: its key, or undefined when no such row is. */
export type KeyOf = (table: string, slot: number) => string | undefined

/**
 * One column of every row. A cell is a number that the journal can keep; zero is what a cell holds
 * before its row is born and after it is gone.
 */
export interface Column {
  readonly name: string
  readonly index: number
  grow(rows: number): void
  read(slot: number): unknown
  /**
   * Makes a getter for the accessors' prototype. All tables of one schema share it: it reads the
   * column of its own index in the accessor's table, which is of this very kind.
   */
  getter(): (this: Accessor) => unknown
  /** Whether a cell of zero reads so: such a value need not be written into a new row. */
  isZero(value: unknown): boolean
  /** First value of a new row; not journaled, since undoing the insertion clears the cell. */
  init(slot: number, value: unknown): void
  /** False, and nothing journaled, when the cell already holds that value. */
  write(slot: number, value: unknown): boolean
  /** Undo of a write. */
  restore(slot: number, old: number): void
  /** Commit of a write: the old cell is asked for never again. */
  forget(old: number): void
  /** The row is gone: frees what the cell held, leaves zero. */
  clear(slot: number): void
  /** Cells that the column keeps in the slab for this row: 0 or 1. */
  cells(slot: number): number
  dump(slot: number, keyOf: KeyOf): string
  /** The cell refers to a row that is gone. */
  dangles(slot: number, keyOf: KeyOf): boolean
  /** Bytes of a cell in a snapshot; 0: cells are JS values, which are written one by one. */
  readonly width: number
  /** The cells themselves, not a copy. */
  cellBytes(first: number, rows: number): Uint8Array
  /** Of a value column. */
  writeImage(into: ImageWriter, value: unknown): void
  readImage(slot: number, from: ImageReader): void
}

/** What columns have in common, with the answers of one that keeps nothing in the slab. */
export abstract class BaseColumn {
  readonly name: string
  readonly index: number
  protected readonly place: Place

  constructor(place: Place) {
    this.name = place.name
    this.index = place.index
    this.place = place
  }

  protected note(slot: number, old: number): void {
    this.place.journal.note(this.place.table, this.index, slot, old)
  }

  protected refuse(wanted: string, value: unknown): never {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
    throw new CoreFault(`column ${this.name}: ${wanted}, not ${shown.slice(0, 80)}`)
  }

  forget(_old: number): void {}

  cells(_slot: number): number {
    return 0
  }

  dangles(_slot: number, _keyOf: KeyOf): boolean {
    return false
  }

  readonly width: number = 0

  cellBytes(first: number, rows: number): Uint8Array {
    return bytesOf(this.array(), first * this.width, rows * this.width)
  }

  protected array(): ArrayBufferView<ArrayBuffer> {
    throw new CoreFault(`column ${this.name} has no cells of its own`)
  }

  writeImage(_into: ImageWriter, _value: unknown): void {
    throw new CoreFault(`column ${this.name} is copied as it is`)
  }

  readImage(_slot: number, _from: ImageReader): void {
    throw new CoreFault(`column ${this.name} is copied as it is`)
  }
}
