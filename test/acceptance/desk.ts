import assert from 'node:assert/strict'
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js'
import type {
  AgentSessionRequest,
  AgentSessionResponse,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import type { Offer } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { patient, Refused, refusedBy } from './api.ts'
import type { Centre } from './centre.ts'
import { within } from './patience.ts'

type DeskCommand = NonNullable<AgentSessionRequest['command']>

/** An agent's desk: one AgentSession, which is resumed when it is cut. */
export class Desk {
  readonly agentId: string
  etag: string
  readonly #centre: Centre
  readonly #heard: AgentSessionResponse[] = []
  #stream: ClientDuplexStream<AgentSessionRequest, AgentSessionResponse> | undefined
  #token = ''
  #sent = 0
  #offer: Offer | undefined
  #left = false
  #wake: () => void = () => {}

  constructor(centre: Centre, agentId: string, etag: string) {
    this.#centre = centre
    this.agentId = agentId
    this.etag = etag
  }

  /** Opens the session, or resumes it. */
  async sitDown(): Promise<void> {
    const { agents } = this.#centre.api
    const stream = agents.agentSession(patient())
    this.#stream = stream
    this.#offer = undefined
    this.#heard.length = 0
    stream.on('data', (message: AgentSessionResponse) => this.#take(message))
    const cut = (error?: ServiceError) => {
      if (this.#stream !== stream) return
      this.#stream = undefined
      const told = error && refusedBy(error)
      if (told && told.code !== '') throw told
      this.#wake()
    }
    stream.on('error', cut)
    stream.on('end', () => cut())
    const { pool } = this.#centre
    const value = { pool, agentId: this.agentId, sessionToken: this.#token, ready: true }
    stream.write({ requestId: 'open', command: { $case: 'open', value } })
    await this.#until('its session to open', () => this.#told('opened'))
  }

  /** The line to the server is cut, and the desk has noticed. */
  async losesLine(): Promise<void> {
    await this.#until('the cut of its line', () => (this.#stream === undefined ? true : undefined))
  }

  async leave(): Promise<void> {
    this.#left = true
    const stream = this.#stream
    this.#stream = undefined
    if (stream === undefined) return
    stream.on('error', () => {})
    const ended = new Promise<void>((resolve) => stream.once('close', resolve))
    stream.end()
    stream.cancel()
    await within(`${this.agentId} to leave`, ended)
  }

  #take(message: AgentSessionResponse): void {
    this.#heard.push(message)
    const { event } = message
    if (event?.$case === 'opened') this.#token = event.value.sessionToken
    if (event?.$case === 'offer') this.#offer = event.value
    if (event?.$case === 'offerClosed' && event.value.offerId === this.#offer?.offerId) {
      this.#offer = undefined
    }
    this.#wake()
  }

  #told<Case extends NonNullable<AgentSessionResponse['event']>['$case']>(wanted: Case) {
    return this.#heard.find(({ event }) => event?.$case === wanted)
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    const found = async () => {
      for (;;) {
        const value = look()
        if (value !== undefined) return value
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
      }
    }
    const heard = () => this.#heard.map(({ event }) => event?.$case).join(', ')
    return within(() => `${this.agentId} to see ${what}; heard: ${heard()}`, found())
  }

  /** The offer that lies on the desk, as soon as it does. */
  async isOffered(contactId: string): Promise<Offer> {
    const offer = await this.#until(`an offer of ${contactId}`, () => this.#offer)
    assert.equal(offer.contact?.contactId, contactId, `what ${this.agentId} is offered`)
    return offer
  }

  /** The offer is taken back. */
  async losesOffer(): Promise<void> {
    await this.#until('its offer gone', () => (this.#offer === undefined ? true : undefined))
  }

  async accepts(contactId: string): Promise<Offer> {
    const offer = await this.isOffered(contactId)
    const { pool } = this.#centre
    const value = { pool, agentId: this.agentId, offerId: offer.offerId }
    await this.#do({ $case: 'acceptOffer', value })
    this.#offer = undefined
    return offer
  }

  /** Accepts, and the customer is on the line. */
  async takes(contactId: string): Promise<void> {
    await this.accepts(contactId)
    await this.#centre.mediaIsUp(contactId)
  }

  async completes(contactId: string): Promise<void> {
    const { pool } = this.#centre
    const value = { pool, contactId, agentId: this.agentId }
    await this.#do({ $case: 'completeContact', value })
  }

  async declines(contactId: string): Promise<void> {
    const offer = await this.isOffered(contactId)
    const { pool } = this.#centre
    const value = { pool, agentId: this.agentId, offerId: offer.offerId, retryAfter: undefined }
    await this.#do({ $case: 'declineOffer', value })
  }

  async #do(command: DeskCommand): Promise<void> {
    this.#sent += 1
    const requestId = `${this.agentId}-${this.#sent}`
    if (this.#stream === undefined || this.#left) throw new Error(`${this.agentId} has no line`)
    this.#stream.write({ requestId, command })
    const answer = await this.#until(`the answer to ${command.$case}`, () =>
      this.#heard
        .map(({ event }) => (event?.$case === 'result' ? event.value : undefined))
        .find((result) => result?.requestId === requestId),
    )
    if (answer.error !== undefined) throw new Refused(answer.error)
  }
}
