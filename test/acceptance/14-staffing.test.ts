// 14: What a day needs is known with its forecast, and who is there for it; 3: callbacks are
// promised by that.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ImportHistoryRequest } from '@evenkeel/proto/evenkeel/forecasting/v1/history_service'
import type { Intraday } from '@evenkeel/proto/evenkeel/forecasting/v1/staffing_service'
import { Activity } from '@evenkeel/proto/evenkeel/skills/v1/shift'
import { Caller, refusal } from './api.ts'
import { Centre } from './centre.ts'
import { until } from './patience.ts'
import { MINUTE, minutes, stamp, timeMs } from './time.ts'
import { Supervisor } from './supervisor.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const HOUR = 60 * MINUTE
/** Monday, on which every world begins at nine. */
const TODAY = Date.UTC(2026, 2, 2)

/** Two days on which one came every two hours. */
function history(): string {
  const from = (back: number, half: number) =>
    new Date(TODAY - back * 24 * HOUR + half * 30 * MINUTE).toISOString().slice(0, 16)
  const halves = Array.from({ length: 48 }, (_, half) => half)
  const rows = [2, 1].flatMap((back) =>
    halves.map((half) => `tax,${from(back, half)}Z,${half % 4 === 0 ? 1 : 0}`),
  )
  return ['queue_id,from,arrivals', ...rows].join('\n')
}

test('a day needs agents, has some on shift, and shows as it goes who is there', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none', needs: { tax: 2 } })
  const ann = await centre.agent('ann', { tax: 3 })
  await centre.agent('bob', { tax: 1 })
  const { staffing, roster, history: past } = centre.api
  const asked = { pool: centre.pool, queueId: 'tax', date: '' }
  const get = () => new Caller().call(staffing.getStaffing.bind(staffing), asked)

  const early = await refusal(get())
  assert.ok(['QUEUE_UNKNOWN', 'POOL_UNKNOWN', 'STAFFING_UNKNOWN'].includes(early.code), early.code)
  const file = ImportHistoryRequest.fromPartial({
    pool: centre.pool,
    csv: Buffer.from(history()),
  })
  await until(
    'the queue to be known',
    () => new Caller().call(past.importHistory.bind(past), file).catch(() => undefined),
    (answer) => answer?.errorCount === 0,
  )
  await world.pass(MINUTE)
  const needs = await until(
    'what the day needs',
    () => get().catch(() => undefined),
    (found) => found !== undefined,
  )
  const day = needs?.staffing
  assert.ok(day)
  assert.equal(day.date, '2026-03-02')
  assert.equal(day.required.length, 48)
  assert.ok(
    day.required.every((agents) => agents > 0),
    'somebody may come at any time',
  )
  assert.equal(day.rosteredKnown, false)
  assert.equal(needs.signedInMilli, 1_000, 'who is not skilled for it is not there for it')
  assert.deepEqual(needs.netMilli, [])

  const from = TODAY + 10 * HOUR
  await new Caller().call(roster.putShift.bind(roster), {
    shift: {
      ...{ pool: centre.pool, agentId: ann.agentId, shiftId: 'early', activities: [], etag: '' },
      ...{ from: stamp(from), until: stamp(from + 4 * HOUR + 15 * MINUTE) },
    },
  })
  // Shifts settle for half a minute.
  const rostered = await until(
    'the shift to count',
    async () => {
      await world.pass(MINUTE)
      return get()
    },
    (found) => found.staffing?.rosteredKnown === true,
  )
  const milli = rostered.staffing?.rosteredMilli ?? []
  assert.deepEqual(milli.slice(19, 22), [0, 1_000, 1_000])
  assert.deepEqual(milli.slice(27, 30), [1_000, 500, 0])
  assert.equal(rostered.netMilli[20], 1_000 - 1_000 * (rostered.staffing?.scheduled[20] ?? 0))

  const nextDay = { ...asked, date: '2026-03-03' }
  const later = await until(
    'the shift to count for the next day',
    async () => {
      await world.pass(MINUTE)
      return new Caller().call(staffing.getStaffing.bind(staffing), nextDay)
    },
    (found) => found.staffing?.rosteredKnown === true,
  )
  const { required = [], rosteredMilli: ahead = [] } = later.staffing ?? {}
  assert.equal(required.length, 48)
  assert.ok(ahead.length >= 18 && ahead.length <= 22, `${ahead.length}: of a day it is known`)
  assert.equal(later.netMilli.length, ahead.length)
  const far = { ...asked, date: '2026-03-05' }
  const unknown = await new Caller().call(staffing.getStaffing.bind(staffing), far)
  assert.equal(unknown.staffing?.rosteredKnown, false)
  assert.deepEqual([unknown.staffing?.rosteredMilli, unknown.netMilli], [[], []])

  const wrong = { ...asked, date: '2026-02-30' }
  const refused = await refusal(new Caller().call(staffing.getStaffing.bind(staffing), wrong))
  assert.deepEqual([refused.code, refused.field], ['FIELD_MALFORMED', 'date'])
  const { queues } = await new Caller().call(staffing.listQueues.bind(staffing), {})
  assert.ok(queues.some(({ pool, queueId }) => pool === centre.pool && queueId === 'tax'))

  const { day: stands } = await new Caller().call(staffing.getIntraday.bind(staffing), asked)
  assert.equal(stands?.intervals.length, 48)

  // A stream has no other end than the test's, which is an error to its client.
  const told: Intraday[] = []
  const stream = staffing.watchIntraday({ pool: centre.pool, queueId: 'tax' })
  stream.on('data', ({ day: one }) => one && told.push(one))
  stream.on('error', () => undefined)
  t.after(() => stream.cancel())
  await until(
    'the snapshot',
    () => get().then(() => told.length),
    (many) => many > 0,
  )
  assert.equal(told[0]?.intervals.length, 48)
  // The half-hour in which counting began is not complete.
  await world.pass(30 * MINUTE)
  for (let call = 0; call < 3; call++) await centre.arrives(`call-${call}`, 'tax')
  await world.pass(36 * MINUTE)
  await until(
    'the calls to be on the stream',
    () => get().then(() => told.at(-1)?.intervals ?? []),
    (intervals) => intervals.some(({ actual, complete }) => actual === 3 && complete),
  )
  const now = told.at(-1)?.intervals.find(({ actual }) => actual === 3)
  assert.ok(now)
  assert.ok(now.lowMilli <= now.forecastMilli && now.forecastMilli <= now.highMilli)
  assert.equal(now.signedInMilli, 1_000)
  assert.ok((now.required ?? 0) > 0)
})

