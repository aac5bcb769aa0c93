import type { Core } from '@evenkeel/chassis/protocol'
import { CoreFault } from '@evenkeel/chassis/table'
import { apply } from './apply.ts'
import type { SkillsCommand } from './commands.ts'
import { poolOf, type SkillsEvent } from './events.ts'
import { invariants } from './invariants.ts'
import { create, type SkillsState } from './state.ts'

/**
 * Who can do what. Nothing here has a deadline of its own: a level's validity is for routing to
 * watch.
 */
export const core: Core<SkillsState, SkillsCommand, SkillsEvent> = {
  create,
  apply,
  expire: () => ({ events: [], more: false }),
  nextDeadline: () => ({ time: Number.POSITIVE_INFINITY, uptime: Number.POSITIVE_INFINITY }),
  orphaned: () => [],
  work(_state, item) {
    throw new CoreFault(`skills has no work of kind ${item.kind}`)
  },
  poolOf,
  invariants,
}

export type { ImportLine, SkillsCommand } from './commands.ts'
export { errors, rejection, type SkillsErrorCode } from './errors.ts'
export type { SkillsEvent } from './events.ts'
export { type Channel, type ChannelWeight, channels, type Grant } from './grants.ts'
export { checkLines, type RefusedLine, type Tally } from './imports.ts'
export { limits, timeMsMax } from './limits.ts'
export { poolRefusal } from './pool.ts'
export { agentOf, type Profile, profilesAfter, profileView } from './profile.ts'
export { type Skill, skillsAfter, skillView } from './skill.ts'
export { skillKey } from './keys.ts'
export type { SkillsState } from './state.ts'
