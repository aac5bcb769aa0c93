import { BinaryReader } from '@bufbuild/protobuf/wire'
import { RejectedInput } from './coded.ts'
import { commonErrors } from './common.ts'

interface Decodes<T> {
  decode(input: BinaryReader | Uint8Array): T
}

/**
 * A message of somebody else, who may be newer: fields that are not known here are left out.
 * Whatever the decoder throws is about the bytes; its words may quote them and are not passed on.
 */
export function decoded<T>(type: string, message: Decodes<T>, bytes: Uint8Array): T {
  try {
    return message.decode(bytes)
  } catch (cause) {
    throw malformed(type, 'it is not valid protobuf', { cause })
  }
}

/**
 * A message of our own log: what a newer version wrote must not be followed by half (architecture:
 * rule 3), so a field that is not known here is refused like bytes that mean nothing.
 */
export function decodedWhole<T>(type: string, message: Decodes<T>, bytes: Uint8Array): T {
  const reader = new WholeReader(bytes)
  const value = decoded(type, { decode: () => readAs(type, message, reader) }, bytes)
  if (reader.unknown) throw malformed(type, 'it has a field that this version does not know')
  return value
}

function readAs<T>(type: string, message: Decodes<T>, reader: BinaryReader): T {
  const value = message.decode(reader)
  // A tag of 0 ends the generated loop before the bytes do.
  if (reader.pos !== reader.len) throw malformed(type, 'it does not end where its bytes do')
  return value
}

/** Notes what the generated code passes over. */
class WholeReader extends BinaryReader {
  unknown = false

  override skip(...tag: Parameters<BinaryReader['skip']>): ReturnType<BinaryReader['skip']> {
    this.unknown = true
    return super.skip(...tag)
  }
}

interface Known {
  /** Path of the field that can't be read, '' if the fault is in none. */
  readonly field?: string
  readonly cause?: unknown
}

export function malformed(type: string, reason: string, known: Known = {}): RejectedInput {
  const { field = '', cause } = known
  const fields = { type, reason, ...(field === '' ? {} : { field }) }
  return new RejectedInput('BODY_MALFORMED', commonErrors.BODY_MALFORMED, fields, { cause })
}
