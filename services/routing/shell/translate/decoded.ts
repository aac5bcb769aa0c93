import { commonErrors, RejectedInput } from '@evenkeel/chassis/errors'

/** Whatever the decoder throws is about the bytes; its words may quote them, so they are not passed on. */
export function decoded<T>(
  type: string,
  message: { decode(bytes: Uint8Array): T },
  bytes: Uint8Array,
): T {
  try {
    return message.decode(bytes)
  } catch (cause) {
    const fields = { type, reason: 'it is not valid protobuf' }
    throw new RejectedInput('BODY_MALFORMED', commonErrors.BODY_MALFORMED, fields, { cause })
  }
}
