import type { Command } from '@evenkeel/routing/core'
import type { Listener, Subject } from './subject.ts'

interface Queue {
  readonly id: string
  readonly channel: string
  readonly requirements: readonly Requirement[]
}

type Requirement = { readonly skillId: string; readonly minimumLevel: number }

interface RequestClass {
  readonly channel: string
  readonly requirements: readonly Requirement[]
  readonly waiting: Line<Contact>
  readonly servedBy: SupplyClass[]
}

interface SupplyClass {
  readonly levels: ReadonlyMap<string, number>
  readonly serves: RequestClass[]
  readonly free: Map<string, Line<Agent>>
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
  idleSince: number
  /** Counts places taken in lines; an older place no longer counts. */
  stamp: number
}

/** First in, first out; members that no longer count are dropped when they come to the front. */
class Line<T> {
  readonly #members: { readonly one: T; readonly stamp: number }[] = []
  #front = 0

  push(one: T, stamp: number): void {
    this.#members.push({ one, stamp })
  }

  first(counts: (one: T, stamp: number) => boolean): T | undefined {
    for (;;) {
      const member = this.#members[this.#front]
      if (member === undefined || counts(member.one, member.stamp)) return member?.one
      this.#front += 1
      if (this.#front > 1_024 && this.#front * 2 > this.#members.length) {
        this.#members.splice(0, this.#front)
        this.#front = 0
      }
    }
  }
}

type Told = (listener: Listener) => void

/**
 * The floor: what one would write by hand with Map and Array. It routes by the same classes and
 * nearly the same order, and does nothing else: no text off the heap, no undo, deadline, event,
 * retention, callback, expected wait, refusal, statistics or record of the decision.
 */
export class BareSubject implements Subject {
  readonly #queues = new Map<string, Queue>()
  readonly #requests = new Map<string, RequestClass>()
  readonly #supplies = new Map<string, SupplyClass>()
  readonly #agents = new Map<string, Agent>()
  readonly #contacts = new Map<string, Contact>()
  #told: Told[] = []
  #time = 0
  #numbers = 0

  apply(c: Command, time: number): void {
    this.#told = []
    this.#time = time
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
    const supply = known ?? {
      levels: new Map(c.skills.map((skill) => [skill.skillId, skill.level])),
      serves: [],
      free: new Map(c.channels.map(({ channel }) => [channel, new Line<Agent>()])),
    }
    if (!known) this.#supplies.set(key, supply)
    const weights = new Map(c.channels.map(({ channel, weight }) => [channel, weight]))
    const state = { ready: false, load: 0, offer: undefined, idleSince: 0, stamp: 0 }
    this.#agents.set(c.agentId, { id: c.agentId, supply, weights, ...state })
  }

  #requestClass(queue: Queue, own: readonly Requirement[]): RequestClass {
    const key = `${queue.id}|${own.map((one) => `${one.skillId}:${one.minimumLevel}`).join()}`
    const known = this.#requests.get(key)
    if (known) return known
    const requirements = [...queue.requirements, ...own]
    const servedBy = [...this.#supplies.values()].filter(({ levels }) =>
      requirements.every((one) => (levels.get(one.skillId) ?? 0) >= one.minimumLevel),
    )
    const made = { channel: queue.channel, requirements, waiting: new Line<Contact>(), servedBy }
    for (const supply of servedBy) supply.serves.push(made)
    this.#requests.set(key, made)
    return made
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
    else request.waiting.push(contact, 0)
  }

  #bestAgent(request: RequestClass): Agent | undefined {
    let best: Agent | undefined
    for (const supply of request.servedBy) {
      const head = supply.free.get(request.channel)?.first(this.#isFree)
      if (head === undefined || !hasRoom(head, request.channel)) continue
      if (best === undefined || before(head, best)) best = head
    }
    return best
  }

  readonly #isFree = (agent: Agent, stamp: number): boolean => agent.stamp === stamp

  #match(agent: Agent): void {
    if (!agent.ready || agent.offer) return
    let best: Contact | undefined
    for (const request of agent.supply.serves) {
      if (!hasRoom(agent, request.channel)) continue
      const head = request.waiting.first(isWaiting)
      if (head && (best === undefined || head.number < best.number)) best = head
    }
    if (best) return this.#offer(best, agent)
    agent.stamp += 1
    for (const [channel, line] of agent.supply.free) {
      if (hasRoom(agent, channel)) line.push(agent, agent.stamp)
    }
  }

  #offer(contact: Contact, agent: Agent): void {
    contact.state = 'offered'
    contact.agent = agent
    agent.load += agent.weights.get(contact.request.channel) ?? 0
    agent.offer = contact
    agent.stamp += 1
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
    agent.idleSince = this.#time
    if (agent.offer === contact) agent.offer = undefined
    this.#match(agent)
  }

  #setReady(agent: Agent, ready: boolean): void {
    agent.ready = ready
    agent.stamp += 1
    const { offer } = agent
    this.#told.push((listener) => listener.presence(agent.id, ready))
    if (ready) {
      if (agent.load === 0) agent.idleSince = this.#time
      return this.#match(agent)
    }
    if (!offer) return
    agent.offer = undefined
    agent.load -= agent.weights.get(offer.request.channel) ?? 0
    offer.state = 'waiting'
    offer.agent = undefined
    this.#told.push((listener) => listener.returned(offer.id))
    const other = this.#bestAgent(offer.request)
    if (other) this.#offer(offer, other)
    else offer.request.waiting.push(offer, 0)
  }
}

const isWaiting = (contact: Contact): boolean => contact.state === 'waiting'

const hasRoom = (agent: Agent, channel: string): boolean => {
  const weight = agent.weights.get(channel) ?? 0
  return agent.ready && !agent.offer && weight > 0 && agent.load + weight <= 100
}

const before = (one: Agent, other: Agent): boolean =>
  one.load > other.load || (one.load === other.load && one.idleSince < other.idleSince)
