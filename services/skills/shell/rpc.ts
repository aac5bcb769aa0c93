import type { Binding } from '@evenkeel/chassis/serve'
import type { SkillsHosted } from './calls.ts'
import { rosterRpcs } from './rpc/roster.ts'
import { skills } from './rpc/skills.ts'
import { templates } from './rpc/templates.ts'
import { training } from './rpc/training.ts'

/** The whole API of skills, a file a service. */
export function rpcs(hosted: SkillsHosted): readonly Binding[] {
  return [skills(hosted), templates(hosted), rosterRpcs(hosted), training(hosted)]
}
