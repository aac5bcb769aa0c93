import {
  type AgentRow,
  type ContactRow,
  type ContactState,
  idOf,
  type RoutingState,
} from '@evenkeel/routing/core'
import type { Chance } from '../chance.ts'
import type { WireCommand } from './calls.ts'
import type { Plan } from './plan.ts'

/** What a deed is chosen from: the state as a watcher sees it, and who there is. */
export interface Scene {
  readonly state: RoutingState
  readonly chance: Chance
  readonly now: number
  readonly plan: Plan
  /** Ids given so far. */
  readonly given: { contacts: number; requests: number; sessions: number }
  /** Replicas that sessions can be held by. */
  readonly replicaIds: readonly string[]
  readonly former: () => WireCommand | undefined
}

export function contactsIn(s: Scene, ...states: readonly ContactState[]): ContactRow[] {
  const found: ContactRow[] = []
  for (const slot of s.state.contacts.slots()) {
    const row = s.state.contacts.at(slot)
    if (states.length === 0 || states.includes(row.state)) found.push(row)
  }
  return found
}

const agentsOf = (s: Scene): AgentRow[] =>
  [...s.state.agents.slots()].map((slot) => s.state.agents.at(slot))

export const one = (s: Scene, ...states: readonly ContactState[]): string | undefined => {
  // Now and then somebody acts on a contact that is not where it is thought to be.
  const found = s.chance.any(s.chance.happens(0.03) ? contactsIn(s) : contactsIn(s, ...states))
  return found && idOf(found.id)
}

export const requestId = (s: Scene): string => {
  s.given.requests += 1
  return `r${s.given.requests}`
}

export function agentWith(s: Scene, that: (agent: AgentRow) => boolean): AgentRow | undefined {
  const all = agentsOf(s)
  return s.chance.any(s.chance.happens(0.03) ? all : all.filter(that))
}
