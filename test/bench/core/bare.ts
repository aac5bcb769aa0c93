import type { Command } from '@evenkeel/routing/core'
import type { Listener, Subject } from './subject.ts'

interface Queue {
  readonly id: string
  readonly channel: string
  readonly requirements: readonly Requirement[]
}

type Requirement = { readonly skillId: string; readonly minimumLevel: number }

interface RequestClass {
  readonly number: number
  readonly channel: string
  readonly requirements: readonly Requirement[]
  readonly waiting: Line
}

interface SupplyClass {
  readonly levels: ReadonlyMap<string, number>
  readonly serves: RequestClass[]
  /** How many of all requests have been looked at. */
  seen: number
}

interface Contact {
  readonly id: string
  readonly number: number
  readonly request: RequestClass
  state: 'waiting' | 'offered' | 'connecting' | 'connected' | 'ended'
  agent: Agent | undefined
}

interface Agent {
  readonly id: string
  readonly supply: SupplyClass
  readonly weights: ReadonlyMap<string, number>
  ready: boolean
  load: number
  offer: Contact | undefined
  /** Whether it stands among the free, for each of its channels and skills. */
  listed: boolean
}

/** First in, first out; who no longer waits is dropped when it comes to the front. */
class Line {
  readonly #members: Contact[] = []
  #front = 0

  push(contact: Contact): void {
    this.#members.push(contact)
  }

  first(): Contact | undefined {
    for (;;) {
      const member = this.#members[this.#front]
      if (member === undefined || member.state === 'waiting') return member
      this.#front += 1
      if (this.#front > 1_024 && this.#front * 2 > this.#members.length) {
        this.#members.splice(0, this.#front)
        this.#front = 0
      }
    }
  }
}

/** In the place of a second skill where there is none. */
const NO_OTHER = ''

/** One entry for each skill, made where there is none yet. */
class BySkill<T> {
  readonly #of = new Map<string, T>()
  readonly #make: () => T

  constructor(make: () => T) {
    this.#make = make
  }

  get(skillId: string): T {
    const known = this.#of.get(skillId)
    if (known !== undefined) return known
    const made = this.#make()
    this.#of.set(skillId, made)
    return made
  }
}

type Told = (listener: Listener) => void

/**
 * The floor: what one would write by hand with Map and Array. It routes by the same classes and
 * nearly the same order, and does nothing else: no text off the heap, no undo, deadline, event,
 * retention, callback, expected wait, refusal, statistics or record of the decision. Every queue
 * requires a skill.
 */
export class BareSubject implements Subject {
  readonly #queues = new Map<string, Queue>()
  readonly #requests = new Map<string, RequestClass>()
  readonly #supplies = new Map<string, SupplyClass>()
  readonly #agents = new Map<string, Agent>()
  readonly #contacts = new Map<string, Contact>()
  /** By the first two skills that they require, so that nobody is compared with all of them. */
  readonly #requested = new BySkill(() => new BySkill<RequestClass[]>(() => []))
  /** Free agents by a skill that they have, of each channel; who has been free for longest first. */
  readonly #free = new Map<string, BySkill<Set<Agent>>>()
  #told: Told[] = []
  #numbers = 0

  apply(c: Command): void {
    this.#told = []
    if (c.kind === 'putQueue') {
      const { requirements } = c.policy
      this.#queues.set(c.queueId, { id: c.queueId, channel: c.channel, requirements })
    } else if (c.kind === 'changeProfile') this.#profile(c)
    else if (c.kind === 'signIn') this.#setReady(this.#agent(c.agentId), true)
    else if (c.kind === 'setPresence')
      this.#setReady(this.#agent(c.agentId), c.presence === 'ready')
    else if (c.kind === 'submitContact') this.#submit(c.contactId, c.queueId, c.requirements)
    else if (c.kind === 'acceptOffer') this.#accept(this.#agent(c.agentId))
    else if (c.kind === 'reportMedia') this.#connect(this.#contact(c.contactId))
    else if (c.kind === 'completeContact' || c.kind === 'abandonContact') {
      this.#end(this.#contact(c.contactId))
    }
  }

  tick(): boolean {
    this.#told = []
    return false
  }

  tell(listener: Listener): void {
    for (const told of this.#told) told(listener)
  }

  touched(): number {
    return 0
  }

  #agent(id: string): Agent {
    const agent = this.#agents.get(id)
    if (agent === undefined) throw new Error(`no agent ${id}`)
    return agent
  }

