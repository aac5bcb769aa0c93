import type {
  Actual,
  MoveView,
  Policy,
  ProfileFacts,
  ReallocationCommand,
  ReallocationEvent,
} from '@evenkeel/reallocation/core'
import { must } from '../failure.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

interface Known {
  presence: string
  reason: string
  optedOut: boolean
  skilled: boolean
  channels: readonly string[]
  /** On channel; undefined: nobody knows. */
  duty: { readonly from: number; readonly until: number } | undefined
  coolUntil: number
  /** Moves that have ended, by the day of their beginning. */
  readonly moves: Map<number, number>
}

/**
 * What a bookkeeper knows of moves who was told the promises and none of the code: each order is
 * held against what reallocation had been told by then.
 */
export class MoveBook {
  readonly #policy: Policy
  readonly #agents = new Map<string, Known>()
  readonly #approved = new Set<string>()
  readonly #accepted = new Set<string>()
  readonly #away = new Map<string, string>()
  readonly #ordered: number[] = []
  #paused = false
  #gapUntil = 0

  constructor(policy: Policy) {
    this.#policy = policy
  }

  of(agentId: string): Known {
    const known = this.#agents.get(agentId)
    if (known !== undefined) return known
    const fresh: Known = {
      ...{ presence: 'signedOut', reason: '', optedOut: false, skilled: false, duty: undefined },
      channels: [],
      ...{ coolUntil: 0, moves: new Map() },
    }
    this.#agents.set(agentId, fresh)
    return fresh
  }

  given(c: ReallocationCommand, ok: boolean, time: number): void {
    if (!ok) return
    if (c.kind === 'presenceKnown') this.of(c.agentId).presence = c.presence
    else if (c.kind === 'availabilityKnown') this.of(c.agentId).reason = c.activeReason
    else if (c.kind === 'setConsent') this.of(c.agentId).optedOut = c.optedOut
    else if (c.kind === 'rosterKnown') this.of(c.agentId).duty = c.duty[0]
    else if (c.kind === 'profileKnown') this.#profile(c)
    else if (c.kind === 'pause') this.#paused = c.paused
    else if (c.kind === 'approveMove') this.#approved.add(c.moveId)
    else if (c.kind === 'respondToMove' && c.accept) this.#accepted.add(c.moveId)
    else if (c.kind === 'intervalKnown') this.#count(c.actual, time)
  }

  #profile({ agentId, channels, skills }: ProfileFacts): void {
    const agent = this.of(agentId)
    agent.skilled = skills.length > 0
    agent.channels = channels
  }

  /** What is revised is of the past: a gap in it is no news. */
  #count({ complete, from }: Actual, time: number): void {
    if (!complete && time - from < HOUR) this.#gapUntil = time + HOUR / 4
  }

  told(event: ReallocationEvent, time: number): void {
    if (event.kind === 'moveOrdered') this.#order(event.move, time)
    else if (event.kind === 'moveEnded') this.#end(event.move, time)
    else if (event.kind === 'moveRejected') this.#rejected(event.move, time)
  }

  /** By the supervisor, or by the agent; what has lapsed nobody has turned down. */
  #rejected({ agentId, state }: MoveView, time: number): void {
    const isNo = state === 'declined' || state === 'rejected'
    if (isNo) this.of(agentId).coolUntil = time + this.#policy.coolDownMs
  }

  #end({ agentId, startedAt }: MoveView, time: number): void {
    this.#away.delete(agentId)
    if (startedAt === 0) return
    const agent = this.of(agentId)
    agent.coolUntil = time + this.#policy.coolDownMs
    const day = Math.floor(startedAt / DAY)
    agent.moves.set(day, (agent.moves.get(day) ?? 0) + 1)
  }

  #order(m: MoveView, time: number): void {
    const p = this.#policy
    const agent = this.of(m.agentId)
    held(m, !this.#away.has(m.agentId), 'ordered beside another move of the agent')
    held(m, !this.#paused, 'ordered while paused')
    held(m, time >= this.#gapUntil, 'ordered while counts are incomplete')
    held(m, !agent.optedOut, 'of somebody who does not take part')
    held(m, agent.presence === 'ready', `of somebody who is ${agent.presence}`)
    const fits = m.to === 'training' || agent.skilled
    held(m, fits, 'to work for which the agent lacks the skill')
    const works = m.to === 'training' || agent.channels.includes(m.to)
    held(m, works, 'to a channel that is not of the profile')
    const free = agent.reason === '' || agent.reason.startsWith('move ')
    held(m, free, 'against what a supervisor has set')
    held(m, time >= agent.coolUntil, 'of somebody who was moved, or said no, lately')
    held(
      m,
      (agent.moves.get(Math.floor(time / DAY)) ?? 0) < p.movesPerDay,
      'one more than a day may',
    )
    held(m, p.mode !== 'approve' || this.#approved.has(m.moveId), 'that nobody has approved')
    held(
      m,
      p.consent !== 'ask' || this.#accepted.has(m.moveId),
      'to which the agent has not agreed',
    )
    this.#mustEndInTime(m, agent, time)
    this.#mustLeaveEnough(m, time)
    this.#away.set(m.agentId, m.moveId)
  }

  #mustEndInTime(m: MoveView, { duty }: Known, time: number): void {
    const p = this.#policy
    held(m, m.endsAt - time >= p.dwellMinMs, `shorter than is worth it`)
    held(m, m.endsAt - time <= p.dwellMaxMs, `longer than is allowed`)
    if (duty === undefined) return
    held(m, duty.from <= time && time < duty.until, `of somebody who is not on shift`)
    const edge = duty.until - p.edgeGuardMs
    held(m, m.endsAt <= edge, `into the guard of a break`)
  }

  #mustLeaveEnough(m: MoveView, time: number): void {
    const p = this.#policy
    const lately = this.#ordered.filter((at) => at > time - HOUR).length
    held(m, lately < p.movesPerHour, `one more than an hour may`)
    this.#ordered.push(time)
    const home = [...this.#agents]
    const share = Math.max(1, Math.floor((home.length * p.donorShareBp) / 10_000))
    held(m, this.#away.size < share, `one more than the channel may lend`)
    const ready = home.filter(([, one]) => one.presence === 'ready').length
    const least = p.minimums[0]?.agents ?? 0
    const stay = ready - this.#away.size - 1
    // Who is away and not ready is counted twice; then fewer are held to be there than are.
    const gone = [...this.#away.keys()].filter((id) => this.of(id).presence !== 'ready').length
    held(m, stay + gone >= least, `leaves ${stay + gone}, of ${least} who are to stay`)
  }
}

const held = ({ moveId }: MoveView, holds: boolean, what: string): void =>
  must(holds, () => `${moveId}: ${what}`)
