import {
  courseKey,
  courseView,
  type SkillsState,
  type Training,
  type TrainingCommand,
  trainingPolicyOf,
} from '../../core/index.ts'
import { knownPool, refusedInput } from '../refusals.ts'
import { resolved } from '../translate/training.ts'

/** A record as a command, by the course and the zone of its pool as they are here and now. */
export function resolvedBy(s: SkillsState, training: Training): TrainingCommand {
  const { pool, courseId } = training
  knownPool(s, pool)
  const row = s.courses.get(courseKey(pool, courseId))
  if (row === undefined) {
    throw refusedInput('COURSE_UNKNOWN', { field: 'record.course_id', value: courseId, pool })
  }
  return resolved(training, courseView(s, row), trainingPolicyOf(s, pool).timeZone)
}
