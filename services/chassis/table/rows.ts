import type { Column } from './column.ts'
import { NONE } from './fault.ts'

/** What an index's functions are given: a row that remembers which columns were read. */
export interface Probe {
  slot: number
  /** One bit per column, of the columns read since they were last set to 0. */
  low: number
  high: number
}

export const MASK_BITS = 30

export function lowBit(column: number): number {
  return column < MASK_BITS ? 1 << column : 0
}

export function highBit(column: number): number {
  return column < MASK_BITS ? 0 : 1 << (column - MASK_BITS)
}

/** The accessors' class of one table: a slot, and a getter per column on the prototype. */
export function rowClass<R extends { readonly slot: number }>(
  columns: readonly Column[],
): new (
  slot: number,
) => R {
  class Row {
    readonly slot: number

    constructor(slot: number) {
      this.slot = slot
    }
  }
  for (const column of columns) define(Row.prototype, column.name, column.getter())
  // Made from the schema at run time; R is the type that was made from it.
  return Row as new (
    slot: number,
  ) => R
}

export function makeProbe<R>(columns: readonly Column[]): Probe & R {
  const prototype = {}
  for (const column of columns) {
    const low = lowBit(column.index)
    const high = highBit(column.index)
    define(prototype, column.name, function (this: Probe) {
      this.low |= low
      this.high |= high
      return column.read(this.slot)
    })
  }
  return Object.assign(Object.create(prototype) as Probe & R, { slot: NONE, low: 0, high: 0 })
}

function define<T>(prototype: object, name: string, get: (this: T) => unknown): void {
  Object.defineProperty(prototype, name, { get, enumerable: true })
}
