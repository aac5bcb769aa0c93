import { NONE } from '@evenkeel/chassis/table'
import type { RequestClassRow, SupplyClassRow, Tables } from '../schema.ts'
import { channels, type Requirement, type SkillLevel } from '../words.ts'

/** Every required skill at or above its floor. The one definition of "skilled"; nothing else may relax it. */
export function meets(
  levels: readonly SkillLevel[],
  requirements: readonly Requirement[],
): boolean {
  for (const { skillId, minimumLevel } of requirements) {
    if (levelOf(levels, skillId) < minimumLevel) return false
  }
  return true
}

/** The level of a skill, 0: does not have it. Levels are in the order of skill ids. */
export function levelOf(levels: readonly SkillLevel[], skillId: string): number {
  let low = 0
  let high = levels.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const held = levels[middle]
    if (held === undefined) return 0
    if (held.skillId === skillId) return held.level
    if (held.skillId < skillId) low = middle + 1
    else high = middle - 1
  }
  return 0
}

/** Skilled and active on the channel; whether there is an agent with capacity is FreeAgents' to say. */
export function serves(supply: SupplyClassRow, request: RequestClassRow): boolean {
  return (
    supply.pool === request.pool &&
    (supply.weights[channels.indexOf(request.channel)] ?? 0) > 0 &&
    meets(supply.levels, request.requirements)
  )
}

const nothing: readonly number[] = []

/** Whoever counts pairs of classes; told of each pair as it is made and, each class's rows perhaps gone, unmade. */
export interface PairListener {
  linked(request: number, supply: number): void
  parted(request: number, supply: number): void
}

/**
 * Adjacency lists between request classes and supply classes, each way; built when a class appears,
 * through per-skill lists, so that no class is compared with all others. Order within a list
 * depends on history: whoever reads one must choose by a total order of its own.
 */
export class Eligibility {
  readonly #requests: Tables['requestClasses']
  readonly #supplies: Tables['supplyClasses']
  readonly #suppliesOf: (number[] | undefined)[] = []
  readonly #requestsOf: (number[] | undefined)[] = []
  /** Number of each request class's channel, for loops over many classes. */
  readonly #channels: number[] = []
  /** Weights of each supply class, as it was listed last: its row may be gone by now. */
  readonly #weights: (readonly number[])[] = []
  /**
   * Supply classes that hold a skill and at which level, by "pool/skill"; all of a pool by "pool/".
   * So a pair costs a look into a map: after a restore millions of them are made anew.
   */
  readonly #holders = new Map<string, Map<number, number>>()
  /** Request classes by the skill that they are found by: the first that they require, or none. */
  readonly #askers = new Map<string, Set<number>>()
  /** One text for each anchor, however many classes are listed under it. */
  readonly #anchors = new Map<string, string>()
  /** What each listed class is listed under, for its removal when its row is gone. */
  readonly #heldBy: (readonly string[] | undefined)[] = []
  readonly #askedBy: (string | undefined)[] = []
  #listener: PairListener = { linked: () => undefined, parted: () => undefined }

  constructor(tables: Pick<Tables, 'requestClasses' | 'supplyClasses'>) {
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

  suppliesOf(request: number): readonly number[] {
    return this.#suppliesOf[request] ?? nothing
  }

  requestsOf(supply: number): readonly number[] {
    return this.#requestsOf[supply] ?? nothing
  }

  /** Number of a request class's channel. */
  channelOf(request: number): number {
    return this.#channels[request] ?? NONE
  }

  /** Of a supply class that is listed, or was until now. */
  weightsOf(supply: number): readonly number[] | undefined {
    return this.#weights[supply]
  }

  #syncRequest(slot: number, exists: boolean): void {
    const listed = this.#suppliesOf[slot] !== undefined
    if (exists === listed) return
    if (exists) this.#linkRequest(slot)
    else this.#unlinkRequest(slot)
  }

