import { NONE } from '@evenkeel/chassis/table'
import { capacity } from '../limits.ts'
import type { AgentRow, Tables } from '../schema.ts'
import { channels, type StaffingState } from '../words.ts'
import type { Eligibility } from './eligibility.ts'
import { Flagged } from './flagged.ts'

/** How an agent counts: by profile alone, as signed in (and not draining), as ready (and not about to leave by the roster). */
const levels = ['known', 'signedIn', 'ready'] as const

const levelOf = (agent: AgentRow): number => {
  if (agent.presence === 'ready') return agent.guarded ? 1 : 2
  return agent.presence === 'paused' ? 1 : 0
}

/** How many agents of each level or higher, by class. */
type Tally = readonly [number[], number[], number[]]
const emptyTally = (): Tally => [[], [], []]

/**
 * Agents by what they could serve: of each supply class, and of all classes that serve a request
 * class; those who are ready, busy or free, those who have signed in, and all who have a profile.
 * Kept as agents come and go, since every contact that has to wait asks for it, and the classes
 * that serve it may be thousands. Request classes whose staffing is another than their row says are
 * flagged, for queue/unstaffed.ts to look at.
 */
export class Staffing {
  readonly #tables: Tables
  readonly #eligibility: Eligibility
  /** Class and level in which an agent was counted, per agent. */
  readonly #countedIn: number[] = []
  readonly #countedAs: number[] = []
  readonly #agents = emptyTally()
  readonly #agentsFor = emptyTally()
  readonly #placesFor: number[] = []
  /** What the rows of request classes say; undefined: there is none. */
  readonly #told: (StaffingState | undefined)[] = []
  readonly #seqs: number[] = []
  readonly #turned = new Flagged()

  constructor(tables: Tables, eligibility: Eligibility) {
    this.#tables = tables
    this.#eligibility = eligibility
    eligibility.follow({
      linked: (request, supply) => this.#pair(request, supply, 1),
      parted: (request, supply) => this.#pair(request, supply, -1),
    })
    const sync = (slot: number, exists: boolean) => this.#sync(slot, exists)
    tables.agents.derive({ sync, check: () => this.#check() }, [
      'presence',
      'supplyClass',
      'guarded',
    ])
    const syncRequest = (slot: number, exists: boolean) => this.#syncRequest(slot, exists)
    tables.requestClasses.derive({ sync: syncRequest }, ['staffing'])
  }

  /** Ready, busy or free. */
  agentsFor(request: number): number {
    return this.#agentsFor[2][request] ?? 0
  }

  /** How many contacts of the class they could have at once. */
  placesFor(request: number): number {
    return this.#placesFor[request] ?? 0
  }

  of(request: number): StaffingState {
    if ((this.#agentsFor[1][request] ?? 0) > 0) return 'staffed'
    return (this.#agentsFor[0][request] ?? 0) > 0 ? 'nobodySignedIn' : 'nobodyKnown'
  }

  /** The first request class whose row says otherwise, NONE if none does. */
  firstTurned(): number {
    return this.#turned.first()
  }

  #syncRequest(slot: number, exists: boolean): void {
    if (exists) {
      const row = this.#tables.requestClasses.at(slot)
      this.#told[slot] = row.staffing
      this.#seqs[slot] = row.seq
    } else this.#told[slot] = undefined
    this.#look(slot)
  }

  #look(request: number): void {
    const told = this.#told[request]
    if (told === undefined || told === this.of(request)) this.#turned.unflag(request)
    else this.#turned.flag(request, this.#seqs[request] ?? 0)
  }

  #sync(slot: number, exists: boolean): void {
    const before = this.#countedIn[slot] ?? NONE
    const level = this.#countedAs[slot] ?? 0
    const agent = exists ? this.#tables.agents.at(slot) : undefined
    const wanted = agent?.supplyClass ?? NONE
    const wantedLevel = agent ? levelOf(agent) : 0
    if (before === wanted && level === wantedLevel) return
    this.#countedIn[slot] = wanted
    this.#countedAs[slot] = wantedLevel
    for (let at = 0; at < levels.length; at++) {
      const was = level >= at ? before : NONE
      const is = wantedLevel >= at ? wanted : NONE
      if (was === is) continue
      if (was !== NONE) this.#staff(was, at, -1)
      if (is !== NONE) this.#staff(is, at, 1)
    }
  }

  #staff(supply: number, level: number, agents: number): void {
    const tally = this.#agents[level]!
    tally[supply] = (tally[supply] ?? 0) + agents
    for (const request of this.#eligibility.requestsOf(supply)) {
      this.#count(request, supply, level, agents)
    }
  }

  #pair(request: number, supply: number, sign: 1 | -1): void {
    for (let at = 0; at < levels.length; at++) {
      this.#count(request, supply, at, sign * (this.#agents[at]![supply] ?? 0))
    }
  }

  #count(request: number, supply: number, level: number, agents: number): void {
    if (agents === 0 || (level === 2 && this.#eligibility.isClosed(supply, request))) return
    const tally = this.#agentsFor[level]!
    const before = tally[request] ?? 0
    tally[request] = before + agents
    if (level < 2) {
      // Only the first who comes and the last who goes make a difference.
      if (before === 0 || tally[request] === 0) this.#look(request)
      return
    }
    const channel = this.#eligibility.channelOf(request)
    const weight = this.#eligibility.weightsOf(supply)?.[channel] ?? capacity
    this.#placesFor[request] = this.placesFor(request) + agents * Math.trunc(capacity / weight)
  }

  /** Of all agents again, by supply class. */
  #recount(): readonly Map<number, number>[] {
    const counted = levels.map(() => new Map<number, number>())
    for (const slot of this.#tables.agents.slots()) {
      const agent = this.#tables.agents.at(slot)
      for (let at = 0; at <= levelOf(agent); at++) {
        const of = counted[at]!
        of.set(agent.supplyClass, (of.get(agent.supplyClass) ?? 0) + 1)
      }
    }
    return counted
  }

  #check(): readonly string[] {
    const faults: string[] = []
    const counted = this.#recount()
    for (const slot of this.#tables.requestClasses.slots()) {
      const request = this.#tables.requestClasses.at(slot)
      const channel = channels.indexOf(request.channel)
      const sums = levels.map(() => 0)
      let places = 0
      for (const supply of this.#eligibility.suppliesOf(slot)) {
        const weight = this.#tables.supplyClasses.at(supply).weights[channel] ?? capacity
        const closed = this.#eligibility.isClosed(supply, slot)
        for (let at = 0; at < (closed ? 2 : levels.length); at++) {
          sums[at] = (sums[at] ?? 0) + (counted[at]?.get(supply) ?? 0)
        }
        if (closed) continue
        places += (counted[2]?.get(supply) ?? 0) * Math.trunc(capacity / weight)
      }
      const held = levels.map((_, at) => this.#agentsFor[at]?.[slot] ?? 0)
      if (sums.join() !== held.join() || places !== this.placesFor(slot)) {
        const counts = `${held.join()} agents, ${this.placesFor(slot)} places`
        faults.push(`${request.id}: counted ${counts}; there are ${sums.join()} and ${places}`)
      }
      const turned = request.staffing !== this.of(slot)
      if (turned !== this.#turned.has(slot)) faults.push(`${request.id}: flagged wrongly`)
    }
    return faults
  }
}
