import type { DayPlace } from './calendar.ts'
import {
  evolve,
  expect,
  type Expected,
  learn,
  type Regression,
  startRegression,
} from './dynamic-regression.ts'

/**
 * How a day's total is thought to come about: on a log scale weekday + where in the month + what a
 * closure before it does + a level that follows the residuals (Brown et al., J. Am. Stat. Assoc.
 * 100, 2005, section 4, for weekday and autoregression; the rest as regressors with priors).
 */
export interface TotalModel {
  readonly name: string
  /** What is left of a day's residual on the next one; 1: it stays. */
  readonly decay: number
  /** How far the level moves in a day, log scale, standard deviation. */
  readonly moveSd: number
  /** What a day has of its own, log scale, standard deviation, beside the chance of counts. */
  readonly ownSd: number
  /** Prior standard deviation of the month's waves, log scale; 0: the month is left out. */
  readonly monthSd: number
}

/** Prior standard deviations, log scale. */
const LEVEL_SD = 1
const WEEKDAY_SD = 0.25
/** How much of the opener's effect a day after a closure takes, and what else it has. */
const OPENER_SHARE = 1
const OPENER_SHARE_SD = 0.3
const CLOSURE_SD = 0.05
const MONTH_WAVES = 2
/** Of the day on which people are paid, and of the one after. */
const PAYDAY_SD = 0.15
/** Days of absence after which a level is as unsure as it gets. */
const STEPS_MAX = 60

/** Where the coefficients stand. */
const WEEKDAYS_AT = 2
const CLOSURE_AT = WEEKDAYS_AT + 7
const MONTH_AT = CLOSURE_AT + 2

/** `level`: log of a usual day's total, as a beginning; `paid`: paydays are known. */
export function startTotal(model: TotalModel, level: number, paid: boolean): Regression {
  const waves = new Array<number>(model.monthSd > 0 ? 2 * MONTH_WAVES : 0)
  const paydays = new Array<number>(paid ? 2 : 0)
  const weekdays = new Array<number>(7)
  const noise = model.moveSd ** 2
  const moved = model.decay < 1 ? noise / (1 - model.decay ** 2) : LEVEL_SD ** 2
  return startRegression(
    [0, level, ...weekdays.fill(0), OPENER_SHARE, 0, ...waves.fill(0), ...paydays.fill(0)],
    [
      ...[moved, LEVEL_SD ** 2],
      ...weekdays.fill(WEEKDAY_SD ** 2),
      ...[OPENER_SHARE_SD ** 2, CLOSURE_SD ** 2],
      ...waves.fill(model.monthSd ** 2),
      ...paydays.fill(PAYDAY_SD ** 2),
    ],
  )
}

/** The regressors of a day. */
function rowOf(model: TotalModel, { mean }: Regression, place: DayPlace): number[] {
  const row = new Array<number>(mean.length).fill(0)
  row[0] = 1
  row[1] = 1
  row[WEEKDAYS_AT + place.weekday] = 1
  if (place.closure !== undefined) {
    // The share of the difference is what is learned; the difference is as it is thought today.
    const opener = mean[WEEKDAYS_AT + (place.opener ?? place.weekday)] ?? 0
    row[CLOSURE_AT] = opener - (mean[WEEKDAYS_AT + place.weekday] ?? 0)
    row[CLOSURE_AT + 1] = 1
  }
  if (model.monthSd > 0) {
    for (let wave = 1; wave <= MONTH_WAVES; wave++) {
      row[MONTH_AT + 2 * wave - 2] = Math.cos(2 * Math.PI * wave * place.month)
      row[MONTH_AT + 2 * wave - 1] = Math.sin(2 * Math.PI * wave * place.month)
    }
  }
  // The last two, where paydays are known; no place says so where they are not.
  if (place.pay !== undefined) row[row.length - (place.pay === 'on' ? 2 : 1)] = 1
  return row
}

/** A level moves on open days; over a weekend it stays as it was. */
function until(model: TotalModel, state: Regression, { steps }: DayPlace): Regression {
  return evolve(state, model.decay, model.moveSd ** 2, Math.min(STEPS_MAX, steps))
}

/** The log total of a later day; its variance is without the chance of counts. */
export function expectTotal(model: TotalModel, state: Regression, place: DayPlace): Expected {
  const then = until(model, state, place)
  return expect(then, rowOf(model, then, place), model.ownSd ** 2)
}

/** The coefficients once a log total is known, and how far off it was. */
export function learnTotal(
  model: TotalModel,
  state: Regression,
  place: DayPlace,
  logTotal: number,
): { readonly state: Regression; readonly error: number } {
  const then = until(model, state, place)
  const row = rowOf(model, then, place)
  const noise = model.ownSd ** 2
  const { mean } = expect(then, row, noise)
  // Variance of the log total by the chance of counts: about 1 / total.
  const chance = Math.exp(-mean)
  const learned = learn(then, row, noise + chance, logTotal, place.familiar)
  return { state: learned, error: logTotal - mean }
}
