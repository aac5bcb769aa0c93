import { duration, parse, refused, timestamp } from '@evenkeel/chassis/errors'
import { isDate } from '@evenkeel/chassis/zones'
import type * as log from '@evenkeel/proto/evenkeel/forecasting/log/v1/command'
import type * as wire from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import { ForecastReasonKind as Kind } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast'
import type { GetBacktestResponse } from '@evenkeel/proto/evenkeel/forecasting/v1/forecast_service'
import {
  type Backtest,
  durations,
  type Forecast,
  type ForecastReason,
  limits,
  type ModelError,
  type ModelName,
  modelNames,
  type PublishForecasts,
  reasonKinds,
} from '../../core/index.ts'
import { poolIdOf, queueIdOf } from './ids.ts'

export const forecastWire = (f: Forecast): wire.DayForecast => ({
  pool: f.pool,
  queueId: f.queueId,
  date: f.date,
  from: timestamp(f.from),
  interval: duration(f.intervalMs),
  expectedMilli: [...f.expectedMilli],
  logVarianceMicro: [...f.logVarianceMicro],
  scale80Milli: f.scale80Milli,
  scale95Milli: f.scale95Milli,
  model: f.model,
  asOfDate: f.asOf,
  intervalsSeen: f.intervalsSeen,
  errors: f.errors.map(errorWire),
  because: f.because.map((one) => ({ ...one, kind: reasonNumbers[one.kind] })),
})

const reasonNumbers: Readonly<Record<ForecastReason['kind'], Kind>> = {
  holiday: Kind.FORECAST_REASON_KIND_HOLIDAY,
  specialHours: Kind.FORECAST_REASON_KIND_SPECIAL_HOURS,
  afterHoliday: Kind.FORECAST_REASON_KIND_AFTER_HOLIDAY,
  payday: Kind.FORECAST_REASON_KIND_PAYDAY,
  afterPayday: Kind.FORECAST_REASON_KIND_AFTER_PAYDAY,
  plannedEvent: Kind.FORECAST_REASON_KIND_PLANNED_EVENT,
}

const reasons: Readonly<Record<number, ForecastReason['kind']>> = Object.fromEntries(
  reasonKinds.map((kind) => [reasonNumbers[kind], kind]),
)

const errorWire = ({ model, days, wapeBp }: ModelError): wire.ModelError => ({
  model,
  days,
  wapeBp,
})

export const backtestWire = (b: Backtest): GetBacktestResponse => ({
  asOfDate: b.asOf,
  model: b.model,
  errors: b.errors.map(errorWire),
  covered80Bp: b.covered80Bp,
  covered95Bp: b.covered95Bp,
  days: b.days,
})

export const publishWire = (c: PublishForecasts): log.PublishForecasts => ({
  pool: c.pool,
  queueId: c.queueId,
  forecasts: c.forecasts.map(forecastWire),
  backtest: backtestWire(c.backtest),
})

export function publishOf(value: log.PublishForecasts): PublishForecasts {
  return {
    pool: poolIdOf('pool', value.pool),
    queueId: queueIdOf('queue_id', value.queueId),
    forecasts: atMost('forecasts', value.forecasts, limits.forecastDays).map((one, at) =>
      forecastOfWire(`forecasts[${at}]`, one),
    ),
    backtest: backtestOfWire('backtest', value.backtest),
  }
}

export function forecastOfWire(field: string, value: wire.DayForecast | undefined): Forecast {
  const f = parse.message(field, value)
  const list = (name: string, values: readonly number[], max: number): readonly number[] =>
    atMost(`${field}.${name}`, values, limits.dayIntervals).map((one, at) =>
      parse.integer(`${field}.${name}[${at}]`, one, 0, max),
    )
  const scale = (name: string, one: number): number =>
    parse.integer(`${field}.${name}`, one, 1, 10_000)
  return {
    pool: poolIdOf(`${field}.pool`, f.pool),
    queueId: queueIdOf(`${field}.queue_id`, f.queueId),
    date: dateOf(`${field}.date`, f.date),
    from: parse.timeMs(`${field}.from`, f.from),
    intervalMs: parse.durationMs(`${field}.interval`, f.interval, 1, durations.day),
    expectedMilli: list('expected_milli', f.expectedMilli, limits.expectedMilliMax),
    logVarianceMicro: list('log_variance_micro', f.logVarianceMicro, limits.logVarianceMicroMax),
    scale80Milli: scale('scale80_milli', f.scale80Milli),
    scale95Milli: scale('scale95_milli', f.scale95Milli),
    model: modelOf(`${field}.model`, f.model),
    asOf: f.asOfDate === '' ? '' : dateOf(`${field}.as_of_date`, f.asOfDate),
    intervalsSeen: parse.integer(
      ...([`${field}.intervals_seen`, f.intervalsSeen, 0, limits.dayIntervals] as const),
    ),
    errors: errorsOf(`${field}.errors`, f.errors),
    because: atMost(`${field}.because`, f.because, limits.reasons).map((one, at) =>
      reasonOf(`${field}.because[${at}]`, one),
    ),
  }
}

const reasonOf = (field: string, one: wire.ForecastReason): ForecastReason => ({
  kind: parse.enumOf(`${field}.kind`, one.kind, reasons),
  eventId: one.eventId,
  name: parse.text(`${field}.name`, one.name, limits.displayNameBytes),
  extraMilli: one.extraMilli,
})

function backtestOfWire(field: string, value: GetBacktestResponse | undefined): Backtest {
  const b = parse.message(field, value)
  const share = (name: string, one: number): number =>
    parse.integer(`${field}.${name}`, one, 0, 10_000)
  return {
    asOf: b.asOfDate === '' ? '' : dateOf(`${field}.as_of_date`, b.asOfDate),
    model: modelOf(`${field}.model`, b.model),
    errors: errorsOf(`${field}.errors`, b.errors),
    covered80Bp: share('covered80_bp', b.covered80Bp),
    covered95Bp: share('covered95_bp', b.covered95Bp),
    days: parse.integer(`${field}.days`, b.days, 0, 1_000),
  }
}

const errorsOf = (field: string, errors: readonly wire.ModelError[]): readonly ModelError[] =>
  atMost(field, errors, limits.modelErrors).map(({ model, days, wapeBp }, at) => ({
    model: modelOf(`${field}[${at}].model`, model),
    days: parse.integer(`${field}[${at}].days`, days, 0, 1_000),
    wapeBp: parse.integer(`${field}[${at}].wape_bp`, wapeBp, 0, 2 ** 31 - 1),
  }))

export function dateOf(field: string, value: string): string {
  if (isDate(value)) return value
  throw refused('FIELD_MALFORMED', field, 'a date that exists, yyyy-mm-dd')
}

function modelOf(field: string, value: string): ModelName {
  const model = modelNames.find((one) => one === value)
  if (model !== undefined) return model
  throw refused('FIELD_MALFORMED', field, modelNames.join(', '))
}

function atMost<T>(field: string, values: readonly T[], max: number): readonly T[] {
  if (values.length > max) throw refused('FIELD_TOO_MANY', field, max, values.length)
  return values
}
