import { NONE, OrderedSetsCore } from '@evenkeel/chassis/table'
import { capacity, limits } from '../limits.ts'
import type { AgentRow, ContactRow, RequestClassRow, Tables } from '../schema.ts'
import { channels } from '../words.ts'
import type { Eligibility } from './eligibility.ts'

/** 2^42: above every time in ms until the year 2109, so that remaining capacity weighs more than any idle time. */
const timeSpan = 4_398_046_511_104

/** The columns that decide where an agent stands: the sets below follow these and no others. */
const followed = [
  'supplyClass',
  'weights',
  'presence',
  'guarded',
  'openOffer',
  'load',
  'externalLoad',
  'idleSince',
  'yieldsToCall',
  'yieldsToChat',
  'aside',
] as const

/** So that nothing here can read a column that is not followed. */
type Standing = Pick<AgentRow, (typeof followed)[number]>

/**
 * The order in which agents are chosen for what takes `weight`: tightest fit first (least capacity
 * left over, so that whole agents stay free for calls), then the longest idle. After all of them
 * those who would have to set work aside, who have the least of it first.
 */
export function fitKey(agent: Standing, weight: number): number {
  const left = capacity - takenOf(agent)
  const lacking = weight - left
  return (lacking > 0 ? capacity + lacking : left) * timeSpan + agent.idleSince
}

/** What never changes may be read besides. */
type Placed = Standing & Pick<AgentRow, 'seq'>

/** Of the budget: by contacts and offers, and by calls that are not ours. Together they may exceed it. */
export const takenOf = (agent: Standing): number => agent.load + agent.externalLoad

const call = channels.indexOf('voice')
const chat = channels.indexOf('chat')

/**
 * Of the budget, what a contact of a channel finds: what is free, and what would be set aside for
 * it. Who has set something aside goes on with that before any other work: only calls and chats
 * find room there.
 */
export function roomFor(agent: Standing, channel: number): number {
  const left = capacity - takenOf(agent)
  if (channel === call) return left + agent.yieldsToCall
  if (channel === chat) return left + agent.yieldsToChat
  return agent.aside > 0 ? 0 : left
}

/** Can take one more contact of this weight right now: ready, and answering no other offer. */
export function hasRoom(agent: Standing, channel: number, weight: number): boolean {
  return (
    weight > 0 &&
    agent.presence === 'ready' &&
    !agent.guarded &&
    agent.openOffer === NONE &&
    weight <= roomFor(agent, channel)
  )
}

/** Takes the contact only by setting something aside. */
export const isCalledAway = (agent: AgentRow, contact: ContactRow): boolean =>
  takenOf(agent) + (agent.weights[channels.indexOf(contact.channel)] ?? 0) > capacity

const noWeights: readonly number[] = []

/**
 * Agents with room, per channel and supply class, ordered by fitKey; and per channel and pool the
 * classes themselves, ordered by their best agent, so that the best of thousands of classes is
 * found without a scan.
 */
export class FreeAgents {
  readonly #agents: Tables['agents']
  readonly #supplies: Tables['supplyClasses']
  readonly #eligibility: Eligibility
  /** By channel: sets are supply classes, members are agents. */
  readonly #membersNow: OrderedSetsCore[]
  /** By channel: sets are pools, members are supply classes with the key of their first agent. */
  readonly #headsNow: OrderedSetsCore[]
  /** Whoever is freed is mostly given the next contact at once, and has been nowhere in between. */
  readonly #late: { settle(): void }

  constructor(tables: Tables, eligibility: Eligibility) {
    this.#agents = tables.agents
    this.#supplies = tables.supplyClasses
    this.#eligibility = eligibility
    this.#membersNow = channels.map(() => new OrderedSetsCore(limits.agents, false))
    this.#headsNow = channels.map(() => new OrderedSetsCore(limits.supplyClasses, false))
    const follower = { sync: (slot: number, exists: boolean) => this.#sync(slot, exists) }
    this.#late = this.#agents.deriveLate(follower, followed)
  }

  get #members(): OrderedSetsCore[] {
    this.#late.settle()
    return this.#membersNow
  }

