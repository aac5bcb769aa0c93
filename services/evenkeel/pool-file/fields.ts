import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf'
import { descriptors, onlyInAnswers } from '@evenkeel/chassis/serve'
import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from 'yaml'

/** Where YAML is held against a message, and what is told of what does not fit. */
export interface Reading {
  readonly document: Document
  wrong(node: Node | null | undefined, path: string, text: string): void
}

type Maybe = Node | null | undefined

/** Deeper than any message; a file that refers to itself goes on for ever. */
const DEPTH_MAX = 32

/**
 * A mapping as the JSON of a message, by the message's own descriptor. Undefined: it is none.
 * Whatever is wrong inside is told and left out.
 */
export function messageIn(
  reading: Reading,
  schema: DescMessage,
  given: Maybe,
  path: string,
  depth = 0,
): JsonObject | undefined {
  const node = followed(reading, given)
  if (!isMap(node) || depth > DEPTH_MAX) {
    reading.wrong(node ?? given, path, `must be a mapping with fields of ${schema.name}`)
    return undefined
  }
  const json: Record<string, JsonValue> = {}
  const seen = new Set<string>()
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : ''
    const at = path === '' ? name : `${path}.${name}`
    const field = schema.fields.find((one) => one.name === name || one.jsonName === name)
    const where = isNode(key) ? key : node
    const refused = fieldRefused(schema, field, seen)
    if (field === undefined || refused !== undefined) {
      reading.wrong(where, at, refused ?? '')
      continue
    }
    seen.add(field.name)
    const inner = valueIn(reading, field, isNode(value) ? value : undefined, at, depth + 1)
    if (inner !== undefined) json[field.name] = inner
  }
  return json
}

function fieldRefused(
  schema: DescMessage,
  field: DescField | undefined,
  seen: ReadonlySet<string>,
): string | undefined {
  if (field === undefined) {
    return `${schema.name} has no such field; it has ${settable(schema).join(', ')}`
  }
  if (field.name === 'etag') return 'leave it out: what stands now is read, and its etag sent'
  if (onlyInAnswers(field)) return 'leave it out: the system alone sets it'
  if (seen.has(field.name)) return `${field.name} is given twice`
  const { oneof } = field
  const other = oneof?.fields.find(({ name }) => seen.has(name))
  return other === undefined ? undefined : `only one of ${other.name} and ${field.name} can be set`
}

const settable = (schema: DescMessage): string[] =>
  schema.fields
    .filter((field) => field.name !== 'etag' && !onlyInAnswers(field))
    .map(({ name }) => name)

function valueIn(
  reading: Reading,
  field: DescField,
  given: Maybe,
  path: string,
  depth: number,
): JsonValue | undefined {
  const node = followed(reading, given)
  // "callback:" with nothing after it: as ProtoJSON has it, the same as left out.
  if (node === undefined || (isScalar(node) && node.value === null)) return undefined
  if (field.fieldKind !== 'list') return oneIn(reading, field, node, path, depth)
  if (!isSeq(node)) {
    reading.wrong(node, path, 'must be a list')
    return undefined
  }
  return node.items.flatMap((item, index) => {
    const inner = isNode(item) ? item : undefined
    const found = oneIn(reading, field, followed(reading, inner), `${path}[${index}]`, depth)
    return found === undefined ? [] : [found]
  })
}

/** A field's value, or one of a list. */
function oneIn(
  reading: Reading,
  field: DescField,
  node: Maybe,
  path: string,
  depth: number,
): JsonValue | undefined {
  const { message } = field
  if (message !== undefined && !message.typeName.startsWith('google.protobuf.')) {
    return messageIn(reading, message, node, path, depth)
  }
  const value = isScalar(node) ? jsonOf(node.value) : null
  if (isReadable(field, value)) return value
  const shown = isMap(node) ? 'a mapping' : isSeq(node) ? 'a list' : shortened(value)
  reading.wrong(node, path, `is ${shown}, and must be ${expected(field, value)}`)
  return undefined
}

const jsonOf = (value: unknown): JsonValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null

const shortened = (value: JsonValue): string => JSON.stringify(value).slice(0, 100)

/** As the value of its field alone, so that what is told is about it. */
function isReadable(field: DescField, value: JsonValue): boolean {
  if (value === null) return false
  const json = { [field.name]: field.fieldKind === 'list' ? [value] : value }
  try {
    fromJson(field.parent, json, { registry: descriptors().registry })
    return true
  } catch {
    return false
  }
}

function expected(field: DescField, value: JsonValue): string {
  const { message } = field
  if (message?.typeName === 'google.protobuf.Duration') return 'seconds, such as "90s"'
  if (message?.typeName === 'google.protobuf.Timestamp') {
    return 'an instant, such as "2026-03-02T08:00:00Z"'
  }
  if (message !== undefined) return `a ${message.name} in its JSON form`
  const type = field.enum
  if (type !== undefined) {
    const names = type.values.filter(({ number }) => number !== 0).map(({ name }) => name)
    return `one of ${names.join(', ')}`
  }
  const kind = scalarNames[field.scalar ?? 0] ?? 'a value of another type'
  return kind === 'text' && typeof value !== 'string' ? 'text: put it in quotes' : kind
}

/** By ScalarType, as far as the protos have them. */
const scalarNames: Readonly<Record<number, string>> = {
  1: 'a number',
  2: 'a number',
  3: 'a whole number',
  4: 'a whole number of 0 or more',
  5: 'a whole number',
  8: 'true or false',
  9: 'text',
  12: 'bytes in base64',
  13: 'a whole number of 0 or more',
}

function followed(reading: Reading, node: Maybe): Node | undefined {
  if (node === null || node === undefined) return undefined
  if (!isAlias(node)) return node
  const found = node.resolve(reading.document)
  if (found === undefined) reading.wrong(node, '', `nothing is called &${node.source}`)
  return found
}

const isNode = (value: unknown): value is Node =>
  isMap(value) || isSeq(value) || isScalar(value) || isAlias(value)
