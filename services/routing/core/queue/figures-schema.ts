import { type ColumnSpec, int, ref, text } from '@evenkeel/chassis/table'
import { keyBytesMax } from '../limits.ts'

/** What queues have done, by spans of time. */

/**
 * Times to answer and to abandonment are counted by these, each up to and including its bound, ms:
 * the targets that are in use, from 5 s for a call to 72 h for a letter.
 */
export const waitBoundsMs = [
  ...([5_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000] as const),
  ...([120_000, 180_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000] as const),
  ...([14_400_000, 28_800_000, 86_400_000, 259_200_000] as const),
] as const

/** Beyond the last bound. */
type Bound = (typeof waitBoundsMs)[number] | 'Over'

const namesOf = <const P extends string>(prefix: P): readonly `${P}${Bound}`[] =>
  [...waitBoundsMs, 'Over' as const].map((bound) => `${prefix}${bound}` as const)

/** One column a bound, then the one of what is beyond. */
export const answeredIn = namesOf('answeredIn')
export const abandonedIn = namesOf('abandonedIn')

/**
 * Counts, without tests and legs. `live`: customers who have not taken a callback. Each contact
 * comes to one of live answered (answeredIn), live abandoned (abandonedIn), callbacksTaken and
 * endedOtherwise, once, in the queue and the span in which it does; the rest is undecided.
 */
export const counters = [
  'accepted',
  'answered',
  'answeredInTarget',
  'completed',
  'abandoned',
  'abandonedInTarget',
  'expired',
  'cancelled',
  'liveAnsweredInTarget',
  'liveAnswerMs',
  'liveAbandonedInTarget',
  'liveAbandonMs',
  'callbacksTaken',
  'endedOtherwise',
  'handledMs',
  'promisesKept',
  'promisesBroken',
  ...answeredIn,
  ...abandonedIn,
] as const
export type Counter = (typeof counters)[number]

function ints<N extends string>(names: readonly N[]): { readonly [K in N]: ColumnSpec<number> } {
  const columns = {} as { [K in N]: ColumnSpec<number> }
  for (const name of names) columns[name] = int()
  return columns
}

/**
 * Of each queue a ring of spans, the present one first, and what was before them: `next` of that
 * row is the present span, and `next` of the present span the oldest.
 */
export const queueFigures = {
  /** The queue's key, of a span with when it was made. */
  id: text(keyBytesMax + 17),
  queue: ref('queues'),
  /** When the span begins; of what was before, when the counting began. */
  from: int(),
  next: ref('queueFigures'),
  ...ints(counters),
}
