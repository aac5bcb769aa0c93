import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import { Course, TrainingRecord, TrainingResult } from '@evenkeel/proto/evenkeel/skills/v1/training'
import { TrainingServiceDefinition } from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import { profileWire } from '../shell/translate/profiles.ts'
import { skillWire } from '../shell/translate/skills.ts'
import { ana, french, tax } from './partition.ts'
import { runningSkills } from './running.ts'

const { methods } = TrainingServiceDefinition
const hour = { seconds: 3_600, nanos: 0 }
const date = '2020-01-06'

/** A pool with Ana and a course that grants tax 4. */
async function school(t: TestContext) {
  const skills = await runningSkills(t)
  await skills.pool('north')
  for (const skill of [tax, french]) await skills.call('putSkill', { skill: skillWire(skill) })
  await skills.call('putAgent', { profile: profileWire(ana) })
  const training = skills.of(TrainingServiceDefinition)
  const grant = { skillId: 'tax', level: 4, source: SkillSource.SKILL_SOURCE_TRAINED }
  const course = Course.fromPartial({
    pool: 'north',
    courseId: 'taxes',
    duration: hour,
    grants: [grant],
  })
  await training.call(methods.putCourse, { course })
  const record = TrainingRecord.fromPartial({
    pool: 'north',
    agentId: ana.agentId,
    courseId: 'taxes',
    date,
    result: TrainingResult.TRAINING_RESULT_PASSED,
  })
  return { skills, training, course, record }
}

describe('through the API', () => {
  test('a record is put, listed, told of in the history, and removed', async (t) => {
    const { skills, training, record } = await school(t)
    const { response } = await training.call(methods.putTrainingRecord, { record, actor: 'sue' })
    const stored = response.record
    assert.equal(stored?.granted[0]?.level, 4)
    assert.deepEqual([stored?.duration, stored?.validFrom], [hour, date])
    const list = await training.call(methods.listTrainingRecords, { pool: 'north' })
    assert.deepEqual(list.response.records, [stored])
    const who = { pool: 'north', agentId: ana.agentId }
    const own = await training.call(methods.listTrainingRecords, who)
    assert.deepEqual(own.response, list.response)
    const { changes } = (await skills.call('listAgentChanges', who)).response
    assert.deepEqual(
      [changes[0]?.actor, changes[0]?.reason],
      ['sue', 'training taxes of 2020-01-06: passed'],
    )
    const removal = { ...who, courseId: 'taxes', date }
    await training.call(methods.removeTrainingRecord, removal)
    const again = await training.refusal(methods.removeTrainingRecord, removal)
    assert.equal(again.code, 'RECORD_UNKNOWN')
  })

  test('what a put would store is said, and nothing is stored', async (t) => {
    const { training, course, record } = await school(t)
    const validateOnly = true
    const tried = await training.call(methods.putTrainingRecord, { record, validateOnly })
    assert.equal(tried.response.record?.granted[0]?.level, 4)
    const other = { ...course, courseId: 'other' }
    await training.call(methods.putCourse, { course: other, validateOnly })
    const policy = { pool: 'north', timeZone: 'Europe/Berlin' }
    await training.call(methods.putTrainingPolicy, {
      policy: { ...noPolicy, ...policy },
      validateOnly,
    })
    const pool = { pool: 'north' }
    const { courses } = (await training.call(methods.listCourses, pool)).response
    const { records } = (await training.call(methods.listTrainingRecords, pool)).response
    const kept = (await training.call(methods.getTrainingPolicy, pool)).response.policy
    assert.deepEqual([courses.length, records.length, kept?.timeZone], [1, 0, 'UTC'])
  })

  test('a file of records is taken, its bad lines told by number', async (t) => {
    const { training } = await school(t)
    const lines = [
      'agent_id,course_id,date,hours,result,valid_from',
      `${ana.agentId},taxes,2020-01-06,,passed,`,
      `${ana.agentId},taxes,2020-01-07,2,attended,`,
      `${ana.agentId},other,2020-01-07,2,attended,`,
      'nobody,taxes,2020-01-07,2,attended,',
      `${ana.agentId},taxes,9999-12-31,2,passed,`,
      `${ana.agentId},taxes,2020-01-06,3,passed,`,
    ]
    const csv = Buffer.from(lines.join('\n'))
    const request = { pool: 'north', csv }
    const tried = await training.call(methods.importTrainingRecords, {
      ...request,
      validateOnly: true,
    })
    const { response } = await training.call(methods.importTrainingRecords, request)
    assert.deepEqual(tried.response, response)
    const errors = response.errors.map(({ line, column, code }) => `${line} ${column} ${code}`)
    assert.deepEqual(errors, [
      '4 course_id COURSE_UNKNOWN',
      '5 agent_id AGENT_UNKNOWN',
      '6 date TRAINING_IN_FUTURE',
      '7 agent_id CSV_RECORD_REPEATED',
    ])
    assert.deepEqual([response.imported, response.unchanged, response.errorCount], [2, 0, 4])
    const again = (await training.call(methods.importTrainingRecords, request)).response
    assert.deepEqual([again.imported, again.unchanged], [0, 2])
  })
})

const noPolicy = {
  pool: '',
  timeZone: '',
  yearlyTarget: undefined,
  session: undefined,
  yearlyLimit: undefined,
  etag: '',
}

