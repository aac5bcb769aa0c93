import type { AgentRow, QueueRow } from '../state.ts'
import type { AgentSkill } from './agent.ts'

/** A floor for one skill; as routing has it. */
export interface Requirement {
  readonly skillId: string
  readonly minimumLevel: number
  /** Provisional levels do not count. */
  readonly fullyQualified: boolean
}

/** Works on the queue's channel, and has all that every contact of it requires at that instant. */
export function mayServe(agent: AgentRow, queue: QueueRow, instant: number): boolean {
  return (
    agent.pool === queue.pool &&
    agent.channels.some(({ channel }) => channel === queue.channel) &&
    queue.requirements.every((one) => agent.skills.some((skill) => meets(skill, one, instant)))
  )
}

const meets = (skill: AgentSkill, required: Requirement, instant: number): boolean =>
  skill.skillId === required.skillId &&
  skill.from <= instant &&
  instant < skill.until &&
  skill.level >= required.minimumLevel &&
  !(required.fullyQualified && skill.provisional)
