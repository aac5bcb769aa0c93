import { parse, refused } from '@evenkeel/chassis/errors'
import type * as wire from '@evenkeel/proto/evenkeel/skills/v1/skill'
import type { RemoveTemplateRequest } from '@evenkeel/proto/evenkeel/skills/v1/template_service'
import { limits, type Requirement, type SkillsCommand, type Template } from '../../core/index.ts'
import { displayNameOf, etagOf, poolIdOf, skillIdOf, templateIdOf } from './ids.ts'

export function templateOf(field: string, value: wire.RequirementTemplate | undefined): Template {
  const template = parse.message(field, value)
  return {
    pool: poolIdOf(`${field}.pool`, template.pool),
    templateId: templateIdOf(`${field}.template_id`, template.templateId),
    displayName: displayNameOf(`${field}.display_name`, template.displayName),
    requirements: requirementsOf(`${field}.requirements`, template.requirements),
    etag: etagOf(`${field}.etag`, template.etag),
  }
}

/** Each skill once, in the order of their ids: their order says nothing. */
export function requirementsOf(
  field: string,
  values: readonly wire.SkillRequirement[],
): readonly Requirement[] {
  const requirements = parse.list(field, values, limits.requirementsPerTemplate, (each, one) => ({
    skillId: skillIdOf(`${each}.skill_id`, one.skillId),
    minimumLevel: parse.integer(`${each}.minimum_level`, one.minimumLevel, 1, limits.levelMax),
    fullyQualified: one.fullyQualified,
  }))
  if (requirements.length === 0) throw refused('FIELD_MISSING', field)
  return parse
    .unique(field, requirements, ({ skillId }) => skillId)
    .toSorted((a, b) => (a.skillId < b.skillId ? -1 : 1))
}

export function templateWire(template: Template): wire.RequirementTemplate {
  return { ...template, requirements: template.requirements.map((one) => ({ ...one })) }
}

export function templateRemovalOf(
  request: RemoveTemplateRequest,
): Extract<SkillsCommand, { kind: 'removeTemplate' }> {
  return {
    kind: 'removeTemplate',
    pool: poolIdOf('pool', request.pool),
    templateId: templateIdOf('template_id', request.templateId),
    etag: etagOf('etag', request.etag),
  }
}
