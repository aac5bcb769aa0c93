// 18: Slack becomes training; a surge calls back who is there.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Mode, type Move, MoveState } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { TrainingRecord, TrainingResult } from '@evenkeel/proto/evenkeel/skills/v1/training'
import { Caller } from './api.ts'
import { Day, USUAL } from './day.ts'
import type { Desk } from './desk.ts'
import { Floor, onlyCalls } from './floor.ts'
import { until } from './patience.ts'
import { MINUTE, minutes, seconds, stamp, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

const HOUR = 60 * MINUTE
const TODAY = Date.UTC(2026, 2, 2)
/** At work; as a rule 3.3 of them are busy: 200 calls of 30 s in half an hour. */
const names = ['ann', 'bob', 'cid', 'dee', 'eve', 'fay', 'gus', 'hal'] as const

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** For long enough that a surge finds them there. */
const isThere = ({ endsAt, startedAt, state, training }: Move): boolean =>
  training &&
  state === MoveState.MOVE_STATE_ACTIVE &&
  timeMs(endsAt) - timeMs(startedAt) > 90 * MINUTE

async function onShift(floor: Floor, desk: Desk): Promise<void> {
  const { pool, api } = floor.centre
  const { agentId } = desk
  await new Caller().call(api.roster.putShift.bind(api.roster), {
    shift: {
      ...{ pool, agentId, shiftId: 'day', activities: [], etag: '' },
      ...{ from: stamp(TODAY + 8 * HOUR), until: stamp(TODAY + 18 * HOUR) },
    },
  })
}

/** Has had a whole year's training. */
async function isTrained(floor: Floor, { agentId }: Desk): Promise<void> {
  const { pool, api } = floor.centre
  const { training } = api
  const caller = new Caller()
  const course = { pool, courseId: 'year', displayName: '', duration: minutes(24 * 60) }
  await caller.call(training.putCourse.bind(training), {
    course: { ...course, grants: [], etag: '' },
    validateOnly: false,
  })
  const result = TrainingResult.TRAINING_RESULT_ATTENDED
  await caller.call(training.putTrainingRecord.bind(training), {
    record: TrainingRecord.fromPartial({
      ...{ pool, agentId, courseId: 'year', date: '2026-02-02', result },
    }),
    ...{ actor: 'sue', validateOnly: false },
  })
}

test('whoever lacks training has it in slack, and is back when calls come', async (t) => {
  const floor = await Floor.open(t, world, { mode: Mode.MODE_AUTOMATIC })
  const { centre } = floor
  const desks = await Promise.all(names.map((name) => centre.agent(name)))
  const [ann] = desks
  assert.ok(ann)
  await isTrained(floor, ann)
  for (const desk of desks) await onShift(floor, desk)
  const day = await Day.begin(centre, 'tax', seconds(30))
  t.after(() => day.end())

  // Only now: before half past nine nobody is expected, and sessions would be short.
  await floor.puts({ mode: Mode.MODE_AUTOMATIC, trainInSlack: true })
  let calls = 0
  // While nothing is told of what comes, nobody is moved: calls come all the time.
  const minutesPass = async (many: number): Promise<void> => {
    calls += 1
    await centre.arrives(`call-${calls}`, 'tax')
    await centre.hangsUp(`call-${calls}`)
    await world.pass(many * MINUTE)
  }
  const [first] = await until(
    'somebody to be in training',
    async () => {
      const moves = await floor.moves()
      // Routing has a minute to take an order: none passes while one is under way.
      if (!moves.some(({ state }) => state === MoveState.MOVE_STATE_ORDERED)) {
        await minutesPass(1)
      }
      return moves.filter(isThere)
    },
    (found) => found.length > 0,
  )
  assert.ok(first)
  assert.notEqual(first.agentId, ann.agentId, 'ann has had hers')
  assert.match(
    first.reason?.sentence ?? '',
    /^tax: \d+ are expected in the next 2 h, and of \d agents \d are enough: its target is /,
  )
  const student = desks.find(({ agentId }) => agentId === first.agentId)
  assert.ok(student)
  assert.deepEqual(await floor.plan(student), [])

  await day.halfHour(3 * USUAL)
  const back = await until(
    'those in training to be called back',
    async () => {
      await minutesPass(3)
      return floor.move(first)
    },
    ({ state }) => state === MoveState.MOVE_STATE_ENDED,
  )
  assert.equal(back.endCause, 'recalled')
  const had = (await floor.ledger()).find(({ agentId }) => agentId === first.agentId)
  assert.ok((had?.trained?.seconds ?? 0) > 0)
  assert.deepEqual(await floor.plan(student), onlyCalls)
})
