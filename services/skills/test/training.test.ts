import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  agentOf,
  type Course,
  expiringAfter,
  gapsAfter,
  type Grant,
  limits,
  packing,
  type Profile,
  recordIdOf,
  type TrainingCommand,
  trainingKey,
  trainingsAfter,
  trainingView,
} from '../core/index.ts'
import { ana, TestPartition } from './partition.ts'

const hour = 3_600_000
/** What the log's clock says in a test; it is day 0. */
const now = 5_000

const levels: Course = {
  pool: 'north',
  courseId: 'taxes',
  displayName: 'Taxes',
  durationMs: 4 * hour,
  grants: [
    { skillId: 'tax', level: 4, source: 'trained', handleTimePermille: 1_000, validDays: 365 },
  ],
  etag: '',
}

const taught = (more: Partial<Grant> = {}): Grant => ({
  skillId: 'tax',
  level: 4,
  source: 'trained',
  handleTimePermille: 1_000,
  validFrom: 8_000,
  validUntil: 9_000,
  ...more,
})

/** A pool with the course, and Ana, who has tax 3 by hand. */
function school() {
  const p = new TestPartition().givenCatalogue().given({ kind: 'putAgent', profile: ana })
  const courseEtag = p.accepted({ kind: 'putCourse', course: levels }).ref
  const passed: TrainingCommand = {
    pool: 'north',
    agentId: ana.agentId,
    courseId: 'taxes',
    date: '1970-01-01',
    day: 0,
    result: 'passed',
    durationMs: 0,
    validDay: 0,
    etag: '',
    dayFrom: 0,
    courseEtag,
    grants: [taught()],
  }
  return {
    p,
    courseEtag,
    passed,
    put: (more: Partial<TrainingCommand> = {}) => {
      const training = { ...passed, validDay: more.day ?? 0, ...more }
      return p.accepted({ kind: 'putTraining', training, actor: 'sue' })
    },
    refused: (more: Partial<TrainingCommand>) => {
      const training = { ...passed, validDay: more.day ?? 0, ...more }
      return p.refused({ kind: 'putTraining', training, actor: 'sue' })
    },
    remove: () => p.accepted(removal),
    /** Ana's levels of tax as text. */
    tax: () => {
      const row = agentOf(p.state, 'north', ana.agentId)
      return packing
        .skillsOf(row?.skills ?? new Uint8Array())
        .filter(({ skillId }) => skillId === 'tax')
        .map((one) => `${one.level} ${one.source} ${one.validFrom ?? ''}..${one.validUntil ?? ''}`)
    },
    record: (date = '1970-01-01') =>
      trainingView(
        p.state,
        p.state.trainings.must(trainingKey(ana.agentId, recordIdOf('taxes', date))),
      ),
  }
}

const removal = {
  kind: 'removeTraining',
  pool: 'north',
  agentId: ana.agentId,
  courseId: 'taxes',
  date: '1970-01-01',
  etag: '',
  actor: 'sue',
} as const

const byHand = ['3 unsaid ..']
const withCourse = ['3 unsaid ..8000', '4 trained 8000..9000', '3 unsaid 9000..']

describe('a course', () => {
  test('put again as it is changes nothing; is edited only by who has seen it', () => {
    const { p, courseEtag } = school()
    assert.equal(p.accepted({ kind: 'putCourse', course: levels }).ref, courseEtag)
    const edit = { ...levels, durationMs: hour }
    assert.equal(p.refused({ kind: 'putCourse', course: edit }).code, 'ETAG_MISMATCH')
    const now = p.accepted({ kind: 'putCourse', course: { ...edit, etag: courseEtag } }).ref
    assert.notEqual(now, courseEtag)
  })

  test('grants levels of the catalogue only', () => {
    const { p } = school()
    const [grant] = levels.grants
    assert.ok(grant)
    const course = { ...levels, courseId: 'other' }
    const unknown = { ...course, grants: [{ ...grant, skillId: 'dutch' }] }
    assert.equal(p.refused({ kind: 'putCourse', course: unknown }).code, 'SKILL_UNKNOWN')
    const high = { ...course, grants: [{ ...grant, level: 6 }] }
    assert.deepEqual(p.refused({ kind: 'putCourse', course: high }), {
      code: 'LEVEL_OUT_OF_RANGE',
      fields: { field: 'course.grants', skill: 'tax', value: 6, limit: 5 },
    })
  })

  test('has room for so many in a pool', () => {
    const { p } = school()
    const pool = p.state.pools.must('north').slot
    const plain = { displayName: '', durationMs: hour, grants: [], changed: 1 }
    for (let i = 1; i < limits.coursesPerPool; i++) {
      const courseId = `c${i}`
      p.state.courses.insert({ ...plain, key: `north/${courseId}`, courseId, pool, seq: i })
    }
    p.db.commit()
    const refused = p.refused({ kind: 'putCourse', course: { ...levels, courseId: 'one-more' } })
    assert.equal(refused.code, 'TOO_MANY_COURSES')
  })
})

