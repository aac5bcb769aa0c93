import type {
  AssessDrift,
  Backtest,
  Curve,
  Forecast,
  ModelName,
  PlannedEvent,
} from '../../core/index.ts'
import type { Material } from './history.ts'

/** What workers are asked, and answer. Curves are by the intervals of the local day, integers. */

interface Subject {
  readonly pool: string
  readonly queueId: string
  readonly zone: string
  readonly intervalMs: number
  /** Today in the pool's zone. */
  readonly today: string
  readonly material: Material
}

/** To learn all whole days, and to forecast so many from today on. */
export interface Learn extends Subject {
  readonly kind: 'learn'
  readonly days: number
}

/** The rest of today, from what came until then. */
export interface Update extends Subject {
  readonly kind: 'update'
  /** Beginning of the first interval that is not over. */
  readonly until: number
}

/** What an event would do, put into the place of one with its id that the material has not. */
export interface Check extends Subject {
  readonly kind: 'check'
  readonly event: PlannedEvent
  /** So many days at most. */
  readonly days: number
}

export type Question = Learn | Update | Check

export interface Learned {
  readonly kind: 'learned'
  readonly forecasts: readonly Forecast[]
  readonly backtest: Backtest
  readonly ms: number
  /** Of yesterday, contacts: how far off, and what came; undefined: it was not compared. */
  readonly yesterday: { readonly off: number; readonly came: number } | undefined
}

export interface Updated {
  readonly kind: 'updated'
  readonly curve: Curve
  readonly intervalsSeen: number
  readonly drift: Pick<AssessDrift, 'aboveMilli' | 'belowMilli' | 'falseAlarmBp' | 'assessments'>
  readonly ms: number
}

/** By the intervals of the local day. */
export interface CheckedDay {
  readonly date: string
  readonly from: number
  readonly model: ModelName
  /** Without the event, in thousandths of a contact. */
  readonly expectedMilli: readonly number[]
  /** What it brings, whether anybody is there or not. */
  readonly extraMilli: readonly number[]
  readonly closed: readonly boolean[]
  /** With it, as it is to be staffed. */
  readonly curve: Curve
}

export interface Checked {
  readonly kind: 'checked'
  /** Over all its days. */
  readonly extraMilli: number
  readonly closedMilli: number
  readonly days: readonly CheckedDay[]
  readonly daysLeft: number
}

/** `unlearned`: what an update needs of today is not kept here; it is to be learned first. */
export type Answer =
  | Learned
  | Updated
  | Checked
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unlearned' }
