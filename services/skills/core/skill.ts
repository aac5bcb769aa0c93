import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { etagOf, etagRefusal } from './etag.ts'
import { rejection } from './errors.ts'
import type { SkillsEvent } from './events.ts'
import { skillKey } from './keys.ts'
import { limits } from './limits.ts'
import { poolRefusal } from './pool.ts'
import type { SkillRow, SkillsState } from './state.ts'

/** Something that a contact may require and an agent may have. */
export interface Skill {
  readonly pool: string
  readonly skillId: string
  readonly displayName: string
  /** A level is 1 to this. */
  readonly maxLevel: number
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

/** Skills are never removed: a profile or a queue may name them at any time. */
export function putSkill(s: SkillsState, skill: Skill, at: Moment): Outcome<SkillsEvent> {
  const unknown = poolRefusal(s, skill.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.skills.get(skillKey(skill.pool, skill.skillId))
  if (row !== undefined && holds(row, skill)) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const stale = etagRefusal('skill.etag', skill.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const refusal = row === undefined ? roomRefusal(s, skill) : levelRefusal(s, skill)
  if (refusal !== undefined) return { ok: false, rejection: refusal }
  const stored = store(s, row, skill, at)
  return { ok: true, events: [{ kind: 'skillChanged', skill: stored }], ref: stored.etag }
}

export function skillView(s: SkillsState, row: SkillRow): Skill {
  return {
    pool: s.pools.at(row.pool).id,
    skillId: row.skillId,
    displayName: row.displayName,
    maxLevel: row.maxLevel,
    etag: etagOf(row.changed),
  }
}

/** A page of a pool's catalogue; `afterId` need not exist any more. */
export function skillsAfter(
  s: SkillsState,
  pool: string,
  afterId: string,
  count: number,
): readonly Skill[] {
  const { slot } = s.pools.must(pool)
  return s.skillsInOrder
    .after(slot, afterId, count)
    .map((skillSlot) => skillView(s, s.skills.at(skillSlot)))
}

function holds(row: SkillRow, skill: Skill): boolean {
  return row.displayName === skill.displayName && row.maxLevel === skill.maxLevel
}

function store(s: SkillsState, row: SkillRow | undefined, skill: Skill, at: Moment): Skill {
  const content = {
    displayName: skill.displayName,
    maxLevel: skill.maxLevel,
    changed: at.offset,
  }
  const now =
    row === undefined
      ? s.skills.insert({
          key: skillKey(skill.pool, skill.skillId),
          skillId: skill.skillId,
          pool: s.pools.must(skill.pool).slot,
          ...content,
        })
      : s.skills.update(row, content)
  return skillView(s, now)
}

function roomRefusal(s: SkillsState, skill: Skill) {
  const field = 'skill.skill_id'
  const value = skill.skillId
  if (s.skillsInOrder.size(s.pools.must(skill.pool).slot) >= limits.skillsPerPool) {
    return rejection('TOO_MANY_SKILLS', {
      field,
      value,
      limit: limits.skillsPerPool,
      scope: 'pool',
    })
  }
  if (s.skills.size >= s.skills.cap) {
    return rejection('TOO_MANY_SKILLS', { field, value, limit: s.skills.cap, scope: 'partition' })
  }
  return undefined
}

/**
 * Otherwise profiles would hold a level that does not exist, and routing would have to guess what
 * it means.
 */
function levelRefusal(s: SkillsState, skill: Skill) {
  const above = s.levelsInUse.above(skillKey(skill.pool, skill.skillId), skill.maxLevel)
  if (above.agents === 0) return undefined
  return rejection('LEVEL_IN_USE', {
    field: 'skill.max_level',
    skill: skill.skillId,
    value: skill.maxLevel,
    limit: above.highest,
    agents: above.agents,
  })
}
