import { Blank } from './blank.ts'
import type { Column } from './column.ts'
import { classOf, initCell, writeCell } from './column-calls.ts'
import { CoreFault } from './fault.ts'
import { bitsOf, highBit, lowBit } from './rows.ts'

type Given = { readonly [column: string]: unknown }

/** In place of a blank: every column is named. */
export const nothing: object = {}

/** Writes rows' cells by the names of their columns, and tells which ones it wrote. */
export class Cells {
  readonly #table: string
  readonly #columns: readonly Column[]
  /** By place, which is a column's index: its name, the class it is of. */
  readonly #names: readonly string[]
  readonly #classes: Uint8Array
  readonly #places: ReadonlyMap<string, number>
  /** After each column, and first of all: which one was named next, last time. */
  readonly #next: Uint8Array
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
    this.#names = columns.map(({ name }) => name)
    this.#classes = Uint8Array.from(columns, classOf)
    this.#places = new Map(this.#names.map((name, place) => [name, place]))
    this.#next = new Uint8Array(columns.length + 1)
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
    let place = -1
    const names = Object.keys(given)
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!
      place = this.#placeOf(name, place)
      initCell(this.#classes[place]!, this.#columns[place]!, slot, given[name])
      low |= lowBit(place)
      high |= highBit(place)
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
    let place = -1
    const names = Object.keys(patch)
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!
      place = this.#placeOf(name, place)
      const column = this.#columns[place]!
      if (!writeCell(this.#classes[place]!, column, slot, patch[name])) continue
      if (column === this.#key) throw new CoreFault(`${this.#table}: a row's key is fixed`)
      low |= lowBit(place)
      high |= highBit(place)
    }
    this.low = low
    this.high = high
  }

  column(name: string): Column {
    return this.#columns[this.#placeOf(name, -1)]!
  }

  /** `before`: place of the column that was named before it, -1: none was. */
  #placeOf(name: string, before: number): number {
    const guess = this.#next[before + 1]!
    if (this.#names[guess] === name) return guess
    const place = this.#places.get(name)
    if (place === undefined) throw new CoreFault(`${this.#table}: no column ${name}`)
    this.#next[before + 1] = place
    return place
  }
}
