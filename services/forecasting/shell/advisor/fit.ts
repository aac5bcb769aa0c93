import {
  type Backtest,
  type Curve,
  type Forecast,
  limits,
  type ModelError,
  type ModelName,
  modelNames,
} from '../../core/index.ts'
import {
  coverageOf,
  type Covariance,
  type DayForecast,
  DRIFT_HOURS,
  DriftModel,
  type Forecaster,
  outlookOf,
  type Thresholds,
  thresholdsOf,
  withExtras,
} from '../../models/index.ts'
import { Arrivals, dayOf } from './history.ts'
import { type LocalDay, LocalDays } from './local-day.ts'
import type {
  Answer,
  Check,
  Checked,
  CheckedDay,
  Learn,
  Learned,
  Question,
  Update,
  Updated,
} from './questions.ts'
import { type Ahead, Taught } from './taught.ts'

/** What is kept of a queue from its learning until its day is over, for updates within the day. */
interface Kept {
  readonly today: string
  readonly forecast: DayForecast
  readonly covariance: Covariance
  readonly drift: DriftModel
  readonly thresholds: Thresholds
  /** Variance that planned events add, which the days learned did not have. */
  readonly planned: readonly number[]
}

/** Answers for some queues; a worker has one. The same questions have the same answers. */
export class Fitter {
  readonly #kept = new Map<string, Kept>()
  readonly #zones = new Map<string, LocalDays>()

  answer(question: Question): Answer {
    switch (question.kind) {
      case 'learn':
        return this.#learn(question)
      case 'update':
        return this.#update(question)
      case 'check':
        return this.#check(question)
      default:
        return question satisfies never
    }
  }

  #days({ zone, intervalMs }: Question): LocalDays {
    const key = `${zone} ${intervalMs}`
    const known = this.#zones.get(key) ?? new LocalDays(zone, intervalMs)
    this.#zones.set(key, known)
    return known
  }

  #taught(question: Question): Taught {
    return new Taught(question.material, question.today, this.#days(question))
  }

  #learn(question: Learn): Answer {
    const began = performance.now()
    const { pool, queueId, today } = question
    const days = this.#days(question)
    const key = `${pool}/${queueId}`
    this.#kept.delete(key)
    const taught = this.#taught(question)
    const { forecaster } = taught
    const ahead = days.dates(today, question.days).flatMap((date) => taught.ahead(date) ?? [])
    const [first] = ahead
    if (first === undefined) return { kind: 'nothing' }
    if (first.open) this.#kept.set(key, keptOf(today, first, forecaster, question.intervalMs))
    return {
      kind: 'learned',
      forecasts: ahead.map((one) => forecastOf(question, days, one)),
      backtest: backtestOf(forecaster, first.plain),
      yesterday: offYesterday(forecaster, taught.lastDate),
      ms: performance.now() - began,
    }
  }

  #check(question: Check): Checked {
    const { event, today } = question
    const days = this.#days(question)
    // The material has the other events, and not this one.
    const without = this.#taught(question)
    let [extraMilli, closedMilli] = [0, 0]
    const checked: CheckedDay[] = []
    const dates = without.planned.dates(event)
    const ahead = dates.filter((date) => date >= today)
    for (const date of dates) {
      const usual = ahead.includes(date) ? without.checked(date) : undefined
      const expected = usual?.forecast.expected ?? []
      const { contacts, closed } = without.planned.brought(event, date, expected)
      contacts.forEach((count, at) => {
        extraMilli += count * 1_000
        closedMilli += closed[at] === true ? count * 1_000 : 0
      })
      if (usual === undefined || checked.length === question.days) continue
      const extra = without.planned.extra(event, date, expected)
      const { bands, model } = usual.forecast
      const rates = withExtras({ expected, variances: bands.variances }, usual.open ? [extra] : [])
      const day = days.day(date)
      checked.push({
        ...{ date, from: day.from, model: usual.open ? nameOf(model) : 'closed' },
        expectedMilli: byIntervals(day, (wall) => milli(expected[wall] ?? 0)),
        extraMilli: byIntervals(day, (wall) => milli(contacts[wall] ?? 0)),
        closed: byIntervals(day, (wall) => closed[wall] ?? false),
        curve: curveOf(day, rates.expected, rates.variances),
      })
    }
    return {
      ...{ kind: 'checked', days: checked, daysLeft: ahead.length - checked.length },
      ...{ extraMilli: Math.round(extraMilli), closedMilli: Math.round(closedMilli) },
    }
  }

  #update(question: Update): Answer {
    const began = performance.now()
    const { pool, queueId, today, until, material } = question
    const kept = this.#kept.get(`${pool}/${queueId}`)
    if (kept === undefined || kept.today !== today) return { kind: 'unlearned' }
    const days = this.#days(question)
    const day = days.day(today)
    const { counts } = dayOf(new Arrivals(material, until), day, days)
    const { expected, bands, model } = kept.forecast
    const outlook = outlookOf(kept.covariance, expected, counts)
    const rest = expected.map((count, at) => count * Math.exp(outlook.mean[at] ?? 0))
    const variances = bands.variances.map((variance, at) => {
      if (counts[at] !== undefined) return variance
      // The chance of counts is among it, and comes on top of what is published.
      const own = (outlook.variance[at] ?? variance) - 1 / ((rest[at] ?? 0) + 0.5)
      // How days hang together is a guess as long as no forecast has been compared: the morning
      // does not make the afternoon any surer.
      return Math.max(model === 'unknown' ? variance : 1e-6, own + (kept.planned[at] ?? 0))
    })
    return {
      kind: 'updated',
      curve: curveOf(day, rest, variances),
      intervalsSeen: day.intervals.filter(({ from }) => from + days.intervalMs <= until).length,
      drift: driftOf(kept, day, days.intervalMs, counts),
      ms: performance.now() - began,
    }
  }
}

