/** How fast records have been applied, as far as that was looked at. */
export interface Pace {
  readonly applied: number
  readonly atMs: number
  /** undefined: nobody has looked for long enough, or not for too long. */
  readonly perS: number | undefined
}

/** Below it chance has a say, above it the time before the rush. */
const STRETCH_MS_MIN = 100
const STRETCH_MS_MAX = 1_000

const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 10_000
/** Where nobody knows better: a few thousand commands take about so long. */
const RETRY_MS_UNKNOWN = 500

export const unknownPace: Pace = { applied: 0, atMs: -Infinity, perS: undefined }

/** `applied`: records since the log began. */
export function paceAt(before: Pace, applied: number, nowMs: number): Pace {
  const ms = nowMs - before.atMs
  if (ms < STRETCH_MS_MIN) return before
  if (ms > STRETCH_MS_MAX) return { applied, atMs: nowMs, perS: undefined }
  return { applied, atMs: nowMs, perS: ((applied - before.applied) * 1_000) / ms }
}

/** Until what waits now has been applied; whoever comes back then is not told the same again. */
export function retryAfterMs({ perS }: Pace, waiting: number): number {
  if (perS === undefined) return RETRY_MS_UNKNOWN
  const ms = Math.ceil((waiting * 1_000) / Math.max(1, perS))
  return Math.min(RETRY_MS_MAX, Math.max(RETRY_MS_MIN, ms))
}
