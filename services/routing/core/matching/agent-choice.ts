import { durations, limits } from '../limits.ts'
import type { AgentRow, ContactRow, RequestClassRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { unreachable } from '../turn.ts'
import { type AgentChoice, channels, type OfferRule } from '../words.ts'
import { levelOf } from './eligibility.ts'
import { isCalledAway, takenOf } from './free.ts'

/** Which agent by a queue's own rule: a number per pair of classes, then caps, idle time and age. */

export interface Chosen {
  readonly agent: AgentRow
  readonly rule: OfferRule
  readonly runnersUp: readonly AgentRow[]
}

interface Candidate {
  readonly agent: AgentRow
  /** Would have to set something aside. */
  readonly calledAway: boolean
  /** Of the rule; the smallest is best. */
  readonly score: number
  readonly capped: boolean
  readonly repeated: boolean
}

/** The best and the next three, so that the decision can be told. */
const remembered = 4

/** The best agent with room by the queue's rule; `allows` may refuse limits.exclusionsPerContact agents. */
export function chooseAgent(
  s: RoutingState,
  contact: ContactRow,
  choice: AgentChoice,
  allows: (agent: number) => boolean,
  time: number,
): Chosen | undefined {
  const request = s.requestClasses.at(contact.requestClass)
  const channel = channels.indexOf(contact.channel)
  const caps = choice.perHourMax > 0 || choice.inRowMax > 0
  const many = caps ? limits.cappedPerLoad : remembered
  const best: Candidate[] = []
  for (const supply of s.free.classesFor(request)) {
    const score = scoreOf(s, choice, request, supply)
    for (const slot of s.free.longestIdle(channel, supply, many, allows)) {
      const agent = s.agents.at(slot)
      const calledAway = isCalledAway(agent, contact)
      const fit = calledAway ? takenOf(agent) : -takenOf(agent)
      place(best, {
        agent,
        calledAway,
        score: choice.rule === 'tightestFit' ? fit : score,
        capped: choice.perHourMax > 0 && takenThisHour(agent, time) >= choice.perHourMax,
        repeated: choice.inRowMax > 0 && inRowOf(agent, contact) >= choice.inRowMax,
      })
    }
  }
  const [first, second] = best
  if (first === undefined) return undefined
  const runnersUp = best.slice(1).map(({ agent }) => agent)
  return { agent: first.agent, rule: ruleOf(choice, first, second), runnersUp }
}

function scoreOf(
  s: RoutingState,
  choice: AgentChoice,
  request: RequestClassRow,
  supply: number,
): number {
  switch (choice.rule) {
    case 'tightestFit':
    case 'longestIdle':
      return 0
    case 'leastFlexible':
      return s.eligibility.requestsOf(supply).length
    case 'bestSkilled': {
      const { levels } = s.supplyClasses.at(supply)
      let sum = 0
      for (const { skillId } of request.requirements) sum += levelOf(levels, skillId)
      return -sum
    }
    default:
      return unreachable(choice.rule)
  }
}

/** Keeps the first few in their order. */
function place(best: Candidate[], one: Candidate): void {
  let at = best.length
  while (at > 0 && before(one, best[at - 1]!)) at -= 1
  if (at >= remembered) return
  best.splice(at, 0, one)
  if (best.length > remembered) best.pop()
}

function before(a: Candidate, b: Candidate): boolean {
  if (a.calledAway !== b.calledAway) return b.calledAway
  if (a.score !== b.score) return a.score < b.score
  if (a.capped !== b.capped) return b.capped
  if (a.repeated !== b.repeated) return b.repeated
  if (a.agent.idleSince !== b.agent.idleSince) return a.agent.idleSince < b.agent.idleSince
  return a.agent.seq < b.agent.seq
}

/** What set the chosen agent apart from the next one. */
function ruleOf(choice: AgentChoice, first: Candidate, second: Candidate | undefined): OfferRule {
  if (first.calledAway) return 'interruption'
  if (second === undefined || second.calledAway) return 'onlyOne'
  if (first.score !== second.score) return choice.rule
  if (first.capped !== second.capped) return 'loadFairness'
  if (first.repeated !== second.repeated) return 'variety'
  return 'longestIdle'
}

const hourOf = (time: number): number => time - (time % durations.fairnessHour)

const takenThisHour = (agent: AgentRow, time: number): number =>
  agent.hourFrom === hourOf(time) ? agent.hourTaken : 0

const inRowOf = (agent: AgentRow, contact: ContactRow): number =>
  agent.lastQueue === contact.queue ? agent.inRow : 0

/** An agent has accepted a contact: what the caps are counted by. */
export function countTaken(
  s: RoutingState,
  agent: AgentRow,
  contact: ContactRow,
  time: number,
): void {
  const hourTaken = takenThisHour(agent, time) + 1
  const inRow = inRowOf(agent, contact) + 1
  s.agents.update(agent, { hourFrom: hourOf(time), hourTaken, lastQueue: contact.queue, inRow })
}
