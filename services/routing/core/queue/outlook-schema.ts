import { ref, text, value } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'

/** What the forecasting service has told of a queue's days. */

/** A day's figure by intervals, in thousandths. */
export interface DayOutlook {
  /** When its first interval begins. */
  readonly from: number
  readonly intervalMs: number
  readonly milli: readonly number[]
}

/** In their order; none of them is over, as far as the last one that was told says. */
type Days = readonly DayOutlook[]

export const outlooks = {
  /** The queue's. */
  id: text(keyBytesMax),
  queue: ref('queues'),
  /** Contacts that come: the median. */
  expected: value<Days>(),
  /** Contacts that those on shift could have at once. */
  places: value<Days>(),
} as const