/** Where nobody has said what the service level depends on: a tenth more or fewer, in two hours. */
const usual = { above: 1.1, below: 0.9, hours: DRIFT_HOURS }

function keptOf(
  today: string,
  { plain, forecast }: Ahead,
  forecaster: Forecaster,
  intervalMs: number,
): Kept {
  const covariance = forecaster.covariance()
  const horizon = Math.max(1, Math.round((usual.hours * 3_600_000) / intervalMs))
  const drift = new DriftModel(covariance, forecast.expected, { ...usual, horizon })
  const thresholds = thresholdsOf(drift, forecaster.past)
  const planned = forecast.bands.variances.map((variance, at) =>
    Math.max(0, variance - (plain.bands.variances[at] ?? variance)),
  )
  return { today, forecast, covariance, drift, thresholds, planned }
}

function driftOf(
  { drift, forecast, thresholds }: Kept,
  day: LocalDay,
  intervalMs: number,
  counts: readonly (number | undefined)[],
): Updated['drift'] {
  const over = counts.findLastIndex((count) => count !== undefined) + 1
  const said = drift.assess(forecast.expected, counts.slice(0, over))
  const from = (wall: number): number =>
    day.intervals.find((one) => one.wall === wall)?.from ?? day.from
  return {
    aboveMilli: milli(thresholds.above),
    belowMilli: milli(thresholds.below),
    falseAlarmBp: Math.round(thresholds.falseAlarmShare * 10_000),
    assessments: said.flatMap((one, wall) =>
      counts[wall] === undefined
        ? []
        : {
            from: from(wall),
            until: from(wall) + intervalMs,
            aboveMilli: milli(one.above),
            belowMilli: milli(one.below),
            aboveBp: Math.round(10_000 / (1 + Math.exp(-one.above))),
            belowBp: Math.round(10_000 / (1 + Math.exp(-one.below))),
            factorMilli: Math.min(1_000_000, milli(one.factor)),
            since: from(one.since),
          },
    ),
  }
}

const milli = (value: number): number => Math.round(value * 1_000)

const byIntervals = <T>({ intervals }: LocalDay, of: (wall: number) => T): readonly T[] =>
  intervals.map(({ wall }) => of(wall))

/** By the intervals of the day, from what models say by the clock on the wall. */
function curveOf(day: LocalDay, expected: readonly number[], variances: readonly number[]): Curve {
  const whole = (value: number, most: number): number =>
    Number.isFinite(value) ? Math.max(0, Math.min(most, Math.round(value))) : most
  return {
    expectedMilli: byIntervals(day, (wall) =>
      whole((expected[wall] ?? 0) * 1_000, limits.expectedMilliMax),
    ),
    logVarianceMicro: byIntervals(day, (wall) =>
      whole((variances[wall] ?? 0) * 1_000_000, limits.logVarianceMicroMax),
    ),
  }
}

function forecastOf(
  { pool, queueId, intervalMs }: Learn,
  days: LocalDays,
  { forecast, open, because }: Ahead,
): Forecast {
  const { date, expected, bands, asOf } = forecast
  const day = days.day(date)
  return {
    ...{ pool, queueId, date, from: day.from, intervalMs, asOf },
    ...curveOf(day, expected, bands.variances),
    scale80Milli: Math.round(bands.scale80 * 1_000),
    scale95Milli: Math.round(bands.scale95 * 1_000),
    model: open ? nameOf(forecast.model) : 'closed',
    intervalsSeen: 0,
    errors: errorsOf(forecast),
    because,
  }
}

const errorsOf = ({ errors }: DayForecast): readonly ModelError[] =>
  errors.slice(0, limits.modelErrors).map(({ model, days, wape }) => ({
    model: nameOf(model),
    days,
    wapeBp: Math.min(2 ** 31 - 1, Math.round(wape * 10_000)),
  }))

const nameOf = (model: string): ModelName => modelNames.find((one) => one === model) ?? 'unknown'

function backtestOf({ past }: Forecaster, forecast: DayForecast): Backtest {
  const { within80, within95 } = coverageOf(forecast.bands, past)
  return {
    asOf: past.at(-1)?.date ?? '',
    model: nameOf(forecast.model),
    errors: errorsOf(forecast),
    covered80Bp: Math.round(within80 * 10_000),
    covered95Bp: Math.round(within95 * 10_000),
    days: past.length,
  }
}

function offYesterday({ past }: Forecaster, yesterday: string | undefined): Learned['yesterday'] {
  const last = past.at(-1)
  if (last === undefined || last.date !== yesterday) return undefined
  let [off, came] = [0, 0]
  last.counts.forEach((count, at) => {
    if (count === undefined) return
    off += Math.abs(count - (last.expected[at] ?? 0))
    came += count
  })
  return { off, came }
}
