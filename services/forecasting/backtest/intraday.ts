import {
  type Calendar,
  type Day,
  type DayGrid,
  intervalsOver,
  NO_CALENDAR,
  reforecast,
} from '../models/index.ts'
import { rollOver, type TestDay } from './rolling.ts'
import { Errors, rounded } from './score.ts'

/**
 * The rest of the day from a time on, forecast again then, beside the forecast of the evening
 * before. A change is relative: -0.2 is an error smaller by a fifth. null: nothing to compare.
 */
export interface UpdateReport {
  readonly days: number
  /** Root mean squared error of the contacts that still come, by day, with the update. */
  readonly rmse: number | null
  readonly rmse_change: number | null
  /** The same of each interval. */
  readonly interval_rmse: number | null
  readonly interval_rmse_change: number | null
  readonly rivals: Readonly<Record<string, RivalUpdate>>
}

export interface RivalUpdate {
  readonly rmse_change: number | null
  readonly interval_rmse_change: number | null
}

/** By time of the day, HH:MM. */
export type IntradayReport = Readonly<Record<string, UpdateReport>>

const TIMES = ['09:00', '10:00', '12:00', '14:00'] as const

/** What is seen so far over what was expected so far, on all that is to come. */
const RATIO = 'actual_over_forecast'

class Rest {
  readonly days = new Errors()
  readonly intervals = new Errors()

  add(expected: readonly number[], counts: readonly (number | undefined)[], from: number): void {
    let [came, said] = [0, 0]
    counts.forEach((count, at) => {
      if (at < from || count === undefined) return
      const one = expected[at] ?? 0
      came += count
      said += one
      this.intervals.add(one, count)
    })
    this.days.add(said, came)
  }
}

export function backtestIntraday(
  days: readonly Day[],
  grid: DayGrid,
  testDays: number,
  progress: (share: number) => void,
  calendar: Calendar = NO_CALENDAR,
): IntradayReport {
  const times = TIMES.map((time) => ({
    time,
    over: intervalsOver(grid, minuteOf(time)),
    days: 0,
    none: new Rest(),
    update: new Rest(),
    ratio: new Rest(),
  }))
  rollOver(days, testDays, calendar, (one, share) => {
    const covariance = one.forecaster.covariance()
    for (const time of times) {
      if (!bothSides(one, time.over)) continue
      const { expected } = one.forecast
      const { counts } = one.day
      const seen = counts.map((count, at) => (at < time.over ? count : undefined))
      time.days += 1
      time.none.add(expected, counts, time.over)
      time.update.add(reforecast(covariance, expected, seen), counts, time.over)
      time.ratio.add(byRatio(expected, seen), counts, time.over)
    }
    progress(share)
  })
  return Object.fromEntries(
    times.map(({ time, days: judged, none, update, ratio }): [string, UpdateReport] => [
      time,
      {
        days: judged,
        rmse: rounded(update.days.rmse),
        rmse_change: change(update.days, none.days),
        interval_rmse: rounded(update.intervals.rmse),
        interval_rmse_change: change(update.intervals, none.intervals),
        rivals: {
          [RATIO]: {
            rmse_change: change(ratio.days, none.days),
            interval_rmse_change: change(ratio.intervals, none.intervals),
          },
        },
      },
    ]),
  )
}

export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return 60 * hours + minutes
}

/** Something has been seen, and something is still to come. */
function bothSides({ day: { counts } }: TestDay, over: number): boolean {
  const known = (count: number | undefined): boolean => count !== undefined
  return counts.slice(0, over).some(known) && counts.slice(over).some(known)
}

function byRatio(
  expected: readonly number[],
  seen: readonly (number | undefined)[],
): readonly number[] {
  let [came, said] = [0, 0]
  seen.forEach((count, at) => {
    if (count === undefined) return
    came += count
    said += expected[at] ?? 0
  })
  return said > 0 ? expected.map((count) => (count * came) / said) : expected
}

function change(with_: Errors, without: Errors): number | null {
  const { rmse } = without
  if (with_.rmse === undefined || rmse === undefined || rmse === 0) return null
  return rounded(with_.rmse / rmse - 1)
}
