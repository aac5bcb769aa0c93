// 24: A bot that contains less than it did is told as the cause of what comes to the queue.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Caller, refusal } from './api.ts'
import { Centre } from './centre.ts'
import { Day, USUAL } from './day.ts'
import { until } from './patience.ts'
import { MINUTE, stamp } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const ELEVEN = Date.UTC(2026, 2, 2, 11)
const DAY = 1_440 * MINUTE

test('containment falling from 60% to 20% is named as the cause of a surge', async (t) => {
  const centre = await Centre.open(t, world)
  const { pool } = centre
  const { selfService } = centre.api
  const caller = new Caller()
  const interval = (from: number, sessions: number, contained: number) => ({
    ...{ queueId: 'tax', topic: 'refund', from: stamp(from), sessions, contained },
    handedOver: sessions - contained,
  })
  const report = (...intervals: readonly ReturnType<typeof interval>[]) =>
    caller.call(selfService.reportSelfService.bind(selfService), {
      pool,
      intervals: [...intervals],
    })
  const day = await Day.begin(centre, 'tax')
  t.after(() => day.end())
  const week = [1, 2, 3, 4, 5].map((back) => interval(ELEVEN - back * DAY, 2_000, 1_200))
  assert.deepEqual(await report(...week), { stored: 5, revised: 0, unchanged: 0 })
  assert.deepEqual(await report(...week), { stored: 0, revised: 0, unchanged: 5 })

  for (const contacts of [USUAL + 8, USUAL - 11, USUAL + 3]) await day.halfHour(contacts)
  const { drift: surge } = await day.halfHour(1.4 * USUAL)
  assert.ok(surge !== undefined, 'two fifths more are told')
  assert.equal(surge.cause, '', 'nothing tells why')

  const bot = interval(ELEVEN, 200, 40)
  assert.deepEqual(await report({ ...bot, contained: 100, handedOver: 100 }), {
    ...{ stored: 1, revised: 0, unchanged: 0 },
  })
  assert.deepEqual(await report(bot), { stored: 0, revised: 1, unchanged: 0 }, 'the last holds')
  const cause =
    'Self-service of "refund" contains 20% of 200 sessions, as a rule 60%: ' +
    '80 contacts more were handed over.'
  const { drifts } = centre.api
  const { drift } = await caller.call(drifts.getDrift.bind(drifts), { pool, queueId: 'tax' })
  assert.equal(drift?.cause, cause)
  assert.deepEqual(drift.selfService, {
    ...{ topic: 'refund', sessions: 200, containedBp: 2_000, usualContainedBp: 6_000 },
    ...{ usualSessions: 10_000, moreHandedOver: 80 },
  })
  await until(
    'the watcher to be told why',
    async () => day.told.at(-1)?.drift?.cause,
    (told) => told === cause,
  )

  const list = selfService.listSelfService.bind(selfService)
  const span = { from: stamp(ELEVEN), until: stamp(ELEVEN + 30 * MINUTE) }
  const { intervals } = await caller.call(list, { pool, queueId: 'tax', ...span })
  assert.deepEqual(intervals, [bot])

  const wrong = await refusal(report({ ...bot, handedOver: 161 }))
  assert.deepEqual([wrong.code, wrong.field], ['FIELD_OUT_OF_RANGE', 'intervals[0].handed_over'])
  const ahead = await refusal(report(interval(ELEVEN + DAY, 1, 1)))
  assert.deepEqual([ahead.code, ahead.fields['field']], ['SELF_SERVICE_AHEAD', 'intervals[0].from'])
})
