import type { Profile } from './profile.ts'
import type { ReplaceShifts } from './roster/change.ts'
import type { Shift } from './roster/shift.ts'
import type { Skill } from './skill.ts'

/** What can happen. Values are already parsed: patterns, ranges and counts of limits.ts hold. */
export type SkillsCommand =
  | { readonly kind: 'putSkill'; readonly skill: Skill }
  | { readonly kind: 'putAgent'; readonly profile: Profile }
  | {
      readonly kind: 'removeAgent'
      readonly pool: string
      readonly agentId: string
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
    }
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
