import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import {
  Course,
  type CourseGrant,
  TrainingPolicy,
  TrainingRecord,
  TrainingResult,
} from '@evenkeel/proto/evenkeel/skills/v1/training'
import { RemoveTrainingRecordRequest } from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import { courseOf, policyOf, removalOf, trainingOf } from '../shell/translate/training.ts'
import { type Refusal, refuses } from './refuses.ts'

const slug = '1-64 characters of a-z 0-9 . _ -'
const day = 'a day of the years 1970-9999 as yyyy-mm-dd'
const hours = (count: number) => ({ seconds: count * 3_600, nanos: 0 })
const thousand = '60000 to 3600000000 ms'

const missing = (field: string): Refusal => ({ code: 'FIELD_MISSING', field })
const malformed = (field: string, limit: string, value: string): Refusal => ({
  code: 'FIELD_MALFORMED',
  field,
  limit,
  value,
})
const outOfRange = (field: string, limit: string, value: string | number): Refusal => ({
  code: 'FIELD_OUT_OF_RANGE',
  field,
  limit,
  value,
})

const grant: CourseGrant = {
  skillId: 'tax',
  level: 3,
  source: SkillSource.SKILL_SOURCE_TRAINED,
  validDays: 365,
  handleTimePermille: 0,
}
const course = Course.fromPartial({
  pool: 'north',
  courseId: 'taxes',
  duration: hours(4),
  grants: [grant],
})

const [first] = ['course.grants[0]']
const badCourses: readonly [string, Partial<Course>, Refusal][] = [
  ['no pool', { pool: '' }, missing('course.pool')],
  ['no id', { courseId: '' }, missing('course.course_id')],
  ['an id in capitals', { courseId: 'Tax' }, malformed('course.course_id', slug, '"Tax"')],
  [
    'a name too long',
    { displayName: 'x'.repeat(201) },
    { code: 'FIELD_TOO_LONG', field: 'course.display_name', limit: 200, value: 201 },
  ],
  ['no duration', { duration: undefined }, missing('course.duration')],
  ['no time', { duration: hours(0) }, outOfRange('course.duration', thousand, 0)],
  [
    'years of it',
    { duration: hours(1_001) },
    outOfRange('course.duration', thousand, 1_001 * 3_600_000),
  ],
  [
    'nine skills',
    { grants: Array.from({ length: 9 }, (_, i) => ({ ...grant, skillId: `s${i}` })) },
    { code: 'FIELD_TOO_MANY', field: 'course.grants', limit: 8, value: 9 },
  ],
  [
    'a skill twice',
    { grants: [grant, { ...grant, level: 1 }] },
    { code: 'FIELD_DUPLICATE', field: 'course.grants', value: 'tax' },
  ],
  ['a grant of nothing', { grants: [{ ...grant, skillId: '' }] }, missing(`${first}.skill_id`)],
  ['level 0', { grants: [{ ...grant, level: 0 }] }, outOfRange(`${first}.level`, '1 to 10', 0)],
  [
    'a source unset',
    { grants: [{ ...grant, source: SkillSource.SKILL_SOURCE_UNSPECIFIED }] },
    missing(`${first}.source`),
  ],
  [
    'an assessment',
    { grants: [{ ...grant, source: SkillSource.SKILL_SOURCE_ASSESSED }] },
    { code: 'ENUM_UNKNOWN', field: `${first}.source`, limit: '1, 3', value: 2 },
  ],
  [
    'a validity that is over before it begins',
    { grants: [{ ...grant, validDays: -1 }] },
    outOfRange(`${first}.valid_days`, '0 to 36500', -1),
  ],
  [
    'a handle time of nothing',
    { grants: [{ ...grant, handleTimePermille: 1 }] },
    outOfRange(`${first}.handle_time_permille`, '100 to 10000', 1),
  ],
]

