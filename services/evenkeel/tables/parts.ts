import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { FileRefused } from '../replay/lines.ts'

/** Some lines of a table, with its header before them: small enough for one call. */
export interface Part {
  readonly csv: Buffer
  /** Of the whole file, for each line of the part; the first is the header. */
  readonly lines: readonly number[]
  /** Bytes of the file up to the part's end. */
  readonly end: number
}

/** A line that is not sent. */
export interface LeftOut {
  readonly line: number
  readonly column: string
  readonly why: string
}

/** Less than a thousand agents: even a busy machine takes them well before a call's deadline. */
const PART_BYTES = 128 * 1024
/** Lines of one thing are not cut apart; beyond this they are no such lines. */
const PART_BYTES_MAX = 2 * 1024 * 1024
/** As the importing calls have it; a longer one is a quotation mark that was never closed. */
const LINE_BYTES_MAX = 64 * 1024

interface Line {
  readonly number: number
  readonly bytes: Buffer
  /** Of the file, up to its end. */
  readonly end: number
}

/**
 * Reads the file once and refuses it where it is no table at all, so that no part of such a file is
 * taken. Answers with its size.
 */
export async function inspect(file: string): Promise<number> {
  const size = await sizeOf(file)
  for await (const { number, bytes, end } of linesOf(file)) {
    if (number === 1) refuseOtherEncoding(file, bytes)
    if (bytes.length > LINE_BYTES_MAX) {
      const why = `has ${bytes.length} bytes, the limit is ${LINE_BYTES_MAX}`
      throw new FileRefused(`${file}:${number}: the line ${why}; is a quotation mark not closed?`)
    }
    if (!isUtf8(bytes)) {
      const at = end - bytes.length
      throw new FileRefused(
        `${file}:${number}: not UTF-8, in the line that begins at byte ${at}; save the file as UTF-8`,
      )
    }
  }
  return size
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file)
    if (!found.isFile()) throw new FileRefused(`${file} is not a file`)
    if (found.size === 0) throw new FileRefused(`${file} is empty`)
    return found.size
  } catch (error) {
    if (error instanceof FileRefused) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new FileRefused(`${file} can't be read: ${why}`)
  }
}

function refuseOtherEncoding(file: string, bytes: Buffer): void {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark !== 'fffe' && mark !== 'feff' && !bytes.includes(0)) return
  const what = 'UTF-16, as spreadsheets write "Unicode text"'
  throw new FileRefused(`${file}:1: the file is ${what}; save it as CSV in UTF-8`)
}

/** The file in parts, in its order. `leftOut` hears of lines that repeat a thing sent before. */
export async function* partsOf(
  file: string,
  key: readonly string[],
  leftOut: (line: LeftOut) => void,
): AsyncGenerator<Part> {
  const seen = new Map<string, number>()
  let keys: KeyReader | undefined
  let part: Filling | undefined
  for await (const line of linesOf(file)) {
    if (keys === undefined || part === undefined) {
      keys = new KeyReader(line.bytes, key)
      part = new Filling(line.bytes)
      continue
    }
    if (line.bytes.toString('latin1').trim() === '') continue
    const id = keys.of(line.bytes)
    if (id !== part.last && part.bytes >= PART_BYTES) {
      yield part.whole()
      for (const [one, at] of part.first) seen.set(one, at)
      part = new Filling(part.header)
    }
    const before = id === undefined ? undefined : seen.get(id)
    if (before === undefined) {
      part.add(line, id)
      if (part.bytes > PART_BYTES_MAX) throw tooMany(file, line.number)
    } else {
      const why = `the same is in line ${before} already; that line counts`
      leftOut({ line: line.number, column: key.join(','), why })
    }
  }
  if (part !== undefined) yield part.whole()
}

const tooMany = (file: string, line: number): FileRefused =>
  new FileRefused(`${file}:${line}: more lines of one and the same than can be sent together`)

/** A part that is being filled. */
class Filling {
  readonly header: Buffer
  /** Where each thing was first. */
  readonly first = new Map<string, number>()
  readonly #lines: Line[] = []
  bytes: number
  last: string | undefined

  constructor(header: Buffer) {
    this.header = header
    this.bytes = header.length
  }

  add(line: Line, id: string | undefined): void {
    this.#lines.push(line)
    this.bytes += line.bytes.length + 1
    this.last = id
    if (id !== undefined && !this.first.has(id)) this.first.set(id, line.number)
  }

  whole(): Part {
    const feed = Buffer.from('\n')
    const pieces = this.#lines.flatMap(({ bytes }) => [feed, bytes])
    return {
      csv: Buffer.concat([this.header, ...pieces]),
      lines: [1, ...this.#lines.map(({ number }) => number)],
      end: this.#lines.at(-1)?.end ?? 0,
    }
  }
}

/** By which values a line is one thing or another; what is malformed is for the call to say. */
class KeyReader {
  readonly #columns: readonly number[]

  constructor(header: Buffer, key: readonly string[]) {
    const names = cellsOf(header.toString('utf8').replace(/^\uFEFF/, '')) ?? []
    this.#columns = key.map((name) => names.indexOf(name))
  }

  of(bytes: Buffer): string | undefined {
    if (this.#columns.includes(-1)) return undefined
    const cells = cellsOf(bytes.toString('utf8'))
    const values = this.#columns.map((column) => cells?.[column])
    return values.every((value) => value !== undefined && value !== '')
      ? values.join('\n')
      : undefined
  }
}

function cellsOf(text: string): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(',').map((cell) => cell.trim())
  try {
    return parse(text, { trim: true, relax_column_count: true })[0]
  } catch (error) {
    if (error instanceof CsvError) return undefined
    throw error
  }
}

const LF = 0x0a
const CR = 0x0d

/** Lines as the importing calls number them: of Windows, Unix or old Mac alike. */
async function* linesOf(file: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  let end = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes: Buffer = Buffer.concat([rest, chunk as Buffer])
    let from = 0
    for (let at = 0; at < bytes.length; at++) {
      const mark = bytes[at]
      if (mark !== LF && mark !== CR) continue
      // Whether a line feed follows, the next chunk says.
      if (mark === CR && at === bytes.length - 1) break
      end += at - from
      yield { number: ++number, bytes: bytes.subarray(from, at), end }
      const width = mark === CR && bytes[at + 1] === LF ? 2 : 1
      end += width
      at += width - 1
      from = at + 1
    }
    rest = bytes.subarray(from)
    if (rest.length > 2 * LINE_BYTES_MAX) break
  }
  const last = rest.at(-1) === CR ? rest.subarray(0, -1) : rest
  if (last.length > 0) yield { number: number + 1, bytes: last, end: end + rest.length }
}
