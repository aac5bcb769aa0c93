import type { SQLOutputValue } from 'node:sqlite'
import { LogUnusable } from '../port.ts'

export type Row = Record<string, SQLOutputValue>

/** A cell that should be a whole number. A file with anything else in it is not ours. */
export function integerOf(row: Row, column: string): number {
  const cell = row[column]
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return cell
  throw new LogUnusable(
    'data_damaged',
    `column ${column} holds ${String(cell)}, not a whole number`,
  )
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const cell = row[column]
  if (cell instanceof Uint8Array) return cell
  throw new LogUnusable('data_damaged', `column ${column} holds ${String(cell)}, not bytes`)
}
