import { idPatterns, parse } from '@evenkeel/chassis/errors'
import type { Requirement as WireRequirement } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Requirement } from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'

/** Each skill once, in the order of their ids. */
export function requirementsOf(
  field: string,
  wire: readonly WireRequirement[],
): readonly Requirement[] {
  const parsed = parse.list(field, wire, max.requirements, (name, one) => ({
    skillId: parse.id(`${name}.skill_id`, one.skillId, idPatterns.slug),
    minimumLevel: parse.integer(`${name}.minimum_level`, one.minimumLevel, 1, max.levelMax),
    ...(one.fullyQualified === true ? { fullyQualified: true as const } : {}),
  }))
  parse.unique(field, parsed, (one) => one.skillId)
  return parsed.sort((a, b) => (a.skillId < b.skillId ? -1 : 1))
}
