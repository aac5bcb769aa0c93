import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type AgentChannel, Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import {
  type Contact,
  ContactState,
  DialOutcome,
  Requirement,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaCause,
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import {
  type AgentChoice,
  type AlternativesPolicy,
  type CallbackPolicy,
  type Escalation,
  GetQueueStatsRequest,
  Pool,
  Queue,
  type QueueStats,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type QueuePromises,
  RespondToCallbackOfferRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import type { Duration } from '@evenkeel/proto/google/protobuf/duration'
import { type Api, Caller, connect, orTooEarly } from './api.ts'
import { Desk } from './desk.ts'
import { until } from './patience.ts'
import { minutes } from './time.ts'
import type { World } from './world.ts'

/** Skills and their levels, e.g. { tax: 3 }. */
export type Skills = Readonly<Record<string, number>>

/** A callback is offered whenever more than a minute is expected; the rest as the API has it. */
export const CALLBACK: CallbackPolicy = {
  offerAbove: minutes(1),
  offerCadence: undefined,
  offerTimeout: undefined,
  ringTimeout: undefined,
  maxAttempts: 0,
  retryAfter: undefined,
  promiseTolerance: undefined,
  giveUpAfter: undefined,
  offerLevelBp: 0,
  within: undefined,
  recoverAfter: undefined,
  customerFirst: undefined,
  retries: [],
  callingHours: undefined,
}

type Share = Pick<AgentChannel, 'channel' | 'weight'>
const calls: readonly Share[] = [{ channel: Channel.CHANNEL_VOICE, weight: 100 }]

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
  readonly routing = new Caller()
  readonly #skills = new Caller()
  readonly #desks: Desk[] = []
  readonly #catalogue = new Set<string>()

  constructor(world: World) {
    centres += 1
    this.world = world
    this.pool = `centre-${centres}`
    this.api = connect(world.grpc, world)
  }

  static async open(t: TestContext, world: World): Promise<Centre> {
    const centre = new Centre(world)
    t.after(() => centre.close())
    const { queues } = centre.api
    // People who wait for nobody make more calls in a second than a centre's lines would allow.
    const dialPacing = { perSecond: 100, inFlight: 0 }
    const pool = Pool.fromPartial({ pool: centre.pool, dialPacing })
    await centre.routing.call(queues.putPool.bind(queues), { pool, validateOnly: false })
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
      readonly offerTimeout?: Duration
      readonly channel?: Channel
      readonly agentChoice?: AgentChoice
      readonly escalation?: Escalation
      readonly alternatives?: AlternativesPolicy
    } = {},
  ): Promise<void> {
    await this.#knowSkills(options.needs ?? {})
    const { queues } = this.api
    const { callback = {} } = options
    const queue = Queue.fromPartial({
      pool: this.pool,
      queueId,
      channel: options.channel ?? Channel.CHANNEL_VOICE,
      agentChoice: options.agentChoice,
      escalation: options.escalation,
      alternatives: options.alternatives,
      requirements: requirements(options.needs),
      callback: callback === 'none' ? undefined : { ...CALLBACK, ...callback },
      initialHandleTime: options.handleTime,
      offerTimeout: options.offerTimeout,
    })
    await this.routing.call(queues.putQueue.bind(queues), { queue, validateOnly: false })
  }

  /** Skills are of the pool's catalogue; the pool reaches the skills service a moment later. */
  async #knowSkills(skills: Skills): Promise<void> {
    const { skills: service } = this.api
    for (const skillId of Object.keys(skills)) {
      if (this.#catalogue.has(skillId)) continue
      this.#catalogue.add(skillId)
      const skill = { pool: this.pool, skillId, maxLevel: 5 }
      const request = PutSkillRequest.fromPartial({ skill })
      await unlessTooEarly(`skill ${skillId} to be known`, () =>
        this.#skills.call(service.putSkill.bind(service), request),
      )
    }
  }

  async #profile(agentId: string, skills: Skills, etag: string, channels = calls): Promise<string> {
    await this.#knowSkills(skills)
    const { skills: service } = this.api
    const profile = {
      pool: this.pool,
      agentId,
      skills: Object.entries(skills).map(([skillId, level]) => ({ skillId, level })),
      channels: [...channels],
      etag,
    }
    const request = PutAgentRequest.fromPartial({ profile })
    const stored = await unlessTooEarly(`the profile of ${agentId}`, () =>
      this.#skills.call(service.putAgent.bind(service), request),
    )
    return stored.profile?.etag ?? ''
  }

  /** An agent with these skills signs in and is ready, free or at once with an offer. */
  async agent(name: string, skills: Skills = {}, channels = calls): Promise<Desk> {
    // An agent belongs to one pool of the world.
    const agentId = `${name}@${this.pool}`
    const etag = await this.#profile(agentId, skills, '', channels)
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
    return this.routing.call(agents.getAgent.bind(agents), { pool: this.pool, agentId })
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
    return theContact(await this.routing.call(contacts.submitContact.bind(contacts), request))
  }

  async contact(contactId: string): Promise<Contact> {
    const { contacts } = this.api
    const request = { pool: this.pool, contactId }
    return theContact(await this.routing.call(contacts.getContact.bind(contacts), request))
  }

  /** Every contact of the centre that has not ended, by id, calls that met another left out. */
  async openContacts(): Promise<string[]> {
    const { contacts } = this.api
    const request = { pool: this.pool, states: [], pageSize: 500, pageToken: '' }
    const list = await this.routing.call(contacts.listContacts.bind(contacts), request)
    return list.contacts
      .filter(({ state }) => !OVER.has(state))
      .map(({ contactId }) => contactId)
      .sort()
  }

  /** The customer wants to be called back, with the place kept or as is said, and hangs up. */
  async choosesCallback(
    contactId: string,
    choice: Partial<RespondToCallbackOfferRequest> = {},
  ): Promise<Contact> {
    await this.#answers({ contactId, accept: true, addressRef: phoneOf(contactId), ...choice })
    return this.hangsUp(contactId)
  }

  async prefersToWait(contactId: string): Promise<Contact> {
    return this.#answers({ contactId, accept: false })
  }

  async #answers(answer: Partial<RespondToCallbackOfferRequest>): Promise<Contact> {
    const { callbacks } = this.api
    const request = RespondToCallbackOfferRequest.fromPartial({ pool: this.pool, ...answer })
    return theContact(
      await this.routing.call(callbacks.respondToCallbackOffer.bind(callbacks), request),
    )
  }

  /** What the queue has promised, and how it came out. */
  async promises(queueId: string): Promise<QueuePromises> {
    const { callbacks } = this.api
    const request = { pool: this.pool, queueIds: [queueId] }
    const answer = await this.routing.call(callbacks.getPromises.bind(callbacks), request)
    return answer.queues[0] ?? assert.fail(`no promises of ${queueId}`)
  }

  async hangsUp(contactId: string): Promise<Contact> {
    const { contacts } = this.api
    const request = { pool: this.pool, contactId, mayPrecede: false }
    return theContact(await this.routing.call(contacts.abandonContact.bind(contacts), request))
  }

  async claims(claimant: string, contactId: string, attemptId: string): Promise<Contact> {
    const { callbacks } = this.api
    const request = { pool: this.pool, contactId, attemptId, claimant }
    return theContact(await this.routing.call(callbacks.claimDial.bind(callbacks), request))
  }

  async reports(
    claimant: string,
    contactId: string,
    attemptId: string,
    outcome: DialOutcome,
  ): Promise<Contact> {
    const { callbacks } = this.api
    const request = { pool: this.pool, contactId, attemptId, claimant, outcome }
    return theContact(await this.routing.call(callbacks.reportDial.bind(callbacks), request))
  }

  /** Away from its agent, to another. */
  async transfers(contactId: string, queueId: string): Promise<Contact> {
    const { contacts } = this.api
    const request = {
      pool: this.pool,
      contactId,
      queueId,
      requirements: [],
      requestId: 't-1',
      consultContactId: '',
    }
    return theContact(await this.routing.call(contacts.transferContact.bind(contacts), request))
  }

  /** Agent and customer hear each other. */
  async mediaIsUp(contactId: string): Promise<Contact> {
    return this.#media(contactId, MediaStatus.MEDIA_STATUS_ANSWERED)
  }

  async #media(contactId: string, status: MediaStatus): Promise<Contact> {
    const { contacts } = this.api
    const cause = MediaCause.MEDIA_CAUSE_UNSPECIFIED
    const request = { pool: this.pool, contactId, status, cause }
    return theContact(await this.routing.call(contacts.reportMedia.bind(contacts), request))
  }

  /** By hand, by a supervisor. */
  async assigns(contactId: string, desk: Desk): Promise<Contact> {
    const { agents } = this.api
    const request = { pool: this.pool, contactId, agentId: desk.agentId }
    return theContact(await this.routing.call(agents.assignContact.bind(agents), request))
  }

  /** What calls that are not ours take of the agent's budget. */
  async directCalls({ agentId }: Desk, weight: number): Promise<void> {
    const { agents } = this.api
    const request = { pool: this.pool, agentId, weight, validFor: undefined }
    await this.routing.call(agents.setExternalLoad.bind(agents), request)
  }

  async explanation(contactId: string) {
    const { explain } = this.api
    const request = { pool: this.pool, contactId }
    return this.routing.call(explain.explainContact.bind(explain), request)
  }

  async figures(queueId: string, more: Partial<GetQueueStatsRequest> = {}): Promise<QueueStats> {
    const { queues } = this.api
    const asked = { pool: this.pool, queueIds: [queueId], ...more }
    const request = GetQueueStatsRequest.fromPartial(asked)
    const stats = await this.routing.call(queues.getQueueStats.bind(queues), request)
    return stats.queues[0] ?? assert.fail(`no figures of ${queueId}`)
  }

  /** What must read 0 does. */
  async assertSound(): Promise<void> {
    const { queues } = this.api
    const health = await this.routing.call(queues.getPoolHealth.bind(queues), { pool: this.pool })
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

export function theContact({ contact }: { readonly contact: Contact | undefined }): Contact {
  return contact ?? assert.fail('an answer without a contact')
}

export const requirements = (skills: Skills = {}) =>
  Object.entries(skills).map(([skillId, minimumLevel]) =>
    Requirement.fromPartial({ skillId, minimumLevel }),
  )

/** Calls until what it needs has crossed from another service. */
async function unlessTooEarly<T>(what: string, call: () => Promise<T>): Promise<T> {
  const answer = await until(
    what,
    () => orTooEarly(call()),
    (found) => found !== undefined,
  )
  return answer ?? assert.fail(what)
}

/** The attempt that somebody is to claim. */
export function attemptOf(contact: Contact): string {
  return contact.callback?.attempt?.attemptId ?? assert.fail(`${contact.contactId} has no attempt`)
}

export {
  CallbackProduct,
  CallbackStatus,
  ContactState,
  DialOutcome,
} from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { PutAgentRequest, PutSkillRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
