import { CodedError, parse, refused } from '@evenkeel/chassis/errors'
import type { Call, Duplex } from '@evenkeel/chassis/serve'
import type {
  ContactStreamRequest,
  ContactStreamResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { RoutingHosted } from '../calls.ts'
import { streamLimits } from '../limits.ts'
import { statusOf } from '../translate/status.ts'
import { commandContact } from './contact-command.ts'

const { outstanding: outstandingMax, timeoutMsMax, timeoutMsAbsent } = streamLimits

/** Commands on one stream, answered as they are decided. A refused one does not end the stream. */
export async function contactStream(
  hosted: RoutingHosted,
  stream: Duplex<ContactStreamRequest, ContactStreamResponse>,
): Promise<void> {
  const outstanding = new Set<Promise<void>>()
  for await (const request of stream.read()) {
    const answering = answer(hosted, request, stream.signal).then((response) => {
      outstanding.delete(answering)
      stream.write(response)
    })
    outstanding.add(answering)
    if (outstanding.size >= outstandingMax) await Promise.race(outstanding)
  }
  await Promise.all(outstanding)
}

/** Never rejects for what a caller did; a fault of ours ends the stream. */
async function answer(
  hosted: RoutingHosted,
  request: ContactStreamRequest,
  signal: AbortSignal,
): Promise<ContactStreamResponse> {
  const { requestId } = request
  let position = ''
  try {
    parse.id('request_id', requestId)
    const ms = parse.durationMs('timeout', request.timeout, 1, timeoutMsMax, timeoutMsAbsent)
    const { command } = request
    if (command === undefined) throw refused('FIELD_MISSING', 'command')
    const call: Call = {
      deadlineMs: ms,
      signal,
      atLeast: undefined,
      position: (p) => {
        position = p
      },
    }
    const value = await commandContact(hosted, command, call)
    return { requestId, position, result: value && { $case: 'contact', value } }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    return { requestId, position, result: { $case: 'error', value: statusOf(error) } }
  }
}
