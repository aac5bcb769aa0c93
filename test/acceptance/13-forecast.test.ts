// 13: What will come is forecast a day ahead, with how sure that is; what is not known says so.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  GetForecastRequest,
  GetForecastResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/forecast_service'
import { Caller, refusal } from './api.ts'
import { Centre } from './centre.ts'
import { until } from './patience.ts'
import { MINUTE } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const DAY = 1_440 * MINUTE
/** Monday in which every world begins. */
const TODAY = Date.UTC(2026, 2, 2)

/** Half-hours of so many days before today, 08:00 to 18:00, more on Mondays; chance is a wave. */
function history(days: number): string {
  const lines = ['queue_id,from,arrivals']
  for (let back = days; back > 0; back--) {
    const day = TODAY - back * DAY
    const monday = new Date(day).getUTCDay() === 1 ? 1.5 : 1
    for (let half = 0; half < 48; half++) {
      const open = half >= 16 && half < 36
      const wave = 1 + 0.08 * Math.sin(back * 7 + half * 3)
      const arrivals = open ? Math.round(30 * monday * wave) : 0
      const from = new Date(day + half * 30 * MINUTE).toISOString().slice(0, 16)
      lines.push(`tax,${from}Z,${arrivals}`)
    }
  }
  return lines.join('\n')
}

const forecastOf = (
  centre: Centre,
  more: Partial<GetForecastRequest> = {},
): Promise<GetForecastResponse> => {
  const { forecasts } = centre.api
  const asked = { pool: centre.pool, queueId: 'tax', date: '', quantilesBp: [], ...more }
  return new Caller().call(forecasts.getForecast.bind(forecasts), asked)
}

async function imports(centre: Centre, csv: string): Promise<void> {
  const service = centre.api.history
  const request = { pool: centre.pool, csv: Buffer.from(csv), timeZone: '', validateOnly: false }
  const answer = await until(
    'the queue to be known',
    () =>
      new Caller()
        .call(service.importHistory.bind(service), { ...request, interval: undefined })
        .catch(() => undefined),
    (found) => found?.errorCount === 0,
  )
  assert.ok((answer?.imported ?? 0) + (answer?.unchanged ?? 0) > 0)
}

const learned = (centre: Centre, days: number): Promise<GetForecastResponse | undefined> =>
  until(
    'the history to be learned',
    () => forecastOf(centre).catch(() => undefined),
    (found) => (found?.forecast?.errors[0]?.days ?? 0) >= days,
  )

test('from eight weeks of history today is known, and how near the models come', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none' })
  await imports(centre, history(56))
  await world.pass(MINUTE)

  const today = await learned(centre, 20)
  assert.ok(today?.forecast)
  const { forecast, intervals } = today
  assert.equal(forecast.date, '2026-03-02')
  assert.equal(forecast.asOfDate, '2026-03-01')
  assert.notEqual(forecast.model, 'unknown')
  const noon = (forecast.expectedMilli[24] ?? 0) / 1_000
  assert.ok(noon > 38 && noon < 52, `Mondays have 45, not ${noon}`)
  assert.deepEqual(today.quantilesBp, [1_000, 5_000, 9_000])
  const [low = 0, middle = 0, high = 0] = intervals[24]?.quantilesMilli ?? []
  assert.ok(low < middle && middle < high && low > 0.5 * middle, `${low} ${middle} ${high}`)

  const tuesday = await forecastOf(centre, { date: '2026-03-03', quantilesBp: [9_900, 500] })
  assert.deepEqual(tuesday.quantilesBp, [500, 9_900])
  const next = (tuesday.forecast?.expectedMilli[24] ?? 0) / 1_000
  assert.ok(next > 25 && next < 35, `Tuesdays have 30, not ${next}`)

  const { forecasts } = centre.api
  const request = { pool: centre.pool, queueId: 'tax' }
  const backtest = await new Caller().call(forecasts.getBacktest.bind(forecasts), request)
  assert.ok(backtest.days >= 20 && backtest.covered95Bp >= 8_000)
  const { models } = await new Caller().call(forecasts.listModels.bind(forecasts), {})
  for (const { model } of backtest.errors) assert.ok(models.some((one) => one.model === model))
})

test('from three days nothing is sure, from none nothing is said', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none' })
  await imports(centre, history(3))
  await world.pass(MINUTE)
  const found = await until(
    'the history to be learned',
    () => forecastOf(centre).catch(() => undefined),
    (answer) => answer !== undefined,
  )
  assert.equal(found?.forecast?.model, 'unknown')
  const [low = 0, , high = 0] = found.intervals[24]?.quantilesMilli ?? []
  assert.ok(low > 0 && high > 2 * low, `${low} to ${high}`)

  const far = { date: '2026-03-11' }
  assert.equal((await refusal(forecastOf(centre, far))).code, 'FORECAST_UNKNOWN')
  assert.equal((await refusal(forecastOf(centre, { quantilesBp: [0] }))).field, 'quantiles_bp[0]')
  await centre.queue('new', { callback: 'none' })
  const unknown = await refusal(forecastOf(centre, { queueId: 'new' }))
  assert.ok(['FORECAST_UNKNOWN', 'QUEUE_UNKNOWN'].includes(unknown.code), unknown.code)
})