test('what is asked of training wrongly is refused with a code, field by field', async (t) => {
  const { training, record, course } = await school(t)
  const pool = 'north'
  const needs = (more: object) => ({
    pool,
    combinations: [
      {
        displayName: '',
        requirements: [{ skillId: 'tax', minimumLevel: 3, fullyQualified: false, ...more }],
        wanted: 0,
      },
    ],
  })
  const nobody = { requirements: [], displayName: '', wanted: 0 }
  const [one] = needs({}).combinations
  assert.ok(one)
  const week = { seconds: -1, nanos: 0 }
  const minute = { seconds: 60, nanos: 0 }
  const rows: readonly [string, Promise<{ code: string; fields: object }>][] = [
    ['POOL_UNKNOWN pool', training.refusal(methods.listCourses, { pool: 'south' })],
    ['FIELD_MISSING pool', training.refusal(methods.listCourses, {})],
    [
      'FIELD_OUT_OF_RANGE page_size',
      training.refusal(methods.listCourses, { pool, pageSize: 501 }),
    ],
    [
      'PAGE_TOKEN_MALFORMED page_token',
      training.refusal(methods.listCourses, { pool, pageToken: 'x' }),
    ],
    [
      'POOL_UNKNOWN pool',
      training.refusal(methods.putCourse, { course: { ...course, pool: 'south' } }),
    ],
    [
      'ETAG_MISMATCH course.etag',
      training.refusal(methods.putCourse, { course: { ...course, displayName: 'x' } }),
    ],
    [
      'POOL_UNKNOWN pool',
      training.refusal(methods.putTrainingRecord, { record: { ...record, pool: 'south' } }),
    ],
    [
      'COURSE_UNKNOWN record.course_id',
      training.refusal(methods.putTrainingRecord, { record: { ...record, courseId: 'x' } }),
    ],
    [
      'AGENT_UNKNOWN record.agent_id',
      training.refusal(methods.putTrainingRecord, { record: { ...record, agentId: 'x' } }),
    ],
    [
      'TRAINING_IN_FUTURE record.date',
      training.refusal(methods.putTrainingRecord, { record: { ...record, date: '9999-12-31' } }),
    ],
    [
      'FIELD_MALFORMED actor',
      training.refusal(methods.putTrainingRecord, { record, actor: 'a b' }),
    ],
    [
      'AGENT_UNKNOWN agent_id',
      training.refusal(methods.removeTrainingRecord, {
        pool,
        agentId: 'x',
        courseId: 'taxes',
        date,
      }),
    ],
    [
      'AGENT_UNKNOWN agent_id',
      training.refusal(methods.listTrainingRecords, { pool, agentId: 'x' }),
    ],
    [
      'PAGE_TOKEN_MALFORMED page_token',
      training.refusal(methods.listTrainingRecords, { pool, pageToken: 'x' }),
    ],
    ['FIELD_MISSING csv', training.refusal(methods.importTrainingRecords, { pool })],
    [
      'CSV_HEADER csv',
      training.refusal(methods.importTrainingRecords, { pool, csv: Buffer.from('a,b') }),
    ],
    [
      'FIELD_MALFORMED policy.time_zone',
      training.refusal(methods.putTrainingPolicy, {
        policy: { ...noPolicy, pool, timeZone: 'Mars/Olympus' },
      }),
    ],
    [
      'FIELD_MALFORMED policy.time_zone',
      training.refusal(methods.putTrainingPolicy, {
        policy: { ...noPolicy, pool, timeZone: '+02:00' },
      }),
    ],
    ['POOL_UNKNOWN pool', training.refusal(methods.getTrainingPolicy, { pool: 'south' })],
    ['FIELD_OUT_OF_RANGE year', training.refusal(methods.listTrainingGaps, { pool, year: 1969 })],
    ['FIELD_MALFORMED team', training.refusal(methods.listTrainingGaps, { pool, team: 'Team 1' })],
    [
      'FIELD_OUT_OF_RANGE year',
      training.refusal(methods.listTeamTrainingGaps, { pool, year: 10_000 }),
    ],
    ['POOL_UNKNOWN pool', training.refusal(methods.listTeamTrainingGaps, { pool: 'south' })],
    [
      'FIELD_OUT_OF_RANGE within',
      training.refusal(methods.listExpiringSkills, { pool, within: minute }),
    ],
    ['COMBINATIONS_MISSING combinations', training.refusal(methods.getBenchStrength, { pool })],
    [
      'FIELD_MISSING combinations[0].requirements',
      training.refusal(methods.getBenchStrength, { pool, combinations: [nobody] }),
    ],
    [
      'FIELD_OUT_OF_RANGE combinations[0].requirements[0].minimum_level',
      training.refusal(methods.getBenchStrength, needs({ minimumLevel: 0 })),
    ],
    [
      'FIELD_OUT_OF_RANGE combinations[0].wanted',
      training.refusal(methods.getBenchStrength, { pool, combinations: [{ ...one, wanted: -1 }] }),
    ],
    [
      'FIELD_TOO_MANY combinations',
      training.refusal(methods.getBenchStrength, {
        pool,
        combinations: Array.from({ length: 51 }, () => one),
      }),
    ],
    [
      'FIELD_MALFORMED week_of',
      training.refusal(methods.getBenchStrength, { ...needs({}), weekOf: week }),
    ],
    [
      'TEMPLATE_UNKNOWN template_id',
      training.refusal(methods.getBenchStrength, { pool, templateIds: ['x'] }),
    ],
    [
      'FIELD_DUPLICATE template_ids',
      training.refusal(methods.getBenchStrength, { pool, templateIds: ['x', 'x'] }),
    ],
    [
      'FIELD_OUT_OF_RANGE max_suggestions',
      training.refusal(methods.suggestTraining, { ...needs({}), maxSuggestions: 51 }),
    ],
  ]
  for (const [expected, asked] of rows) {
    const { code, fields } = await asked
    assert.equal(`${code} ${'field' in fields ? String(fields.field) : ''}`, expected)
  }
})
