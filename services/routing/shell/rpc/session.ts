import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CodedError,
  duration,
  fromRejection,
  idPatterns,
  parse,
  refused,
} from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { Call, Duplex } from '@evenkeel/chassis/serve'
import type {
  AgentSessionRequest,
  AgentSessionResponse,
  OpenSession,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  type AgentRow,
  agentView,
  contactView,
  durations,
  errors,
  keyOf,
  openOfferOf,
  type RoutingState,
} from '../../core/index.ts'
import { replicaOf, type RoutingHosted, type RoutingReplica, submitTo } from '../calls.ts'
import type { Desk, Desks } from '../desks.ts'
import { streamLimits } from '../limits.ts'
import type { WireCommand } from '../translate/commands.ts'
import { statusOf } from '../translate/status.ts'
import { agentWire, contactWire, offerWire } from '../translate/views.ts'

type Stream = Duplex<AgentSessionRequest, AgentSessionResponse>

const callOf = (signal: AbortSignal): Call => ({
  deadlineMs: streamLimits.deskCommandMs,
  signal,
  atLeast: undefined,
  position: () => undefined,
})

/**
 * An agent's desk on one stream. The first message opens or resumes; the end of the stream is a
 * cut, never a sign-out.
 */
export async function agentSession(
  hosted: RoutingHosted,
  desksOf: DesksOf,
  stream: Stream,
): Promise<void> {
  const taken = Promise.withResolvers<never>()
  await Promise.race([converse(hosted, desksOf, stream, taken.reject), taken.promise])
}

type DesksOf = (replica: RoutingReplica) => Desks

/** Says why a desk's stream ends before its caller does. */
type End = (error: CodedError) => void

async function converse(
  hosted: RoutingHosted,
  desksOf: DesksOf,
  stream: Stream,
  end: End,
): Promise<void> {
  let session: Session | undefined
  try {
    for await (const request of stream.read()) {
      parse.id('request_id', request.requestId)
      if (session === undefined) session = await open(hosted, desksOf, stream, end, request)
      else if (session.over) break
      else await session.answer(request)
    }
  } finally {
    await session?.cut()
  }
}

async function open(
  hosted: RoutingHosted,
  desksOf: DesksOf,
  stream: Stream,
  end: End,
  request: AgentSessionRequest,
): Promise<Session> {
  if (request.command?.$case !== 'open') throw refused('FIELD_MISSING', 'open')
  const asked: OpenSession = request.command.value
  const pool = parse.id('pool', asked.pool, idPatterns.slug)
  const agentId = parse.id('agent_id', asked.agentId, idPatterns.agent)
  const replica = replicaOf(hosted, pool)
  // Random, since knowing it is the right to take the desk over.
  const token = asked.sessionToken === '' ? randomBytes(16).toString('hex') : asked.sessionToken
  const command: WireCommand = {
    $case: 'sessionOpened',
    value: {
      pool,
      agentId,
      resumeToken: asked.sessionToken,
      ready: asked.ready,
      replica: replica.id,
      sessionToken: token,
    },
  }
  return submitTo(replica, command, callOf(stream.signal), (s, at) => {
    const seat = { pool, agentId, token, replica: replica.id }
    const session = new Session(replica, desksOf(replica), stream, end, seat)
    session.greet(s, at)
    return session
  })
}

interface Seat {
  readonly pool: string
  readonly agentId: string
  readonly token: string
  /** Where the stream is. */
  readonly replica: string
}

/** Refusals of a log, or of a replica, that is away and comes back. */
const FOR_NOW: ReadonlySet<string> = new Set([
  'COMMAND_TOO_LATE',
  'DEADLINE_EXCEEDED',
  'LOG_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'PARTITION_HALTED',
])

class Session implements Desk {
  /** Somebody else has the desk: nothing is told or cut any more. */
  over = false
  readonly #replica: RoutingReplica
  readonly #desks: Desks
  readonly #stream: Stream
  readonly #end: End
  readonly #seat: Seat
  readonly #key: string
  /** The offer that the desk shows. */
  #shown: { readonly offerId: string; readonly contactId: string } | undefined
  #lastAgent = ''
  #resuming = false

  constructor(replica: RoutingReplica, desks: Desks, stream: Stream, end: End, seat: Seat) {
    this.#replica = replica
    this.#desks = desks
    this.#stream = stream
    this.#end = end
    this.#seat = seat
    this.#key = keyOf(seat.pool, seat.agentId)
  }

