// 13: What has come is counted: no forecast is better than its history.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { IntervalCounts } from '@evenkeel/proto/evenkeel/forecasting/v1/report_service'
import { Caller, refusal } from './api.ts'
import { Centre } from './centre.ts'
import { until } from './patience.ts'
import { durationMs, MINUTE, minutes, SECOND, stamp, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** In which every world begins. */
const DAY = Date.UTC(2026, 2, 2)

/** All of the day in intervals of five minutes. */
async function report(centre: Centre, queueId: string): Promise<readonly IntervalCounts[]> {
  const { reports } = centre.api
  const { intervals } = await new Caller().call(reports.getIntervalReport.bind(reports), {
    ...{ pool: centre.pool, queueId, interval: minutes(5) },
    ...{ from: stamp(DAY), until: stamp(DAY + 1_440 * MINUTE) },
  })
  return intervals
}

const total = (intervals: readonly IntervalCounts[], of: keyof IntervalCounts): number =>
  intervals.reduce((sum, one) => sum + Number(one[of]), 0)

test('three call, one is helped, one hangs up: each counts where it entered', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none' })
  const ann = await centre.agent('ann', { tax: 3 })
  await world.pass(6 * MINUTE)
  for (const call of ['helped', 'left', 'waits']) await centre.arrives(call, 'tax')
  await ann.takes('helped')
  await world.pass(30 * SECOND)
  await centre.hangsUp('left')
  await ann.completes('helped')
  await world.pass(6 * MINUTE)

  const counted = await until(
    'all to be counted',
    () => report(centre, 'tax'),
    (found) => total(found, 'answered') === 1 && total(found, 'abandoned') === 1,
  )
  const [came] = counted.filter(({ arrivals }) => arrivals > 0)
  assert.ok(came)
  assert.equal(came.arrivals, 3)
  assert.equal(came.unique, 3)
  assert.equal(came.answeredInTarget, 1)
  assert.equal(came.endedOtherwise, 0)
  assert.ok(durationMs(came.handleTime) >= 30 * SECOND)
  assert.ok(durationMs(came.waitTime) >= 30 * SECOND)
  assert.equal(came.complete, true)
  assert.equal(timeMs(came.from) % (5 * MINUTE), 0)
  // Before and after it nothing came, which is known as well.
  const quiet = counted.filter(({ arrivals, complete }) => arrivals === 0 && complete)
  assert.ok(quiet.length > 0 || counted.length > 1)
})

test('what is asked for must be there and not too much', async (t) => {
  const centre = await Centre.open(t, world)
  const { reports } = centre.api
  const get = reports.getIntervalReport.bind(reports)
  const [from, day] = [DAY, 1_440 * MINUTE]
  const asked = { pool: centre.pool, queueId: 'none', interval: minutes(5), from: stamp(from) }
  await until(
    'the pool to be known',
    () => refusal(new Caller().call(get, { ...asked, until: stamp(from + day) })),
    ({ code }) => code === 'QUEUE_UNKNOWN',
  )
  const refused = (until_: number, interval = minutes(5)) =>
    refusal(new Caller().call(get, { ...asked, until: stamp(until_), interval }))
  assert.equal((await refused(from + 8 * day)).code, 'FIELD_TOO_MANY')
  assert.equal((await refused(from)).field, 'until')
  assert.equal((await refused(from + day, minutes(7))).field, 'interval')
})
