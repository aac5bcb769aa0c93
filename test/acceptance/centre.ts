import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js'
import {
  type AgentSessionRequest,
  type AgentSessionResponse,
  Presence,
} from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  type Contact,
  ContactState,
  DialOutcome,
  type Offer,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaCause,
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  type CallbackPolicy,
  Queue,
  type QueueStats,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Duration } from '@evenkeel/proto/google/protobuf/duration'
import type { Timestamp } from '@evenkeel/proto/google/protobuf/timestamp'
import { type Api, Caller, connect, patient, Refused, refusedBy } from './api.ts'
import { until, within } from './patience.ts'
import { openWorld, type World } from './world.ts'

export const seconds = (count: number): Duration => ({ seconds: count, nanos: 0 })
export const minutes = (count: number): Duration => seconds(60 * count)
export const SECOND = 1000
export const MINUTE = 60 * SECOND

export const timeMs = (time: Timestamp | undefined): number =>
  time === undefined ? Number.NaN : time.seconds * 1000 + time.nanos / 1e6
export const durationMs = timeMs

/** Skills and their levels, e.g. { tax: 3 }. */
export type Skills = Readonly<Record<string, number>>

/** A callback is offered whenever more than a minute is expected; the rest as the API has it. */
const CALLBACK: CallbackPolicy = {
  offerAbove: minutes(1),
  offerCadence: undefined,
  offerTimeout: undefined,
  ringTimeout: undefined,
  maxAttempts: 0,
  retryAfter: undefined,
  promiseTolerance: undefined,
  giveUpAfter: undefined,
}

let centres = 0

/**
 * A contact centre of the test's own: one pool, its queues and its agents, on a world that the
 * tests of a file may share.
 */
export class Centre {
  readonly world: World
  readonly pool: string
  readonly api: Api
  /** Of the routing service. */
  readonly #routing = new Caller()
  readonly #skills = new Caller()
  readonly #desks: Desk[] = []
  readonly #catalogue = new Set<string>()

  constructor(world: World) {
    centres += 1
    this.world = world
    this.pool = `centre-${centres}`
    this.api = connect(world.grpc)
  }

  static async open(t: TestContext, world: World): Promise<Centre> {
    const centre = new Centre(world)
    t.after(() => centre.close())
    const { queues } = centre.api
    const pool = { pool: centre.pool, displayName: '', etag: '' }
    await centre.#routing.call(queues.putPool.bind(queues), { pool })
    return centre
  }

  async close(): Promise<void> {
    await Promise.all(this.#desks.map((desk) => desk.leave()))
    this.api.close()
  }

  /** A voice queue; with callbacks unless it says otherwise. */
  async queue(
    queueId: string,
    options: {
      readonly needs?: Skills
      readonly callback?: Partial<CallbackPolicy> | 'none'
      readonly handleTime?: Duration
    } = {},
  ): Promise<void> {
    await this.#knowSkills(options.needs ?? {})
    const { queues } = this.api
    const { callback = {} } = options
    const queue = Queue.fromPartial({
      pool: this.pool,
      queueId,
      channel: Channel.CHANNEL_VOICE,
      requirements: requirements(options.needs),
      callback: callback === 'none' ? undefined : { ...CALLBACK, ...callback },
      initialHandleTime: options.handleTime,
    })
    await this.#routing.call(queues.putQueue.bind(queues), { queue })
  }

  /** Skills are of the pool's catalogue; the pool reaches the skills service a moment later. */
  async #knowSkills(skills: Skills): Promise<void> {
    const { skills: service } = this.api
    for (const skillId of Object.keys(skills)) {
      if (this.#catalogue.has(skillId)) continue
      this.#catalogue.add(skillId)
      const skill = { pool: this.pool, skillId, displayName: '', maxLevel: 5, etag: '' }
      await unlessTooEarly(`skill ${skillId} to be known`, () =>
        this.#skills.call(service.putSkill.bind(service), { skill }),
      )
    }
  }

  async #profile(agentId: string, skills: Skills, etag: string): Promise<string> {
    await this.#knowSkills(skills)
    const { skills: service } = this.api
    const profile = {
      pool: this.pool,
      agentId,
      displayName: '',
      team: '',
      skills: Object.entries(skills).map(([skillId, level]) => ({
        skillId,
        level,
        validFrom: undefined,
        validUntil: undefined,
      })),
      channels: [{ channel: Channel.CHANNEL_VOICE, weight: 100 }],
      etag,
    }
    const stored = await unlessTooEarly(`the profile of ${agentId}`, () =>
      this.#skills.call(service.putAgent.bind(service), { profile }),
    )
    return stored.profile?.etag ?? ''
  }

