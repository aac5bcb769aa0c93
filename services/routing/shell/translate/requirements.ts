import { idPatterns, parse } from '@evenkeel/chassis/errors'
import type { Requirement as WireRequirement } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Requirement } from '../../core/index.ts'

/** Up to 16, each skill once, levels 1-10, in the order of their ids. */
export function requirementsOf(
  field: string,
  wire: readonly WireRequirement[],
): readonly Requirement[] {
  const parsed = parse.list(field, wire, 16, (name, one) => ({
    skillId: parse.id(`${name}.skill_id`, one.skillId, idPatterns.slug),
    minimumLevel: parse.integer(`${name}.minimum_level`, one.minimumLevel, 1, 10),
  }))
  parse.unique(field, parsed, (one) => one.skillId)
  return parsed.sort((a, b) => (a.skillId < b.skillId ? -1 : 1))
}
