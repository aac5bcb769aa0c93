import { isUtf8 } from 'node:buffer'
import type { CodedError, RejectedInput } from '../errors/index.ts'
import { importLimits } from '../protocol/index.ts'
import { CsvError, parse as parseCsv } from 'csv-parse/sync'
import { refusedInput } from './refusals.ts'

/** What the cell of a column says. */
export type Cells<C extends string> = (column: C) => string

/** A line of the file that is not blank; `cells` throws RejectedInput where it can't be read. */
export interface TableLine<C extends string> {
  /** The header is 1. */
  readonly line: number
  readonly cells: () => Cells<C>
}

export interface Table<C extends string> {
  /** The columns that the file has, in their order. */
  readonly header: readonly C[]
  /** In their order, blank ones left out. */
  readonly lines: Iterable<TableLine<C>>
}

/**
 * A file with each of `columns`, and with those of `optional` that it names; the cell of a column
 * that is not there is ''. Throws RejectedInput when the file as a whole can't be read.
 *
 * A line of the file is a line of the table: no column can hold a line break. So a quotation mark
 * that is never closed spoils its own line only, and not the rest of the file.
 */
export function readTable<C extends string>(
  csv: Uint8Array,
  columns: readonly C[],
  optional: readonly C[] = [],
): Table<C> {
  // A pattern, so that a file of Windows, Unix or old Mac is numbered alike.
  const lines = textOf(csv).split(/\r\n|\n|\r/)
  const header = headerOf(lines[0] ?? '', columns, optional)
  return { header, lines: linesOf(lines, header) }
}

function* linesOf<C extends string>(
  lines: readonly string[],
  header: readonly C[],
): Generator<TableLine<C>> {
  for (let i = 1; i < lines.length; i++) {
    const text = lines[i] ?? ''
    if (text.trim() !== '') yield { line: i + 1, cells: () => cellsOf(text, header) }
  }
}

function textOf(csv: Uint8Array): string {
  if (!isUtf8(csv)) {
    const value = malformedAt(csv)
    throw refusedInput('CSV_NOT_UTF8', { field: 'csv', value })
  }
  // Drops the byte order mark that spreadsheets put in front.
  return new TextDecoder('utf-8').decode(csv)
}

/**
 * Where the first sequence begins that is no UTF-8: there the text, written again, has U+FFFD (EF
 * BF BD) instead.
 */
function malformedAt(csv: Uint8Array): number {
  const again = Buffer.from(Buffer.from(csv).toString('utf8'))
  let at = 0
  while (at < csv.length && csv[at] === again[at]) at++
  // The bad sequence may itself begin like U+FFFD.
  if (again[at] === 0xbf) return at - 1
  if (again[at] === 0xbd) return at - 2
  return at
}

const otherDelimiters = [
  { mark: ';', name: 'semicolons' },
  { mark: '\t', name: 'tabs' },
  { mark: '|', name: 'vertical bars' },
] as const

function headerOf<C extends string>(
  text: string,
  columns: readonly C[],
  optional: readonly C[],
): readonly C[] {
  const other = otherDelimiters.find(({ mark }) => text.includes(mark))
  if (other !== undefined && !text.includes(',')) {
    throw refusedInput('CSV_DELIMITER', { field: 'csv', value: other.name })
  }
  const names = text.trim() === '' ? [] : splitLine(text)
  const header: C[] = []
  const unknown: string[] = []
  const duplicate: string[] = []
  for (const name of names) {
    const column = [...columns, ...optional].find((known) => known === name)
    if (column === undefined) unknown.push(excerpt(name))
    else if (header.includes(column)) duplicate.push(column)
    else header.push(column)
  }
  const missing = columns.filter((column) => !header.includes(column))
  if (missing.length + unknown.length + duplicate.length > 0) {
    throw refusedInput('CSV_HEADER', {
      field: 'csv',
      limit: columns.join(', ') + (optional.length > 0 ? ` (or ${optional.join(', ')}, too)` : ''),
      missing: listed(missing),
      unknown: listed(unknown),
      duplicate: listed(duplicate),
    })
  }
  return header
}

/** Enough to recognise them by. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  return names.slice(0, 10).join(', ') + more
}

function excerpt(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}...`
}

function cellsOf<C extends string>(text: string, header: readonly C[]): Cells<C> {
  const bytes = Buffer.byteLength(text)
  if (bytes > importLimits.lineBytes) {
    throw refusedInput('CSV_LINE_TOO_LONG', { limit: importLimits.lineBytes, value: bytes })
  }
  const found = splitLine(text)
  if (found.length !== header.length) {
    throw refusedInput('CSV_COLUMN_COUNT', { limit: header.length, value: found.length })
  }
  return (column) => found[header.indexOf(column)] ?? ''
}

function splitLine(text: string): readonly string[] {
  // Without quotation marks a line is its commas; the parser costs more than all else about one.
  if (!text.includes('"')) return text.split(',').map((cell) => cell.trim())
  try {
    const options = { trim: true, relax_column_count: true, record_delimiter: '\n' }
    return parseCsv(text, options)[0] ?? []
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refusedInput('CSV_QUOTING', { value: error.code })
  }
}

export function words(cell: string): readonly string[] {
  return cell.split(/\s+/).filter((word) => word !== '')
}

export function malformedCell(column: string, value: string, limit: string): RejectedInput {
  return refusedInput('CSV_CELL_MALFORMED', { field: column, value: excerpt(value), limit })
}

/** The column that an error is about, within its message or without; '': the whole line. */
export function columnOf(error: CodedError, columns: readonly string[]): string {
  const field = String(error.fields.field ?? '')
  const last = field.replace(/^[a-z_]+\./, '')
  return columns.find((column) => isOf(field, column) || isOf(last, column)) ?? ''
}

const isOf = (field: string, column: string): boolean =>
  field === column || field.startsWith(`${column}.`)
