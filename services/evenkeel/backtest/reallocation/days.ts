import { type Covariance, type Day, Forecaster } from '@evenkeel/forecasting/models'
import type { Random } from '../../day/random.ts'

/** A channel's day: what was forecast the evening before, and what came, per half-hour. */
export interface ChannelDay {
  readonly date: string
  readonly expected: readonly number[]
  readonly counts: readonly number[]
  /** Of log residuals of such forecasts, as it was known that evening. */
  readonly covariance: Covariance
}

/** A file is one large centre; its day divided by so much is one channel's. */
const DIVISOR = 8

/**
 * Every day of a file with the forecast that the days before it gave, as far as there is one. A day
 * with a gap has none: nobody can say what a policy would have lost.
 */
export function channelDays(days: readonly Day[]): readonly (ChannelDay | undefined)[] {
  const forecaster = new Forecaster(days[0]?.counts.length ?? 0)
  return days.map((day) => {
    const forecast = forecaster.forecast(day.date)
    const covariance = forecaster.covariance()
    forecaster.learn(day)
    const counts = day.counts.filter((count) => count !== undefined)
    if (forecast === undefined || counts.length < day.counts.length) return undefined
    const eighth = (count: number): number => count / DIVISOR
    const expected = forecast.expected.map(eighth)
    return { date: day.date, expected, counts: counts.map(eighth), covariance }
  })
}

/** A week of open days: the same weekday, and so its shape. */
const BEHIND = 5

/** Two channels on one day. */
export interface TwoChannelDay {
  readonly a: ChannelDay
  readonly b: ChannelDay
}

/**
 * The last `many` days of which both channels have a forecast and all counts. Channel B is another
 * file's day, counted from the end alike, or the same file's `BEHIND` days before.
 */
export function twoChannelDays(
  a: readonly (ChannelDay | undefined)[],
  other: readonly (ChannelDay | undefined)[] | undefined,
  many: number,
): readonly TwoChannelDay[] {
  const days: TwoChannelDay[] = []
  for (let back = 1; back <= Math.min(many, a.length); back++) {
    const one = a.at(-back)
    const second = other === undefined ? a.at(-back - BEHIND) : other.at(-back)
    const known = other === undefined ? back + BEHIND <= a.length : back <= other.length
    if (known && one !== undefined && second !== undefined) days.unshift({ a: one, b: second })
  }
  return days
}

/** Factors of the two channels from 11:00 on; the days take them by turns. */
const SHIFTS = [
  { a: 1.35, b: 1 },
  { a: 1, b: 1.35 },
  { a: 1, b: 1 },
  { a: 0.8, b: 1.35 },
] as const

/**
 * The days with shifts that nobody forecast: more come by a Poisson draw, fewer by a binomial one.
 */
export function shifted(
  days: readonly TwoChannelDay[],
  fromInterval: number,
  random: Random,
): readonly TwoChannelDay[] {
  return days.map(({ a, b }, index) => {
    const shift = SHIFTS[index % SHIFTS.length] ?? SHIFTS[2]
    const changed = (day: ChannelDay, factor: number): ChannelDay => ({
      ...day,
      counts: day.counts.map((count, at) =>
        at < fromInterval ? count : drawn(count, factor, random),
      ),
    })
    return { a: changed(a, shift.a), b: changed(b, shift.b) }
  })
}

function drawn(count: number, factor: number, random: Random): number {
  if (factor === 1) return count
  if (factor > 1) return count + random.poisson((factor - 1) * count)
  let stayed = 0
  for (let contact = 0; contact < Math.round(count); contact++) {
    if (random.chance(factor)) stayed += 1
  }
  return stayed
}
