import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type CsvError, parse } from 'csv-parse'

/** A file that can't be replayed at all; the message is for the person who named it. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused'
}

/** One line that is left out, and why. */
export interface BrokenLine {
  readonly line: number
  readonly reason: string
}

export interface Row {
  readonly line: number
  /** By column name. */
  readonly fields: Readonly<Record<string, string>>
}

export interface RowReader {
  /** The columns that must be there, in any order; others are ignored. */
  readonly columns: readonly string[]
  readonly delimiter: ',' | '\t'
  row(row: Row): void
  broken(line: BrokenLine): void
  /** Bytes of the file read so far, of so many. */
  progress(read: number, size: number): void
}

/** No line of a call log is longer; whoever has one has another kind of file. */
const LINE_BYTES_MAX = 64 * 1024

/**
 * Reads a table from a file, gunzipped on the way if its name ends in .gz; never the whole file at
 * once.
 */
export async function readTable(path: string, reader: RowReader): Promise<void> {
  const size = await sizeOf(path)
  const file = createReadStream(path)
  file.on('data', () => reader.progress(file.bytesRead, size))
  try {
    await readRows(path.endsWith('.gz') ? file.pipe(createGunzip()) : file, file, reader)
  } finally {
    file.destroy()
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new FileRefused(`${path} is not a file`)
    if (found.size === 0) throw new FileRefused(`${path} is empty`)
    return found.size
  } catch (error) {
    if (error instanceof FileRefused) throw error
    throw new FileRefused(`${path} can't be read: ${reasonOf(error)}`)
  }
}

async function readRows(text: Readable, file: Readable, reader: RowReader): Promise<void> {
  const parser = parse({
    delimiter: reader.delimiter,
    // A line with an odd quote is broken, not the rest of the file.
    quote: reader.delimiter === '\t' ? null : '"',
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LINE_BYTES_MAX,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      const line = Number(error?.lines ?? 0)
      // The parser would drop the lines after it too, as many as it has in hand, and name none.
      if (error?.code === 'CSV_MAX_RECORD_SIZE') parser.destroy(tooLong(line))
      else reader.broken({ line, reason: error?.message ?? 'unreadable' })
      return undefined
    },
  })
  file.on('error', (error) => parser.destroy(error))
  text.on('error', (error) => parser.destroy(error))
  let header: readonly string[] | undefined
  try {
    for await (const { record, info } of text.pipe(parser) as AsyncIterable<Parsed>) {
      if (header === undefined) header = headerOf(record, reader)
      else take(header, record, info.lines, reader)
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error
    throw new FileRefused(`the file can't be read on: ${reasonOf(error)}`)
  }
  if (header === undefined) throw new FileRefused('the file has no header line')
}

function tooLong(line: number): FileRefused {
  const limit = `${LINE_BYTES_MAX / 1024} KiB`
  return new FileRefused(
    `line ${line} is longer than ${limit}: a quotation mark that is not closed, or another format?`,
  )
}

interface Parsed {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

function headerOf(record: readonly string[], reader: RowReader): readonly string[] {
  const header = record.map((name) => name.trim())
  const missing = reader.columns.filter((name) => !header.includes(name))
  if (missing.length === 0) return header
  throw new FileRefused(`the header line has no column ${missing.join(', ')}: another format?`)
}

function take(
  header: readonly string[],
  record: readonly string[],
  line: number,
  reader: RowReader,
): void {
  if (record.length !== header.length) {
    reader.broken({
      line,
      reason: `${record.length} columns where the header has ${header.length}`,
    })
    return
  }
  const fields = Object.fromEntries(
    header.map((name, index) => [name, record[index]?.trim() ?? '']),
  )
  reader.row({ line, fields })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
