import type { Column } from './column.ts'
import { CoreFault } from './fault.ts'
import { NameColumn, NumberColumn, RefColumn, ValueColumn } from './fixed-columns.ts'
import { BytesColumn, TextColumn } from './slab-columns.ts'

/**
 * A command calls some fifty columns, of six classes. Where one line meets them all, each call is a
 * search for what is to be called, and none is compiled into its caller: so each class has a line
 * of its own here.
 */
const classes = [NumberColumn, TextColumn, NameColumn, RefColumn, ValueColumn, BytesColumn] as const

/** Place of a column's class in the list. */
export function classOf(column: Column): number {
  const place = classes.findIndex((one) => column instanceof one)
  if (place < 0) throw new CoreFault(`column ${column.name} is of no known class`)
  return place
}

/** `kind`: the column's classOf. */
export function writeCell(kind: number, column: Column, slot: number, value: unknown): boolean {
  switch (kind) {
    case 0:
      return (column as NumberColumn).write(slot, value)
    case 1:
      return (column as TextColumn).write(slot, value)
    case 2:
      return (column as NameColumn).write(slot, value)
    case 3:
      return (column as RefColumn).write(slot, value)
    case 4:
      return (column as ValueColumn).write(slot, value)
    default:
      return (column as BytesColumn).write(slot, value)
  }
}

export function initCell(kind: number, column: Column, slot: number, value: unknown): void {
  switch (kind) {
    case 0:
      return (column as NumberColumn).init(slot, value)
    case 1:
      return (column as TextColumn).init(slot, value)
    case 2:
      return (column as NameColumn).init(slot, value)
    case 3:
      return (column as RefColumn).init(slot, value)
    case 4:
      return (column as ValueColumn).init(slot, value)
    default:
      return (column as BytesColumn).init(slot, value)
  }
}
