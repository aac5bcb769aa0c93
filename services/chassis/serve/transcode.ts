import {
  type DescField,
  type DescMessage,
  fromBinary,
  fromJson,
  fromJsonString,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf'
import { malformed } from '../errors/index.ts'
import { descriptors } from './descriptors.ts'

/**
 * How one method's messages travel over HTTP, and back to the bytes that its handler is bound to.
 */
export interface Transcoder {
  request(json: string): Uint8Array
  response(bytes: Uint8Array): string
}

const reasonCharsMax = 160

/** Each level reads the body once more: enough for every request, little for a hostile one. */
const depthMax = 8

/** Canonical proto3 JSON for one method, by the descriptors. Undefined: no such method. */
export function transcoder(service: string, method: string): Transcoder | undefined {
  const { registry } = descriptors()
  const found = registry.getService(service)?.methods.find(({ name }) => name === method)
  if (found === undefined) return undefined
  const { input, output } = found
  return {
    request: (json) => toBinary(input, parseJson(input, json)),
    response: (bytes) => toJsonString(output, fromBinary(output, bytes), { registry }),
  }
}

/**
 * A misspelt field is refused by name: silence would mean that a setting has no effect. The
 * library's words go to the caller, who sent what they may quote, and nowhere else.
 */
function parseJson(schema: DescMessage, json: string) {
  const { registry } = descriptors()
  try {
    return fromJsonString(schema, json, { registry })
  } catch (error) {
    const said = error instanceof Error ? error.message : 'it is not JSON'
    const reason = said.replace(/\s+/g, ' ').slice(0, reasonCharsMax)
    throw malformed(schema.typeName, reason, { field: fieldAt(schema, valueOf(json)) })
  }
}

/** The first field that can't be read, as `queue.service_level_target`; '': the fault is in none. */
function fieldAt(schema: DescMessage, value: unknown, depth = 0): string {
  if (!isObject(value)) return ''
  for (const [key, part] of Object.entries(value)) {
    const field = schema.fields.find(({ name, jsonName }) => name === key || jsonName === key)
    if (field === undefined) return key
    if (isReadable(schema, { [key]: part })) continue
    const inner = depth < depthMax ? innerAt(field, part, depth + 1) : ''
    return inner === '' ? field.name : `${field.name}${inner}`
  }
  return ''
}

function innerAt(field: DescField, part: JsonValue, depth: number): string {
  const { message } = field
  if (message === undefined) return ''
  if (field.fieldKind === 'message') return dotted(fieldAt(message, part, depth))
  if (field.fieldKind !== 'list' || !Array.isArray(part)) return ''
  const index = part.findIndex((item) => !isReadable(message, item))
  return index < 0 ? '' : `[${index}]${dotted(fieldAt(message, part[index], depth))}`
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const dotted = (path: string): string => (path === '' ? '' : `.${path}`)

function isReadable(schema: DescMessage, value: JsonValue): boolean {
  try {
    fromJson(schema, value, { registry: descriptors().registry })
    return true
  } catch {
    return false
  }
}

function valueOf(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
