import { CoreFault } from './fault.ts'
import type { ImageReader, ImageWriter } from './image-bytes.ts'
import type { Pen } from './journal.ts'
import type { RowCells } from './row-cells.ts'
import type { Accessor, Bits, Probe } from './rows.ts'

/** Where a column stands: what it needs to write, and to name itself in a fault. */
export interface Place {
  readonly name: string
  readonly index: number
  readonly pen: Pen
  readonly rows: RowCells
  /** Of the cell within a row, in cells. */
  readonly offset: number
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
  read(slot: number): unknown
  readonly offset: number
  /**
   * Makes a getter for the accessors' prototype. All tables of one schema share it: where the cell
   * lies in a row is the same in all of them.
   */
  getter(): (this: Accessor) => unknown
  /** The same for an index's probe, which notes that the column was read. */
  probing(bits: Bits): (this: Probe) => unknown
  /** Whether a cell of zero reads so: such a value need not be written into a new row. */
  isZero(value: unknown): boolean
  /** First value of a new row; not journaled, since undoing the insertion clears the cell. */
  init(slot: number, value: unknown): void
  /** False, and nothing journaled, when the cell already holds that value. */
  write(slot: number, value: unknown): boolean
  /** Undo of a write. */
  restore(slot: number, old: number): void
  /** Its cells refer to something outside the row. */
  readonly owning: boolean
  /** Commit of a write of an owning column: the old cell is asked for never again. */
  forget(old: number): void
  /** The row is gone, of an owning column: frees what the cell refers to. The cell is cleared. */
  drop(slot: number): void
  /** Cells that the column keeps in the slab for this row: 0 or 1. */
  taken(slot: number): number
  dump(slot: number, keyOf: KeyOf): string
  /** The cell refers to a row that is gone. */
  dangles(slot: number, keyOf: KeyOf): boolean
  /** Its cells are JS values, which a snapshot writes one by one. */
  readonly valued: boolean
  writeImage(into: ImageWriter, value: unknown): void
  readImage(slot: number, from: ImageReader): void
}

/** What columns have in common, with the answers of one that keeps nothing in the slab. */
export abstract class BaseColumn {
  readonly name: string
  readonly index: number
  readonly offset: number
  protected readonly pen: Pen
  protected readonly rows: RowCells

  constructor(place: Place) {
    this.name = place.name
    this.index = place.index
    this.offset = place.offset
    this.pen = place.pen
    this.rows = place.rows
  }

  protected refuse(wanted: string, value: unknown): never {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
    throw new CoreFault(`column ${this.name}: ${wanted}, not ${shown.slice(0, 80)}`)
  }

  forget(_old: number): void {}

  drop(_slot: number): void {}

  taken(_slot: number): number {
    return 0
  }

  dangles(_slot: number, _keyOf: KeyOf): boolean {
    return false
  }

  readonly valued: boolean = false
  readonly owning: boolean = false

  writeImage(_into: ImageWriter, _value: unknown): void {
    throw new CoreFault(`column ${this.name} is copied as it is`)
  }

  readImage(_slot: number, _from: ImageReader): void {
    throw new CoreFault(`column ${this.name} is copied as it is`)
  }
}
