import { NEVER, type CallbackPolicy, type Command, type QueuePolicy } from '@evenkeel/routing/core'
import { Bag } from './bag.ts'
import { agentChannels, type CaseName, type Plan, type QueuePlan, type Size } from './plan.ts'
import type { Random } from './random.ts'
import type { Listener } from './subject.ts'

const pool = 'bench'
const minute = 60_000
const day = 1_440 * minute

/**
 * Contacts are worked on for about five minutes by about five commands: so fast does the time go.
 */
const HANDLE_MS = 5 * minute
const COMMANDS_PER_CONTACT = 5

const policy: Omit<QueuePolicy, 'requirements'> = {
  serviceLevelTargetMs: 20_000,
  serviceLevelGoalBp: 8_000,
  agingPerPointMs: 30_000,
  timeToLiveMs: 7 * day,
  maxWaiting: 1_000_000,
  offerTimeoutMs: minute,
  connectTimeoutMs: minute,
  handleLimitMs: day,
  holdLimitMs: day,
  wrapUpMs: 0,
  initialHandleTimeMs: HANDLE_MS,
}

/**
 * Every arrival that has to wait is offered a callback; nobody takes it, so that queues stay as
 * full as the case says.
 */
const callback: CallbackPolicy = {
  offerAboveMs: minute,
  offerLevelBp: 5_000,
  offerCadenceMs: 30 * minute,
  offerTimeoutMs: 30 * minute,
  ringTimeoutMs: 25_000,
  maxAttempts: 3,
  retryAfterMs: 10 * minute,
  promiseToleranceMs: 5 * minute,
  giveUpAfterMs: day,
}

interface Known {
  readonly agentId: string
  readonly offerId: string
}

/**
 * Chooses the next command by what was decided so far: the same seed and decisions give the same
 * commands.
 */
export class Load implements Listener {
  readonly #plan: Plan
  readonly #case: CaseName
  readonly #random: Random
  readonly #target: number
  readonly #msPerCommand: number
  readonly #waiting = new Bag()
  readonly #offered = new Bag()
  readonly #connecting = new Bag()
  readonly #connected = new Bag()
  readonly #paused = new Bag()
  readonly #held = new Map<string, Known>()
  #submitted = 0
  #time = Date.UTC(2026, 0, 5, 8)

  constructor(plan: Plan, name: CaseName, size: Size, random: Random) {
    this.#plan = plan
    this.#case = name
    this.#random = random
    const few = name === 'all-free' || name === 'giant-free' || name === 'giant-skewed'
    this.#target = few ? Math.ceil(size.agents / 100) : size.contacts
    this.#msPerCommand = HANDLE_MS / COMMANDS_PER_CONTACT / size.agents
  }