  /** An agent with these skills signs in and is ready, free or at once with an offer. */
  async agent(name: string, skills: Skills = {}): Promise<Desk> {
    // An agent belongs to one pool of the world.
    const agentId = `${name}@${this.pool}`
    const etag = await this.#profile(agentId, skills, '')
    // The profile crosses from the skills service to routing.
    await unlessTooEarly(`${agentId} to be known to routing`, () => this.#getAgent(agentId))
    const desk = new Desk(this, agentId, etag)
    this.#desks.push(desk)
    await desk.sitDown()
    return desk
  }

  /** The agent's skills are others from now on. Resolves when routing has heard of it. */
  async changeSkills(desk: Desk, skills: Skills): Promise<void> {
    desk.etag = await this.#profile(desk.agentId, skills, desk.etag)
    const levels = (agent: Awaited<ReturnType<Centre['agentAsSeen']>>) =>
      Object.fromEntries(agent.skills.map(({ skillId, level }) => [skillId, level]))
    const wanted = JSON.stringify(skills)
    await until(
      `routing to know that ${desk.agentId} has ${wanted}`,
      async () => levels(await this.agentAsSeen(desk)),
      (known) => JSON.stringify(known) === wanted,
    )
  }

  #getAgent(agentId: string) {
    const { agents } = this.api
    return this.#routing.call(agents.getAgent.bind(agents), { pool: this.pool, agentId })
  }

  async agentAsSeen({ agentId }: Desk) {
    const { agent } = await this.#getAgent(agentId)
    return agent ?? assert.fail(`no agent ${agentId}`)
  }

  /** Ready, with nothing offered and nothing to do. */
  async assertFree(desk: Desk): Promise<void> {
    const { agentId, presence, load, work } = await this.agentAsSeen(desk)
    assert.deepEqual(
      { agentId, presence, load, work },
      { agentId: desk.agentId, presence: Presence.PRESENCE_READY, load: 0, work: [] },
    )
  }

  submission(contactId: string, queueId: string, more: Partial<SubmitContactRequest> = {}) {
    return SubmitContactRequest.fromPartial({ pool: this.pool, contactId, queueId, ...more })
  }

