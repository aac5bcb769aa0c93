// 18: Training becomes skill: records, gaps, validity dates, provisional levels.
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { GetQueueStatsRequest } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { SkillSource } from '@evenkeel/proto/evenkeel/skills/v1/skill'
import {
  Course,
  type CourseGrant,
  TrainingPolicy,
  TrainingRecord,
  TrainingResult,
} from '@evenkeel/proto/evenkeel/skills/v1/training'
import {
  GetBenchStrengthRequest,
  ListExpiringSkillsRequest,
  ListTrainingGapsRequest,
  SuggestTrainingRequest,
} from '@evenkeel/proto/evenkeel/skills/v1/training_service'
import { Caller, refusal } from './api.ts'
import { Centre, ContactState } from './centre.ts'
import type { Desk } from './desk.ts'
import { until } from './patience.ts'
import { MINUTE, minutes, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

const DAY = 1440 * MINUTE
const HALF_DAY = minutes(240)
const { SKILL_SOURCE_TRAINED: trained, SKILL_SOURCE_PROVISIONAL: provisional } = SkillSource
const { TRAINING_RESULT_PASSED: passed, TRAINING_RESULT_FAILED: failed } = TrainingResult

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** Where the next midnight is near, and when it is. */
function lateZone(now: number): { timeZone: string; today: string; midnight: number } {
  const zones = [
    ...Array.from({ length: 27 }, (_, i) => ({ name: etc(i - 12), ahead: (i - 12) * 60 })),
    // Half an hour off.
    { name: 'Pacific/Marquesas', ahead: -570 },
    { name: 'Asia/Kolkata', ahead: 330 },
  ]
  const minuteNow = Math.floor(now / MINUTE)
  const near = zones
    .map((zone) => ({ ...zone, left: 1440 - ((((minuteNow + zone.ahead) % 1440) + 1440) % 1440) }))
    // Midnight must not come before the story is there.
    .filter(({ left }) => left >= 5)
    .sort((a, b) => a.left - b.left)[0]
  assert.ok(near)
  const today = new Date(now + near.ahead * MINUTE).toISOString().slice(0, 10)
  return { timeZone: near.name, today, midnight: (minuteNow + near.left) * MINUTE }
}

const etc = (hours: number): string =>
  hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`

const dayAfter = (date: string): string =>
  new Date(Date.parse(date) + DAY).toISOString().slice(0, 10)

/** A centre with a training department. */
async function school(t: TestContext) {
  const centre = await Centre.open(t, world)
  const { pool } = centre
  const { training, queues, skills } = centre.api
  const caller = new Caller()
  const asked = GetQueueStatsRequest.fromPartial({ pool })
  const stats = await centre.routing.call(queues.getQueueStats.bind(queues), asked)
  const late = lateZone(timeMs(stats.asOf))
  const put = (record: Partial<TrainingRecord>) =>
    caller.call(training.putTrainingRecord.bind(training), {
      record: TrainingRecord.fromPartial({ pool, date: late.today, result: passed, ...record }),
      actor: 'sue',
      validateOnly: false,
    })
  return {
    centre,
    caller,
    ...late,
    put,
    async policy(): Promise<void> {
      const policy = TrainingPolicy.fromPartial({ pool, timeZone: late.timeZone })
      await caller.call(training.putTrainingPolicy.bind(training), { policy, validateOnly: false })
    },
    async course(courseId: string, ...grants: readonly Partial<CourseGrant>[]): Promise<void> {
      const course = Course.fromPartial({ pool, courseId, duration: HALF_DAY, grants: [...grants] })
      await caller.call(training.putCourse.bind(training), { course, validateOnly: false })
    },
    /** Levels of a skill in the profile, as text. */
    async levels(desk: Desk, skillId: string): Promise<readonly string[]> {
      const request = { pool, agentId: desk.agentId }
      const { profile } = await caller.call(skills.getAgent.bind(skills), request)
      return (profile?.skills ?? [])
        .filter((one) => one.skillId === skillId)
        .map(({ level, source, validFrom, validUntil }) => {
          const word = source === provisional ? 'provisional' : 'trained'
          return `${level} ${word} ${text(validFrom)}..${text(validUntil)}`
        })
    },
    /** What routing goes by. */
    async level(desk: Desk, skillId: string): Promise<number> {
      const agent = await centre.agentAsSeen(desk)
      return agent.skills.find((one) => one.skillId === skillId)?.level ?? 0
    },
  }
}

const text = (time: Parameters<typeof timeMs>[0]): string =>
  time === undefined ? '' : new Date(timeMs(time)).toISOString()

test('18 given a passed course, an agent is fully qualified at the validity edge', async (t) => {
  const { centre, put, policy, course, levels, level, today, midnight } = await school(t)
  await centre.queue('simple', { needs: { tax: 2 }, callback: 'none' })
  await centre.queue('hard', { needs: { tax: 3 }, callback: 'none', offerTimeout: minutes(5) })
  await policy()
  await course('intro', { skillId: 'tax', level: 2, source: provisional })
  await course('full', { skillId: 'tax', level: 3, source: trained, validDays: 365 })
  const bo = await centre.agent('bo')
  const { agentId } = bo

  await put({ agentId, courseId: 'intro' })
  await until(
    'routing to know tax 2',
    () => level(bo, 'tax'),
    (known) => known === 2,
  )
  await centre.arrives('easy', 'simple')
  await bo.takes('easy')
  await bo.completes('easy')

  const stored = await put({ agentId, courseId: 'full', validFrom: dayAfter(today) })
  const edge = new Date(midnight).toISOString()
  const yearLater = new Date(midnight + 365 * DAY).toISOString()
  assert.deepEqual(
    stored.record?.granted.map(({ validFrom }) => text(validFrom)),
    [edge],
  )
  assert.deepEqual(await levels(bo, 'tax'), [
    `2 provisional ${new Date(midnight - DAY).toISOString()}..${edge}`,
    `3 trained ${edge}..${yearLater}`,
    `2 provisional ${yearLater}..`,
  ])
  await centre.arrives('waits', 'hard')
  const { queues } = centre.api
  const asked = GetQueueStatsRequest.fromPartial({ pool: centre.pool })
  const { asOf } = await centre.routing.call(queues.getQueueStats.bind(queues), asked)
  await world.pass(midnight - timeMs(asOf) - 2 * MINUTE)
  assert.equal((await centre.contact('waits')).state, ContactState.CONTACT_STATE_WAITING)
  await centre.assertFree(bo)
  assert.equal(await level(bo, 'tax'), 2)

  await world.pass(3 * MINUTE)
  await bo.takes('waits')
  assert.equal(await level(bo, 'tax'), 3)
  await bo.completes('waits')
  await centre.assertSound()
})

test('18 given a record that was wrong, what it gave is taken back', async (t) => {
  const { centre, caller, put, policy, course, levels, level, today } = await school(t)
  await centre.queue('hard', { needs: { tax: 3 }, callback: 'none' })
  await policy()
  await course('full', { skillId: 'tax', level: 3, source: trained })
  const bo = await centre.agent('bo', { tax: 1 })
  const { agentId } = bo
  const { record } = await put({ agentId, courseId: 'full' })
  await until(
    'routing to know tax 3',
    () => level(bo, 'tax'),
    (known) => known === 3,
  )
  await centre.arrives('first', 'hard')
  await bo.isOffered('first')

  await put({ agentId, courseId: 'full', result: failed, etag: record?.etag ?? '' })
  await bo.losesOffer()
  await centre.assertFree(bo)
  assert.equal(await level(bo, 'tax'), 1)

  const { training } = centre.api
  const removal = { pool: centre.pool, agentId, courseId: 'full', date: today, etag: '', actor: '' }
  await caller.call(training.removeTrainingRecord.bind(training), removal)
  assert.deepEqual(await levels(bo, 'tax'), ['1 trained ..'])
  const again = caller.call(training.removeTrainingRecord.bind(training), removal)
  assert.equal((await refusal(again)).code, 'RECORD_UNKNOWN')
})

test('18 given the year so far, gaps, the bench and whom to train are told', async (t) => {
  const { centre, caller, put, policy, course } = await school(t)
  const { pool } = centre
  const { training } = centre.api
  await centre.queue('hard', { needs: { tax: 3, french: 1 }, callback: 'none' })
  await policy()
  await course('full', { skillId: 'tax', level: 3, source: trained, validDays: 20 })
  const bo = await centre.agent('bo', { french: 1 })
  const cy = await centre.agent('cy', { french: 2 })
  await put({ agentId: bo.agentId, courseId: 'full' })

  const gaps = await caller.call(
    training.listTrainingGaps.bind(training),
    ListTrainingGapsRequest.fromPartial({ pool }),
  )
  const hours = (time: Parameters<typeof timeMs>[0]) => timeMs(time) / (60 * MINUTE)
  assert.deepEqual(
    gaps.gaps.map((gap) => [
      gap.agentId,
      hours(gap.trained),
      hours(gap.missing),
      gap.sessionsMissing,
    ]),
    [
      [bo.agentId, 4, 20, 5],
      [cy.agentId, 0, 24, 6],
    ],
  )

  const within = (days: number) =>
    caller.call(
      training.listExpiringSkills.bind(training),
      ListExpiringSkillsRequest.fromPartial({ pool, within: minutes(days * 1440) }),
    )
  assert.deepEqual((await within(10)).agents, [])
  const expiring = (await within(30)).agents.map(({ agentId, levels }) => [
    agentId,
    levels.map(({ skillId, level }) => `${skillId} ${level}`),
  ])
  assert.deepEqual(expiring, [[bo.agentId, ['tax 3']]])

  const requirements = [
    { skillId: 'tax', minimumLevel: 3, fullyQualified: false },
    { skillId: 'french', minimumLevel: 1, fullyQualified: false },
  ]
  const combinations = [{ displayName: 'French tax', requirements, wanted: 2 }]
  const bench = await caller.call(
    training.getBenchStrength.bind(training),
    GetBenchStrengthRequest.fromPartial({ pool, combinations }),
  )
  assert.equal(bench.agents, 2)
  assert.equal(bench.benches[0]?.qualifiedByHour.length, 168)
  assert.equal(Math.max(...(bench.benches[0]?.qualifiedByHour ?? [])), 1)

  const { suggestions } = await caller.call(
    training.suggestTraining.bind(training),
    SuggestTrainingRequest.fromPartial({ pool, combinations }),
  )
  const [first] = suggestions
  assert.deepEqual([first?.agentId, first?.courseIds], [cy.agentId, ['full']])
  assert.match(first?.sentence ?? '', /French tax is weakest, with \d agents? of 2 wanted/)
})
