import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE, type Touched } from '@evenkeel/chassis/table'
import type { RoutingState } from '../core/index.ts'
import type { RoutingReplica } from './calls.ts'

/** What a desk that is connected here is told. Called synchronously after a record has been applied. */
export interface Desk {
  /** The agent itself changed: presence, load, its open offer. */
  agentChanged(s: RoutingState, at: Moment): void
  /** A contact that the agent has, or had at the last call, changed; its row may be gone. */
  contactChanged(s: RoutingState, key: string, at: Moment): void
  /** Another desk has taken the session over. */
  replaced(): void
}

/** The desks of each partition, made when the first agent of it connects. */
export function desksByReplica(): (replica: RoutingReplica) => Desks {
  const known = new Map<RoutingReplica, Desks>()
  return (replica) => {
    const found = known.get(replica) ?? new Desks(replica)
    known.set(replica, found)
    return found
  }
}

/** Sessions held by this process, by agent key. Derived from the watch feed; nothing here decides anything. */
export class Desks {
  readonly #desks = new Map<string, Desk>()
  /** Whose desk was last told of a contact, so that it hears of the contact's leaving too. */
  readonly #toldOf = new Map<string, string>()

  constructor(replica: RoutingReplica) {
    replica.holdsSessions(() => this.#desks.size > 0)
    replica.watch((touched, at) => this.#feed(replica.state, touched, at))
  }

  /** Puts a desk at an agent's place, with the agent's open work; whoever sat there is told. */
  seat(s: RoutingState, agentKey: string, desk: Desk): void {
    this.#desks.get(agentKey)?.replaced()
    this.#desks.set(agentKey, desk)
    const agent = s.agents.must(agentKey)
    for (let w = s.workOf.first(agent.slot); w !== NONE; w = s.workOf.next(w)) {
      this.#toldOf.set(s.contacts.at(w).id, agentKey)
    }
  }

  /** Takes a desk away, unless another has its place by now. */
  leave(agentKey: string, desk: Desk): boolean {
    if (this.#desks.get(agentKey) !== desk) return false
    this.#desks.delete(agentKey)
    return true
  }

  /** Somebody sits there. */
  has(agentKey: string): boolean {
    return this.#desks.has(agentKey)
  }

  #feed(s: RoutingState, touched: readonly Touched[], at: Moment): void {
    if (this.#desks.size === 0) return
    for (const row of touched) {
      if (row.table === 'contacts') this.#contact(s, row, at)
    }
    for (const row of touched) {
      if (row.table === 'agents' && row.exists) this.#desks.get(row.id)?.agentChanged(s, at)
    }
  }

  #contact(s: RoutingState, row: Touched, at: Moment): void {
    const contact = row.exists ? s.contacts.get(row.id) : undefined
    const agent = contact && contact.agent !== NONE ? s.agents.at(contact.agent).id : undefined
    const before = this.#toldOf.get(row.id)
    if (before !== undefined && before !== agent) {
      this.#toldOf.delete(row.id)
      this.#desks.get(before)?.contactChanged(s, row.id, at)
    }
    if (agent === undefined || !this.#desks.has(agent)) return
    this.#toldOf.set(row.id, agent)
    this.#desks.get(agent)?.contactChanged(s, row.id, at)
  }
}
