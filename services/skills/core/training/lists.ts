import { type Grant, packing } from '../grants.ts'
import { begin, end } from './layers.ts'
import { type Found, foundAmong, upTo } from '../page.ts'
import type { AgentRow, SkillsState } from '../state.ts'
import { trainedMs, trainingsOf, trainingView, type TrainingView } from './record.ts'

export interface Gap {
  readonly agentId: string
  readonly team: string
  readonly trainedMs: number
  /** Above 0. */
  readonly missingMs: number
}

/** Days from the first of a year until before the first of the next, and what is wanted in it. */
export interface Target {
  readonly from: number
  readonly until: number
  readonly targetMs: number
}

/** `team`: '' for all. */
export function gapsAfter(
  s: SkillsState,
  pool: string,
  target: Target,
  team: string,
  afterId: string,
  size: number,
): Found<Gap> {
  return foundAmong(s, pool, afterId, upTo(size), (agent) =>
    team === '' || agent.team === team ? gapOf(s, agent, target) : undefined,
  )
}

export function gapOf(s: SkillsState, agent: AgentRow, target: Target): Gap | undefined {
  const trained = trainedMs(s, agent, target.from, target.until)
  const missingMs = target.targetMs - trained
  const { id: agentId, team } = agent
  return missingMs > 0 ? { agentId, team, trainedMs: trained, missingMs } : undefined
}

export interface Expiring {
  readonly agentId: string
  readonly team: string
  /** At least one. */
  readonly grants: readonly Grant[]
}

/** Whose levels end after `from` and not after `until`. `team`: '' for all. */
export function expiringAfter(
  s: SkillsState,
  pool: string,
  { from, until }: { readonly from: number; readonly until: number },
  team: string,
  afterId: string,
  size: number,
): Found<Expiring> {
  return foundAmong(s, pool, afterId, upTo(size), (agent) => {
    if (team !== '' && agent.team !== team) return undefined
    const held = packing.skillsOf(agent.skills)
    const grants = held.filter((grant) => {
      const at = end(grant)
      return at > from && at <= until && !held.some((other) => follows(other, grant))
    })
    return grants.length === 0 ? undefined : { agentId: agent.id, team: agent.team, grants }
  })
}

/** Whoever has this next loses nothing. */
const follows = (next: Grant, grant: Grant): boolean =>
  next.skillId === grant.skillId && begin(next) === end(grant) && next.level >= grant.level

/** Where a list of records goes on: within an agent's, '' for both at its beginning. */
export interface AfterRecord {
  readonly agentId: string
  /** yyyy-mm-dd and course; '': all of the agent's have been listed. */
  readonly date: string
  readonly courseId: string
}

/** Records of all agents by agent, of each by date and course. */
export function trainingsAfter(
  s: SkillsState,
  pool: string,
  after: AfterRecord,
  size: number,
): { readonly found: readonly TrainingView[]; readonly next: AfterRecord | undefined } {
  const begun = after.date === '' ? undefined : s.agents.get(after.agentId)
  const found: TrainingView[] = []
  if (begun !== undefined && s.pools.at(begun.pool).id === pool) {
    found.push(...inOrder(s, begun).filter((view) => isAfter(view, after)))
  }
  let { agentId } = after
  while (found.length <= size) {
    const page = foundAmong(s, pool, agentId, upTo(1), (agent) => {
      const views = inOrder(s, agent)
      return views.length > 0 ? views : undefined
    })
    found.push(...page.found.flat())
    agentId = page.next
    if (page.next === '') return shown(found, size)
    if (page.found.length === 0) {
      return { found, next: { agentId, date: '', courseId: '' } }
    }
  }
  return shown(found, size)
}

/** The same of one agent. */
export function trainingsOfAgent(
  s: SkillsState,
  agent: AgentRow,
  after: AfterRecord,
  size: number,
): { readonly found: readonly TrainingView[]; readonly next: AfterRecord | undefined } {
  return shown(
    inOrder(s, agent).filter((view) => isAfter(view, after)),
    size,
  )
}

function shown(found: readonly TrainingView[], size: number) {
  const last = found[size - 1]
  return { found: found.slice(0, size), next: found.length > size ? last : undefined }
}

/** At most recordsPerAgent. */
function inOrder(s: SkillsState, agent: AgentRow): readonly TrainingView[] {
  return trainingsOf(s, agent)
    .map((row) => trainingView(s, row))
    .sort((a, b) => a.day - b.day || (a.courseId < b.courseId ? -1 : 1))
}

const isAfter = (view: TrainingView, after: AfterRecord): boolean =>
  view.date > after.date || (view.date === after.date && view.courseId > after.courseId)
