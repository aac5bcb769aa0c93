import type { Column, KeyOf } from './column.ts'
import type { RowCells } from './row-cells.ts'
import type { Slab } from './slab.ts'
import type { TextColumn } from './slab-columns.ts'
import type { TextIndex } from './text-index.ts'

/** A table from within, for checks and snapshots; the numbers are those of the moment. */
export interface Inside {
  readonly number: number
  readonly name: string
  readonly columns: readonly Column[]
  readonly key: TextColumn
  readonly slab: Slab
  readonly ids: TextIndex
  readonly rows: RowCells
  /** The first `freeCount` of it. */
  freeSlots(): Int32Array<ArrayBuffer>
  readonly freeCount: number
  readonly used: number
  readonly size: number
  /** Slots there will ever be room for. */
  readonly slotCap: number
  keyAt(slot: number): string
}

/** `settled`: nothing is written since the last commit, so no cell waits to be freed. */
export function checkRows(
  table: Inside,
  slots: Iterable<number>,
  keyOf: KeyOf,
  settled: boolean,
): string[] {
  const { name, ids, size } = table
  const faults: string[] = []
  let rows = 0
  let cells = 0
  for (const slot of slots) {
    rows++
    const key = table.keyAt(slot)
    if (ids.get(key) !== slot) faults.push(`${name}: ${key} is not found by its key`)
    for (const column of table.columns) {
      cells += column.taken(slot)
      if (column.dangles(slot, keyOf)) {
        faults.push(`${name}: ${key}.${column.name} refers to a row that is gone`)
      }
    }
  }
  if (rows !== size || rows !== ids.size) {
    faults.push(`${name}: ${rows} rows, size ${size}, ${ids.size} keys`)
  }
  if (settled && cells !== table.slab.cells) {
    faults.push(`${name}: ${cells} byte cells in rows, ${table.slab.cells} taken`)
  }
  return faults
}

export function dumpRow({ name, columns }: Inside, slot: number, keyOf: KeyOf): string {
  const cells = columns.map((column) => `${column.name}=${column.dump(slot, keyOf)}`)
  return `${name} ${cells.join(' ')}\n`
}
