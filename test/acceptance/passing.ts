import { GetQueueStatsRequest } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { Api, Caller } from './api.ts'
import { until } from './patience.ts'

/** The API tells the time of the log with a pool's figures. */
export async function timekeeper(api: Api, caller: Caller, pool: string) {
  const { queues } = api
  await caller.call(queues.putPool.bind(queues), {
    pool: { pool, displayName: '', etag: '', dialPacing: undefined, profilesMaxAge: undefined },
    validateOnly: false,
  })
  return async (): Promise<number> => {
    const asked = GetQueueStatsRequest.fromPartial({ pool })
    const { asOf } = await caller.call(queues.getQueueStats.bind(queues), asked)
    return asOf === undefined ? 0 : asOf.seconds * 1000 + asOf.nanos / 1e6
  }
}

/**
 * The host believes that its time runs so fast, so that minutes that pass at once are a short stall
 * to it, which it walks through tick by tick, and no outage.
 */
export const SPEED = 100
/** What passes at once; the host walks through at most 64 x 4 s of it. */
const STEP_MS = 240_000
/** Real time after which somebody wonders whether it passes at all. */
const TELL_MS = 30_000
/** Less may be nothing to the host: it need not tell its log each ms. */
const LEAST_MS = 1000

/**
 * Lets time pass in steps, by `advance`, which tells what time it is then; each step is over when
 * every log that `logTimes` ask has heard of it.
 */
export function passing(
  advance: (ms: number) => Promise<number>,
  logTimes: readonly (() => Promise<number>)[],
  stepMs = STEP_MS,
): (ms: number) => Promise<void> {
  return async (ms) => {
    if (ms < LEAST_MS) throw new RangeError(`at least ${LEAST_MS} ms pass, not ${ms}`)
    let toldAt = performance.now()
    for (let left = ms; left > 0; left -= stepMs) {
      if (performance.now() - toldAt > TELL_MS) {
        toldAt = performance.now()
        process.stderr.write(`${Math.round((left / ms) * 100)}% of the time is still to pass\n`)
      }
      const now = await advance(Math.min(left, stepMs))
      for (const logTime of logTimes) await until(`log time ${now}`, logTime, (at) => at >= now)
    }
  }
}
