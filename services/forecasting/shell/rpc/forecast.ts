import { parse, refused, timestamp } from '@evenkeel/chassis/errors'
import { type Binding, bind } from '@evenkeel/chassis/serve'
import { dateIn } from '@evenkeel/chassis/zones'
import {
  type ForecastInterval,
  ForecastServiceDefinition,
  type GetForecastResponse,
} from '@evenkeel/proto/evenkeel/forecasting/v1/forecast_service'
import {
  backtestOf,
  type Forecast,
  forecastOf,
  type ForecastRow,
  type ForecastingState,
  forecastView,
  intervalsOf,
  limits,
  type ModelName,
  modelNames,
  type QueueRow,
} from '../../core/index.ts'
import { quantile } from '../../models/index.ts'
import { type ForecastingHosted, read } from '../calls.ts'
import { knownQueue, refusal } from '../refusals.ts'
import { backtestWire, dateOf, forecastWire } from '../translate/forecast.ts'
import { poolIdOf, queueIdOf } from '../translate/ids.ts'

export function forecasts(hosted: ForecastingHosted): Binding {
  return bind(ForecastServiceDefinition, {
    async getForecast(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const queueId = queueIdOf('queue_id', request.queueId)
      const asked = request.date === '' ? '' : dateOf('date', request.date)
      const quantilesBp = quantilesOf(request.quantilesBp)
      const replica = hosted.of(pool)
      return read(replica, call, (s) => {
        const queue = knownQueue(s, pool, queueId)
        const { time } = replica.now()
        const date = asked === '' ? dateIn(time, s.pools.at(queue.pool).timeZone) : asked
        const row = forecastOf(s, pool, queueId, date)
        if (row === undefined) throw unknown(pool, queueId, date)
        return answerOf(s, queue, row, { quantilesBp, time })
      })
    },

    async getBacktest(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const queueId = queueIdOf('queue_id', request.queueId)
      return read(hosted.of(pool), call, (s) => {
        const backtest = backtestOf(s, knownQueue(s, pool, queueId))
        if (backtest === undefined) throw unknown(pool, queueId, '')
        return backtestWire(backtest)
      })
    },

    listModels: () =>
      Promise.resolve({
        models: modelNames.map((model) => ({ model, summary: summaries[model] })),
      }),
  })
}

const unknown = (pool: string, queueId: string, date: string) =>
  refusal('FORECAST_UNKNOWN', { field: 'queue_id', value: queueId, pool, date })

const usualQuantilesBp = [1_000, 5_000, 9_000]

function quantilesOf(asked: readonly number[]): readonly number[] {
  if (asked.length === 0) return usualQuantilesBp
  if (asked.length > limits.quantiles) {
    throw refused('FIELD_TOO_MANY', 'quantiles_bp', limits.quantiles, asked.length)
  }
  const parsed = asked.map((one, at) => parse.integer(`quantiles_bp[${at}]`, one, 1, 9_999))
  const twice = parsed.findIndex((one, at) => parsed.indexOf(one) !== at)
  if (twice >= 0) throw refused('FIELD_DUPLICATE', `quantiles_bp[${twice}]`, '', parsed[twice])
  return parsed.toSorted((a, b) => a - b)
}

function answerOf(
  s: ForecastingState,
  queue: QueueRow,
  row: ForecastRow,
  { quantilesBp, time }: { readonly quantilesBp: readonly number[]; readonly time: number },
): GetForecastResponse {
  const now = forecastView(s, row)
  const until = now.from + now.expectedMilli.length * now.intervalMs
  const span = { from: now.from, until, lengthMs: now.intervalMs }
  const came = new Map(intervalsOf(s, queue, span, time).map((one) => [one.from, one]))
  const intervals = now.expectedMilli.map((_, at): ForecastInterval => {
    const from = now.from + at * now.intervalMs
    const counted = came.get(from)
    return {
      from: timestamp(from),
      quantilesMilli: quantilesBp.map((share) => quantileMilli(now, at, share)),
      unique: counted?.counts.unique,
      complete: counted?.complete ?? false,
    }
  })
  return {
    forecast: forecastWire(now),
    dayAhead: forecastWire(forecastView(s, row, true)),
    intervals,
    quantilesBp: [...quantilesBp],
    madeAt: timestamp(row.madeAt),
  }
}

function quantileMilli(forecast: Forecast, at: number, shareBp: number): number {
  const { expectedMilli, logVarianceMicro, scale80Milli, scale95Milli } = forecast
  const scales = { scale80: scale80Milli / 1_000, scale95: scale95Milli / 1_000 }
  const expected = (expectedMilli[at] ?? 0) / 1_000
  const variance = (logVarianceMicro[at] ?? 0) / 1_000_000
  return Math.round(quantile(expected, variance, scales, shareBp / 10_000) * 1_000)
}

const summaries: Readonly<Record<ModelName, string>> = {
  unknown: 'Level, weekday and month as far as they are known, with wide bands; not yet compared.',
  closed: 'Nobody is expected: the calendar or the weeks before say so.',
  average:
    'Four dynamic regressions of the log total, weighed by their errors, times shares of the day with up to four components.',
  last_week: 'The same weekday a week ago.',
  four_week_mean: 'Mean of the last four days of the same weekday.',
  weekday_and_residual:
    "The weekday's mean log total with what is left of yesterday's residual, by the weekday's mean shares.",
}
