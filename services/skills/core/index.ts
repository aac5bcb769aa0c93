export { type Channel, channels } from '@evenkeel/chassis/words'
import type { Core } from '@evenkeel/chassis/protocol'
import { CoreFault } from '@evenkeel/chassis/table'
import { apply } from './apply.ts'
import type { SkillsCommand } from './commands.ts'
import { poolOf, type SkillsEvent } from './events.ts'
import { invariants } from './invariants.ts'
import { expire, nextDeadline } from './roster/expire.ts'
import { create, type SkillsState } from './state.ts'

/** Who can do what, and who is rostered when. A level's validity is for routing to watch. */
export const core: Core<SkillsState, SkillsCommand, SkillsEvent> = {
  create,
  apply,
  expire,
  nextDeadline,
  orphaned: () => [],
  work(_state, item) {
    throw new CoreFault(`skills has no work of kind ${item.kind}`)
  },
  poolOf,
  invariants,
}

export { type By, nobody } from './changes.ts'
export type { ImportLine, ShiftDay, SkillsCommand, TrainingLine } from './commands.ts'
export { errors, rejection, type SkillsErrorCode } from './errors.ts'
export type { SkillsEvent } from './events.ts'
export {
  type ChannelWeight,
  type Grant,
  grantOrder,
  isValidAt,
  overlapping,
  packing,
  type Source,
  sources,
  usualHandleTimePermille,
} from './grants.ts'
export { checkLines } from './imports.ts'
export { loginKey } from './logins.ts'
export { durations, limits, timeMsMax, trainingMs, usualTraining } from './limits.ts'
export { poolRefusal } from './pool.ts'
export { agentHistory, skillHistory, type Told } from './history.ts'
export {
  agentOf,
  agentsAfter,
  type Profile,
  type ProfileField,
  profileFields,
  profilesAfter,
  profileView,
  Trial,
} from './profile.ts'
export type { Requirement } from './requirements.ts'
export {
  type Skill,
  type SkillField,
  skillFields,
  skillsAfter,
  skillView,
} from './skill.ts'
export { type Category, categories } from './skill-words.ts'
export type { ReplaceShifts } from './roster/change.ts'
export { type DutySpan, dutyOf } from './roster/duty.ts'
export { checkShiftDays } from './roster/import.ts'
export { overlapOf, shiftKey, shiftView, spanText } from './roster/keep.ts'
export { type Rostered, rosteredAfter, type RosterQuestion, shiftsAfter } from './roster/list.ts'
export {
  type Activity,
  activities,
  overlaps,
  type Shift,
  type ShiftActivity,
  type Span,
} from './roster/shift.ts'
export { courseKey, recordIdOf, skillKey, trainingKey } from './keys.ts'
export type { AgentRow, SkillsState } from './state.ts'
export { type Template, templateOf, templatesAfter, templateView } from './template.ts'
export {
  both,
  type Combination,
  Counting,
  type Hours,
  hoursMet,
  hoursWithin,
  type HourSpan,
  inWords,
  meetsIn,
  type Week,
} from './training/bench.ts'
export { type Course, type CourseGrant, coursesAfter, courseView } from './training/course.ts'
export {
  results,
  tallyTrainings,
  trainedMs,
  type Training,
  type TrainingCommand,
  type TrainingRemoval,
  type TrainingResult,
  type TrainingView,
  trainingView,
} from './training/record.ts'
export { type Question, type Suggestion, suggestions, type Trainee } from './training/suggest.ts'
export { type TrainingPolicy, trainingPolicyOf } from './training/policy.ts'
export {
  type AfterRecord,
  expiringAfter,
  gapOf,
  gapsAfter,
  trainingsAfter,
  trainingsOfAgent,
} from './training/lists.ts'
