import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import {
  type AgentSessionRequest,
  AgentSessionResponse,
  AgentServiceService,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Contact, ContactState, Offer } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  ContactServiceService,
  type ContactStreamRequest,
  ContactStreamResponse,
  type SubmitContactRequest,
  SubmitContactResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js'

/** What stands between a submission and its answer. */
type Pass = (request: SubmitContactRequest) => Promise<void> | undefined

type Desk = ServerDuplexStream<AgentSessionRequest, AgentSessionResponse>
type Line = ServerDuplexStream<ContactStreamRequest, ContactStreamResponse>

const desks: Desk[] = []
let next = 0

function submitted(request: SubmitContactRequest): Contact {
  const now = { seconds: Math.floor(Date.now() / 1_000), nanos: 0 }
  const { holdOut: _holdOut, timeToLive: _timeToLive, enteredAt: _enteredAt, ...more } = request
  const { need: _need, facts: _facts, ...asked } = more
  const contact = Contact.fromPartial({
    ...asked,
    state: ContactState.CONTACT_STATE_OFFERED,
    stateSince: now,
    stateDeadline: now,
    enteredAt: now,
    createdAt: now,
    agentId: 'agent-0',
    offerId: `o-${next}-1`,
    offersMade: 1,
    version: 1,
  })
  const value = Offer.fromPartial({
    offerId: contact.offerId,
    agentId: contact.agentId,
    contact,
    expiresAt: now,
    weight: 100,
    reason: 'longest idle of those with the tightest fit',
  })
  desks[next++ % desks.length]?.write({ event: { $case: 'offer', value } })
  return contact
}

function agentSession(desk: Desk): void {
  desks.push(desk)
  desk.on('data', ({ requestId, command }: AgentSessionRequest) => {
    const opened = AgentSessionResponse.fromPartial({
      event: { $case: 'opened', value: { sessionToken: requestId } },
    })
    const result = { $case: 'result', value: { requestId, error: undefined } } as const
    desk.write(command?.$case === 'open' ? opened : { event: result })
  })
  desk.on('error', () => desk.end())
  desk.on('end', () => desk.end())
}

const contactStream = (pass: Pass) => (line: Line) => {
  line.on('data', ({ requestId, command }: ContactStreamRequest) => {
    if (command?.$case !== 'submitContact') return
    const request = command.value
    const answer = () => {
      const value = submitted(request)
      line.write(
        ContactStreamResponse.fromPartial({
          requestId,
          position: '0/1',
          result: { $case: 'contact', value },
        }),
      )
    }
    after(pass(request), answer)
  })
  line.on('error', () => line.end())
  line.on('end', () => line.end())
}

const submitContact =
  (pass: Pass) =>
  (
    call: ServerUnaryCall<SubmitContactRequest, SubmitContactResponse>,
    answer: sendUnaryData<SubmitContactResponse>,
  ): void => {
    const contact = () => submitted(call.request)
    after(pass(call.request), () =>
      answer(null, SubmitContactResponse.fromPartial({ contact: contact() })),
    )
  }

/** At once, where there is nothing to wait for. */
function after(passed: Promise<void> | undefined, act: () => void): void {
  if (passed === undefined) act()
  else void passed.then(act)
}

/** Answers a submission with a contact and shows it to the next desk as an offer. */
export function serveEcho(pass: Pass = () => undefined): void {
  const server = new Server()
  const contacts = { submitContact: submitContact(pass), contactStream: contactStream(pass) }
  server.addService(ContactServiceService, contacts)
  server.addService(AgentServiceService, { agentSession })
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error
    console.log(`gRPC on 127.0.0.1:${port}`)
  })
}
