import { type Database, int, oneOf, ref, text, value } from '@evenkeel/chassis/table'
import type { CourseGrant } from './course.ts'
import { limits } from '../limits.ts'
import { IdOrder } from '../order.ts'
import { results } from './record.ts'

/** The tables of training, and what is derived from them. */
export function createTraining(db: Database) {
  const courses = db.table(
    'courses',
    {
      /** "<pool>/<course id>". */
      key: text(2 * limits.idBytes + 1),
      courseId: text(limits.idBytes),
      pool: ref('pools'),
      /** Offset of its creation: no two courses have the same. */
      seq: int(),
      displayName: text(limits.displayNameBytes),
      durationMs: int(),
      /** By skill id; each at a level that existed when it was said. */
      grants: value<readonly CourseGrant[]>(),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.coursesPerPartition, key: 'key' },
  )

  const trainings = db.table(
    'trainings',
    {
      /** "<agent id>/<course id>/<yyyy-mm-dd>". */
      key: text(2 * limits.idBytes + limits.dateBytes + 2),
      agent: ref('agents'),
      /** Of the agent's pool. */
      course: ref('courses'),
      courseSeq: int(),
      /** Of the date, counted from 1970. */
      day: int(),
      result: oneOf(...results),
      durationMs: int(),
      /** `day` or later: from when on what was granted counts. */
      validDay: int(),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.recordsPerPartition, key: 'key' },
  )

  const trainingPolicies = createPolicies(db)
  const coursesInOrder = new IdOrder()
  const courseAt = (slot: number) => {
    const row = courses.at(slot)
    return { set: row.pool, id: row.courseId }
  }
  courses.derive({
    sync: (slot, exists) => coursesInOrder.sync(slot, exists ? courseAt(slot) : undefined),
    check: () => coursesInOrder.check('courses by id', courses.slots(), courseAt),
  })

  /** By agent, then by day; a course is taken once a day. */
  const trainingsOf = trainings.ordered({
    set: (row) => row.agent,
    key: (row) => row.day,
    tie: (row) => row.courseSeq,
  })
  return { courses, trainings, trainingPolicies, coursesInOrder, trainingsOf }
}

function createPolicies(db: Database) {
  return db.table(
    'trainingPolicies',
    {
      pool: text(limits.idBytes),
      timeZone: text(limits.timeZoneBytes),
      yearlyTargetMs: int(),
      sessionMs: int(),
      /** At least yearlyTargetMs. */
      yearlyLimitMs: int(),
      /** Offset of the last change; the etag. */
      changed: int(),
    },
    { cap: limits.pools, key: 'pool' },
  )
}
