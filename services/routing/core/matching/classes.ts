import { NONE } from '@evenkeel/chassis/table'
import type { ProfileSkill } from '../commands.ts'
import { durations, limits, NEVER } from '../limits.ts'
import type { AgentRow, ContactRow, PoolRow, QueueRow, RequestClassRow } from '../schema.ts'
import { nextSeq, type RoutingState } from '../state.ts'
import { refusal } from '../turn.ts'
import { noLevels } from '../wait/learning.ts'
import type { Requirement, SkillLevel } from '../words.ts'
import { meets, serves } from './eligibility.ts'

/** The skill levels of a profile that are valid at `time`, in the order of skill ids. */
export function levelsAt(skills: readonly ProfileSkill[], time: number): readonly SkillLevel[] {
  const levels: SkillLevel[] = []
  for (const { skillId, level, from, until, provisional } of skills) {
    if (time < from || until <= time) continue
    levels.push(provisional ? { skillId, level, provisional } : { skillId, level })
  }
  return levels
}

/** The next instant at which levelsAt changes. */
export function nextEdge(skills: readonly ProfileSkill[], time: number): number {
  let next: number = NEVER
  for (const { from, until } of skills) {
    if (from > time && from < next) next = from
    if (until > time && until < next) next = until
  }
  return next
}

/** Requirements of a queue and of one contact: of each skill what is stricter, in the order of skill ids. */
export function joinRequirements(
  ofQueue: readonly Requirement[],
  own: readonly Requirement[],
): readonly Requirement[] {
  if (own.length === 0) return ofQueue
  const floors = new Map<string, Requirement>()
  for (const requirement of ofQueue) floors.set(requirement.skillId, requirement)
  for (const requirement of own) {
    const { skillId } = requirement
    floors.set(skillId, stricter(requirement, floors.get(skillId) ?? requirement))
  }
  return [...floors.values()].sort((a, b) => (a.skillId < b.skillId ? -1 : 1))
}

function stricter(a: Requirement, b: Requirement): Requirement {
  const minimumLevel = Math.max(a.minimumLevel, b.minimumLevel)
  const floor = { skillId: a.skillId, minimumLevel }
  return a.fullyQualified || b.fullyQualified ? { ...floor, fullyQualified: true } : floor
}

/** "tax:3!": fully qualified. */
export const requirementsText = (requirements: readonly Requirement[]): string =>
  requirements.map((r) => `${r.skillId}:${r.minimumLevel}${r.fullyQualified ? '!' : ''}`).join(',')

/** What requirementsText wrote. */
export function requirementsOf(text: string): readonly Requirement[] {
  if (text === '') return []
  return text.split(',').map((one) => {
    const [skillId = '', level = ''] = one.split(':')
    const floor = { skillId, minimumLevel: Number.parseInt(level, 10) }
    return level.endsWith('!') ? { ...floor, fullyQualified: true } : floor
  })
}

const guardOf = ({ policy }: QueueRow): number => policy.rosterGuardMs ?? durations.rosterGuard

/** With the guard time where it is not the usual: whoever waits keeps the one with which it came. */
function requestClassId(queue: QueueRow, requirements: readonly Requirement[]): string {
  const guardMs = guardOf(queue)
  const guard = guardMs === durations.rosterGuard ? '' : `|${guardMs}`
  return `${queue.id}|${requirementsText(requirements)}${guard}`
}

/** The request class of (queue, requirements) if there is one: for reads, which make nothing. */
export const knownRequestClass = (
  s: RoutingState,
  queue: QueueRow,
  requirements: readonly Requirement[],
): RequestClassRow | undefined => s.requestClasses.get(requestClassId(queue, requirements))

/**
 * The request class of what the queue asks for and a contact's own requirements, made if new; NONE
 * when the cap is reached.
 */
export function internRequestClass(
  s: RoutingState,
  queue: QueueRow,
  own: readonly Requirement[],
): number {
  // Most contacts ask for nothing of their own.
  if (own.length === 0 && queue.ownClass !== NONE) return queue.ownClass
  const requirements = joinRequirements(queue.policy.requirements, own)
  const known = knownRequestClass(s, queue, requirements)
  if (known) return known.slot
  if (s.requestClasses.size >= s.requestClasses.cap) return NONE
  return s.requestClasses.insert({
    id: requestClassId(queue, requirements),
    pool: queue.pool,
    queue: queue.slot,
    channel: queue.channel,
    seq: nextSeq(s),
    requirements,
    guardMs: guardOf(queue),
    ...noLevels,
    placesSeen: 0,
    staffing: 'staffed',
    unstaffedSince: 0,
    staffingTold: 'staffed',
    unstaffedDue: NEVER,
    overflowKey: 0,
    overflowSeq: 0,
    forgetAt: NEVER,
  }).slot
}

