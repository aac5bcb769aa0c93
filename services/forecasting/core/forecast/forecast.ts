import { assert } from '@evenkeel/chassis/table'
import { packed, unpacked } from '../packed.ts'

/** Models that a day may be forecast by; kept by their place, so new ones go to the end. */
export const modelNames = [
  'unknown',
  'closed',
  'average',
  'last_week',
  'four_week_mean',
  'weekday_and_residual',
] as const

export type ModelName = (typeof modelNames)[number]

/** How near one model's day-ahead forecasts came to what was counted. */
export interface ModelError {
  readonly model: ModelName
  /** Days compared. */
  readonly days: number
  readonly wapeBp: number
}

export const reasonKinds = [
  'holiday',
  'specialHours',
  'afterHoliday',
  'payday',
  'afterPayday',
  'plannedEvent',
] as const

/** What makes a day other than days of its weekday. */
export interface ForecastReason {
  readonly kind: (typeof reasonKinds)[number]
  /** '': no planned event. */
  readonly eventId: string
  readonly name: string
  /** What a planned event brings, in thousandths of a contact. */
  readonly extraMilli: number
}

/** What is to be expected of a queue's local day. Lists have an entry for each interval. */
export interface Forecast {
  readonly pool: string
  readonly queueId: string
  /** yyyy-mm-dd in the pool's zone. */
  readonly date: string
  /** When its first interval begins. */
  readonly from: number
  readonly intervalMs: number
  /** Median of what comes, in thousandths of a contact. */
  readonly expectedMilli: readonly number[]
  /** Variance of the log of the rate, in millionths. */
  readonly logVarianceMicro: readonly number[]
  /** See DayForecast of the wire. */
  readonly scale80Milli: number
  readonly scale95Milli: number
  readonly model: ModelName
  /** The last whole day known when it was made; '': none. */
  readonly asOf: string
  /** Intervals of the day that were over and seen; 0: made before the day. */
  readonly intervalsSeen: number
  /** The best first. */
  readonly errors: readonly ModelError[]
  /** Why it is not as other days of its weekday are. */
  readonly because: readonly ForecastReason[]
}

/** How near the models came on the days compared, and how many intervals lay within the bands. */
export interface Backtest {
  /** The last day compared; '': none. */
  readonly asOf: string
  readonly model: ModelName
  readonly errors: readonly ModelError[]
  readonly covered80Bp: number
  readonly covered95Bp: number
  readonly days: number
}

/** What is expected of each interval, and how unsure it is. */
export type Curve = Pick<Forecast, 'expectedMilli' | 'logVarianceMicro'>

export const packedCurve = ({ expectedMilli, logVarianceMicro }: Curve): Uint8Array =>
  packed([...expectedMilli, ...logVarianceMicro])

export function unpackedCurve(bytes: Uint8Array): Curve {
  const numbers = unpacked(bytes)
  const intervals = numbers.length / 2
  assert(Number.isInteger(intervals), 'each interval has its variance')
  return { expectedMilli: numbers.slice(0, intervals), logVarianceMicro: numbers.slice(intervals) }
}

export const packedErrors = (errors: readonly ModelError[]): Uint8Array =>
  packed(errors.flatMap(({ model, days, wapeBp }) => [modelNames.indexOf(model), days, wapeBp]))

export function unpackedErrors(bytes: Uint8Array): readonly ModelError[] {
  const numbers = unpacked(bytes)
  const errors: ModelError[] = []
  for (let at = 0; at < numbers.length; at += 3) {
    const [place = 0, days = 0, wapeBp = 0] = numbers.slice(at, at + 3)
    const model = modelNames[place]
    assert(model !== undefined, 'a model is kept by its place')
    errors.push({ model, days, wapeBp })
  }
  return errors
}
