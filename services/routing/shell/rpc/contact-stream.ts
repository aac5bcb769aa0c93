import { CodedError, parse, refused } from '@evenkeel/chassis/errors'
import type { Call, Duplex } from '@evenkeel/chassis/serve'
import type {
  ContactStreamRequest,
  ContactStreamResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { contactView } from '../../core/index.ts'
import { knownContact, type RoutingReplica, submit } from '../calls.ts'
import { streamLimits } from '../limits.ts'
import { statusOf } from '../translate/status.ts'
import { contactWire } from '../translate/views.ts'

const { outstanding: outstandingMax, timeoutMsMax, timeoutMsAbsent } = streamLimits

/** Commands on one stream, answered as they are decided. A refused one does not end the stream. */
export async function contactStream(
  replica: RoutingReplica,
  stream: Duplex<ContactStreamRequest, ContactStreamResponse>,
): Promise<void> {
  const outstanding = new Set<Promise<void>>()
  for await (const request of stream.read()) {
    const answering = answer(replica, request, stream.signal).then((response) => {
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
  replica: RoutingReplica,
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
    const value = await submit(replica, command, call, (s, at) =>
      contactWire(contactView(s, knownContact(s, command.value), at)),
    )
    return { requestId, position, result: { $case: 'contact', value } }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    return { requestId, position, result: { $case: 'error', value: statusOf(error) } }
  }
}
