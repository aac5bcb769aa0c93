import { fromRejection } from '@evenkeel/chassis/errors'
import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import {
  core,
  errors,
  type ForecastingCommand,
  type ForecastingEvent,
  type ForecastingState,
  type QueueFacts,
} from '../core/index.ts'

export const MINUTE = 60_000

/** 2026-03-02T09:00Z, a Monday. */
export const NINE = Date.UTC(2026, 2, 2, 9)

export const tax: QueueFacts = {
  pool: 'north',
  queueId: 'tax',
  channel: 'voice',
  targetMs: 20_000,
  goalBp: 8_000,
  usualHandleMs: 300_000,
  requirements: [],
  calendarId: '',
  takesWhileClosed: false,
}

/**
 * The core with its tables, as the protocol drives it: what is refused is undone, what is done must
 * hold.
 */
export class TestPartition {
  readonly db = new Database()
  readonly state: ForecastingState = core.create(this.db)
  #offset = 10
  time = NINE

  given(...commands: readonly ForecastingCommand[]): this {
    for (const command of commands) this.accepted(command)
    return this
  }

  givenQueue(facts = tax): this {
    return this.given({ kind: 'poolKnown', pool: facts.pool }, { kind: 'queueKnown', ...facts })
  }

  accepted(command: ForecastingCommand): readonly ForecastingEvent[] {
    const outcome = this.#when(command)
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.rejection)}`)
    return outcome.events
  }

  /** What the caller is told. */
  answer(command: ForecastingCommand): string {
    const outcome = this.#when(command)
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.rejection)}`)
    return outcome.ref
  }

  refused(command: ForecastingCommand): Rejection {
    const outcome = this.#when(command)
    if (outcome.ok) throw new Error(`accepted: ${outcome.ref}`)
    const { message } = fromRejection(outcome.rejection, errors)
    if (/[{}]/.test(message)) throw new Error(`a field is missing in "${message}"`)
    return outcome.rejection
  }

  /** What falls due meanwhile is done at its own time. */
  passes(ms: number): readonly ForecastingEvent[] {
    const until = this.time + ms
    const events: ForecastingEvent[] = []
    for (let due = core.nextDeadline(this.state).time; due <= until; ) {
      this.#offset++
      this.time = Math.max(this.time, due)
      events.push(...core.expire(this.state, this.#moment(), 1).events)
      this.#settle()
      due = core.nextDeadline(this.state).time
    }
    this.time = until
    return events
  }

  #when(command: ForecastingCommand): Outcome<ForecastingEvent> {
    this.#offset++
    const before = this.db.dump()
    const outcome = core.apply(this.state, command, this.#moment())
    if (!outcome.ok) this.db.undo()
    this.#settle()
    if (!outcome.ok && this.db.dump() !== before) throw new Error('a refusal left a trace')
    return outcome
  }

  #settle(): void {
    const broken = [...core.invariants(this.state, this.#moment(), false)]
    this.db.commit()
    broken.push(...core.invariants(this.state, this.#moment(), true))
    if (broken.length > 0) throw new Error(broken.join('\n'))
  }

  #moment(): Moment {
    return { time: this.time, uptime: this.time, offset: this.#offset, logic: 1 }
  }
}
