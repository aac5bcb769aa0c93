import type { By } from './changes.ts'
import type { Profile, ProfileField } from './profile.ts'
import type { ReplaceShifts } from './roster/change.ts'
import type { Shift } from './roster/shift.ts'
import type { Skill, SkillField } from './skill.ts'
import type { Template } from './template.ts'
import type { Course } from './training/course.ts'
import type { TrainingCommand, TrainingRemoval } from './training/record.ts'
import type { TrainingPolicy } from './training/policy.ts'

/** What can happen. Values are already parsed: patterns, ranges and counts of limits.ts hold. */
export type SkillsCommand =
  | {
      readonly kind: 'putSkill'
      readonly skill: Skill
      /** What of an existing skill is changed; absent: the whole skill is put. */
      readonly mask?: readonly SkillField[]
      /** Absent: not said. */
      readonly by?: By
    }
  | {
      readonly kind: 'putAgent'
      readonly profile: Profile
      /** What of an existing profile is changed; absent: the whole profile is put. */
      readonly mask?: readonly ProfileField[]
      readonly by?: By
    }
  | {
      readonly kind: 'removeAgent'
      readonly pool: string
      readonly agentId: string
      /** '': whatever it is now. */
      readonly etag: string
      readonly by?: By
    }
  | { readonly kind: 'putTemplate'; readonly template: Template }
  | {
      readonly kind: 'removeTemplate'
      readonly pool: string
      readonly templateId: string
      /** '': whatever it is now. */
      readonly etag: string
    }
  | {
      readonly kind: 'importSlice'
      readonly pool: string
      /** Answers what would happen and changes nothing. */
      readonly validateOnly: boolean
      /** In the order of the file; at most importSliceLines, each agent at most once. */
      readonly lines: readonly ImportLine[]
      /** What the file says of each agent; absent: all. What it does not say stays as it is. */
      readonly mask?: readonly ProfileField[]
      readonly by?: By
    }
  | { readonly kind: 'putCourse'; readonly course: Course }
  | { readonly kind: 'putTraining'; readonly training: TrainingCommand; readonly actor: string }
  | ({ readonly kind: 'removeTraining' } & TrainingRemoval)
  | {
      readonly kind: 'importTrainings'
      readonly pool: string
      readonly actor: string
      /** In the order of the file; at most trainingSliceLines, each record at most once. */
      readonly lines: readonly TrainingLine[]
    }
  | { readonly kind: 'putTrainingPolicy'; readonly policy: TrainingPolicy }
  /**
   * Routing made this pool or changed it: only its existence matters here. Comes over the bridge.
   */
  | { readonly kind: 'poolKnown'; readonly pool: string }
  | { readonly kind: 'putShift'; readonly shift: Shift }
  | {
      readonly kind: 'removeShift'
      readonly pool: string
      readonly agentId: string
      readonly shiftId: string
      /** '': whatever it is now. */
      readonly etag: string
    }
  | ({ readonly kind: 'replaceShifts' } & ReplaceShifts)
  | {
      readonly kind: 'importShifts'
      readonly pool: string
      /** In the order of the file, of each agent in the order of time; at most shiftSliceDays. */
      readonly days: readonly ShiftDay[]
    }

export interface ImportLine {
  /** Of the file, the header is 1. */
  readonly line: number
  /** Its etag is ignored: an import replaces what there is. */
  readonly profile: Profile
}

/** A local day of an agent, in instants. */
export interface ShiftDay extends ReplaceShifts {
  /** Its first line in the file. */
  readonly line: number
}

export interface TrainingLine {
  /** Of the file, the header is 1. */
  readonly line: number
  /** Its etag is ignored: an import replaces what there is. */
  readonly training: TrainingCommand
}