  get time(): number {
    return Math.trunc(this.#time)
  }

  get open(): number {
    const busy = this.#offered.size + this.#connecting.size + this.#connected.size
    return this.#waiting.size + busy
  }

  get target(): number {
    return this.#target
  }

  *setUp(): Generator<Command> {
    yield { kind: 'putPool', pool, displayName: 'Bench', etag: '' }
    for (const { id, channel, requirements } of this.#plan.queues) {
      const queue = { queueId: id, displayName: id, channel, callback, etag: '' }
      yield { kind: 'putQueue', pool, ...queue, policy: { ...policy, requirements } }
    }
    for (const { id, skills } of this.#plan.agents) {
      this.#time += 1
      const held = skills.map((skill) => ({ ...skill, from: 0, until: NEVER }))
      yield { kind: 'changeProfile', pool, agentId: id, skills: held, channels: agentChannels }
      yield { kind: 'signIn', pool, agentId: id, ready: true }
    }
  }

  /**
   * Commands until as many contacts are open as the case wants, and nobody has an answer to give.
   */
  fill(): Command | undefined {
    this.#time += this.#msPerCommand
    const answer = this.#accept() ?? this.#connect()
    if (answer !== undefined) return answer
    return this.open < this.#target ? this.#submit() : undefined
  }

  next(): Command {
    this.#time += this.#msPerCommand
    const draw = this.#random.below(100)
    if (draw < 30) return this.#accept() ?? this.#move()
    if (draw < 60) return this.#connect() ?? this.#move()
    return this.#move()
  }

  /** What keeps the number of open contacts as it is. */
  #move(): Command {
    if (this.#case === 'nobody-free') {
      return (this.open < this.#target ? undefined : this.#abandon()) ?? this.#submit()
    }
    const draw = this.#random.below(100)
    if (draw < 4) return this.#changePresence()
    if (draw < 9) return this.#abandon() ?? this.#submit()
    if (this.open < this.#target) return this.#submit()
    return this.#complete() ?? this.#accept() ?? this.#connect() ?? this.#submit()
  }

  #submit(): Command {
    const number = this.#submitted++
    const queue = this.#queue()
    const contactId = `contact-${number}`
    this.#waiting.add(contactId)
    return {
      kind: 'submitContact',
      pool,
      contactId,
      queueId: queue.id,
      requirements: this.#random.below(5) === 0 ? queue.extra : [],
      preferredAgentIds: [],
      holdOutMs: 0,
      excludedAgentIds: [],
      priority: 0,
      customerKey: `customer-${number}`,
      addressKey: `+49 30 ${number}`,
      conversationId: `conversation-${number}`,
      attributes: new Uint8Array(100).fill(number & 127),
      references: [],
      enteredAt: undefined,
      timeToLiveMs: undefined,
      test: false,
      fingerprint: String(number).padStart(32, '0'),
    }
  }

  #queue(): QueuePlan {
    const queue = this.#plan.queues[this.#random.below(this.#plan.queues.length)]
    if (queue === undefined) throw new Error('a plan has queues')
    return queue
  }

  #accept(): Command | undefined {
    const contactId = this.#offered.any(this.#random)
    const held = contactId === undefined ? undefined : this.#held.get(contactId)
    return held && { kind: 'acceptOffer', pool, ...held }
  }

  #connect(): Command | undefined {
    const contactId = this.#connecting.any(this.#random)
    if (contactId === undefined) return undefined
    return { kind: 'reportMedia', pool, contactId, status: 'answered', cause: 'none' }
  }

  #complete(): Command | undefined {
    const contactId = this.#connected.any(this.#random)
    const held = contactId === undefined ? undefined : this.#held.get(contactId)
    if (contactId === undefined || held === undefined) return undefined
    return { kind: 'completeContact', pool, contactId, agentId: held.agentId }
  }

  #abandon(): Command | undefined {
    const contactId = this.#waiting.any(this.#random)
    return contactId === undefined ? undefined : { kind: 'abandonContact', pool, contactId }
  }

  /** At most one agent in fifty is away. */
  #changePresence(): Command {
    const back = this.#paused.any(this.#random)
    if (back !== undefined && this.#paused.size > this.#plan.agents.length / 50) {
      return { kind: 'setPresence', pool, agentId: back, presence: 'ready', reason: '' }
    }
    const agentId = this.#plan.agents[this.#random.below(this.#plan.agents.length)]?.id ?? ''
    return { kind: 'setPresence', pool, agentId, presence: 'paused', reason: 'break' }
  }

  offered(contactId: string, agentId: string, offerId: string): void {
    this.#waiting.delete(contactId)
    this.#offered.add(contactId)
    this.#held.set(contactId, { agentId, offerId })
  }

  returned(contactId: string): void {
    this.#offered.delete(contactId)
    this.#waiting.add(contactId)
  }

  accepted(contactId: string): void {
    this.#offered.delete(contactId)
    this.#connecting.add(contactId)
  }

  connected(contactId: string): void {
    this.#connecting.delete(contactId)
    this.#connected.add(contactId)
  }

  ended(contactId: string): void {
    for (const bag of [this.#waiting, this.#offered, this.#connecting, this.#connected]) {
      bag.delete(contactId)
    }
    this.#held.delete(contactId)
  }

  presence(agentId: string, ready: boolean): void {
    if (ready) this.#paused.delete(agentId)
    else this.#paused.add(agentId)
  }
}
