import { agentSubject, type By, type Change, changesBefore, skillSubject } from './changes.ts'
import { agentOf, type Profile, profileAs } from './profile.ts'
import { skillKey } from './keys.ts'
import { type Skill, skillAs } from './skill.ts'
import type { AgentRow, SkillRow, SkillsState } from './state.ts'

/** A change of something, with what it was. */
export interface Told<T> extends By {
  readonly offset: number
  readonly time: number
  /** undefined: it did not exist. */
  readonly before: T | undefined
  readonly after: T | undefined
}

/** Changes of a profile from before `offset` on, the last one first. */
export function agentHistory(
  s: SkillsState,
  of: { readonly pool: string; readonly agentId: string },
  offset: number,
  count: number,
): readonly Told<Profile>[] {
  const { pool, agentId } = of
  const now = agentOf(s, pool, agentId)
  return changesBefore(s, agentSubject(pool, agentId), offset, count).map((change) =>
    told(change, now, (content: Change['before'] | AgentRow) => profileAs(pool, agentId, content)),
  )
}

/** The same of a skill. */
export function skillHistory(
  s: SkillsState,
  of: { readonly pool: string; readonly skillId: string },
  offset: number,
  count: number,
): readonly Told<Skill>[] {
  const { pool, skillId } = of
  const now = s.skills.get(skillKey(pool, skillId))
  return changesBefore(s, skillSubject(pool, skillId), offset, count).map((change) =>
    told(change, now, (content: Change['before'] | SkillRow) => skillAs(pool, skillId, content)),
  )
}

function told<R extends { readonly changed: number }, T>(
  { actor, reason, offset, time, before, after }: Change,
  now: R | undefined,
  view: (content: Change['before'] | R) => T,
): Told<T> {
  const then = after ?? now
  return {
    ...{ actor, reason, offset, time },
    before: before.changed === 0 ? undefined : view(before),
    after: then === undefined || then.changed === 0 ? undefined : view(then),
  }
}
