import { dot, eigenvectors } from './components.ts'
import { type Day, dayNumber, isWhole, totalOf, weekdayOf } from './history.ts'

/**
 * Forecasts that a planner would make without us, from the same days. Undefined: this one can't say
 * anything yet.
 */
export type Rival = (days: readonly Day[], date: string) => readonly number[] | undefined

/** The last day of the same weekday. */
export const lastWeek: Rival = (days, date) => weekdayMean(days, date, 1)

/** Mean of the last four days of the same weekday. */
export const fourWeekMean: Rival = (days, date) => weekdayMean(days, date, 4)

function weekdayMean(days: readonly Day[], date: string, weeks: number): number[] | undefined {
  const weekday = weekdayOf(date)
  const last: Day[] = []
  for (let at = days.length - 1; at >= 0 && last.length < weeks; at--) {
    const day = days[at]
    if (day !== undefined && weekdayOf(day.date) === weekday && isWhole(day)) last.push(day)
  }
  const [first] = last
  if (first === undefined) return undefined
  return first.counts.map((_, at) => {
    const sum = last.reduce((all, day) => all + (day.counts[at] ?? 0), 0)
    return sum / last.length
  })
}

/** Days that the slower rivals look back. */
const BACK = 400
/** Fewer days of a weekday, or in all, are too few for the slower rivals. */
const DAYS_MIN = 10

/**
 * Weekday's mean log total, and what is left of yesterday's residual, by the weekday's mean shares
 * (Brown et al., J. Am. Stat. Assoc. 100, 2005).
 */
export const weekdayAndResidual: Rival = (days, date) => {
  const past = wholeDays(days)
  if (past.length < DAYS_MIN) return undefined
  const logs = past.map((day) => Math.log(totalOf(day) + 0.5))
  const means = weekdayMeans(past, logs)
  const mean = means[weekdayOf(date)]
  if (mean === undefined) return undefined
  const residuals = logs.map((log, at) => log - (means[weekdayOf(past[at]?.date ?? '')] ?? log))
  const total = Math.exp(mean + carried(residuals)) - 0.5
  const same = past.filter((day) => weekdayOf(day.date) === weekdayOf(date))
  const sums = same.reduce((sum, day) => sum + totalOf(day), 0)
  return past[0]?.counts.map((_, at) => {
    const count = same.reduce((sum, day) => sum + (day.counts[at] ?? 0), 0)
    return sums > 0 ? Math.max(0, total) * (count / sums) : 0
  })
}

const COMPONENTS = 5

/**
 * Roots of counts, days by intervals, cut to five components, whose scores are a weekday's mean and
 * what is left of yesterday's residual (Shen and Huang, Manuf. Serv. Oper. Manage. 10, 2008).
 */
export const fiveComponents: Rival = (days, date) => {
  const past = wholeDays(days)
  const size = past[0]?.counts.length ?? 0
  if (past.length < 2 * DAYS_MIN) return undefined
  const roots = past.map((day) =>
    Float64Array.from(day.counts, (count) => Math.sqrt((count ?? 0) + 0.25)),
  )
  const products = new Float64Array(size * size)
  for (const root of roots) {
    for (let row = 0; row < size; row++) {
      for (let at = 0; at < size; at++) {
        products[row * size + at] =
          (products[row * size + at] ?? 0) + (root[row] ?? 0) * (root[at] ?? 0)
      }
    }
  }
  const vectors = eigenvectors(products, size, COMPONENTS)
  const expected = new Array<number>(size).fill(0)
  for (const vector of vectors) {
    const scores = roots.map((root) => dot(root, vector))
    const means = weekdayMeans(past, scores)
    const mean = means[weekdayOf(date)]
    if (mean === undefined) return undefined
    const residuals = scores.map(
      (score, at) => score - (means[weekdayOf(past[at]?.date ?? '')] ?? score),
    )
    const score = mean + carried(residuals)
    vector.forEach((value, at) => (expected[at] = (expected[at] ?? 0) + score * value))
  }
  return expected.map((root) => Math.max(0, Math.max(0, root) ** 2 - 0.25))
}

function wholeDays(days: readonly Day[]): readonly Day[] {
  const last = days.at(-1)
  if (last === undefined) return []
  const from = dayNumber(last.date) - BACK
  return days.filter((day) => isWhole(day) && dayNumber(day.date) > from)
}

/** By weekday; undefined where there has been none. */
function weekdayMeans(
  days: readonly Day[],
  values: readonly number[],
): readonly (number | undefined)[] {
  return Array.from({ length: 7 }, (_, weekday) => {
    const own = values.filter((_, at) => weekdayOf(days[at]?.date ?? '') === weekday)
    return own.length === 0 ? undefined : own.reduce((sum, value) => sum + value, 0) / own.length
  })
}

/** What an autoregression of order one, by least squares, leaves of the last residual. */
function carried(residuals: readonly number[]): number {
  let [products, squares] = [0, 0]
  for (let at = 1; at < residuals.length; at++) {
    products += (residuals[at] ?? 0) * (residuals[at - 1] ?? 0)
    squares += (residuals[at - 1] ?? 0) ** 2
  }
  const phi = squares > 0 ? Math.max(0, Math.min(1, products / squares)) : 0
  return phi * (residuals.at(-1) ?? 0)
}