const record = TrainingRecord.fromPartial({
  pool: 'north',
  agentId: 'bo',
  courseId: 'taxes',
  date: '2026-11-20',
  result: TrainingResult.TRAINING_RESULT_PASSED,
})
const year = '2026-11-20 to 2027-11-21'
const badRecords: readonly [string, Partial<TrainingRecord>, Refusal][] = [
  ['no pool', { pool: '' }, missing('record.pool')],
  ['no agent', { agentId: '' }, missing('record.agent_id')],
  ['no course', { courseId: '' }, missing('record.course_id')],
  ['no date', { date: '' }, missing('record.date')],
  [
    'a date that does not exist',
    { date: '2026-02-30' },
    malformed('record.date', day, '"2026-02-30"'),
  ],
  [
    'a date of another country',
    { date: '20.11.2026' },
    malformed('record.date', day, '"20.11.2026"'),
  ],
  ['no result', { result: 0 }, missing('record.result')],
  [
    'an unknown result',
    { result: -1 },
    { code: 'ENUM_UNKNOWN', field: 'record.result', limit: '1, 2, 3', value: -1 },
  ],
  ['no time', { duration: hours(0) }, outOfRange('record.duration', thousand, 0)],
  [
    'a validity before the course',
    { validFrom: '2026-11-19' },
    outOfRange('record.valid_from', year, '2026-11-19'),
  ],
  [
    'a validity years later',
    { validFrom: '2027-11-22' },
    outOfRange('record.valid_from', year, '2027-11-22'),
  ],
  [
    'an etag of nobody',
    { etag: 'x'.repeat(17) },
    { code: 'FIELD_TOO_LONG', field: 'record.etag', limit: 16, value: 17 },
  ],
]

const policy = TrainingPolicy.fromPartial({ pool: 'north' })
const badPolicies: readonly [string, Partial<TrainingPolicy>, Refusal][] = [
  ['no pool', { pool: '' }, missing('policy.pool')],
  [
    'a target beyond a year',
    { yearlyTarget: hours(1_001) },
    outOfRange('policy.yearly_target', '0 to 3600000000 ms', 1_001 * 3_600_000),
  ],
  [
    'a session of two days',
    { session: hours(48) },
    outOfRange('policy.session', '60000 to 86400000 ms', 48 * 3_600_000),
  ],
  ['no session', { session: hours(0) }, outOfRange('policy.session', '60000 to 86400000 ms', 0)],
  [
    'a limit below the target',
    { yearlyTarget: hours(24), yearlyLimit: hours(23) },
    outOfRange('policy.yearly_limit', '86400000 to 3600000000 ms', 23 * 3_600_000),
  ],
]

describe('a course is refused with', () => {
  for (const [what, change, refusal] of badCourses) {
    test(what, () => refuses(() => courseOf({ ...course, ...change }), refusal))
  }
  test('nothing in it', () => refuses(() => courseOf(undefined), missing('course')))
})

describe('a training record is refused with', () => {
  for (const [what, change, refusal] of badRecords) {
    test(what, () => refuses(() => trainingOf('record', { ...record, ...change }), refusal))
  }
  test('nothing in it', () => refuses(() => trainingOf('record', undefined), missing('record')))
})

describe('a training policy is refused with', () => {
  for (const [what, change, refusal] of badPolicies) {
    test(what, () => refuses(() => policyOf({ ...policy, ...change }), refusal))
  }
  test('nothing in it', () => refuses(() => policyOf(undefined), missing('policy')))
})

test('a policy that says nothing is the usual, and one that asks for more allows more', () => {
  const hour = 3_600_000
  assert.deepEqual(policyOf(policy), {
    pool: 'north',
    timeZone: 'UTC',
    yearlyTargetMs: 24 * hour,
    sessionMs: 4 * hour,
    yearlyLimitMs: 40 * hour,
    etag: '',
  })
  const more = policyOf({ ...policy, yearlyTarget: hours(80) })
  assert.equal(more.yearlyLimitMs, 80 * hour)
})

test('a removal is refused without agent, course or a date that exists', () => {
  const request = RemoveTrainingRecordRequest.fromPartial({
    pool: 'north',
    agentId: 'bo',
    courseId: 'taxes',
    date: '2026-11-20',
  })
  refuses(() => removalOf({ ...request, agentId: '' }), missing('agent_id'))
  refuses(() => removalOf({ ...request, courseId: '' }), missing('course_id'))
  refuses(() => removalOf({ ...request, date: '' }), missing('date'))
  refuses(
    () => removalOf({ ...request, date: '2025-02-29' }),
    malformed('date', day, '"2025-02-29"'),
  )
})