  /** A customer calls. The answer is the contact as it stands then, perhaps an older one. */
  async arrives(
    contactId: string,
    queueId: string,
    more: Partial<SubmitContactRequest> = {},
  ): Promise<Contact> {
    const { contacts } = this.api
    const request = this.submission(contactId, queueId, more)
    return theContact(await this.#routing.call(contacts.submitContact.bind(contacts), request))
  }

  async contact(contactId: string): Promise<Contact> {
    const { contacts } = this.api
    const request = { pool: this.pool, contactId }
    return theContact(await this.#routing.call(contacts.getContact.bind(contacts), request))
  }

  /** Every contact of the centre that has not ended, by id, calls that met another left out. */
  async openContacts(): Promise<string[]> {
    const { contacts } = this.api
    const request = { pool: this.pool, states: [], pageSize: 500, pageToken: '' }
    const list = await this.#routing.call(contacts.listContacts.bind(contacts), request)
    return list.contacts
      .filter(({ state }) => !OVER.has(state))
      .map(({ contactId }) => contactId)
      .sort()
  }

  /** The customer wants to be called back and hangs up. */
  async choosesCallback(contactId: string): Promise<Contact> {
    const { callbacks } = this.api
    const request = { pool: this.pool, contactId, accept: true, addressRef: phoneOf(contactId) }
    await this.#routing.call(callbacks.respondToCallbackOffer.bind(callbacks), request)
    return this.hangsUp(contactId)
  }

  async prefersToWait(contactId: string): Promise<Contact> {
    const { callbacks } = this.api
    const request = { pool: this.pool, contactId, accept: false, addressRef: '' }
    return theContact(
      await this.#routing.call(callbacks.respondToCallbackOffer.bind(callbacks), request),
    )
  }

  async hangsUp(contactId: string): Promise<Contact> {
    const { contacts } = this.api
    const request = { pool: this.pool, contactId }
    return theContact(await this.#routing.call(contacts.abandonContact.bind(contacts), request))
  }

  async claims(claimant: string, contactId: string, attemptId: string): Promise<Contact> {
    const { callbacks } = this.api
    const request = { pool: this.pool, contactId, attemptId, claimant }
    return theContact(await this.#routing.call(callbacks.claimDial.bind(callbacks), request))
  }

  async reports(
    claimant: string,
    contactId: string,
    attemptId: string,
    outcome: DialOutcome,
  ): Promise<Contact> {
    const { callbacks } = this.api
    const request = { pool: this.pool, contactId, attemptId, claimant, outcome }
    return theContact(await this.#routing.call(callbacks.reportDial.bind(callbacks), request))
  }

  /** Away from its agent, to another. */
  async transfers(contactId: string, queueId: string): Promise<Contact> {
    const { contacts } = this.api
    const request = { pool: this.pool, contactId, queueId, requirements: [], requestId: 't-1' }
    return theContact(await this.#routing.call(contacts.transferContact.bind(contacts), request))
  }

  /** Agent and customer hear each other. */
  async mediaIsUp(contactId: string): Promise<Contact> {
    return this.#media(contactId, MediaStatus.MEDIA_STATUS_ANSWERED)
  }

  async #media(contactId: string, status: MediaStatus): Promise<Contact> {
    const { contacts } = this.api
    const cause = MediaCause.MEDIA_CAUSE_UNSPECIFIED
    const request = { pool: this.pool, contactId, status, cause }
    return theContact(await this.#routing.call(contacts.reportMedia.bind(contacts), request))
  }

  async explanation(contactId: string) {
    const { explain } = this.api
    const request = { pool: this.pool, contactId }
    return this.#routing.call(explain.explainContact.bind(explain), request)
  }

  async figures(queueId: string): Promise<QueueStats> {
    const { queues } = this.api
    const request = { pool: this.pool, queueIds: [queueId] }
    const stats = await this.#routing.call(queues.getQueueStats.bind(queues), request)
    return stats.queues[0] ?? assert.fail(`no figures of ${queueId}`)
  }

  /** What must read 0 does. */
  async assertSound(): Promise<void> {
    const { queues } = this.api
    const health = await this.#routing.call(queues.getPoolHealth.bind(queues), { pool: this.pool })
    const { violationDetails, pastDeadline, assignmentsBelowRequiredSkill: below } = health
    assert.deepEqual(
      { violationDetails, pastDeadline, below },
      { violationDetails: [], pastDeadline: 0, below: 0 },
    )
  }
}

/** Where the customer of a contact is to be called. */
export const phoneOf = (contactId: string): string => `phone:${contactId}`

const OVER: ReadonlySet<ContactState> = new Set([
  ContactState.CONTACT_STATE_COMPLETED,
  ContactState.CONTACT_STATE_ABANDONED,
  ContactState.CONTACT_STATE_EXPIRED,
  ContactState.CONTACT_STATE_CANCELLED,
  ContactState.CONTACT_STATE_MERGED,
])

function theContact({ contact }: { readonly contact: Contact | undefined }): Contact {
  return contact ?? assert.fail('an answer without a contact')
}

export const requirements = (skills: Skills = {}) =>
  Object.entries(skills).map(([skillId, minimumLevel]) => ({ skillId, minimumLevel }))

/** Calls until what it needs has crossed from another service. */
async function unlessTooEarly<T>(what: string, call: () => Promise<T>): Promise<T> {
  const attempt = () =>
    call().catch((error: unknown) => {
      if (error instanceof Refused && error.retryable) return undefined
      throw error
    })
  const answer = await until(what, attempt, (found) => found !== undefined)
  return answer ?? assert.fail(what)
}

/** The code of the refusal that a call must meet. */
export async function refusal(call: Promise<unknown>): Promise<Refused> {
  try {
    await call
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
  return assert.fail('this should have been refused')
}

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

/** The attempt that somebody is to claim. */
export function attemptOf(contact: Contact): string {
  return contact.callback?.attempt?.attemptId ?? assert.fail(`${contact.contactId} has no attempt`)
}

export {
  CallbackStatus,
  ContactState,
  DialOutcome,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
export { openWorld }
