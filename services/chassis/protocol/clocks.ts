import { TICK_GAP_MS_MAX } from './limits.ts'

/** Both clocks of a partition, in whole ms. They move with Tick, Claim and Join only. */
export interface Clocks {
  readonly time: number
  readonly uptime: number
}

/**
 * `time` follows the slower of the log's clock and the appender's: either alone can hold it up,
 * neither alone can push it,
 * and it never goes back. `uptime` goes along, but skips a gap that is too long to be anything but
 * an outage.
 */
export function advance(clocks: Clocks, logClockMs: number, carriedClockMs: number): Clocks {
  const time = Math.max(clocks.time, Math.min(logClockMs, carriedClockMs))
  const gap = time - clocks.time
  return { time, uptime: gap > TICK_GAP_MS_MAX ? clocks.uptime : clocks.uptime + gap }
}

/** Nobody told the time for so long that nobody can have led. */
export function isOutage(before: Clocks, after: Clocks): boolean {
  return after.time - before.time > TICK_GAP_MS_MAX
}
