// 14: A day that goes otherwise than was forecast is told while something can be done about it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DriftDirection } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import { Centre } from './centre.ts'
import { Day, USUAL } from './day.ts'
import { until } from './patience.ts'
import { MINUTE, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const ELEVEN = Date.UTC(2026, 2, 2, 11)

test('a surge from eleven is told by half past, and when it is over', async (t) => {
  const centre = await Centre.open(t, world)
  const day = await Day.begin(centre, 'tax')
  t.after(() => day.end())
  for (const contacts of [USUAL + 8, USUAL - 11, USUAL + 3]) {
    const { drift } = await day.halfHour(contacts)
    assert.equal(drift, undefined, 'a morning like others')
  }
  assert.deepEqual(day.told, [])

  const { drift } = await day.halfHour(1.4 * USUAL)
  assert.ok(drift !== undefined, 'two fifths more are told')
  assert.equal(drift.direction, DriftDirection.DRIFT_DIRECTION_ABOVE)
  assert.ok(drift.factorMilli > 1_150 && drift.factorMilli < 1_600, `${drift.factorMilli}`)
  assert.equal(timeMs(drift.since), ELEVEN)
  assert.equal(timeMs(drift.detectedAt), ELEVEN + 30 * MINUTE)
  assert.ok(drift.probabilityBp >= 9_900 && drift.falseAlarmBp <= 500)
  const [first] = await until(
    'the watcher to be told',
    async () => day.told,
    (told) => told.length > 0,
  )
  assert.deepEqual(first, { queueId: 'tax', drift })

  let drifts = true
  for (let halves = 0; halves < 6 && drifts; halves++) {
    drifts = (await day.halfHour(USUAL)).drift !== undefined
  }
  assert.ok(!drifts, 'it goes as forecast again')
  const last = await until(
    'the watcher to be told that it is over',
    async () => day.told.at(-1),
    (told) => told?.drift === undefined,
  )
  assert.equal(last?.queueId, 'tax')
})
