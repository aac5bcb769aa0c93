import type { Channel, Requirement, SkillLevel } from '@evenkeel/routing/core'
import type { Random } from './random.ts'

/** (agents, queues, open contacts) of docs and issues; the names are the command line's. */
export const sizes = {
  '1k': { agents: 1_000, queues: 50, contacts: 10_000 },
  '10k': { agents: 10_000, queues: 500, contacts: 100_000 },
  '50k': { agents: 50_000, queues: 2_500, contacts: 250_000 },
  '100k': { agents: 100_000, queues: 5_000, contacts: 500_000 },
} as const

export type SizeName = keyof typeof sizes

export interface Size {
  readonly agents: number
  readonly queues: number
  readonly contacts: number
}

export const caseNames = [
  'mix',
  'templates',
  'nobody-free',
  'all-free',
  'giant',
  'giant-free',
  'giant-skewed',
  'new-class',
] as const
export type CaseName = (typeof caseNames)[number]

export interface QueuePlan {
  readonly id: string
  readonly channel: Channel
  readonly requirements: readonly Requirement[]
  /** What a fifth of its contacts require beside: a request class more. */
  readonly extra: readonly Requirement[]
}

export interface AgentPlan {
  readonly id: string
  readonly skills: readonly SkillLevel[]
}

export interface Plan {
  readonly queues: readonly QueuePlan[]
  readonly agents: readonly AgentPlan[]
}

const SKILLS = 50
const LEVELS = 5
const SKILLS_PER_AGENT_MAX = 10
/** Profiles made by hand are shared: 2,000 by 100,000 agents. */
const AGENTS_PER_TEMPLATE = 50
/**
 * Every agent works on these; calls take all of an agent, three chats or five e-mails go together.
 */
export const agentChannels = [
  { channel: 'voice', weight: 100 },
  { channel: 'chat', weight: 33 },
  { channel: 'email', weight: 20 },
] as const

export const nameOf = {
  agent: (number: number): string => `agent-${number}`,
  contact: (number: number): string => `contact-${number}`,
} as const

/** Of a name made here. */
export const numberOf = (name: string): number => Number(name.slice(name.indexOf('-') + 1))

const skillId = (number: number): string => `skill-${String(number).padStart(2, '0')}`

/**
 * Random profiles of 1 to 10 skills: nearly every agent is a supply class of its own. Templates:
 * the same, each for many agents.
 */
export function planOf(name: CaseName, size: Size, random: Random): Plan {
  const profiles = name === 'templates' ? Math.ceil(size.agents / AGENTS_PER_TEMPLATE) : size.agents
  const templates = Array.from({ length: profiles }, () => skillsOf(random))
  const agents = Array.from({ length: size.agents }, (_, number): AgentPlan => {
    const skills = templates[number % profiles] ?? []
    return { id: nameOf.agent(number), skills: giantSkill(name, number, size, skills) }
  })
  if (isGiant(name)) {
    const giant = { id: 'giant', channel: 'voice', extra: [] } as const
    return { queues: [{ ...giant, requirements: [floor(skillId(0), 1)] }], agents }
  }
  const queues = Array.from({ length: size.queues }, (_, number): QueuePlan => {
    const draw = random.below(10)
    const channel = draw < 7 ? 'voice' : draw < 9 ? 'chat' : 'email'
    const wanted = [...new Set([random.below(SKILLS), random.below(SKILLS)])]
    const required = wanted.slice(0, 1 + random.below(2)).sort((left, right) => left - right)
    const requirements = required.map((skill) => floor(skillId(skill), 1 + random.below(3)))
    const extra = [floor(skillId(random.below(SKILLS)), 1 + random.below(2))]
    return { id: `queue-${number}`, channel, requirements, extra }
  })
  return { queues, agents }
}

export const isGiant = (name: CaseName): boolean => name.startsWith('giant')

/**
 * Everybody can serve the giant queue, but in the skewed case the half that has idled longest can
 * not.
 */
function giantSkill(
  name: CaseName,
  number: number,
  size: Size,
  skills: readonly SkillLevel[],
): readonly SkillLevel[] {
  if (!isGiant(name)) return skills
  const others = skills.filter((skill) => skill.skillId !== skillId(0))
  const able = name !== 'giant-skewed' || number >= size.agents / 2
  return able ? [{ skillId: skillId(0), level: 3 }, ...others] : others
}

/** Of one contact alone: so many combinations that one is hardly ever drawn twice. */
export function rareOf(random: Random): readonly Requirement[] {
  const wanted = [random.below(SKILLS), random.below(SKILLS), random.below(SKILLS)]
  const skills = [...new Set(wanted)].sort((left, right) => left - right)
  return skills.map((skill) => floor(skillId(skill), 1 + random.below(LEVELS)))
}

function skillsOf(random: Random): readonly SkillLevel[] {
  const count = 1 + random.below(SKILLS_PER_AGENT_MAX)
  const held = new Set<number>()
  while (held.size < count) held.add(random.below(SKILLS))
  return [...held]
    .sort((left, right) => left - right)
    .map((skill) => ({ skillId: skillId(skill), level: 1 + random.below(LEVELS) }))
}

const floor = (skill: string, minimumLevel: number): Requirement => ({
  skillId: skill,
  minimumLevel,
})
