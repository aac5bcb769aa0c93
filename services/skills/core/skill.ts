import { etagOf, etagRefusal, type Moment, type Outcome } from '@evenkeel/chassis/protocol'
import { type By, type Content, nothing, remember, skillSubject } from './changes.ts'
import { refuse, rejection } from './errors.ts'
import type { SkillsEvent } from './events.ts'
import { skillKey } from './keys.ts'
import { limits } from './limits.ts'
import { poolRefusal } from './pool.ts'
import { type Category, joinMeanings, meaningsOf } from './skill-words.ts'
import type { SkillRow, SkillsState } from './state.ts'

/** Something that a contact may require and an agent may have. */
export interface Skill {
  readonly pool: string
  readonly skillId: string
  readonly displayName: string
  /** A level is 1 to this. */
  readonly maxLevel: number
  readonly category: Category
  /** Of level 1, 2 and so on; at most maxLevel, the last one is not ''. */
  readonly levelMeanings: readonly string[]
  /** In a command: what the caller saw, '' when creating. */
  readonly etag: string
}

/** What of a skill can be changed by itself. */
export const skillFields = ['displayName', 'maxLevel', 'category', 'levelMeanings'] as const

export type SkillField = (typeof skillFields)[number]

interface Put {
  readonly skill: Skill
  readonly mask?: readonly SkillField[]
  readonly by?: By
}

/** Skills are never removed: a profile or a queue may name them at any time. */
export function putSkill(s: SkillsState, put: Put, at: Moment): Outcome<SkillsEvent> {
  const { pool, skillId } = put.skill
  const unknown = poolRefusal(s, pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const row = s.skills.get(skillKey(pool, skillId))
  if (row === undefined && put.mask !== undefined) {
    return refuse('SKILL_NOT_FOUND', { field: 'skill.skill_id', value: skillId, pool })
  }
  const skill = row && put.mask ? masked(skillView(s, row), put.skill, put.mask) : put.skill
  if (row !== undefined && holds(row, skill)) {
    return { ok: true, events: [], ref: etagOf(row.changed) }
  }
  const any = put.mask !== undefined && skill.etag === ''
  const stale = any ? undefined : etagRefusal('skill.etag', skill.etag, row?.changed)
  if (stale !== undefined) return { ok: false, rejection: stale }
  const refusal =
    row === undefined ? roomRefusal(s, skill) : (levelRefusal(s, skill) ?? floorRefusal(s, skill))
  const wrong = meaningsRefusal(skill) ?? refusal
  if (wrong !== undefined) return { ok: false, rejection: wrong }
  const before = row === undefined ? nothing : contentOf(row)
  remember(s, skillSubject(pool, skillId), before, put.by, at)
  const stored = store(s, row, skill, at)
  return { ok: true, events: [{ kind: 'skillChanged', skill: stored }], ref: stored.etag }
}

function masked(now: Skill, put: Skill, mask: readonly SkillField[]): Skill {
  const of = (field: SkillField): Skill => (mask.includes(field) ? put : now)
  return {
    ...put,
    displayName: of('displayName').displayName,
    maxLevel: of('maxLevel').maxLevel,
    category: of('category').category,
    levelMeanings: of('levelMeanings').levelMeanings,
  }
}

export const skillView = (s: SkillsState, row: SkillRow): Skill =>
  skillAs(s.pools.at(row.pool).id, row.skillId, row)

type SkillContent = Pick<
  Content,
  'displayName' | 'maxLevel' | 'category' | 'levelMeanings' | 'changed'
>

/** A skill as it is now, or as a change found it. */
export const skillAs = (pool: string, skillId: string, content: SkillContent): Skill => ({
  pool,
  skillId,
  displayName: content.displayName,
  maxLevel: content.maxLevel,
  category: content.category,
  levelMeanings: meaningsOf(content.levelMeanings),
  etag: etagOf(content.changed),
})

const contentOf = (row: SkillRow): Content => ({
  ...nothing,
  displayName: row.displayName,
  maxLevel: row.maxLevel,
  category: row.category,
  levelMeanings: row.levelMeanings,
  changed: row.changed,
})

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
  return (
    row.displayName === skill.displayName &&
    row.maxLevel === skill.maxLevel &&
    row.category === skill.category &&
    row.levelMeanings === joinMeanings(skill.levelMeanings)
  )
}

function store(s: SkillsState, row: SkillRow | undefined, skill: Skill, at: Moment): Skill {
  const content = {
    displayName: skill.displayName,
    maxLevel: skill.maxLevel,
    category: skill.category,
    levelMeanings: joinMeanings(skill.levelMeanings),
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
  if (above.rows === 0) return undefined
  return rejection('LEVEL_IN_USE', {
    field: 'skill.max_level',
    skill: skill.skillId,
    value: skill.maxLevel,
    limit: above.highest,
    agents: above.rows,
  })
}

/** Nor would a template ask for one. */
function floorRefusal(s: SkillsState, skill: Skill) {
  const above = s.levelsRequired.above(skillKey(skill.pool, skill.skillId), skill.maxLevel)
  if (above.rows === 0) return undefined
  return rejection('LEVEL_REQUIRED', {
    field: 'skill.max_level',
    skill: skill.skillId,
    value: skill.maxLevel,
    limit: above.highest,
    templates: above.rows,
  })
}

/** Asked here, since with a mask only the catalogue knows how many levels there are. */
function meaningsRefusal({ skillId, maxLevel, levelMeanings }: Skill) {
  if (levelMeanings.length <= maxLevel) return undefined
  return rejection('TOO_MANY_MEANINGS', {
    field: 'skill.level_meanings',
    skill: skillId,
    value: levelMeanings.length,
    limit: maxLevel,
  })
}
