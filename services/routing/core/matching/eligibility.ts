import { assert, NONE } from '@evenkeel/chassis/table'
import type { RequestClassRow, SupplyClassRow, Tables } from '../schema.ts'
import { channels, type Requirement, type SkillLevel } from '../words.ts'
import { Anchors } from './anchors.ts'
import { IntLists } from './int-lists.ts'

/** Every required skill at or above its floor. The one definition of "skilled"; nothing else may relax it. */
export function meets(
  levels: readonly SkillLevel[],
  requirements: readonly Requirement[],
): boolean {
  for (const { skillId, minimumLevel, fullyQualified } of requirements) {
    const held = heldOf(levels, skillId)
    if (held === undefined || held.level < minimumLevel) return false
    if (fullyQualified && held.provisional) return false
  }
  return true
}

/** The level of a skill, 0: does not have it. */
export const levelOf = (levels: readonly SkillLevel[], skillId: string): number =>
  heldOf(levels, skillId)?.level ?? 0

/** Levels are in the order of skill ids. */
export function heldOf(levels: readonly SkillLevel[], skillId: string): SkillLevel | undefined {
  let low = 0
  let high = levels.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const held = levels[middle]
    if (held === undefined) return undefined
    if (held.skillId === skillId) return held
    if (held.skillId < skillId) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

/** Skilled and active on the channel; whether there is an agent with capacity is FreeAgents' to say. */
export function serves(supply: SupplyClassRow, request: RequestClassRow): boolean {
  return (
    supply.pool === request.pool &&
    (supply.weights[channels.indexOf(request.channel)] ?? 0) > 0 &&
    meets(supply.levels, request.requirements)
  )
}

/** Whoever counts pairs of classes; told of each pair as it is made and, each class's rows perhaps gone, unmade. */
export interface PairListener {
  linked(request: number, supply: number): void
  parted(request: number, supply: number): void
}

/**
 * A class or an anchor, a level below 128, and a mark: held provisionally, or wanted from those who
 * are fully qualified; so that all fit into one number.
 */
const LEVEL_BITS = 8
const LEVEL_MASK = 127
const MARK = 128
const LOW_MASK = LEVEL_MASK | MARK

const packed = (number: number, level: number, marked = false): number => {
  assert(level >= 0 && level <= LEVEL_MASK, 'a level is below 128')
  return (number << LEVEL_BITS) | (marked ? level | MARK : level)
}

/** Whether what is held is enough for what is wanted of the same skill. */
const suffices = (held: number, wanted: number): boolean =>
  (held & LEVEL_MASK) >= (wanted & LEVEL_MASK) && (held & wanted & MARK) === 0

/**
 * Adjacency lists between request classes and supply classes, each way; built when a class appears,
 * through per-skill lists, so that no class is compared with all others. Order within a list
 * depends on history: whoever reads one must choose by a total order of its own.
 */
export class Eligibility {
  readonly #requests: Tables['requestClasses']
  readonly #supplies: Tables['supplyClasses']
  readonly #suppliesOf = new IntLists(Int32Array)
  /** At 100,000 agents of random skills most of what an agent takes: half of it would be zeros. */
  readonly #requestsOf = new IntLists(Uint16Array)
  /** Number of each request class's channel, for loops over many classes. */
  readonly #channels: number[] = []
  /** Weights of each supply class, as it was listed last: its row may be gone by now. */
  readonly #weights: (readonly number[])[] = []
  /** Of each supply class, as it was listed last; 0 of most. */
  readonly #leavingMs: number[] = []
  /** Of each request class. */
  readonly #guardMs: number[] = []
  /** Of a skill of a pool, "pool/skill"; "pool/" stands for all of the pool. */
  readonly #anchors = new Anchors()
  /** By anchor: supply classes that hold the skill, each with its level. */
  readonly #holders = new IntLists(Int32Array)
  /** By supply class: the anchors under which it is listed, each with its level. */
  readonly #held = new IntLists(Int32Array)
  /** By request class: the anchor of its pool with 0, then of the skills required with their floors. */
  readonly #wanted = new IntLists(Int32Array)
  /** By anchor: request classes that are found by it, the first that they require, or none. */
  readonly #askers = new IntLists(Int32Array)
  /** By supply class: how many requirements it meets; all 0 but while a request class is linked. */
  #met = new Uint8Array(1_024)
  #listener: PairListener = { linked: () => undefined, parted: () => undefined }

  constructor(tables: Pick<Tables, 'requestClasses' | 'supplyClasses'>) {
    assert(tables.requestClasses.cap <= 60_000, 'slots of request classes have 16 bits')
    this.#requests = tables.requestClasses
    this.#supplies = tables.supplyClasses
    // Their rows come and go; what is read of one never changes.
    this.#requests.derive({ sync: (slot, exists) => this.#syncRequest(slot, exists) }, [])
    this.#supplies.derive({ sync: (slot, exists) => this.#syncSupply(slot, exists) }, [])
  }

  /** To be called before there is any class. */
  follow(listener: PairListener): void {
    this.#listener = listener
  }

  /** To be read before any class comes or goes. */
  suppliesOf(request: number): Int32Array {
    return this.#suppliesOf.of(request)
  }

  /** To be read before any class comes or goes. */
  requestsOf(supply: number): Uint16Array {
    return this.#requestsOf.of(supply)
  }

  /** Number of a request class's channel. */
  channelOf(request: number): number {
    return this.#channels[request] ?? NONE
  }

  /** Of a supply class that is listed, or was until now. */
  weightsOf(supply: number): readonly number[] | undefined {
    return this.#weights[supply]
  }

  /** As `serves` says of their rows; of classes that are listed. */
  pairs(supply: number, request: number): boolean {
    if ((this.#weights[supply]?.[this.#channels[request] ?? NONE] ?? 0) <= 0) return false
    for (let at = this.#wanted.length(request) - 1; at >= 0; at--) {
      if (!this.#holds(supply, this.#wanted.at(request, at))) return false
    }
    return true
  }

  /** Agents of the class are so near a break or the end of a shift that they get nothing new of it. */
  isClosed(supply: number, request: number): boolean {
    const leavingMs = this.#leavingMs[supply] ?? 0
    return leavingMs > 0 && (this.#guardMs[request] ?? 0) >= leavingMs
  }

  /** Whether a supply class has what is wanted, an anchor with a floor. */
  #holds(supply: number, wanted: number): boolean {
    const anchor = wanted >> LEVEL_BITS
    for (let at = this.#held.length(supply) - 1; at >= 0; at--) {
      const held = this.#held.at(supply, at)
      if (held >> LEVEL_BITS === anchor) return suffices(held, wanted)
    }
    return false
  }

  #syncRequest(slot: number, exists: boolean): void {
    const listed = this.#suppliesOf.has(slot)
    if (exists === listed) return
    if (exists) this.#linkRequest(slot)
    else this.#unlinkRequest(slot)
  }

  #linkRequest(slot: number): void {
    const { pool, channel, requirements, guardMs } = this.#requests.at(slot)
    this.#guardMs[slot] = guardMs
    this.#channels[slot] = channels.indexOf(channel)
    this.#wanted.open(slot)
    this.#wanted.push(slot, packed(this.#anchors.use(`${pool}/`), 0))
    for (const { skillId, minimumLevel, fullyQualified } of requirements) {
      const anchor = this.#anchors.use(`${pool}/${skillId}`)
      this.#wanted.push(slot, packed(anchor, minimumLevel, fullyQualified))
    }
    const asked = this.#askedBy(slot)
    if (!this.#askers.has(asked)) this.#askers.open(asked)
    this.#askers.push(asked, slot)
    this.#suppliesOf.open(slot)
    this.#linkServers(slot)
  }

  /**
   * As `pairs` would say of each class that holds the rarest of the skills required: by counting
   * along the lists, since asking each of ten thousand classes waits for memory each time.
   */
  #linkServers(request: number): void {
    const wanted = this.#wanted.of(request)
    const rarest = this.#rarest(wanted)
    const met = this.#met
    let others = 0
    // Whoever holds a skill of the pool is in the pool.
    for (let at = 1; at < wanted.length; at++) {
      if (at === rarest) continue
      others += 1
      for (const holder of this.#holdersOf(wanted[at]!)) {
        if (suffices(holder, wanted[at]!)) met[holder >> LEVEL_BITS]! += 1
      }
    }
    const channel = this.#channels[request] ?? NONE
    for (const holder of this.#holdersOf(wanted[rarest]!)) {
      const supply = holder >> LEVEL_BITS
      if (!suffices(holder, wanted[rarest]!) || met[supply] !== others) continue
      if ((this.#weights[supply]?.[channel] ?? 0) > 0) this.#link(request, supply)
    }
    for (let at = 1; at < wanted.length; at++) {
      for (const holder of this.#holdersOf(wanted[at]!)) met[holder >> LEVEL_BITS] = 0
    }
  }

  #holdersOf(wanted: number): Int32Array {
    return this.#holders.of(wanted >> LEVEL_BITS)
  }

  #unlinkRequest(slot: number): void {
    for (const supply of this.suppliesOf(slot)) {
      drop(this.#requestsOf, supply, slot)
      this.#listener.parted(slot, supply)
    }
    this.#suppliesOf.close(slot)
    const asked = this.#askedBy(slot)
    drop(this.#askers, asked, slot)
    if (this.#askers.length(asked) === 0) this.#askers.close(asked)
    for (const wanted of this.#wanted.of(slot)) this.#anchors.drop(wanted >> LEVEL_BITS)
    this.#wanted.close(slot)
  }

  #link(request: number, supply: number): void {
    this.#suppliesOf.push(request, supply)
    this.#requestsOf.push(supply, request)
    this.#listener.linked(request, supply)
  }

  /** The anchor of the first skill that a request class requires; of its pool, if none. */
  #askedBy(request: number): number {
    const wanted = this.#wanted.of(request)
    return (wanted[1] ?? wanted[0] ?? NONE) >> LEVEL_BITS
  }

  /** Of what is wanted, the place of what the fewest supply classes are listed under. */
  #rarest(wanted: Int32Array): number {
    let rarest = 0
    let fewest = Number.POSITIVE_INFINITY
    for (let at = 0; at < wanted.length; at++) {
      const holders = this.#holders.length(wanted[at]! >> LEVEL_BITS)
      if (holders >= fewest) continue
      rarest = at
      fewest = holders
    }
    return rarest
  }

  #syncSupply(slot: number, exists: boolean): void {
    const listed = this.#requestsOf.has(slot)
    if (exists === listed) return
    if (exists) this.#linkSupply(slot)
    else this.#unlinkSupply(slot)
  }

  #linkSupply(slot: number): void {
    const { pool, weights, levels, leavingMs } = this.#supplies.at(slot)
    this.#weights[slot] = weights
    this.#leavingMs[slot] = leavingMs
    while (slot >= this.#met.length) this.#met = new Uint8Array(this.#met.length * 2)
    this.#requestsOf.open(slot)
    this.#held.open(slot)
    this.#list(slot, `${pool}/`, 0)
    for (const { skillId, level, provisional } of levels) {
      this.#list(slot, `${pool}/${skillId}`, level, provisional)
    }
    for (const held of this.#held.of(slot)) {
      for (const request of this.#askers.of(held >> LEVEL_BITS)) {
        if (this.pairs(slot, request)) this.#link(request, slot)
      }
    }
  }

  /** Supply classes hold what is listed; what nobody holds and nobody wants has no number. */
  #list(supply: number, text: string, level: number, provisional = false): void {
    const anchor = this.#anchors.use(text)
    this.#held.push(supply, packed(anchor, level, provisional))
    if (!this.#holders.has(anchor)) this.#holders.open(anchor)
    this.#holders.push(anchor, packed(supply, level, provisional))
  }

  #unlinkSupply(slot: number): void {
    for (const request of this.requestsOf(slot)) {
      drop(this.#suppliesOf, request, slot)
      this.#listener.parted(request, slot)
    }
    this.#requestsOf.close(slot)
    for (const held of this.#held.of(slot)) {
      const anchor = held >> LEVEL_BITS
      drop(this.#holders, anchor, (slot << LEVEL_BITS) | (held & LOW_MASK))
      if (this.#holders.length(anchor) === 0) this.#holders.close(anchor)
      this.#anchors.drop(anchor)
    }
    this.#held.close(slot)
  }
}

function drop(lists: IntLists<Int32Array | Uint16Array>, list: number, item: number): void {
  const at = lists.of(list).indexOf(item)
  if (at >= 0) lists.dropAt(list, at)
}
