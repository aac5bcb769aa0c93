import type { Profile } from './profile.ts'
import type { DutySpan } from './roster/duty.ts'
import type { Skill } from './skill.ts'
import type { Template } from './template.ts'
import type { TrainingPolicy } from './training/policy.ts'

/**
 * What was decided. Each carries the whole thing as it is now, so that a consumer needs no history.
 */
export type SkillsEvent =
  | { readonly kind: 'skillChanged'; readonly skill: Skill }
  | { readonly kind: 'profileChanged'; readonly profile: Profile }
  | { readonly kind: 'profileRemoved'; readonly pool: string; readonly agentId: string }
  | {
      readonly kind: 'rosterChanged'
      readonly pool: string
      readonly agentId: string
      /** False: no shift is known. */
      readonly rostered: boolean
      /** The last that is over, and those to come in the next hours. */
      readonly spans: readonly DutySpan[]
    }
  | {
      readonly kind: 'trainedChanged'
      readonly pool: string
      readonly agentId: string
      readonly year: number
      /** Of all records of that year. */
      readonly trainedMs: number
    }
  | { readonly kind: 'trainingPolicyChanged'; readonly policy: TrainingPolicy }
  | { readonly kind: 'templateChanged'; readonly template: Template }
  | { readonly kind: 'templateRemoved'; readonly pool: string; readonly templateId: string }

export function poolOf(event: SkillsEvent): string {
  switch (event.kind) {
    case 'skillChanged':
      return event.skill.pool
    case 'profileChanged':
      return event.profile.pool
    case 'templateChanged':
      return event.template.pool
    case 'trainingPolicyChanged':
      return event.policy.pool
    case 'profileRemoved':
    case 'rosterChanged':
    case 'trainedChanged':
    case 'templateRemoved':
      return event.pool
    default:
      return event satisfies never
  }
}
