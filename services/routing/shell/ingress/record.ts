import { CodedError, decoded, parse, refused } from '@evenkeel/chassis/errors'
import { IngressRecord } from '@evenkeel/proto/evenkeel/ingress/v1/ingress'
import type { ContactCommand } from '../rpc/contact-command.ts'
import { ingressLimits } from '../limits.ts'

/** What a record of the ingress topic asks for. */
export interface Ask {
  readonly command: ContactCommand
  /** Records of one contact are in order. */
  readonly key: string
  readonly about: About
}

/** What is known of a record, also of one that is refused. */
export interface About {
  readonly requestId: string
  readonly pool: string
  readonly contactId: string
}

export type Asked = { readonly ask: Ask } | { readonly error: CodedError; readonly about: About }

const unknown: About = { requestId: '', pool: '', contactId: '' }

/** From bytes to a command, or why they are none. What the command says is judged by its handler. */
export function readRecord(value: Uint8Array | null): Asked {
  let record: IngressRecord
  try {
    record = recordOf(value)
  } catch (error) {
    return { error: codedOr(error), about: unknown }
  }
  const { command, requestId } = record
  const { pool = '', contactId = '' } = command?.value ?? {}
  const about = { requestId, pool, contactId }
  try {
    parse.optionalId('request_id', requestId)
    if (command === undefined) throw refused('FIELD_MISSING', 'command')
    return { ask: { command: comesFirst(command), key: `${pool}/${contactId}`, about } }
  } catch (error) {
    return { error: codedOr(error), about }
  }
}

function recordOf(value: Uint8Array | null): IngressRecord {
  if (value === null || value.length === 0) throw refused('FIELD_MISSING', 'record')
  const { recordBytesMax } = ingressLimits
  if (value.length > recordBytesMax) {
    throw refused('FIELD_TOO_LONG', 'record', recordBytesMax, value.length)
  }
  return decoded('evenkeel.ingress.v1.IngressRecord', IngressRecord, value)
}

/** An end may be ahead of its contact here, whatever the record says: nobody waits for an answer. */
function comesFirst(command: NonNullable<IngressRecord['command']>): ContactCommand {
  switch (command.$case) {
    case 'abandonContact':
      return { $case: command.$case, value: { ...command.value, mayPrecede: true } }
    case 'cancelContact':
      return { $case: command.$case, value: { ...command.value, mayPrecede: true } }
    default:
      return command
  }
}

function codedOr(error: unknown): CodedError {
  if (error instanceof CodedError) return error
  throw error
}
