// 13: What came before anybody counted here is brought in files.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ImportHistoryRequest } from '@evenkeel/proto/evenkeel/forecasting/v1/history_service'
import { Caller, orTooEarly, refusal } from './api.ts'
import { Centre } from './centre.ts'
import { until } from './patience.ts'
import { durationMs, MINUTE } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test('a file of a year ago is tried, taken, and the same when it is sent again', async (t) => {
  const centre = await Centre.open(t, world)
  const { history } = centre.api
  await centre.queue('tax', { callback: 'none' })
  const rows = [
    'tax,2025-03-30T01:30,4',
    'tax,2025-03-30T03:00,5',
    'tax,2025-03-30T03:30,0',
    'tax,2025-03-30T02:30,6',
    'tax,2025-03-30T04:00,-6',
    'tax,2025-03-30T04:00,2.5',
    'tax,2025-03-30T03:30,7',
    'none,2025-03-30T03:30,7',
  ]
  const send = (content: string, validateOnly = false) =>
    new Caller().call(
      history.importHistory.bind(history),
      ImportHistoryRequest.fromPartial({
        ...{ pool: centre.pool, timeZone: 'Europe/Berlin', validateOnly },
        csv: Buffer.from(content),
      }),
    )
  const file = `queue_id,from,arrivals\n${rows.join('\n')}\n`
  const tried = await until(
    'the queue to be known',
    () => orTooEarly(send(file, true)),
    (report) => (report?.imported ?? 0) > 0,
  )
  assert.deepEqual([tried?.imported, tried?.errorCount], [3, 5])
  const { imported, unchanged, errors, interval } = await send(file)
  assert.deepEqual([imported, unchanged, durationMs(interval)], [3, 0, 30 * MINUTE])
  assert.deepEqual(
    errors.map(({ line, column, code }) => [line, column, code]),
    [
      [5, 'from', 'LOCAL_TIME_SKIPPED'],
      [6, 'arrivals', 'CSV_CELL_MALFORMED'],
      [7, 'arrivals', 'CSV_CELL_MALFORMED'],
      [8, 'from', 'HISTORY_REPEATED'],
      [9, 'queue_id', 'QUEUE_UNKNOWN'],
    ],
  )
  const again = await send(file)
  assert.deepEqual([again.imported, again.unchanged], [0, 3])
  const one = await refusal(send('queue_id,from,arrivals\ntax,2025-03-30T01:30,4'))
  assert.equal(one.code, 'HISTORY_INTERVAL')
})
