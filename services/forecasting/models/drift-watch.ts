import type { Assessment, DriftModel, Matters } from './drift.ts'
import type { PastDay } from './within-day.ts'

/** Drift as it is told: what, how sure, since when, and what it does if nothing is done. */
export type DriftEvent =
  | {
      readonly kind: 'detected'
      /** The interval whose close told it. */
      readonly interval: number
      readonly direction: Direction
      /** That the next hours deviate by as much as matters, 0 to 1. */
      readonly probability: number
      /** What is expected to come in the next hours over what was forecast. */
      readonly factor: number
      /** The first interval that it shows in; 0: all day so far. */
      readonly since: number
      /** Share of ordinary days on which history has it alarm all the same. */
      readonly falseAlarmShare: number
      /** Undefined: nobody said what the service level depends on. */
      readonly effect: Effect | undefined
    }
  | { readonly kind: 'cleared'; readonly interval: number; readonly direction: Direction }

export type Direction = 'above' | 'below'

/** Service level of the next hours, shares, with the staff there is. */
export interface Effect {
  readonly asForecast: number
  readonly ifNothingIsDone: number
}

/** The service level with the staff there is, by the factor on what was forecast; falls with it. */
export type ServiceLevelAt = (factor: number) => number

/** Log odds from which a direction alarms, and on which share of replayed days it did. */
export interface Thresholds {
  readonly above: number
  readonly below: number
  readonly falseAlarmShare: number
  /** Days that were replayed. */
  readonly days: number
}

/** Of replayed days, in each direction: two of them are below the one in twenty that is promised. */
const ALARM_SHARE = 0.015
/** Nobody is told of what is less sure than 99 in 100, however quiet history was. */
const ODDS_MIN = Math.log(99)
/**
 * What is surer than this (6 in a million against it) is told, whatever befell earlier days: an
 * incident in the history must not make the watch deaf.
 */
const ODDS_MAX = 12
/** Fewer replayed days calibrate nothing. */
const DAYS_MIN = 20
/** Intervals in a row in which it is likelier than not that it no longer matters. */
const CLEAR_INTERVALS = 2

/** Calibrates on days whose forecasts were made the evening before. */
export function thresholdsOf(model: DriftModel, past: readonly PastDay[]): Thresholds {
  const maxima = past.map(({ expected, counts }) => {
    const said = model.assess(expected, counts).filter((_, at) => counts[at] !== undefined)
    return {
      above: said.reduce((most, one) => Math.max(most, one.above), -Infinity),
      below: said.reduce((most, one) => Math.max(most, one.below), -Infinity),
    }
  })
  const one = (direction: Direction): number => {
    if (past.length < DAYS_MIN) return ODDS_MAX
    const sorted = maxima.map((day) => day[direction]).sort((a, b) => a - b)
    const rank = Math.ceil((1 - ALARM_SHARE) * (sorted.length + 1))
    const seen = sorted[Math.min(sorted.length, rank) - 1] ?? ODDS_MAX
    return Math.max(ODDS_MIN, Math.min(ODDS_MAX, seen))
  }
  const [above, below] = [one('above'), one('below')]
  const alarms = maxima.filter((day) => day.above > above || day.below > below).length
  return {
    above,
    below,
    falseAlarmShare: past.length === 0 ? 0 : alarms / past.length,
    days: past.length,
  }
}

/**
 * What a day tells, interval by interval, as far as its counts go. While an interval is incomplete
 * (undefined) nothing is told and nothing cleared.
 */
export function watch(
  assessments: readonly Assessment[],
  counts: readonly (number | undefined)[],
  thresholds: Thresholds,
  serviceLevelAt?: ServiceLevelAt,
): readonly DriftEvent[] {
  const events: DriftEvent[] = []
  let drifting: Direction | undefined
  let quiet = 0
  assessments.forEach((one, interval) => {
    if (counts[interval] === undefined) return
    const direction = alarmOf(one, thresholds)
    if (drifting === undefined || (direction !== undefined && direction !== drifting)) {
      if (direction === undefined) return
      if (drifting !== undefined) events.push({ kind: 'cleared', interval, direction: drifting })
      events.push(detected(one, interval, direction, thresholds, serviceLevelAt))
      drifting = direction
      quiet = 0
      return
    }
    quiet = one[drifting] < 0 ? quiet + 1 : 0
    if (quiet < CLEAR_INTERVALS) return
    events.push({ kind: 'cleared', interval, direction: drifting })
    drifting = undefined
  })
  return events
}

/** Above the threshold, and the surer of the two. */
function alarmOf(one: Assessment, thresholds: Thresholds): Direction | undefined {
  const direction = one.above >= one.below ? 'above' : 'below'
  return one[direction] > thresholds[direction] ? direction : undefined
}

function detected(
  { factor, since, ...odds }: Assessment,
  interval: number,
  direction: Direction,
  { falseAlarmShare }: Thresholds,
  serviceLevelAt: ServiceLevelAt | undefined,
): DriftEvent {
  const effect =
    serviceLevelAt === undefined
      ? undefined
      : { asForecast: serviceLevelAt(1), ifNothingIsDone: serviceLevelAt(factor) }
  return {
    kind: 'detected',
    interval,
    direction,
    probability: 1 / (1 + Math.exp(-odds[direction])),
    factor,
    since,
    falseAlarmShare,
    effect,
  }
}

const FACTOR_MIN = 1.02
const FACTOR_MAX = 2
const HALVINGS = 20

/**
 * What matters, by consequence: the smallest factor at which the service level is below `levelMin`,
 * found by halving. Its inverse is taken downwards, where as many are left without work.
 */
export function mattersOf(
  serviceLevelAt: ServiceLevelAt,
  levelMin: number,
  horizon: number,
): Matters {
  let [low, high] = [FACTOR_MIN, FACTOR_MAX]
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2
    if (serviceLevelAt(middle) < levelMin) high = middle
    else low = middle
  }
  return { above: high, below: 1 / high, horizon }
}
