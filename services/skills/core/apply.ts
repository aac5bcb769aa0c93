import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import type { SkillsCommand } from './commands.ts'
import { putCourse } from './training/course.ts'
import type { SkillsEvent } from './events.ts'
import { importSlice } from './imports.ts'
import { poolKnown } from './pool.ts'
import { putAgent, removeAgent } from './profile.ts'
import { putShift, removeShift, replaceShifts } from './roster/change.ts'
import { importShifts } from './roster/import.ts'
import { putSkill } from './skill.ts'
import type { SkillsState } from './state.ts'
import { putTemplate, removeTemplate } from './template.ts'
import { importTrainings, putTraining, removeTraining } from './training/record.ts'
import { putTrainingPolicy } from './training/policy.ts'

export function apply(s: SkillsState, c: SkillsCommand, at: Moment): Outcome<SkillsEvent> {
  switch (c.kind) {
    case 'putSkill':
      return putSkill(s, c, at)
    case 'putAgent':
      return putAgent(s, c, at)
    case 'removeAgent':
      return removeAgent(s, c, at)
    case 'putTemplate':
      return putTemplate(s, c.template, at)
    case 'removeTemplate':
      return removeTemplate(s, c)
    case 'importSlice':
      return importSlice(s, c, at)
    case 'putCourse':
      return putCourse(s, c.course, at)
    case 'putTraining':
      return putTraining(s, c.training, c.actor, at)
    case 'removeTraining':
      return removeTraining(s, c, at)
    case 'importTrainings':
      return importTrainings(s, c, at)
    case 'putTrainingPolicy':
      return putTrainingPolicy(s, c.policy, at)
    case 'poolKnown':
      return poolKnown(s, c.pool)
    case 'putShift':
      return putShift(s, c.shift, at)
    case 'removeShift':
      return removeShift(s, c, at)
    case 'replaceShifts':
      return replaceShifts(s, c, at)
    case 'importShifts':
      return importShifts(s, c, at)
    default:
      return c satisfies never
  }
}