  #linkRequest(slot: number): void {
    const request = this.#requests.at(slot)
    this.#channels[slot] = channels.indexOf(request.channel)
    const mine = this.#servers(request)
    for (let at = 0; at < mine.length; at++) {
      const supply = mine[at]!
      this.#requestsOf[supply]?.push(slot)
      this.#listener.linked(slot, supply)
    }
    this.#suppliesOf[slot] = mine
    const anchor = `${request.pool}/${request.requirements[0]?.skillId ?? ''}`
    this.#askedBy[slot] = anchor
    const askers = this.#askers.get(anchor)
    if (askers) askers.add(slot)
    else this.#askers.set(anchor, new Set([slot]))
  }

  #unlinkRequest(slot: number): void {
    for (const supply of this.suppliesOf(slot)) {
      drop(this.#requestsOf[supply], slot)
      this.#listener.parted(slot, supply)
    }
    this.#suppliesOf[slot] = undefined
    unlist(this.#askers, this.#askedBy[slot] ?? '', slot)
  }

  #anchor(pool: number, skillId: string): string {
    const anchor = `${pool}/${skillId}`
    const known = this.#anchors.get(anchor)
    if (known === undefined) this.#anchors.set(anchor, anchor)
    return known ?? anchor
  }

  #syncSupply(slot: number, exists: boolean): void {
    const listed = this.#requestsOf[slot] !== undefined
    if (exists === listed) return
    if (exists) this.#linkSupply(slot)
    else this.#unlinkSupply(slot)
  }

  #linkSupply(slot: number): void {
    const supply = this.#supplies.at(slot)
    const mine: number[] = []
    this.#weights[slot] = supply.weights
    const under = [this.#anchor(supply.pool, '')]
    listUnder(this.#holders, `${supply.pool}/`, slot, 0)
    for (const { skillId, level } of supply.levels) {
      const anchor = this.#anchor(supply.pool, skillId)
      under.push(anchor)
      listUnder(this.#holders, anchor, slot, level)
    }
    for (const anchor of under) {
      for (const request of this.#askers.get(anchor) ?? nothing) {
        if (!serves(supply, this.#requests.at(request))) continue
        mine.push(request)
        this.#suppliesOf[request]?.push(slot)
        this.#listener.linked(request, slot)
      }
    }
    this.#requestsOf[slot] = mine
    this.#heldBy[slot] = under
  }

  #unlinkSupply(slot: number): void {
    for (const request of this.requestsOf(slot)) {
      drop(this.#suppliesOf[request], slot)
      this.#listener.parted(request, slot)
    }
    this.#requestsOf[slot] = undefined
    for (const anchor of this.#heldBy[slot] ?? []) unlist(this.#holders, anchor, slot)
  }

  /** As `serves` says, of all that hold the rarest of the skills required. */
  #servers({ pool, channel, requirements }: RequestClassRow): number[] {
    const column = channels.indexOf(channel)
    const lists: { readonly holders: ReadonlyMap<number, number>; readonly floor: number }[] = []
    for (const { skillId, minimumLevel: floor } of requirements) {
      const holders = this.#holders.get(`${pool}/${skillId}`)
      if (holders === undefined) return []
      lists.push({ holders, floor })
    }
    lists.sort((a, b) => a.holders.size - b.holders.size || a.floor - b.floor)
    const [rarest = { holders: this.#holders.get(`${pool}/`), floor: 0 }, ...others] = lists
    const found: number[] = []
    rarest.holders?.forEach((level, supply) => {
      if (level < rarest.floor || (this.#weights[supply]?.[column] ?? 0) <= 0) return
      for (let at = 0; at < others.length; at++) {
        const { holders, floor } = others[at]!
        if ((holders.get(supply) ?? 0) < floor) return
      }
      found.push(supply)
    })
    return found
  }
}

function listUnder(
  lists: Map<string, Map<number, number>>,
  name: string,
  slot: number,
  level: number,
): void {
  const list = lists.get(name)
  if (list) list.set(slot, level)
  else lists.set(name, new Map([[slot, level]]))
}

function unlist(
  lists: Map<string, { delete(slot: number): boolean; readonly size: number }>,
  name: string,
  slot: number,
): void {
  const list = lists.get(name)
  if (list?.delete(slot) && list.size === 0) lists.delete(name)
}

function drop(list: number[] | undefined, item: number): void {
  if (list === undefined) return
  const at = list.indexOf(item)
  const last = list.pop()
  if (at >= 0 && at < list.length && last !== undefined) list[at] = last
}