  get #heads(): OrderedSetsCore[] {
    this.#late.settle()
    return this.#headsNow
  }

  /** Agents of a supply class with room on a channel. */
  size(channel: number, supply: number): number {
    return this.#members[channel]?.size(supply) ?? 0
  }

  /** The agents of a supply class with room, best first. */
  *inOrder(channel: number, supply: number): Generator<AgentRow> {
    const members = this.#members[channel]
    if (members === undefined) return
    for (let slot = members.first(supply); slot !== NONE; slot = members.next(slot)) {
      yield this.#agents.at(slot)
    }
  }

  /**
   * The best agent for a request class that `allows` lets through, NONE if there is none. `allows`
   * may refuse at most limits.exclusionsPerContact agents, which bounds the steps.
   */
  best(request: RequestClassRow, allows: (agent: number) => boolean): number {
    const channel = channels.indexOf(request.channel)
    const supplies = this.#eligibility.suppliesOf(request.slot)
    const members = this.#members[channel]
    const free = this.#heads[channel]?.size(request.pool) ?? 0
    if (members === undefined || free === 0) return NONE
    // Through the classes with room, best first, if they are few, or if so many could serve that
    // one comes soon: after about all / supplies steps, and a step costs as much as looking at four
    // of the supplies.
    const soon = supplies.length * supplies.length > 4 * this.#supplies.size
    if (free <= limits.headsWalked || soon || supplies.length > limits.headsScanned) {
      const walked = this.#walk(channel, request, allows)
      if (walked !== undefined) return walked
    }
    let best = NONE
    let bestKey = Number.POSITIVE_INFINITY
    for (const supply of supplies) {
      const headKey = members.firstKey(supply)
      if (headKey > bestKey || headKey === Number.POSITIVE_INFINITY) continue
      if (this.#eligibility.isClosed(supply, request.slot)) continue
      const head = this.#first(channel, supply, allows)
      if (head === NONE || (best !== NONE && !this.#before(channel, head, best))) continue
      best = head
      bestKey = members.keyOf(head)
    }
    return best
  }

  /** A class of which nobody is kept from the request class by the roster serves it. */
  #gives(supply: number, request: number): boolean {
    return this.#eligibility.pairs(supply, request) && !this.#eligibility.isClosed(supply, request)
  }

  /** Classes that serve a request class and have somebody with room. In no particular order. */
  classesFor(request: RequestClassRow): Iterable<number> {
    const channel = channels.indexOf(request.channel)
    const heads = this.#heads[channel]
    const supplies = this.#eligibility.suppliesOf(request.slot)
    if (heads === undefined || heads.size(request.pool) >= supplies.length) {
      const isOpen = (supply: number) => !this.#eligibility.isClosed(supply, request.slot)
      return supplies.filter((supply) => this.size(channel, supply) > 0 && isOpen(supply))
    }
    const found: number[] = []
    for (let k = heads.first(request.pool); k !== NONE; k = heads.next(k)) {
      if (this.#gives(k, request.slot)) found.push(k)
    }
    return found
  }

  /** Of each load that agents of a class have, the `many` longest idle that `allows` lets through. */
  longestIdle(
    channel: number,
    supply: number,
    many: number,
    allows: (agent: number) => boolean,
  ): readonly number[] {
    const members = this.#members[channel]
    const found: number[] = []
    if (members === undefined) return found
    const leftOf = (slot: number): number => Math.floor(members.keyOf(slot) / timeSpan)
    let slot = members.first(supply)
    while (slot !== NONE) {
      const left = leftOf(slot)
      for (let taken = 0; taken < many && slot !== NONE && leftOf(slot) === left; ) {
        if (allows(slot)) {
          found.push(slot)
          taken += 1
        }
        slot = members.next(slot)
      }
      // The key of a load begins where its idle times do.
      if (slot !== NONE) slot = members.atOrAfter(supply, (left + 1) * timeSpan, 0)
    }
    return found
  }

  /** Up to `count` agents after the best, for the record of the decision; looks at few classes only. */
  runnersUp(request: RequestClassRow, chosen: number, count: number): readonly AgentRow[] {
    const channel = channels.indexOf(request.channel)
    const members = this.#members[channel]
    const found: number[] = []
    for (const supply of this.#fewClasses(channel, request, count + 1)) {
      let slot = members?.first(supply) ?? NONE
      if (slot === chosen) slot = members?.next(slot) ?? NONE
      if (slot !== NONE) found.push(slot)
    }
    found.sort((a, b) => (this.#before(channel, a, b) ? -1 : 1))
    return found.slice(0, count).map((slot) => this.#agents.at(slot))
  }

  /**
   * All supply classes of a request class if they are few, else the best `count` that some steps
   * along the heads come by. Never the first of a long list: its order depends on history, and what
   * is found here goes into the state.
   */
  #fewClasses(channel: number, request: RequestClassRow, count: number): Iterable<number> {
    const supplies = this.#eligibility.suppliesOf(request.slot)
    const heads = this.#heads[channel]
    if (supplies.length <= limits.headsWalked || heads === undefined) {
      return supplies.filter((supply) => !this.#eligibility.isClosed(supply, request.slot))
    }
    const found: number[] = []
    let supply = heads.first(request.pool)
    for (let step = 0; step < limits.headsWalked && supply !== NONE; step++) {
      if (this.#gives(supply, request.slot)) found.push(supply)
      if (found.length === count) break
      supply = heads.next(supply)
    }
    return found
  }

  /** Through the classes of the pool in the order of their heads; undefined: gave up, nothing known. */
  #walk(
    channel: number,
    request: RequestClassRow,
    allows: (agent: number) => boolean,
  ): number | undefined {
    const heads = this.#heads[channel]
    if (heads === undefined) return NONE
    let supply = heads.first(request.pool)
    for (let step = 0; step <= limits.headsWalked; step++) {
      if (supply === NONE) return NONE
      if (this.#gives(supply, request.slot)) {
        const head = this.#members[channel]?.first(supply) ?? NONE
        // A refused head would need the class's next one against the other heads: leave that to the
        // scan.
        return head !== NONE && allows(head) ? head : undefined
      }
      supply = heads.next(supply)
    }
    return undefined
  }

  #first(channel: number, supply: number, allows: (agent: number) => boolean): number {
    const members = this.#members[channel]
    let slot = members?.first(supply) ?? NONE
    while (slot !== NONE && !allows(slot)) slot = members?.next(slot) ?? NONE
    return slot
  }

  #before(channel: number, a: number, b: number): boolean {
    const members = this.#members[channel]
    if (members === undefined) return false
    const difference = members.keyOf(a) - members.keyOf(b)
    return difference < 0 || (difference === 0 && members.tieOf(a) < members.tieOf(b))
  }

  #sync(slot: number, exists: boolean): void {
    const agent: Placed | undefined = exists ? this.#agents.at(slot) : undefined
    const supply = agent?.supplyClass ?? NONE
    const weights = agent === undefined || supply === NONE ? noWeights : agent.weights
    for (let channel = 0; channel < channels.length; channel++) {
      const members = this.#membersNow[channel]
      if (members === undefined) continue
      const weight = weights[channel] ?? 0
      const held = members.setOf(slot)
      if (weight === 0 && held === NONE) continue
      const wanted = agent !== undefined && hasRoom(agent, channel, weight) ? supply : NONE
      if (wanted === NONE && held === NONE) continue
      const key = agent === undefined || wanted === NONE ? 0 : fitKey(agent, weight)
      if (wanted === held && members.keyOf(slot) === key) continue
      if (held !== NONE) {
        members.remove(slot)
        this.#syncHead(channel, held)
      }
      if (agent !== undefined && wanted !== NONE) {
        members.insert(wanted, slot, key, agent.seq)
        this.#syncHead(channel, wanted)
      }
    }
  }

  #syncHead(channel: number, supply: number): void {
    const heads = this.#headsNow[channel]
    const members = this.#membersNow[channel]
    if (heads === undefined || members === undefined) return
    const first = members.first(supply)
    const held = heads.setOf(supply) !== NONE
    if (first === NONE) {
      if (held) heads.remove(supply)
      return
    }
    const key = members.keyOf(first)
    const tie = members.tieOf(first)
    if (held && heads.keyOf(supply) === key && heads.tieOf(supply) === tie) return
    if (held) heads.remove(supply)
    heads.insert(this.#supplies.at(supply).pool, supply, key, tie)
  }
}
