import type { Column } from './column.ts'
import { classOf, initCell } from './column-calls.ts'
import { CoreFault } from './fault.ts'
import { bitsOf } from './rows.ts'

type Given = { readonly [column: string]: unknown }

/**
 * What the columns of a new row hold that its maker does not name. Made once of a plain object: of
 * seventy columns a new row then writes the few that are neither named nor zero.
 */
export class Blank {
  readonly of: object
  readonly low: number
  readonly high: number
  readonly #written: {
    readonly column: Column
    readonly kind: number
    readonly low: number
    readonly high: number
  }[] = []
  readonly #values: unknown[] = []

  constructor(of: object, columns: readonly Column[]) {
    const values = of as Given
    const names = Object.keys(values)
    const unknown = names.find((name) => columns.every((column) => column.name !== name))
    if (unknown !== undefined) throw new CoreFault(`no column ${unknown}`)
    this.of = of
    const { low, high } = bitsOf(columns, names)
    this.low = low
    this.high = high
    for (const column of columns) {
      const value = values[column.name]
      if (!names.includes(column.name) || column.isZero(value)) continue
      const kind = classOf(column)
      this.#written.push({ column, kind, ...bitsOf(columns, [column.name]) })
      this.#values.push(value)
    }
  }

  /** Into the columns but those whose bits say that they have been written. */
  write(slot: number, low: number, high: number): void {
    for (let at = 0; at < this.#written.length; at++) {
      const one = this.#written[at]!
      if ((one.low & low) !== 0 || (one.high & high) !== 0) continue
      initCell(one.kind, one.column, slot, this.#values[at])
    }
  }
}