const trained = (year: number, trainedMs: number) => ({
  ...{ kind: 'trainedChanged', pool: 'north', agentId: ana.agentId, year, trainedMs },
})

describe('a record', () => {
  test('that is passed gives what the course grants, and the profile is told of', () => {
    const { put, tax, record } = school()
    const { events, ref } = put()
    assert.deepEqual(tax(), withCourse)
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['profileChanged', 'trainedChanged'],
    )
    assert.deepEqual(record(), {
      pool: 'north',
      agentId: ana.agentId,
      courseId: 'taxes',
      date: '1970-01-01',
      day: 0,
      result: 'passed',
      durationMs: 4 * hour,
      validDay: 0,
      granted: [taught()],
      etag: ref,
    })
  })

  test('that is failed or attended gives nothing but hours', () => {
    for (const result of ['failed', 'attended'] as const) {
      const { put, tax, record } = school()
      assert.deepEqual(put({ result, durationMs: hour }).events, [trained(1970, hour)])
      assert.deepEqual(tax(), byHand)
      assert.deepEqual([record().granted, record().durationMs], [[], hour])
    }
  })

  test('is told of as hours of its year, and taken back from them', () => {
    const { p, put } = school()
    put()
    const more = { date: '1970-01-03', day: 2, result: 'attended', durationMs: hour } as const
    assert.deepEqual(put(more).events, [trained(1970, 5 * hour)])
    const later = { date: '1971-01-01', day: 365, result: 'attended' } as const
    assert.deepEqual(put(later).events, [trained(1971, 4 * hour)])
    const removed = p.accepted({ ...removal, date: '1970-01-03' })
    assert.deepEqual(removed.events, [trained(1970, 4 * hour)])
  })

  test('said twice is one', () => {
    const { put } = school()
    const { ref } = put()
    for (const etag of ['', ref, 'v1']) {
      const again = put({ etag })
      assert.deepEqual([again.events, again.ref], [[], ref])
    }
  })

  test('that is corrected takes back what it gave', () => {
    const { put, refused, tax } = school()
    const { ref } = put()
    assert.equal(refused({ result: 'failed' }).code, 'ETAG_MISMATCH')
    put({ result: 'failed', etag: ref })
    assert.deepEqual(tax(), byHand)
  })

  test('that is removed takes back what it gave', () => {
    const { p, put, remove, tax } = school()
    put()
    remove()
    assert.deepEqual(tax(), byHand)
    assert.equal(p.refused(removal).code, 'RECORD_UNKNOWN')
  })

  test('leaves what was edited by hand after it', () => {
    const { p, put, remove, tax, record } = school()
    const { ref } = put()
    const seen = agentOf(p.state, 'north', ana.agentId)?.changed ?? 0
    const skills = ana.skills.map((one) => (one.skillId === 'tax' ? { ...one, level: 1 } : one))
    const edit: Profile = { ...ana, skills, etag: `v${seen.toString(36)}` }
    p.accepted({ kind: 'putAgent', profile: edit })
    assert.deepEqual(tax(), ['1 unsaid ..'])
    assert.deepEqual(record().granted, [])
    // Hours alone give nothing anew.
    put({ durationMs: hour, etag: ref })
    assert.deepEqual(tax(), ['1 unsaid ..'])
    remove()
    assert.deepEqual(tax(), ['1 unsaid ..'])
  })

  test('still takes back after an edit of something else', () => {
    const { p, put, remove, tax } = school()
    put()
    const row = agentOf(p.state, 'north', ana.agentId)
    const skills = packing.skillsOf(row?.skills ?? new Uint8Array())
    const etag = `v${(row?.changed ?? 0).toString(36)}`
    p.accepted({ kind: 'putAgent', profile: { ...ana, skills, team: 'team-2', etag } })
    assert.deepEqual(tax(), withCourse)
    remove()
    assert.deepEqual(tax(), byHand)
  })

  test('goes with the profile', () => {
    const { p, put } = school()
    put()
    p.given({ kind: 'removeAgent', pool: 'north', agentId: ana.agentId, etag: '' })
    assert.equal(p.state.trainings.size, 0)
    p.given({ kind: 'putAgent', profile: ana })
    const list = trainingsAfter(p.state, 'north', { agentId: '', date: '', courseId: '' }, 10)
    assert.deepEqual(list, { found: [], next: undefined })
  })

  test('of an unknown agent or course, the future or another version is refused', () => {
    const { p, refused, put } = school()
    assert.equal(refused({ agentId: 'bo' }).code, 'AGENT_UNKNOWN')
    assert.equal(refused({ courseId: 'other' }).code, 'COURSE_UNKNOWN')
    assert.deepEqual(refused({ dayFrom: now + 1 }), {
      code: 'TRAINING_IN_FUTURE',
      fields: { field: 'record.date', value: '1970-01-01' },
    })
    assert.equal(refused({ courseEtag: 'v1' }).code, 'COURSE_CHANGED')
    assert.equal(refused({ grants: [taught({ level: 6 })] }).code, 'LEVEL_OUT_OF_RANGE')
    put({ dayFrom: now })
    assert.equal(p.state.trainings.size, 1)
  })

  test('is one of a hundred of an agent at most', () => {
    const { put, refused } = school()
    for (let day = 0; day < limits.recordsPerAgent; day++) {
      put({ date: new Date(day * 86_400_000).toISOString().slice(0, 10), day, result: 'attended' })
    }
    const limit = limits.recordsPerAgent
    assert.deepEqual(refused({ date: '1971-01-01', day: 365, result: 'attended' }), {
      code: 'TOO_MANY_RECORDS',
      fields: { field: 'record.agent_id', value: 'records', limit, scope: 'agent' },
    })
  })
})

