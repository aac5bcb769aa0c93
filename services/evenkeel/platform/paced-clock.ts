import { manualClock } from '@evenkeel/chassis/log'
import type { PlatformClock } from './platform-clock.ts'

/** Real time between two steps, as far as the process comes round to them. */
const STEP_MS = 1
/**
 * Most real time that one step counts. What a busy machine takes beyond that is taken from nobody's
 * day: agents and customers do not get slower because the computer is.
 */
const STEP_MOST_MS = 4
/** An answer that has been out for so long of the day begins to hold the day up. */
const ANSWER_MS = 1000
/** Share of its speed that the day always keeps: an answer may itself wait for the log's time. */
const PACE_LEAST = 0.01

/**
 * The share of its speed at which the day goes while its oldest unanswered command has waited for
 * `lagMs`, which is what the day would have gone on at full speed. The sum over any wait is below
 * 2 * ANSWER_MS and what PACE_LEAST adds: that is the most of the day that a slow answer costs.
 */
export function paceOf(lagMs: number): number {
  return lagMs <= ANSWER_MS ? 1 : Math.max(PACE_LEAST, (ANSWER_MS / lagMs) ** 2)
}

export interface PacedClock extends PlatformClock {
  /** Real time has passed: the day moves on by what the process can keep up with. */
  step(realMs: number): void
  /** Ends the steps that it takes by itself. */
  stop(): void
}

/**
 * The clock of a server and a platform in one process: the day's speed is a limit, and time waits
 * for whatever lags behind it. Without that, a machine with other work to do would make agents out
 * of milliseconds slow by minutes, and the day another day. Timers go off at the very time they
 * were set for, in order.
 */
export function pacedClock(options: {
  readonly start: number
  readonly speed: number
}): PacedClock {
  const { start, speed } = options
  if (!(speed > 0 && speed <= 100_000)) throw new RangeError(`clock speed ${speed}`)
  const day = manualClock(start)
  let lagMs = () => 0
  let running = false
  let rest = 0
  const step = (realMs: number) => {
    const pace = running ? paceOf(lagMs() * speed) : PACE_LEAST
    rest += Math.min(realMs, STEP_MOST_MS) * speed * pace
    const whole = Math.floor(rest)
    rest -= whole
    day.advance(whole)
  }
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    const real = now - last
    last = now
    step(real)
  }, STEP_MS)
  return {
    now: day.now,
    after: day.after,
    set() {},
    pause() {
      running = false
    },
    go() {
      running = true
    },
    waitFor(lag) {
      lagMs = lag
    },
    step,
    stop: () => clearInterval(timer),
  }
}
