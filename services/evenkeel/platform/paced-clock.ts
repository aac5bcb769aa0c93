import { manualClock } from '@evenkeel/chassis/log'
import type { PlatformClock } from './platform-clock.ts'

/**
 * Real time of one step. Between two steps the process hears what has come in, so what a message
 * takes is a few steps, however late the process is.
 */
const STEP_MS = 1
/** Real time that a busy machine may be late and catch up; what is beyond is nobody's. */
const BEHIND_MS_MOST = 100
/**
 * Once a command has been without an answer for so long of the day, and for so long really, the
 * day waits for it.
 */
const ANSWER_MS = 1000
const ANSWER_REAL_MS = 4
/** Share of its speed that a waiting day keeps: an answer may itself wait for the log's time. */
const PACE_LEAST = 0.05

export interface PacedClock extends PlatformClock {
  /** So much real time has passed. */
  passed(realMs: number): void
  /** Moves the day on by one step of that at most. Returns whether there is more. */
  step(): boolean
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
  let waitingSince = (): number | undefined => undefined
  let running = false
  let behindMs = 0
  let rest = 0
  const answerMs = Math.max(ANSWER_MS, ANSWER_REAL_MS * speed)
  const waits = () => !running || day.now() - (waitingSince() ?? day.now()) > answerMs
  const step = () => {
    const waiting = waits()
    // What passes while the day waits is not made up for.
    const realMs = waiting ? behindMs : Math.min(behindMs, STEP_MS)
    behindMs -= realMs
    rest += realMs * speed * (waiting ? PACE_LEAST : 1)
    const whole = Math.floor(rest)
    rest -= whole
    day.advance(whole)
    return behindMs >= STEP_MS
  }
  const passed = (realMs: number) => {
    behindMs = Math.min(BEHIND_MS_MOST, behindMs + realMs)
  }
  const stop = drive(passed, step)
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
    waitFor(oldest) {
      waitingSince = oldest
    },
    passed,
    step,
    stop,
  }
}

/** Tells of the real time that passes, and takes the steps, with everything else in between. */
function drive(passed: (realMs: number) => void, step: () => boolean): () => void {
  let last = performance.now()
  let next: NodeJS.Immediate | undefined
  const catchUp = () => {
    next = step() ? setImmediate(catchUp) : undefined
  }
  const timer = setInterval(() => {
    const now = performance.now()
    passed(now - last)
    last = now
    if (next === undefined) catchUp()
  }, STEP_MS)
  return () => {
    clearInterval(timer)
    clearImmediate(next)
  }
}