describe('an import of records', () => {
  test('takes what is good, and says of the rest why not', () => {
    const { p, passed, tax } = school()
    const lines = [
      { line: 2, training: passed },
      { line: 3, training: { ...passed, agentId: 'bo' } },
    ]
    const command = { kind: 'importTrainings', pool: 'north', actor: '', lines } as const
    const { ref } = p.accepted(command)
    assert.deepEqual(JSON.parse(ref), {
      imported: 1,
      unchanged: 0,
      refused: [
        {
          line: 3,
          rejection: {
            code: 'AGENT_UNKNOWN',
            fields: { field: 'record.agent_id', value: 'bo', pool: 'north' },
          },
        },
      ],
    })
    assert.deepEqual(tax(), withCourse)
    assert.equal(JSON.parse(p.accepted(command).ref).unchanged, 1)
  })
})

describe('lists', () => {
  const target = { from: 0, until: 365, targetMs: 24 * hour }

  test('have who lacks hours of the year, by team and in pages', () => {
    const { p, put } = school()
    put()
    put({ date: '1971-01-01', day: 365, result: 'attended' })
    const bo: Profile = { ...ana, agentId: 'bo', team: 'team-2', login: '' }
    p.given({ kind: 'putAgent', profile: bo })
    const all = gapsAfter(p.state, 'north', target, '', '', 10)
    assert.deepEqual(all, {
      found: [
        { agentId: ana.agentId, team: 'team-1', trainedMs: 4 * hour, missingMs: 20 * hour },
        { agentId: 'bo', team: 'team-2', trainedMs: 0, missingMs: 24 * hour },
      ],
      next: '',
    })
    const first = gapsAfter(p.state, 'north', target, '', '', 1)
    assert.deepEqual([first.found.length, first.next], [1, ana.agentId])
    const ofTeam = gapsAfter(p.state, 'north', target, 'team-2', '', 10)
    assert.deepEqual(
      ofTeam.found.map(({ agentId }) => agentId),
      ['bo'],
    )
    const enough = { ...target, targetMs: 4 * hour }
    assert.deepEqual(gapsAfter(p.state, 'north', enough, 'team-1', '', 10).found, [])
  })

  test('have levels that end and nothing as high follows', () => {
    const { p, put } = school()
    put()
    const ends = (from: number, until: number) =>
      expiringAfter(p.state, 'north', { from, until }, '', '', 10).found.flatMap(({ grants }) =>
        grants.map((one) => `${one.skillId} ${one.level}`),
      )
    // At 8,000 tax 4 follows tax 3; at 9,000 it is only tax 3 again.
    assert.deepEqual(ends(7_000, 8_500), [])
    assert.deepEqual(ends(8_000, 9_000), ['tax 4'])
    assert.deepEqual(ends(9_000, 10_000), [])
  })

  test('have records by agent and date, in pages that begin anywhere', () => {
    const { p, passed, put } = school()
    p.given({ kind: 'putAgent', profile: { ...ana, agentId: 'bo', login: '' } })
    p.given({ kind: 'putAgent', profile: { ...ana, agentId: 'cy', login: '' } })
    for (const agentId of ['cy', ana.agentId]) {
      for (let day = 2; day >= 0; day--) {
        const date = `1970-01-0${day + 1}`
        p.given({
          kind: 'putTraining',
          training: { ...passed, agentId, date, day, validDay: day },
          actor: '',
        })
      }
    }
    put()
    const seen: string[] = []
    let after = { agentId: '', date: '', courseId: '' }
    for (let pages = 0; pages < 9; pages++) {
      const { found, next } = trainingsAfter(p.state, 'north', after, 2)
      seen.push(...found.map(({ agentId, date }) => `${agentId} ${date}`))
      if (next === undefined) break
      after = { agentId: next.agentId, date: next.date, courseId: next.courseId }
    }
    const days = ['1970-01-01', '1970-01-02', '1970-01-03']
    assert.deepEqual(seen, [
      ...days.map((date) => `${ana.agentId} ${date}`),
      ...days.map((date) => `cy ${date}`),
    ])
  })
})
