import type { ForecastingReplica } from '../calls.ts'

/** What an advisor has done; for the metrics. */
export interface Figures {
  fits: number
  fitMs: number
  updates: number
  updateMs: number
  /** What came to nothing, whatever the reason: it is tried again with the next look. */
  failed: number
  /** Queues that are forecast today. */
  queues: number
  /** The day before which is yesterday. */
  today: string
  /** Of yesterday, over all queues that were compared: contacts off, and that came. */
  off: number
  came: number
  /** Log time of the last look at which nothing was left to do; 0: none yet. */
  upToDateAt: number
}

const all = new WeakMap<ForecastingReplica, Figures>()

/** Of the advisor of a replica, which has begun or will. */
export function figuresOf(replica: ForecastingReplica): Figures {
  const known = all.get(replica)
  if (known !== undefined) return known
  const made: Figures = {
    ...{ fits: 0, fitMs: 0, updates: 0, updateMs: 0, failed: 0 },
    ...{ queues: 0, today: '', off: 0, came: 0, upToDateAt: 0 },
  }
  all.set(replica, made)
  return made
}
