import {
  type Calendar,
  type Day,
  type DayGrid,
  type DriftEvent,
  DriftModel,
  intervalsOver,
  type Matters,
  NO_CALENDAR,
  thresholdsOf,
  watch,
} from '../models/index.ts'
import { minuteOf } from './intraday.ts'
import { rollOver, type TestDay } from './rolling.ts'
import { rounded } from './score.ts'

export interface Detection {
  /** Days into which the surge was put. */
  readonly days: number
  /** Share of them on which an alarm stands in the interval in which it began, or a later one. */
  readonly found: number | null
  /**
   * To the end of the first such interval. Of all days, one on which it was not found counting as
   * later than any, the lower of two middle ones; null: not found.
   */
  readonly median_delay_min: number | null
}

export interface DriftRivalReport {
  readonly false_alarm_days: number
  readonly detection: Readonly<Record<string, Detection>>
}

export interface DriftReport extends DriftRivalReport {
  /** Ordinary days: days of the test as they were. */
  readonly days: number
  readonly false_alarm_share: number | null
  readonly rivals: Readonly<Record<string, DriftRivalReport>>
}

export interface DriftSettings {
  readonly grid: DayGrid
  readonly testDays: number
  readonly matters: Matters
  /** A Poisson draw of that mean; the same draws again make the same report. */
  readonly draw: (mean: number) => number
  readonly calendar?: Calendar
}

const FACTORS = ['1.2', '1.4', '2.0'] as const
const SURGE_FROM = '11:00'

/** Intervals of a day at whose end an alarm stands; some way of telling them. */
type Watch = (counts: readonly (number | undefined)[]) => readonly number[]

/** What the test keeps of one way of watching. */
class Tally {
  alarmDays = 0
  readonly #delays = new Map<string, number[]>()

  delay(factor: string, minutes: number): void {
    this.#delays.set(factor, [...(this.#delays.get(factor) ?? []), minutes])
  }

  report(): DriftRivalReport {
    const detection = FACTORS.map((factor): [string, Detection] => {
      const delays = (this.#delays.get(factor) ?? []).toSorted((a, b) => a - b)
      const found = delays.filter((minutes) => minutes < Infinity).length
      const median = delays[Math.floor((delays.length - 1) / 2)] ?? Infinity
      return [
        factor,
        {
          days: delays.length,
          found: delays.length === 0 ? null : rounded(found / delays.length),
          median_delay_min: median < Infinity ? median : null,
        },
      ]
    })
    return { false_alarm_days: this.alarmDays, detection: Object.fromEntries(detection) }
  }
}

/** Each of the last `testDays` as it was, and with a surge put into it. */
export function backtestDrift(
  days: readonly Day[],
  settings: DriftSettings,
  progress: (share: number) => void,
): DriftReport {
  const { testDays, calendar = NO_CALENDAR } = settings
  const ours = new Tally()
  const ratio = new Tally()
  const chart = new Tally()
  const judged = rollOver(days, testDays, calendar, (one, share) => {
    const surges = FACTORS.map((factor) => ({ factor, counts: surged(one.day, factor, settings) }))
    judge(ours, ourWatch(one, settings), one.day, surges, settings.grid)
    judge(ratio, ratioWatch(one), one.day, surges, settings.grid)
    judge(chart, chartWatch(one), one.day, surges, settings.grid)
    progress(share)
  })
  return {
    days: judged,
    false_alarm_share: judged === 0 ? null : rounded(ours.alarmDays / judged),
    ...ours.report(),
    rivals: { ratio_5_percent: ratio.report(), shewhart: chart.report() },
  }
}

interface Surge {
  readonly factor: string
  /** Undefined: nothing of the day is after the time of the surge. */
  readonly counts: readonly (number | undefined)[] | undefined
}

function surged(day: Day, factor: string, { grid, draw }: DriftSettings): Surge['counts'] {
  const from = intervalsOver(grid, minuteOf(SURGE_FROM))
  if (!day.counts.some((count, at) => at >= from && count !== undefined)) return undefined
  return day.counts.map((count, at) =>
    count === undefined || at < from ? count : draw(count * Number(factor)),
  )
}

function judge(
  tally: Tally,
  alarms: Watch,
  day: Day,
  surges: readonly Surge[],
  grid: DayGrid,
): void {
  if (alarms(day.counts).length > 0) tally.alarmDays += 1
  const from = intervalsOver(grid, minuteOf(SURGE_FROM))
  for (const { factor, counts } of surges) {
    if (counts === undefined) continue
    const first = alarms(counts).find((at) => at >= from)
    const end = first === undefined ? Infinity : (first + 1) * grid.intervalMinutes
    tally.delay(factor, grid.firstMinute + end - minuteOf(SURGE_FROM))
  }
}

function ourWatch({ forecast, forecaster }: TestDay, { matters }: DriftSettings): Watch {
  const model = new DriftModel(forecaster.covariance(), forecast.expected, matters)
  const thresholds = thresholdsOf(model, forecaster.past)
  return (counts) =>
    standing(watch(model.assess(forecast.expected, counts), counts, thresholds), counts.length)
}

/** From a detection until it is cleared. */
function standing(events: readonly DriftEvent[], intervals: number): readonly number[] {
  const since = new Map(events.map((event) => [event.interval, event.kind === 'detected']))
  let drifting = false
  return Array.from({ length: intervals }, (_, at) => at).filter((at) => {
    drifting = since.get(at) ?? drifting
    return drifting
  })
}

const RATIO = 0.05

/** An hour after the doors open: the contacts so far are off by more than 5% of the forecast. */
function ratioWatch({ forecast: { expected } }: TestDay): Watch {
  return (counts) => {
    let [came, said] = [0, 0]
    return counts.flatMap((count, at) => {
      if (count === undefined) return []
      came += count
      said += expected[at] ?? 0
      return at > 0 && said > 0 && Math.abs(came / said - 1) > RATIO ? [at] : []
    })
  }
}

const LIMIT_SD = 3

/** Shewhart's chart: an interval is off by more than three standard deviations of its own past. */
function chartWatch({ forecast, forecaster }: TestDay): Watch {
  const { expected } = forecast
  const past = forecaster.past
  const spread = expected.map((_, at) => {
    const off = past.flatMap((day) => {
      const [came, said] = [day.counts[at], day.expected[at] ?? 0]
      return came === undefined || said <= 0 ? [] : [(came - said) / said]
    })
    const square = off.reduce((sum, value) => sum + value * value, 0)
    return off.length === 0 ? 1 : Math.sqrt(square / off.length)
  })
  return (counts) =>
    counts.flatMap((count, at) => {
      const said = expected[at] ?? 0
      if (count === undefined || said <= 0) return []
      return Math.abs(count / said - 1) > LIMIT_SD * (spread[at] ?? 1) ? [at] : []
    })
}
