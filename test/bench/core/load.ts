import {
  NEVER,
  type CallbackPolicy,
  type Command,
  type QueuePolicy,
  type Requirement,
} from '@evenkeel/routing/core'
import { Bag, longer, NOTHING } from './bag.ts'
import {
  type AgentPlan,
  agentChannels,
  type CaseName,
  nameOf,
  numberOf,
  type Plan,
  type QueuePlan,
  rareOf,
  type Size,
} from './plan.ts'
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
/** So seldom that all of a run stay below the cap on classes, and their cost is theirs alone. */
const STEPS_PER_NEW_CLASS = 50

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

/**
 * Chooses the next command by what was decided so far: the same seed and decisions give the same
 * commands.
 */
export class Load implements Listener {
  readonly #queues: readonly QueuePlan[]
  /** Until they are signed in: their skills would only be the garbage collector's to look at. */
  #staff: readonly AgentPlan[]
  readonly #agents: number
  readonly #case: CaseName
  readonly #random: Random
  readonly #target: number
  readonly #msPerCommand: number
  /** Contacts by number, by what may happen to them next; and agents. */
  readonly #waiting = new Bag()
  readonly #offered = new Bag()
  readonly #connecting = new Bag()
  readonly #connected = new Bag()
  readonly #paused = new Bag()
  /** Agent of each contact; open offers. */
  #agentOf = new Int32Array(1_024)
  readonly #offers = new Map<number, string>()
  #submitted = 0
  #steps = 0
  #time = Date.UTC(2026, 0, 5, 8)

  constructor(plan: Plan, name: CaseName, size: Size, random: Random) {
    this.#queues = plan.queues
    this.#staff = plan.agents
    this.#agents = plan.agents.length
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
    for (const { id, channel, requirements } of this.#queues) {
      const queue = { queueId: id, displayName: id, channel, callback, etag: '' }
      yield { kind: 'putQueue', pool, ...queue, policy: { ...policy, requirements } }
    }
    for (const { id, skills } of this.#staff) {
      this.#time += 1
      const held = skills.map((skill) => ({ ...skill, from: 0, until: NEVER }))
      yield { kind: 'changeProfile', pool, agentId: id, skills: held, channels: agentChannels }
      yield { kind: 'signIn', pool, agentId: id, ready: true }
    }
    this.#staff = []
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
    this.#steps += 1
    if (this.isNewClass) return this.#submit(rareOf(this.#random))
    const draw = this.#random.below(100)
    if (draw < 30) return this.#accept() ?? this.#move()
    if (draw < 60) return this.#connect() ?? this.#move()
    return this.#move()
  }

  /** The last command came with requirements that no contact had before. */
  get isNewClass(): boolean {
    return this.#case === 'new-class' && this.#steps % STEPS_PER_NEW_CLASS === 0
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

  #submit(rare?: readonly Requirement[]): Command {
    const number = this.#submitted++
    const queue = this.#queue()
    const contactId = nameOf.contact(number)
    this.#waiting.add(number)
    return {
      kind: 'submitContact',
      pool,
      contactId,
      queueId: queue.id,
      requirements: rare ?? (this.#random.below(5) === 0 ? queue.extra : []),
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
    const queue = this.#queues[this.#random.below(this.#queues.length)]
    if (queue === undefined) throw new Error('a plan has queues')
    return queue
  }

  #accept(): Command | undefined {
    const number = this.#offered.any(this.#random)
    if (number === NOTHING) return undefined
    const agentId = nameOf.agent(this.#agentOf[number] ?? 0)
    return { kind: 'acceptOffer', pool, agentId, offerId: this.#offers.get(number) ?? '' }
  }

  #connect(): Command | undefined {
    const number = this.#connecting.any(this.#random)
    if (number === NOTHING) return undefined
    const contactId = nameOf.contact(number)
    return { kind: 'reportMedia', pool, contactId, status: 'answered', cause: 'none' }
  }

  #complete(): Command | undefined {
    const number = this.#connected.any(this.#random)
    if (number === NOTHING) return undefined
    const agentId = nameOf.agent(this.#agentOf[number] ?? 0)
    return { kind: 'completeContact', pool, contactId: nameOf.contact(number), agentId }
  }

  #abandon(): Command | undefined {
    const number = this.#waiting.any(this.#random)
    if (number === NOTHING) return undefined
    return { kind: 'abandonContact', pool, contactId: nameOf.contact(number) }
  }

  /** At most one agent in fifty is away. */
  #changePresence(): Command {
    const back = this.#paused.any(this.#random)
    if (back !== NOTHING && this.#paused.size > this.#agents / 50) {
      const agentId = nameOf.agent(back)
      return { kind: 'setPresence', pool, agentId, presence: 'ready', reason: '' }
    }
    const agentId = nameOf.agent(this.#random.below(this.#agents))
    return { kind: 'setPresence', pool, agentId, presence: 'paused', reason: 'break' }
  }

  offered(contactId: string, agentId: string, offerId: string): void {
    const number = numberOf(contactId)
    this.#waiting.delete(number)
    this.#offered.add(number)
    if (number >= this.#agentOf.length) this.#agentOf = longer(this.#agentOf, number)
    this.#agentOf[number] = numberOf(agentId)
    this.#offers.set(number, offerId)
  }

  returned(contactId: string): void {
    const number = numberOf(contactId)
    this.#offered.delete(number)
    this.#offers.delete(number)
    this.#waiting.add(number)
  }

  accepted(contactId: string): void {
    const number = numberOf(contactId)
    this.#offered.delete(number)
    this.#offers.delete(number)
    this.#connecting.add(number)
  }

  connected(contactId: string): void {
    const number = numberOf(contactId)
    this.#connecting.delete(number)
    this.#connected.add(number)
  }

  ended(contactId: string): void {
    const number = numberOf(contactId)
    for (const bag of [this.#waiting, this.#offered, this.#connecting, this.#connected]) {
      bag.delete(number)
    }
    this.#offers.delete(number)
  }

  presence(agentId: string, ready: boolean): void {
    if (ready) this.#paused.delete(numberOf(agentId))
    else this.#paused.add(numberOf(agentId))
  }
}