  greet(s: RoutingState, at: Moment): void {
    this.#desks.seat(s, this.#key, this)
    const agent = agentWire(agentView(s, s.agents.must(this.#key), at))
    const grace = duration(durations.sessionGrace)
    this.#tell({ $case: 'opened', value: { sessionToken: this.#seat.token, agent, grace } })
    this.#showOffer(s, at)
    // What happened to them while nobody listened is told to nobody else.
    const { slot } = s.agents.must(this.#key)
    for (let w = s.workOf.first(slot); w !== NONE; w = s.workOf.next(w)) {
      this.contactChanged(s, s.contacts.at(w).id, at)
    }
  }

  /** A refused command is answered, not the end of the stream. */
  async answer(request: AgentSessionRequest): Promise<void> {
    const { requestId } = request
    try {
      const command = this.#commandOf(request)
      if (command)
        await submitTo(this.#replica, command, callOf(this.#stream.signal), () => undefined)
      this.#tell({ $case: 'result', value: { requestId, error: undefined } })
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      this.#tell({ $case: 'result', value: { requestId, error: statusOf(error) } })
    }
  }

  /** Pool and agent are the session's: nobody acts for another from a desk. */
  #commandOf({ command }: AgentSessionRequest): WireCommand | undefined {
    const { pool, agentId } = this.#seat
    const mine = { pool, agentId }
    switch (command?.$case) {
      case 'setPresence':
        return { $case: command.$case, value: { ...command.value, ...mine } }
      case 'acceptOffer':
        return { $case: command.$case, value: { ...command.value, ...mine } }
      case 'declineOffer':
        return { $case: command.$case, value: { ...command.value, ...mine } }
      case 'completeContact':
        return { $case: command.$case, value: { ...command.value, ...mine } }
      case 'extendWrapUp':
        return { $case: command.$case, value: { ...command.value, ...mine } }
      case 'setEndpointState':
        return { $case: command.$case, value: { ...command.value, ...mine } }
      case 'ping':
        return undefined
      case 'open':
        throw refused('FIELD_MALFORMED', 'open', 'only the first message of a stream')
      default:
        throw refused('FIELD_MISSING', 'command')
    }
  }

  agentChanged(s: RoutingState, at: Moment): void {
    const agent = s.agents.must(this.#key)
    if (this.#isElsewhere(agent)) return this.replaced()
    if (agent.sessionToken === this.#seat.token && !agent.connected) void this.#resume()
    this.#showOffer(s, at)
    const view = agentView(s, s.agents.must(this.#key), at)
    // A changed load comes with every contact, which is told by itself.
    const { activeChannels, endpointsOut, externalLoad, forcedBy, holdUntil } = agent
    const limits = [activeChannels, endpointsOut, externalLoad, forcedBy, holdUntil]
    const now = [agent.presence, agent.pauseReason, ...limits].join(' ')
    if (now === this.#lastAgent) return
    this.#lastAgent = now
    this.#tell({ $case: 'agent', value: agentWire(view) })
  }

  contactChanged(s: RoutingState, key: string, at: Moment): void {
    const contact = s.contacts.get(key)
    if (!contact) return
    // An offer to this desk is told as such; one to another desk means that the contact has left
    // this one.
    const mine = contact.agent !== NONE && s.agents.at(contact.agent).id === this.#key
    if (contact.state === 'offered' && mine) return
    this.#tell({ $case: 'contact', value: contactWire(contactView(s, contact, at)) })
  }

  /** Opened anew, or resumed by its token, at another replica: this stream is a leftover. */
  #isElsewhere(agent: AgentRow): boolean {
    if (agent.sessionToken === '') return false
    const { token, replica } = this.#seat
    return agent.sessionToken !== token || agent.sessionReplica !== replica
  }

  /**
   * The log believes the desk to be cut, since this replica could say nothing for a while; it is
   * connected all the same. Tried until it counts: the log refuses when the grace is over.
   */
  async #resume(): Promise<void> {
    if (this.#resuming) return
    this.#resuming = true
    const { pool, agentId, token, replica } = this.#seat
    const value = { pool, agentId, resumeToken: token, ready: false, replica, sessionToken: token }
    const call = callOf(this.#stream.signal)
    while (!this.over && !this.#stream.signal.aborted) {
      try {
        await submitTo(this.#replica, { $case: 'sessionOpened', value }, call, () => undefined)
        break
      } catch (error) {
        if (error instanceof CodedError && !error.retryable) return this.replaced()
        if (!(error instanceof CodedError)) throw error
        await pause(streamLimits.deskResumeMs)
      }
    }
    this.#resuming = false
  }

  replaced(): void {
    if (this.over) return
    this.over = true
    const fields = { agent_id: this.#seat.agentId }
    this.#end(fromRejection({ code: 'SESSION_UNKNOWN', fields }, errors))
  }

  #showOffer(s: RoutingState, at: Moment): void {
    const agent = s.agents.must(this.#key)
    const offer = openOfferOf(s, agent, at)
    if (offer?.offerId === this.#shown?.offerId) return
    const { offerId = '', contactId = '' } = this.#shown ?? {}
    const accepted = s.offers.get(offerId)?.status === 'accepted'
    if (this.#shown && !accepted) {
      this.#tell({ $case: 'offerClosed', value: { offerId, contactId } })
    }
    this.#shown = offer && { offerId: offer.offerId, contactId: offer.contact.contactId }
    if (offer) this.#tell({ $case: 'offer', value: offerWire(offer) })
  }

  #tell(event: NonNullable<AgentSessionResponse['event']>): void {
    if (!this.over) this.#stream.write({ event })
  }

  /**
   * The stream is gone: the grace begins. While the log takes nothing it is said again, unless
   * somebody has sat down meanwhile; of a replica that ends, its next run says it.
   */
  async cut(): Promise<void> {
    const held = this.#desks.leave(this.#key, this) && !this.over
    this.over = true
    if (!held) return
    const { pool, agentId, token, replica } = this.#seat
    const command: WireCommand = {
      $case: 'sessionCut',
      value: { pool, agentId, sessionToken: token, replica },
    }
    if (!(await this.#said(command))) void this.#saidLater(command)
  }

  async #saidLater(command: WireCommand): Promise<void> {
    do await pause(streamLimits.deskResumeMs, undefined, { ref: false })
    while (!this.#desks.has(this.#key) && !(await this.#said(command)))
  }

  /** False: the log does not take it now. */
  async #said(command: WireCommand): Promise<boolean> {
    try {
      const call = callOf(new AbortController().signal)
      await submitTo(this.#replica, command, call, () => undefined)
      return true
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      return !FOR_NOW.has(error.code)
    }
  }
}
