import type { AgentChoice, ContactRow, Requirement, RoutingState } from '@evenkeel/routing/core'
import type { Agent } from './matching.ts'
import type { Profiles } from './profiles.ts'

const hourMs = 3_600_000
const levelMax = 10

/** The order of those who were free for a new contact, by its queue's rule; every figure counted anew. */
export function byChoice(
  s: RoutingState,
  contact: ContactRow,
  choice: AgentChoice,
  profiles: Profiles,
  away: (agent: Agent) => number,
): (a: Agent, b: Agent) => number {
  const { requirements } = s.requestClasses.at(contact.requestClass)
  const hour = contact.createdAt - (contact.createdAt % hourMs)
  const score = (agent: Agent): number => {
    switch (choice.rule) {
      case 'tightestFit':
        return away(agent) > 0 ? agent.taken : -agent.taken
      case 'longestIdle':
        return 0
      case 'leastFlexible':
        return flexibility(s, agent, profiles)
      case 'bestSkilled':
        return -requirements.reduce((sum, { skillId }) => sum + level(profiles, agent, skillId), 0)
      default:
        return choice.rule satisfies never
    }
  }
  const capped = (agent: Agent): number => {
    const taken = agent.hourFrom === hour ? agent.hourTaken : 0
    return choice.perHourMax > 0 && taken >= choice.perHourMax ? 1 : 0
  }
  const repeated = (agent: Agent): number => {
    const inRow = agent.lastQueue === contact.queue ? agent.inRow : 0
    return choice.inRowMax > 0 && inRow >= choice.inRowMax ? 1 : 0
  }
  return (a, b) =>
    Math.min(1, away(a)) - Math.min(1, away(b)) ||
    score(a) - score(b) ||
    capped(a) - capped(b) ||
    repeated(a) - repeated(b) ||
    a.idleSince - b.idleSince ||
    a.seq - b.seq
}

/** The highest that the agent is known to meet. */
function level(profiles: Profiles, agent: Agent, skillId: string): number {
  let found = 0
  for (let minimumLevel = 1; minimumLevel <= levelMax; minimumLevel++) {
    if (profiles.meets(agent.id, [{ skillId, minimumLevel }])) found = minimumLevel
  }
  return found
}

/** Combinations of queue and requirements that the agent could serve. */
function flexibility(s: RoutingState, agent: Agent, profiles: Profiles): number {
  let served = 0
  for (const slot of s.requestClasses.slots()) {
    const { channel, requirements } = s.requestClasses.at(slot)
    const floors: readonly Requirement[] = requirements
    if (profiles.weight(agent.id, channel) > 0 && profiles.meets(agent.id, floors)) served += 1
  }
  return served
}
