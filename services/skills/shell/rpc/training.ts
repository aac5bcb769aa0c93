import { type Binding, bind, type Call } from '@evenkeel/chassis/serve'
import { checkZone } from '@evenkeel/chassis/zones'
import { TrainingServiceDefinition } from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import {
  coursesAfter,
  courseKey,
  courseView,
  recordIdOf,
  trainingKey,
  trainingPolicyOf,
  trainingView,
} from '../../core/index.ts'
import { caughtUp, read, type SkillsHosted, stored, submit } from '../calls.ts'
import { cut, pageOf, pageToken } from '../pages.ts'
import { knownPool } from '../refusals.ts'
import { poolIdOf } from '../translate/ids.ts'
import { importTrainings } from '../training/import.ts'
import { expiringOf, gapsOf, recordsOf, teamGapsOf } from './training-lists.ts'
import { resolvedBy } from '../training/resolve.ts'
import { benchStrength, trainingSuggestions } from './training-strength.ts'
import {
  actorOf,
  courseOf,
  courseWire,
  policyOf,
  policyWire,
  removalOf,
  trainingOf,
  trainingWire,
} from '../translate/training.ts'

/** Courses, records, and what comes of them. */
export function training(hosted: SkillsHosted): Binding {
  return bind(TrainingServiceDefinition, {
    async putCourse(request, call) {
      const course = courseOf(request.course)
      const { pool, courseId } = course
      const replica = hosted.of(pool)
      return stored(replica, { kind: 'putCourse', course }, request.validateOnly, call, () => {
        const row = replica.state.courses.must(courseKey(pool, courseId))
        return { course: courseWire(courseView(replica.state, row)) }
      })
    },

    async listCourses(request, call) {
      const { pool, size, afterId } = pageOf('courses', request)
      return read(hosted.of(pool), call, (s) => {
        knownPool(s, pool)
        const { shown, next } = cut(coursesAfter(s, pool, afterId, size + 1), size)
        const nextPageToken = next ? pageToken('courses', pool, next.courseId) : ''
        return { courses: shown.map(courseWire), nextPageToken }
      })
    },

    async putTrainingRecord(request, call) {
      const record = trainingOf('record', request.record)
      const actor = actorOf(request.actor)
      const replica = hosted.of(record.pool)
      await caughtUp(replica, call)
      const resolved = resolvedBy(replica.state, record)
      const command = { kind: 'putTraining', training: resolved, actor } as const
      return stored(replica, command, request.validateOnly, call, () => {
        const { agentId, courseId, date } = record
        const key = trainingKey(agentId, recordIdOf(courseId, date))
        const row = replica.state.trainings.must(key)
        return { record: trainingWire(trainingView(replica.state, row)) }
      })
    },

    async removeTrainingRecord(request, call) {
      const removal = removalOf(request)
      const command = { kind: 'removeTraining', ...removal } as const
      return submit(hosted.of(removal.pool), command, call, () => ({}))
    },

    importTrainingRecords: (request, call) => importTrainings(hosted, request, call),

    async putTrainingPolicy(request, call) {
      const policy = policyOf(request.policy)
      checkZone('policy.time_zone', policy.timeZone)
      const replica = hosted.of(policy.pool)
      const command = { kind: 'putTrainingPolicy', policy } as const
      return stored(replica, command, request.validateOnly, call, () => ({
        policy: policyWire(trainingPolicyOf(replica.state, policy.pool)),
      }))
    },

    getTrainingPolicy: async (request, call) => policyNow(hosted, request.pool, call),

    listTrainingRecords: (request, call) => recordsOf(hosted, request, call),
    listTrainingGaps: (request, call) => gapsOf(hosted, request, call),
    listTeamTrainingGaps: (request, call) => teamGapsOf(hosted, request, call),
    listExpiringSkills: (request, call) => expiringOf(hosted, request, call),
    getBenchStrength: (request, call) => benchStrength(hosted, request, call),
    suggestTraining: (request, call) => trainingSuggestions(hosted, request, call),
  })
}

function policyNow(hosted: SkillsHosted, named: string, call: Call) {
  const pool = poolIdOf('pool', named)
  return read(hosted.of(pool), call, (s) => {
    knownPool(s, pool)
    return { policy: policyWire(trainingPolicyOf(s, pool)) }
  })
}