  #contact(id: string): Contact {
    const contact = this.#contacts.get(id)
    if (contact === undefined) throw new Error(`no contact ${id}`)
    return contact
  }

  #profile(c: Extract<Command, { kind: 'changeProfile' }>): void {
    const key = c.skills.map((skill) => `${skill.skillId}:${skill.level}`).join()
    const known = this.#supplies.get(key)
    const levels = new Map(c.skills.map((skill) => [skill.skillId, skill.level]))
    const supply: SupplyClass = known ?? { levels, serves: [], seen: 0 }
    if (!known) this.#supplies.set(key, supply)
    const weights = new Map(c.channels.map(({ channel, weight }) => [channel, weight]))
    const state = { ready: false, load: 0, offer: undefined, listed: false }
    this.#agents.set(c.agentId, { id: c.agentId, supply, weights, ...state })
  }

  #requestClass(queue: Queue, own: readonly Requirement[]): RequestClass {
    const key = `${queue.id}|${own.map((one) => `${one.skillId}:${one.minimumLevel}`).join()}`
    const known = this.#requests.get(key)
    if (known) return known
    const requirements = [...queue.requirements, ...own]
    const number = this.#requests.size
    const made = { number, channel: queue.channel, requirements, waiting: new Line() }
    this.#requested
      .get(firstSkill(made))
      .get(requirements[1]?.skillId ?? NO_OTHER)
      .push(made)
    this.#requests.set(key, made)
    return made
  }

  /** With those that have come since it was asked last. */
  #served(supply: SupplyClass): readonly RequestClass[] {
    if (supply.seen === this.#requests.size) return supply.serves
    const { levels } = supply
    for (const first of levels.keys()) {
      const requested = this.#requested.get(first)
      for (const second of [NO_OTHER, ...levels.keys()]) {
        for (const request of requested.get(second)) {
          if (request.number >= supply.seen && serves(supply, request)) supply.serves.push(request)
        }
      }
    }
    supply.seen = this.#requests.size
    return supply.serves
  }

  #submit(id: string, queueId: string, own: readonly Requirement[]): void {
    const queue = this.#queues.get(queueId)
    if (queue === undefined || this.#contacts.has(id)) throw new Error(`no queue ${queueId}`)
    const request = this.#requestClass(queue, own)
    const contact: Contact = {
      id,
      number: this.#numbers++,
      request,
      state: 'waiting',
      agent: undefined,
    }
    this.#contacts.set(id, contact)
    const agent = this.#bestAgent(request)
    if (agent) this.#offer(contact, agent)
    else request.waiting.push(contact)
  }

  #bestAgent(request: RequestClass): Agent | undefined {
    for (const agent of this.#freeOf(request.channel).get(firstSkill(request))) {
      if (serves(agent.supply, request) && hasRoom(agent, request.channel)) return agent
    }
    return undefined
  }

  #freeOf(channel: string): BySkill<Set<Agent>> {
    const known = this.#free.get(channel)
    if (known !== undefined) return known
    const made = new BySkill<Set<Agent>>(() => new Set())
    this.#free.set(channel, made)
    return made
  }

  #list(agent: Agent): void {
    agent.listed = true
    for (const channel of agent.weights.keys()) {
      if (!hasRoom(agent, channel)) continue
      const free = this.#freeOf(channel)
      for (const skillId of agent.supply.levels.keys()) free.get(skillId).add(agent)
    }
  }

  #unlist(agent: Agent): void {
    if (!agent.listed) return
    agent.listed = false
    for (const channel of agent.weights.keys()) {
      const free = this.#freeOf(channel)
      for (const skillId of agent.supply.levels.keys()) free.get(skillId).delete(agent)
    }
  }

  #match(agent: Agent): void {
    if (!agent.ready || agent.offer) return
    let best: Contact | undefined
    for (const request of this.#served(agent.supply)) {
      if (!hasRoom(agent, request.channel)) continue
      const head = request.waiting.first()
      if (head && (best === undefined || head.number < best.number)) best = head
    }
    if (best) return this.#offer(best, agent)
    this.#unlist(agent)
    this.#list(agent)
  }

  #offer(contact: Contact, agent: Agent): void {
    contact.state = 'offered'
    contact.agent = agent
    agent.load += agent.weights.get(contact.request.channel) ?? 0
    agent.offer = contact
    this.#unlist(agent)
    this.#told.push((listener) => listener.offered(contact.id, agent.id, ''))
  }

  #accept(agent: Agent): void {
    const contact = agent.offer
    if (contact === undefined) throw new Error('no offer')
    agent.offer = undefined
    contact.state = 'connecting'
    this.#told.push((listener) => listener.accepted(contact.id))
    if (contact.request.channel === 'email') this.#connect(contact)
    this.#match(agent)
  }

  #connect(contact: Contact): void {
    contact.state = 'connected'
    this.#told.push((listener) => listener.connected(contact.id))
  }

  #end(contact: Contact): void {
    const { agent } = contact
    contact.state = 'ended'
    contact.agent = undefined
    this.#contacts.delete(contact.id)
    this.#told.push((listener) => listener.ended(contact.id))
    if (!agent) return
    agent.load -= agent.weights.get(contact.request.channel) ?? 0
    if (agent.offer === contact) agent.offer = undefined
    this.#match(agent)
  }

  #setReady(agent: Agent, ready: boolean): void {
    agent.ready = ready
    this.#unlist(agent)
    const { offer } = agent
    this.#told.push((listener) => listener.presence(agent.id, ready))
    if (ready) return this.#match(agent)
    if (!offer) return
    agent.offer = undefined
    agent.load -= agent.weights.get(offer.request.channel) ?? 0
    offer.state = 'waiting'
    offer.agent = undefined
    this.#told.push((listener) => listener.returned(offer.id))
    const other = this.#bestAgent(offer.request)
    if (other) this.#offer(offer, other)
    else offer.request.waiting.push(offer)
  }
}

const firstSkill = ({ requirements: [first] }: RequestClass): string => {
  if (first === undefined) throw new Error('a queue without a required skill')
  return first.skillId
}

const serves = ({ levels }: SupplyClass, { requirements }: RequestClass): boolean =>
  requirements.every((one) => (levels.get(one.skillId) ?? 0) >= one.minimumLevel)

const hasRoom = (agent: Agent, channel: string): boolean => {
  const weight = agent.weights.get(channel) ?? 0
  return agent.ready && !agent.offer && weight > 0 && agent.load + weight <= 100
}