test('given an hour in which all are at lunch, no callback is promised for it', async (t) => {
  const centre = await Centre.open(t, world)
  const within = {
    ...{ within: minutes(10), slack: minutes(1), window: minutes(60), windows: 4 },
    ...{ capacityShareBp: 5_000, only: false },
  }
  const callback = { offerAbove: minutes(0), within }
  await centre.queue('tax', { callback, handleTime: minutes(5) })
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  const now = await new Supervisor(centre).now()
  const firstFrom = Math.ceil((now + 10 * MINUTE) / HOUR) * HOUR
  const lunch = firstFrom + HOUR
  let calls = 0
  /** After how many hours the windows begin, of which a customer may choose now. */
  const offered = async () => {
    const contactId = `call-${calls++}`
    const contact = await centre.arrives(contactId, 'tax')
    await centre.hangsUp(contactId)
    const windows = contact.callback?.choices?.windows ?? []
    return windows.map(({ from }) => (timeMs(from) - firstFrom) / HOUR)
  }
  assert.deepEqual(await offered(), [0, 1, 2, 3], 'nothing is known but who is here')

  const { roster, history: past } = centre.api
  await new Caller().call(roster.putShift.bind(roster), {
    shift: {
      ...{ pool: centre.pool, agentId: ann.agentId, shiftId: 'day', etag: '' },
      ...{ from: stamp(firstFrom - HOUR), until: stamp(firstFrom + 8 * HOUR) },
      activities: [
        {
          ...{ activity: Activity.ACTIVITY_MEAL, channels: [] },
          ...{ from: stamp(lunch), until: stamp(lunch + HOUR) },
        },
      ],
    },
  })
  const file = ImportHistoryRequest.fromPartial({
    pool: centre.pool,
    csv: Buffer.from(history()),
  })
  await until(
    'the queue to be known',
    () => new Caller().call(past.importHistory.bind(past), file).catch(() => undefined),
    (answer) => answer?.errorCount === 0,
  )
  const hours = await until(
    'the lunch to count',
    async () => {
      await world.pass(MINUTE)
      return offered()
    },
    (found) => found.length < 4,
  )
  assert.deepEqual(hours, [0, 2, 3])
  await centre.assertSound()
})