/** What is said where that cap is reached. */
export const requestClassesFull = refusal('TOO_MANY', {
  cap: 'requestClasses',
  limit: limits.requestClasses,
})

/** The supply class of (levels, weights, leaving), made if new; NONE when the cap is reached. */
export function internSupplyClass(
  s: RoutingState,
  pool: PoolRow,
  levels: readonly SkillLevel[],
  { weights, leavingMs }: Pick<AgentRow, 'weights' | 'leavingMs'>,
): number {
  const skills = levels.map((l) => `${l.skillId}:${l.level}${l.provisional ? '?' : ''}`).join(',')
  const leaving = leavingMs === 0 ? '' : `|${leavingMs}`
  const id = `${pool.id}|${weights.join(',')}|${skills}${leaving}`
  const known = s.supplyClasses.get(id)
  if (known) return known.slot
  if (s.supplyClasses.size >= s.supplyClasses.cap) return NONE
  return s.supplyClasses.insert({
    id,
    pool: pool.slot,
    seq: nextSeq(s),
    weights,
    levels,
    leavingMs,
    forgetAt: NEVER,
  }).slot
}

/** To be called whenever a contact has joined or left a request class: an empty one is forgotten later. */
export function touchRequestClass(s: RoutingState, slot: number, time: number): void {
  if (slot === NONE) return
  const row = s.requestClasses.at(slot)
  const kept = s.membersOfRequest.size(slot) > 0 || s.queues.at(row.queue).ownClass === slot
  const forgetAt = kept ? NEVER : time + durations.retainClass
  if ((row.forgetAt === NEVER) !== (forgetAt === NEVER)) s.requestClasses.update(row, { forgetAt })
}

/** The same for agents and supply classes. */
export function touchSupplyClass(s: RoutingState, slot: number, time: number): void {
  if (slot === NONE) return
  const row = s.supplyClasses.at(slot)
  const forgetAt = s.membersOfSupply.size(slot) === 0 ? time + durations.retainClass : NEVER
  if ((row.forgetAt === NEVER) !== (forgetAt === NEVER)) s.supplyClasses.update(row, { forgetAt })
}

/** Puts an agent into the class of what it can do at `time`. False: the cap of supply classes is reached. */
export function classifyAgent(s: RoutingState, agent: AgentRow, time: number): boolean {
  const before = agent.supplyClass
  const pool = s.pools.at(agent.pool)
  const levels = levelsAt(agent.skills, time)
  const supplyClass = agent.removed ? NONE : internSupplyClass(s, pool, levels, agent)
  s.agents.update(agent, { supplyClass, nextEdgeAt: nextEdge(agent.skills, time) })
  if (before !== supplyClass) {
    touchSupplyClass(s, before, time)
    touchSupplyClass(s, supplyClass, time)
  }
  return agent.removed || supplyClass !== NONE
}

/** Of an agent's own open work: its channel need not be active any more. */
export function isSkilled(s: RoutingState, agent: AgentRow, contact: ContactRow): boolean {
  if (agent.supplyClass === NONE) return false
  const { levels } = s.supplyClasses.at(agent.supplyClass)
  return meets(levels, s.requestClasses.at(contact.requestClass).requirements)
}

/** Whether the agent is skilled for the contact now and active on its channel, by what routing has applied of the profile. */
export const isEligible = (s: RoutingState, agent: AgentRow, contact: ContactRow): boolean =>
  mayServe(s, agent, s.requestClasses.at(contact.requestClass))

/** The same for any contact of a class. */
export const mayServe = (s: RoutingState, agent: AgentRow, request: RequestClassRow): boolean =>
  agent.supplyClass !== NONE && serves(s.supplyClasses.at(agent.supplyClass), request)

/** About to leave by the roster, or away: nothing new of a request class is offered. */
export const isLeaving = (s: RoutingState, agent: AgentRow, request: number): boolean =>
  agent.guarded ||
  (agent.supplyClass !== NONE && s.eligibility.isClosed(agent.supplyClass, request))
