import type { Column } from './column.ts'
import { NONE } from './fault.ts'
import { RowCells } from './row-cells.ts'
import { Slab } from './slab.ts'

/** One bit per column. */
export interface Bits {
  low: number
  high: number
}

/** Which row an index's functions are shown, and the columns that they have read of it. */
export class Seen implements Bits {
  slot = NONE
  low = 0
  high = 0

  look(slot: number): void {
    this.slot = slot
    this.low = 0
    this.high = 0
  }
}

/** What an index's functions are given: a row that remembers which columns were read. */
export interface Probe {
  readonly reading: Seen
  readonly inside: RowCells
}

export const MASK_BITS = 30

export function lowBit(column: number): number {
  return column < MASK_BITS ? 1 << column : 0
}

export function highBit(column: number): number {
  return column < MASK_BITS ? 0 : 1 << (column - MASK_BITS)
}

/** Of the columns named; of all when none are. */
export function bitsOf(columns: readonly Column[], names: readonly string[] | undefined) {
  let low = 0
  let high = 0
  for (const { name, index } of columns) {
    if (names !== undefined && !names.includes(name)) continue
    low |= lowBit(index)
    high |= highBit(index)
  }
  return { low, high }
}

/** What an accessor is: where it reads, of which table. */
export interface Accessor {
  readonly slot: number
  readonly inside: RowCells
}

export type RowClass<R> = new (slot: number, inside: RowCells) => R & Accessor

interface Shape {
  readonly Row: RowClass<unknown>
  readonly probe: object
  /**
   * A row that nobody reads. V8 forgets the shape of a class's objects with the last of them, and
   * with it all code that was compiled for that shape: a collection of the whole heap between two
   * commands, when there is no accessor, threw away most of what a core runs on.
   */
  readonly kept: unknown
}

/**
 * By what the columns are. Tables of one schema (the same table in every partition) share their
 * accessors: a class for each would make every reading line of a core look up its getter among as
 * many classes as there are partitions, which doubles the time of a command.
 */
const shapes = new Map<string, Shape>()

function shapeOf(layout: string, columns: readonly Column[]): Shape {
  const known = shapes.get(layout)
  if (known) return known
  const Row = rowClass(columns)
  // Of no table: it would be kept with it.
  const kept = new Row(NONE, new RowCells({}, 0, new Slab()))
  const shape = { Row, probe: probePrototype(columns), kept }
  shapes.set(layout, shape)
  return shape
}

/** The accessors' class: a getter per column on the prototype. */
function rowClass(columns: readonly Column[]): RowClass<unknown> {
  class Row implements Accessor {
    // Declared only: as fields they would be defined first, by a lookup among all tables' rows.
    declare readonly slot: number
    declare readonly inside: RowCells

    constructor(slot: number, inside: RowCells) {
      this.slot = slot
      this.inside = inside
    }
  }
  for (const column of columns) define(Row.prototype, column.name, column.getter())
  return Row
}

export function rowsOf<R>(layout: string, columns: readonly Column[]): RowClass<R> {
  // Made from the schema at run time; R is the type that was made from it.
  return shapeOf(layout, columns).Row as RowClass<R>
}

export function makeProbe<R>(layout: string, inside: RowCells): Probe & R {
  const probe = Object.create(shapeOf(layout, inside.columns).probe) as Probe & R
  return Object.assign(probe, { reading: new Seen(), inside })
}

function probePrototype(columns: readonly Column[]): object {
  const prototype = {}
  define(prototype, 'slot', function (this: Probe) {
    return this.reading.slot
  })
  for (const column of columns) {
    const bits = { low: lowBit(column.index), high: highBit(column.index) }
    define(prototype, column.name, column.probing(bits))
  }
  return prototype
}

function define<T>(prototype: object, name: string, get: (this: T) => unknown): void {
  Object.defineProperty(prototype, name, { get, enumerable: true })
}
