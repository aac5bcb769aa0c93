import type { Clock } from '../log/port.ts'
import type { Moment } from '../protocol/core.ts'
import { TICK_GAP_MS_MAX } from '../protocol/limits.ts'
import type { Tick } from '../protocol/record.ts'
import { type Submission, type Waiter, ownSubmission } from './append-queue.ts'
import {
  FRESH_TICK_MS,
  REST_TURNS,
  TICK_MS_MAX,
  TICK_REAL_MS_MIN,
  TICK_REST_MS,
  TICK_STEPS_MAX,
  TICK_STEP_MS,
} from './limits.ts'

export interface TickerOptions {
  readonly clock: Clock
  readonly clockSpeed: number
  /** What the next Tick states: the log, and this replica's chain at the last applied offset. */
  readonly stated: () => Tick
  readonly nextDeadline: () => { readonly time: number; readonly uptime: number }
  readonly now: () => Moment
  readonly resting: () => boolean
  /** Which of the turns of those at rest is its own. */
  readonly turn: number
  /** Makes the queue form a batch, though nobody calls. */
  readonly force: () => void
}

/**
 * The leader's clock: tells the log what time it is, when a deadline has come, at least each
 * second (at rest: every other), and before commands.
 */
export class Ticker {
  readonly #options: TickerOptions
  /** Clock at the last Tick that was handed to the queue. */
  #tickedAt: number
  /**
   * Log time after the last Tick that was applied; if the next one leaves it there, time is held
   * up: no use hurrying.
   */
  #reached = -1
  #heldUp = false
  #due = false
  #armedFor = Infinity
  #cancel: (() => void) | undefined
  #running = false

  constructor(options: TickerOptions) {
    this.#options = options
    this.#tickedAt = options.clock.now()
  }

  start(): void {
    this.#running = true
    this.#due = true
    this.#options.force()
    this.rearm()
  }

  stop(): void {
    this.#running = false
    this.#cancel?.()
    this.#cancel = undefined
    this.#armedFor = Infinity
  }

  /** Ticks for the head of a batch. Commands see a time that is fresh; alone, only what is due. */
  head(alone: boolean): Submission[] {
    if (!this.#running) return []
    const { clock, clockSpeed, stated } = this.#options
    const clockMs = clock.now()
    const moved = clockMs - this.#tickedAt
    if (!this.#due && (alone || Math.abs(moved) < FRESH_TICK_MS)) return []
    const from = this.#tickedAt
    this.#due = false
    this.#tickedAt = clockMs
    const tick = stated()
    this.rearm()
    return steps(from, clockMs, clockSpeed).map((at) => ownSubmission(tick, at, this.#waiter))
  }

  readonly #waiter: Waiter = {
    heard: (_, at) => {
      this.#heldUp = at.time === this.#reached
      this.#reached = at.time
    },
    failed: () => {},
  }

  /**
   * Deadlines may have changed, or the rest is over: wakes when the earliest has come, or when it
   * is time for the next tick anyway.
   */
  rearm(): void {
    if (!this.#running || this.#due) return
    const { clock, clockSpeed, nextDeadline, now, resting, turn } = this.#options
    const moment = now()
    const deadline = nextDeadline()
    const ahead = Math.min(deadline.time - moment.time, deadline.uptime - moment.uptime)
    // A clock that was set back since the last tick must not keep the next one for its way back.
    const from = Math.min(this.#tickedAt, clock.now())
    const latest = resting() ? nextTurn(from, turn) : from + TICK_MS_MAX
    const next = this.#heldUp ? latest : Math.min(latest, from + ahead)
    const at = Math.max(from + TICK_REAL_MS_MIN * clockSpeed, next)
    if (this.#cancel && at >= this.#armedFor) return
    this.#cancel?.()
    this.#armedFor = at
    this.#cancel = clock.after(Math.max(0, at - clock.now()), () => this.#ring())
  }

  #ring(): void {
    this.#cancel = undefined
    this.#armedFor = Infinity
    if (!this.#running) return
    // A batch's head may have ticked since this was set; then there is nothing to do but to set it
    // again.
    const { clock, clockSpeed } = this.#options
    const moved = Math.abs(clock.now() - this.#tickedAt)
    if (moved < TICK_REAL_MS_MIN * clockSpeed) return this.rearm()
    this.#due = true
    this.#options.force()
  }
}

/** Each turn has its place in every TICK_REST_MS of the clock, the same in all processes. */
export function nextTurn(from: number, turn: number): number {
  const phase = ((turn % REST_TURNS) * TICK_REST_MS) / REST_TURNS
  return Math.floor((from - phase) / TICK_REST_MS + 1) * TICK_REST_MS + phase
}

/**
 * Clock values to tick off from one tick to the next: one, unless a fast clock made an outage of a
 * short stall of ours.
 * Then the day is walked through in steps, lest the machines' clock skip it.
 */
export function steps(from: number, to: number, clockSpeed: number): number[] {
  const moved = to - from
  const outage = moved / clockSpeed > TICK_GAP_MS_MAX
  if (moved <= TICK_GAP_MS_MAX || outage) return [to]
  const count = Math.min(Math.ceil(moved / TICK_STEP_MS), TICK_STEPS_MAX)
  return Array.from({ length: count }, (_, index) => to - (count - 1 - index) * TICK_STEP_MS)
}
