import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { refuse, rejection } from '../errors.ts'
import type { ForecastingEvent } from '../events.ts'
import { forecastKey, queueKey } from '../keys.ts'
import { durations, limits } from '../limits.ts'
import { queueOf, queueRefusal } from '../queue.ts'
import type { ForecastingState, QueueRow } from '../state.ts'
import {
  type Backtest,
  type Forecast,
  packedCurve,
  packedErrors,
  unpackedCurve,
  unpackedErrors,
} from './forecast.ts'
import type { ForecastRow } from './schema.ts'

/** What advisors compute enters here: it is judged by its form, kept, and told. */

export interface PublishForecasts {
  readonly pool: string
  readonly queueId: string
  /** Of different days, all with intervalsSeen 0. */
  readonly forecasts: readonly Forecast[]
  readonly backtest: Backtest
}

/** What says the same as is known changes nothing, and nothing is told of it. */
export function publishForecasts(
  s: ForecastingState,
  c: PublishForecasts,
  at: Moment,
): Outcome<ForecastingEvent> {
  const unknown = queueRefusal(s, c.pool, c.queueId)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const queue = s.queues.must(queueKey(c.pool, c.queueId))
  const events: ForecastingEvent[] = []
  for (const forecast of c.forecasts) {
    const misshapen = shapeRefusal(forecast)
    if (misshapen !== undefined) return { ok: false, rejection: misshapen }
    const row = s.forecasts.get(forecastKey(queue.key, forecast.date))
    if (row === undefined && s.forecasts.size >= s.forecasts.cap) {
      const limit = s.forecasts.cap
      return refuse('TOO_MANY_FORECASTS', { field: 'forecasts', value: c.queueId, limit })
    }
    if (keep(s, queue, row, forecast, at)) events.push({ kind: 'forecastPublished', forecast })
  }
  keepBacktest(s, queue, c.backtest, at)
  return { ok: true, events, ref: c.queueId }
}

function shapeRefusal({ expectedMilli, logVarianceMicro }: Forecast): Rejection | undefined {
  const many = expectedMilli.length
  if (many > 0 && many <= limits.dayIntervals && logVarianceMicro.length === many) return undefined
  const limit = `1 to ${limits.dayIntervals}, each with its variance`
  return rejection('FORECAST_MISSHAPEN', { field: 'expected_milli', value: many, limit })
}

/** Whether anything of it is new. */
function keep(
  s: ForecastingState,
  queue: QueueRow,
  row: ForecastRow | undefined,
  forecast: Forecast,
  at: Moment,
): boolean {
  const { date, from, intervalMs, scale80Milli, scale95Milli, model, asOf } = forecast
  const content = {
    ...{ from, intervalMs, scale80Milli, scale95Milli, model, asOf },
    curve: packedCurve(forecast),
    errors: packedErrors(forecast.errors),
    because: forecast.because,
    intervalsSeen: 0,
    rest: nothing,
  }
  if (row === undefined) {
    const forgetAt = from + durations.retainForecast
    const key = forecastKey(queue.key, date)
    const made = { madeAt: at.time, forgetAt, seq: at.offset }
    s.forecasts.insert({ key, queue: queue.slot, date, ...content, ...made })
    return true
  }
  const same =
    row.from === from &&
    row.intervalMs === intervalMs &&
    row.scale80Milli === scale80Milli &&
    row.scale95Milli === scale95Milli &&
    row.model === model &&
    row.asOf === asOf &&
    equal(row.curve, content.curve) &&
    equal(row.errors, content.errors) &&
    JSON.stringify(row.because) === JSON.stringify(content.because)
  if (!same) s.forecasts.update(row, { ...content, madeAt: at.time })
  return !same
}

const nothing = new Uint8Array()

const equal = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

function keepBacktest(s: ForecastingState, queue: QueueRow, backtest: Backtest, at: Moment): void {
  const { asOf, model, errors, covered80Bp, covered95Bp, days } = backtest
  const content = { asOf, model, errors: packedErrors(errors), covered80Bp, covered95Bp, days }
  const row = s.backtests.get(queue.key)
  if (row === undefined) {
    s.backtests.insert({ key: queue.key, queue: queue.slot, ...content, learnedAt: at.time })
  } else s.backtests.update(row, { ...content, learnedAt: at.time })
}

/**
 * The rest of a day anew. One that has seen less than what is known comes late and changes nothing,
 * and so does one that is of no forecast that is known (any longer).
 */
export function reforecast(
  s: ForecastingState,
  { forecast }: { readonly forecast: Forecast },
  at: Moment,
): Outcome<ForecastingEvent> {
  const { pool, queueId, date, intervalsSeen } = forecast
  const unknown = queueRefusal(s, pool, queueId)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const queue = s.queues.must(queueKey(pool, queueId))
  const misshapen = shapeRefusal(forecast)
  if (misshapen !== undefined) return { ok: false, rejection: misshapen }
  const row = s.forecasts.get(forecastKey(queue.key, date))
  const rest = packedCurve(forecast)
  const changed =
    row !== undefined &&
    row.from === forecast.from &&
    row.intervalMs === forecast.intervalMs &&
    unpackedCurve(row.curve).expectedMilli.length === forecast.expectedMilli.length &&
    intervalsSeen >= row.intervalsSeen &&
    !equal(row.rest, rest)
  if (!changed) return { ok: true, events: [], ref: queueId }
  s.forecasts.update(row, { rest, intervalsSeen, madeAt: at.time })
  const now = forecastView(s, row)
  return { ok: true, events: [{ kind: 'forecastPublished', forecast: now }], ref: queueId }
}

/** As it is expected now; `ahead`: as it was before the day. */
export function forecastView(s: ForecastingState, row: ForecastRow, ahead = false): Forecast {
  const queue = s.queues.at(row.queue)
  const before = ahead || row.intervalsSeen === 0
  return {
    pool: s.pools.at(queue.pool).id,
    queueId: queue.queueId,
    date: row.date,
    from: row.from,
    intervalMs: row.intervalMs,
    ...unpackedCurve(before ? row.curve : row.rest),
    scale80Milli: row.scale80Milli,
    scale95Milli: row.scale95Milli,
    model: row.model,
    asOf: row.asOf,
    intervalsSeen: before ? 0 : row.intervalsSeen,
    errors: unpackedErrors(row.errors),
    because: row.because,
  }
}

/** What is expected now of a queue's day; undefined: nothing is known. */
export function forecastOf(
  s: ForecastingState,
  pool: string,
  queueId: string,
  date: string,
): ForecastRow | undefined {
  const queue = queueOf(s, pool, queueId)
  return queue && s.forecasts.get(forecastKey(queue.key, date))
}

/** Undefined: nothing has been learned of it yet. */
export function backtestOf(s: ForecastingState, queue: QueueRow): Backtest | undefined {
  const row = s.backtests.get(queue.key)
  if (row === undefined) return undefined
  const { asOf, model, covered80Bp, covered95Bp, days } = row
  return { asOf, model, errors: unpackedErrors(row.errors), covered80Bp, covered95Bp, days }
}
