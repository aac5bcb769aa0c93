import type { Clock } from '@evenkeel/chassis/log'

/**
 * The log's time as a platform follows it: from where the server says it is, at the day's speed.
 */
export interface PlatformClock extends Clock {
  /** The server's time is this. */
  set(at: number): void
  /** The server is gone: time stands still, and so does all that waits for it. */
  pause(): void
  go(): void
  /** `oldest`: since when the oldest command without an answer waits. Time may wait too. */
  waitFor(oldest: () => number | undefined): void
}

/**
 * A clock of another process than the server's. Stands until told to go; whoever waits looks again
 * after a pause.
 */
export function followingClock(start: number, speed: number): PlatformClock {
  let base = start
  let since = performance.now()
  let running = false
  const now = () => Math.floor(running ? base + (performance.now() - since) * speed : base)
  return {
    now,
    after(ms, callback) {
      if (!running) return () => {}
      const timer = setTimeout(callback, Math.ceil(Math.max(0, ms) / speed))
      return () => clearTimeout(timer)
    },
    set(at) {
      base = at
      since = performance.now()
    },
    pause() {
      base = now()
      running = false
    },
    go() {
      if (running) return
      since = performance.now()
      running = true
    },
    waitFor() {},
  }
}
