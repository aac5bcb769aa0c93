import { NONE } from '@evenkeel/chassis/table'
import { capacity } from '../limits.ts'
import type { Tables } from '../schema.ts'
import { channels } from '../words.ts'
import type { Eligibility } from './eligibility.ts'

/**
 * Agents at work, busy or free: of each supply class, and of all classes that serve a request
 * class. Kept as agents come and go, since every contact that has to wait asks for it, and the
 * classes that serve it may be thousands.
 */
export class Staffing {
  readonly #tables: Tables
  readonly #eligibility: Eligibility
  /** Class in which an agent was counted, per agent. */
  readonly #countedIn: number[] = []
  /** Per supply class. */
  readonly #agents: number[] = []
  /** Per request class. */
  readonly #agentsFor: number[] = []
  readonly #placesFor: number[] = []

  constructor(tables: Tables, eligibility: Eligibility) {
    this.#tables = tables
    this.#eligibility = eligibility
    eligibility.follow({
      linked: (request, supply) => this.#count(request, supply, this.#agents[supply] ?? 0),
      parted: (request, supply) => this.#count(request, supply, -(this.#agents[supply] ?? 0)),
    })
    const sync = (slot: number, exists: boolean) => this.#sync(slot, exists)
    tables.agents.derive({ sync, check: () => this.#check() }, ['presence', 'supplyClass'])
  }

  agentsFor(request: number): number {
    return this.#agentsFor[request] ?? 0
  }

  /** How many contacts of the class they could have at once. */
  placesFor(request: number): number {
    return this.#placesFor[request] ?? 0
  }

  #sync(slot: number, exists: boolean): void {
    const before = this.#countedIn[slot] ?? NONE
    const wanted = exists ? this.#wanted(slot) : NONE
    if (before === wanted) return
    this.#countedIn[slot] = wanted
    if (before !== NONE) this.#staff(before, -1)
    if (wanted !== NONE) this.#staff(wanted, 1)
  }

  #wanted(slot: number): number {
    const agent = this.#tables.agents.at(slot)
    return agent.presence === 'ready' ? agent.supplyClass : NONE
  }

  #staff(supply: number, agents: number): void {
    this.#agents[supply] = (this.#agents[supply] ?? 0) + agents
    for (const request of this.#eligibility.requestsOf(supply)) {
      this.#count(request, supply, agents)
    }
  }

  #count(request: number, supply: number, agents: number): void {
    if (agents === 0) return
    const channel = this.#eligibility.channelOf(request)
    const weight = this.#eligibility.weightsOf(supply)?.[channel] ?? capacity
    const places = agents * Math.trunc(capacity / weight)
    this.#agentsFor[request] = this.agentsFor(request) + agents
    this.#placesFor[request] = this.placesFor(request) + places
  }

  #check(): readonly string[] {
    const faults: string[] = []
    const agents = new Map<number, number>()
    for (const slot of this.#tables.agents.slots()) {
      const supply = this.#wanted(slot)
      agents.set(supply, (agents.get(supply) ?? 0) + 1)
    }
    for (const slot of this.#tables.requestClasses.slots()) {
      const request = this.#tables.requestClasses.at(slot)
      const channel = channels.indexOf(request.channel)
      let staffed = 0
      let places = 0
      for (const supply of this.#eligibility.suppliesOf(slot)) {
        const weight = this.#tables.supplyClasses.at(supply).weights[channel] ?? capacity
        staffed += agents.get(supply) ?? 0
        places += (agents.get(supply) ?? 0) * Math.trunc(capacity / weight)
      }
      if (staffed !== this.agentsFor(slot) || places !== this.placesFor(slot)) {
        const counted = `${this.agentsFor(slot)} agents, ${this.placesFor(slot)} places`
        faults.push(`${request.id}: counted ${counted}; there are ${staffed} and ${places}`)
      }
    }
    return faults
  }
}
