import { Blank } from './blank.ts'
import type { Column } from './column.ts'
import { CoreFault } from './fault.ts'
import { bitsOf, highBit, lowBit } from './rows.ts'

type Given = { readonly [column: string]: unknown }

/** In place of a blank: every column is named. */
export const nothing: object = {}

/** Writes rows' cells by the names of their columns, and tells which ones it wrote. */
export class Cells {
  readonly #table: string
  readonly #columns: readonly Column[]
  readonly #byName: ReadonlyMap<string, Column>
  readonly #key: Column
  readonly #all: { readonly low: number; readonly high: number }
  /** Of the last row that was filled. */
  #blank: Blank
  /** One bit per column that the last call wrote. */
  low = 0
  high = 0

  constructor(table: string, columns: readonly Column[], key: string) {
    this.#table = table
    this.#columns = columns
    this.#byName = new Map(columns.map((column) => [column.name, column]))
    this.#key = this.column(key)
    this.#all = bitsOf(columns, undefined)
    this.#blank = new Blank(nothing, columns)
  }

  /** A new row's, of which every column must be given or in the blank. */
  fill(slot: number, given: Given, of: object): void {
    if (this.#blank.of !== of) this.#blank = new Blank(of, this.#columns)
    const blank = this.#blank
    let low = 0
    let high = 0
    const names = Object.keys(given)
    for (let at = 0; at < names.length; at++) {
      const column = this.column(names[at]!)
      column.init(slot, given[column.name])
      low |= lowBit(column.index)
      high |= highBit(column.index)
    }
    blank.write(slot, low, high)
    this.low = low | blank.low
    this.high = high | blank.high
    if (this.low === this.#all.low && this.high === this.#all.high) return
    const lacks = this.#columns.find(({ name }) => !(name in given) && !(name in of))
    throw new CoreFault(`${this.#table}: a row without ${lacks?.name}`)
  }

  /** What differs; the rest of the patch leaves no trace. */
  write(slot: number, patch: Given): void {
    let low = 0
    let high = 0
    const names = Object.keys(patch)
    for (let at = 0; at < names.length; at++) {
      const column = this.column(names[at]!)
      if (!column.write(slot, patch[column.name])) continue
      if (column === this.#key) throw new CoreFault(`${this.#table}: a row's key is fixed`)
      low |= lowBit(column.index)
      high |= highBit(column.index)
    }
    this.low = low
    this.high = high
  }

  column(name: string): Column {
    const column = this.#byName.get(name)
    if (column === undefined) throw new CoreFault(`${this.#table}: no column ${name}`)
    return column
  }
}
