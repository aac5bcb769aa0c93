import { parse } from '@evenkeel/chassis/errors'
import { SkillCategory } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import type * as wire from '@evenkeel/proto/evenkeel/skills/v1/skill'
import type { PutSkillRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import {
  categories,
  type Category,
  limits,
  type Skill,
  skillFields,
  type SkillsCommand,
} from '../../core/index.ts'
import { byOf, displayNameOf, etagOf, maskOf, poolIdOf, skillIdOf } from './ids.ts'

const categoryNumbers = {
  none: SkillCategory.SKILL_CATEGORY_UNSPECIFIED,
  language: SkillCategory.SKILL_CATEGORY_LANGUAGE,
  product: SkillCategory.SKILL_CATEGORY_PRODUCT,
  programme: SkillCategory.SKILL_CATEGORY_PROGRAMME,
  brand: SkillCategory.SKILL_CATEGORY_BRAND,
  channel: SkillCategory.SKILL_CATEGORY_CHANNEL,
  authority: SkillCategory.SKILL_CATEGORY_AUTHORITY,
} as const satisfies Record<Category, SkillCategory>

const categoryNames: Readonly<Record<number, Category>> = Object.fromEntries(
  categories.map((category) => [categoryNumbers[category], category]),
)

type PutSkill = Extract<SkillsCommand, { kind: 'putSkill' }>

export function skillPutOf(request: PutSkillRequest): PutSkill {
  const mask = maskOf(request.updateMask, skillFields)
  const given = parse.message('skill', request.skill)
  // What is not changed need not be sent.
  const unsaid = mask.mask !== undefined && !mask.mask.includes('maxLevel')
  const skill = skillOf('skill', unsaid ? { ...given, maxLevel: limits.levelMax } : given)
  return { kind: 'putSkill', skill, ...mask, ...byOf(request) }
}

export function skillOf(field: string, value: wire.Skill | undefined): Skill {
  const skill = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, skill.pool),
    skillId: skillIdOf(`${field}.skill_id`, skill.skillId),
    displayName: displayNameOf(`${field}.display_name`, skill.displayName),
    maxLevel: parse.integer(`${field}.max_level`, skill.maxLevel, 1, limits.levelMax),
    category: parse.enumOf(`${field}.category`, skill.category, categoryNames),
    levelMeanings: meaningsOf(`${field}.level_meanings`, skill.levelMeanings),
    etag: etagOf(`${field}.etag`, skill.etag),
  }
}

/** Without those at the end that say nothing. How many there may be is the core's to say. */
function meaningsOf(field: string, values: readonly string[]): readonly string[] {
  const meanings = parse.list(field, values, limits.levelMax, (name, meaning) =>
    parse.text(name, meaning, limits.meaningBytes),
  )
  while (meanings.at(-1) === '') meanings.pop()
  return meanings
}

export function skillWire(skill: Skill): wire.Skill {
  return {
    ...skill,
    category: categoryNumbers[skill.category],
    levelMeanings: [...skill.levelMeanings],
  }
}
