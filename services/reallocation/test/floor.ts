import { fromRejection } from '@evenkeel/chassis/errors'
import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import {
  type Actual,
  core,
  errors,
  type Mode,
  type MoveView,
  moveView,
  type Policy,
  policyRanges,
  type ProfileFacts,
  type QueueFacts,
  type ReallocationCommand,
  type ReallocationEvent,
  type ReallocationState,
  type WishedMove,
} from '../core/index.ts'

export const MINUTE = 60_000

/** 2026-03-02T09:00Z, a Monday. */
export const NINE = Date.UTC(2026, 2, 2, 9)

export const mail: QueueFacts = {
  kind: 'queueKnown',
  pool: 'north',
  queueId: 'mail',
  channel: 'email',
  requirements: [{ skillId: 'tax', minimumLevel: 2 }],
  targetMs: 3_600_000,
  goalBp: 9_000,
  usualHandleMs: 300_000,
}

export const profileOf = (agentId: string, more: Partial<ProfileFacts> = {}): ProfileFacts => ({
  ...{ kind: 'profileKnown', pool: 'north', agentId, channels: ['voice', 'email'], homeQueue: '' },
  onRequest: [],
  skills: [{ skillId: 'tax', level: 2, from: 0, until: Number.MAX_SAFE_INTEGER }],
  ...more,
})

export const policyWith = (mode: Mode, more: Partial<Policy> = {}): Policy => ({
  ...{ pool: 'north', mode, consent: 'automatic', minimums: [], etag: '' },
  movesPerHour: policyRanges.movesPerHour.usual,
  donorShareBp: 10_000,
  movesPerDay: policyRanges.movesPerDay.usual,
  movedPerDayMs: policyRanges.movedPerDayMs.usual,
  dwellMinMs: policyRanges.dwellMinMs.usual,
  dwellMaxMs: policyRanges.dwellMaxMs.usual,
  coolDownMs: policyRanges.coolDownMs.usual,
  edgeGuardMs: policyRanges.edgeGuardMs.usual,
  approvalExpiryMs: policyRanges.approvalExpiryMs.usual,
  noticeMs: policyRanges.noticeMs.usual,
  returnBelowBp: policyRanges.returnBelowBp.usual,
  trainInSlack: false,
  ...more,
})

export const wish = (agentId: string, more: Partial<WishedMove> = {}): WishedMove => ({
  ...{ agentId, to: 'email', toQueue: 'mail', lastsMs: 0, predicted: 'none' },
  reason: {
    sentence: '40 emails are due by noon and 25 would be late.',
    ...{ forecastMilli: 30_000, expectedMilli: 40_000, probabilityBp: 9_300 },
  },
  ...more,
})

/** Five minutes of a queue. */
export const counted = (from: number, arrivals: number, more: Partial<Actual> = {}): Actual => ({
  ...{ from, arrivals, answered: arrivals, inTarget: arrivals, abandoned: 0, open: 0 },
  ...{ complete: true, ...more },
})

/** The core with its tables, as the protocol drives it: what is refused is undone. */
export class Floor {
  readonly db = new Database()
  readonly state: ReallocationState = core.create(this.db)
  readonly events: ReallocationEvent[] = []
  #offset = 10
  #plans = 0
  time = NINE

  /** Five agents of the phone who can do emails, all of them ready. */
  static open(mode: Mode, more: Partial<Policy> = {}): Floor {
    const floor = new Floor()
    floor.given({ kind: 'poolKnown', pool: 'north' }, mail)
    for (const agentId of ['ann', 'bob', 'cid', 'dee', 'eve']) {
      floor.given(profileOf(agentId), {
        ...{ kind: 'presenceKnown', pool: 'north', agentId, presence: 'ready' },
      })
    }
    return floor.given({ kind: 'putPolicy', policy: policyWith(mode, more) })
  }

  given(...commands: readonly ReallocationCommand[]): this {
    for (const command of commands) this.accepted(command)
    return this
  }

  accepted(command: ReallocationCommand): readonly ReallocationEvent[] {
    const outcome = this.#when(command)
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.rejection)}`)
    this.events.push(...outcome.events)
    return outcome.events
  }

  refused(command: ReallocationCommand): Rejection {
    const outcome = this.#when(command)
    if (outcome.ok) throw new Error(`accepted: ${outcome.ref}`)
    const { message } = fromRejection(outcome.rejection, errors)
    if (/[{}]/.test(message)) throw new Error(`a field is missing in "${message}"`)
    return outcome.rejection
  }

  proposal(...moves: readonly WishedMove[]): ReallocationCommand {
    this.#plans += 1
    return { kind: 'proposeMoves', pool: 'north', planId: `plan-${this.#plans}`, basis: 0, moves }
  }

  /** Of the agent, the newest. */
  move(agentId: string): MoveView {
    const rows = this.state.moves.inKeyOrder().filter((row) => row.agentId === agentId)
    const row = rows.sort((a, b) => a.seq - b.seq).at(-1)
    if (row === undefined) throw new Error(`${agentId} has no move`)
    return moveView(this.state, row)
  }

  /** Proposes, and does all that routing would until the agent works on the other channel. */
  moved(agentId: string): MoveView {
    this.accepted(this.proposal(wish(agentId)))
    this.says(agentId, `move ${this.move(agentId).moveId}`)
    return this.move(agentId)
  }

  /** Routing tells of the agent's channels. */
  says(agentId: string, activeReason: string, draining = false): readonly ReallocationEvent[] {
    const facts = { pool: 'north', agentId, activeReason, draining }
    return this.accepted({ kind: 'availabilityKnown', ...facts })
  }

  /** What falls due meanwhile is done at its own time. */
  passes(ms: number): void {
    const until = this.time + ms
    const due = (): number => {
      const { time, uptime } = core.nextDeadline(this.state)
      return Math.min(time, uptime)
    }
    while (due() <= until) {
      this.#offset++
      this.time = Math.max(this.time, due())
      this.events.push(...core.expire(this.state, this.#moment(), 1).events)
      this.#settle()
    }
    this.time = until
  }

  kinds(): readonly string[] {
    return this.events.map(({ kind }) => kind)
  }

  #when(command: ReallocationCommand): Outcome<ReallocationEvent> {
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
