import { CoreFault } from './fault.ts'
import { ImageFault, type ImageReader, type ImageWriter } from './image-bytes.ts'

const UNDEFINED = 0
const NULL = 1
const FALSE = 2
const TRUE = 3
const INTEGER = 4
const FLOAT = 5
const TEXT = 6
const LIST = 7
const RECORD = 8
const BYTES = 9
const BIGINT = 10

/** A value column's cell; what `canonical` lets in, fields in the order in which they stand. */
export function writeValue(into: ImageWriter, value: unknown): void {
  switch (typeof value) {
    case 'undefined':
      return into.byte(UNDEFINED)
    case 'boolean':
      return into.byte(value ? TRUE : FALSE)
    case 'number':
      return writeNumber(into, value)
    case 'bigint':
      into.byte(BIGINT)
      return into.text(value.toString())
    case 'string':
      into.byte(TEXT)
      return into.text(value)
    case 'object':
      return value === null ? into.byte(NULL) : writeObject(into, value)
    default:
      throw new CoreFault(`a value column can't hold a ${typeof value}`)
  }
}

function writeNumber(into: ImageWriter, value: number): void {
  if (value === (value | 0) && !Object.is(value, -0)) {
    into.byte(INTEGER)
    return into.word(value)
  }
  into.byte(FLOAT)
  into.float(value)
}

function writeObject(into: ImageWriter, value: object): void {
  if (value instanceof Uint8Array) {
    into.byte(BYTES)
    into.word(value.length)
    return into.raw(value)
  }
  if (Array.isArray(value)) {
    into.byte(LIST)
    into.word(value.length)
    for (const item of value) writeValue(into, item)
    return
  }
  const fields = Object.entries(value)
  into.byte(RECORD)
  into.word(fields.length)
  for (const [name, field] of fields) {
    into.text(name)
    writeValue(into, field)
  }
}

export function readValue(from: ImageReader): unknown {
  const tag = from.byte()
  switch (tag) {
    case UNDEFINED:
      return undefined
    case NULL:
      return null
    case FALSE:
      return false
    case TRUE:
      return true
    case INTEGER:
      return from.word()
    case FLOAT:
      return from.float()
    case TEXT:
      return from.text()
    case LIST:
      return readList(from)
    case RECORD:
      return readRecord(from)
    case BYTES:
      return from.raw(from.count()).slice()
    case BIGINT:
      return BigInt(from.text())
    default:
      throw new ImageFault(`a value of kind ${tag}`)
  }
}

function readList(from: ImageReader): readonly unknown[] {
  const length = from.count()
  const list: unknown[] = []
  for (let at = 0; at < length; at++) list.push(readValue(from))
  return Object.freeze(list)
}

/** Every item of a record takes bytes, so a wrong length ends at the end of the section. */
function readRecord(from: ImageReader): object {
  const length = from.count()
  const record: { [name: string]: unknown } = {}
  for (let at = 0; at < length; at++) {
    const name = from.text()
    record[name] = readValue(from)
  }
  return Object.freeze(record)
}
