import { fromRejection } from '@evenkeel/chassis/errors'
import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { Database } from '@evenkeel/chassis/table'
import {
  core,
  errors,
  type Grant,
  type Profile,
  type Skill,
  type SkillsCommand,
  type SkillsEvent,
  type SkillsState,
} from '../core/index.ts'

/** For ever, by who knows what, as fast as everybody. */
export const grant = (skillId: string, level: number): Grant => ({
  ...{ skillId, level, source: 'unsaid', handleTimePermille: 1_000 },
  validFrom: undefined,
  validUntil: undefined,
})

export const tax: Skill = {
  pool: 'north',
  skillId: 'tax',
  displayName: 'Tax',
  maxLevel: 5,
  category: 'product',
  levelMeanings: [],
  etag: '',
}

export const french: Skill = { ...tax, skillId: 'french', displayName: 'Français', maxLevel: 3 }

export const ana: Profile = {
  pool: 'north',
  agentId: 'ana@example.com',
  displayName: 'Ana',
  team: 'team-1',
  skills: [{ ...grant('french', 2), validFrom: 1_000, validUntil: 2_000 }, grant('tax', 3)],
  channels: [
    { channel: 'voice', weight: 100, uninterruptible: false, onRequest: false },
    { channel: 'chat', weight: 30, uninterruptible: false, onRequest: false },
  ],
  homeQueueId: 'home',
  login: 'ana',
  etag: '',
}

/**
 * The core with its tables, as the protocol drives it: what is refused is undone, what is done must
 * hold.
 */
export class TestPartition {
  readonly db = new Database()
  readonly state: SkillsState = core.create(this.db)
  #offset = 10
  /** What time it is: moved on by `passes`. */
  time = 5_000

  given(...commands: readonly SkillsCommand[]): this {
    for (const command of commands) this.accepted(command)
    return this
  }

  /** A pool with both skills in its catalogue. */
  givenCatalogue(pool = 'north'): this {
    return this.given(
      { kind: 'poolKnown', pool },
      { kind: 'putSkill', skill: { ...tax, pool } },
      { kind: 'putSkill', skill: { ...french, pool } },
    )
  }

  when(command: SkillsCommand): Outcome<SkillsEvent> {
    this.#offset++
    const at = this.#moment()
    const before = this.db.dump()
    const outcome = core.apply(this.state, command, at)
    if (!outcome.ok) this.db.undo()
    const broken = [...core.invariants(this.state, at, false)]
    this.db.commit()
    broken.push(...core.invariants(this.state, at, true))
    if (broken.length > 0) throw new Error(broken.join('\n'))
    if (!outcome.ok && this.db.dump() !== before) throw new Error('a refusal left a trace')
    return outcome
  }

  #moment(): Moment {
    return { time: this.time, uptime: this.time, offset: this.#offset, logic: 1 }
  }

  /** Time passes up to `time`; what falls due meanwhile is done at its own time. */
  passes(time: number): readonly SkillsEvent[] {
    const events: SkillsEvent[] = []
    for (let due = core.nextDeadline(this.state).time; due <= time; ) {
      this.#offset++
      this.time = Math.max(this.time, due)
      events.push(...core.expire(this.state, this.#moment(), 1).events)
      this.db.commit()
      const broken = core.invariants(this.state, this.#moment(), true)
      if (broken.length > 0) throw new Error(broken.join('\n'))
      due = core.nextDeadline(this.state).time
    }
    this.time = time
    return events
  }

  accepted(command: SkillsCommand): {
    readonly events: readonly SkillsEvent[]
    readonly ref: string
  } {
    const outcome = this.when(command)
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.rejection)}`)
    return outcome
  }

  refused(command: SkillsCommand): Rejection {
    const outcome = this.when(command)
    if (outcome.ok) throw new Error(`accepted: ${outcome.ref}`)
    const { message } = fromRejection(outcome.rejection, errors)
    if (/[{}]/.test(message)) throw new Error(`a field is missing in "${message}"`)
    return outcome.rejection
  }
}
