import {
  type DescMessage,
  fromBinary,
  fromJsonString,
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
  try {
    return fromJsonString(schema, json, { registry: descriptors().registry })
  } catch (error) {
    const said = error instanceof Error ? error.message : 'it is not JSON'
    const reason = said.replace(/\s+/g, ' ').slice(0, reasonCharsMax)
    throw malformed(schema.typeName, reason)
  }
}
