import { reallocation } from '@evenkeel/reallocation'
import {
  channels,
  type Destination,
  isInForce,
  type Policy,
  type ReallocationCommand,
  type ReallocationEvent,
  type ReallocationState,
} from '@evenkeel/reallocation/core'
import { routing } from '@evenkeel/routing'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import type { Chance } from '../chance.ts'
import { must } from '../failure.ts'
import { MoveBook } from './book.ts'
import { Side } from './side.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const people = ['ann', 'bob', 'cid', 'dee', 'eli'] as const
const pool = 'p'
const figures = { forecastMilli: 0, expectedMilli: 0, probabilityBp: 0 }
const bySupervisor = 'calls wait'

/** What happens how often; reading most of all, or nothing would ever come of anything. */
const deeds = {
  movesReads: 8,
  routingReads: 8,
  propose: 6,
  recalls: 1,
  answer: 4,
  passes: 4,
  supervises: 1,
  comesAndGoes: 2,
  phones: 3,
  sendsBack: 3,
  refuses: 1,
  lacksCounts: 1,
  rosters: 2,
  restarts: 1,
  repeats: 1,
} as const
interface PlanThen {
  readonly reason: string
  readonly until: number
  readonly signedOut: boolean
}

type Deed = keyof typeof deeds
const drawn = Object.entries(deeds).flatMap(([deed, times]) =>
  new Array<Deed>(times).fill(deed as Deed),
)

/**
 * A seed's world of moves: the cores of reallocation and routing, coupled by what they tell. What
 * is told comes as late as it likes; in some worlds it is lost for good. Either side stands still
 * or dies and begins anew at any step.
 */
export class MovesWorld {
  readonly moves: Side<ReallocationState, ReallocationCommand, ReallocationEvent>
  readonly routing: Side<RoutingState, Command, RoutingEvent>
  readonly #chance: Chance
  readonly #book: MoveBook
  readonly #loses: boolean
  readonly #rosters: boolean
  readonly #dies: boolean
  /** Ordered before their agent’s roster was changed: these may know nothing of it. */
  readonly #unaware = new Set<string>()
  /** It hears of an order when that is called off already. */
  readonly #routingLags: boolean
  #last: ReallocationCommand | undefined
  #time = Date.UTC(2026, 2, 2, 9)
  #plans = 0
  /** How often somebody was on another channel at the end of a step. */
  moved = 0

  constructor(chance: Chance) {
    this.#chance = chance
    this.#loses = chance.happens(0.2)
    this.#rosters = chance.happens(0.6)
    this.#dies = chance.happens(0.25)
    this.#routingLags = chance.happens(0.3)
    const policy = policyOf(chance)
    const book = new MoveBook(policy)
    this.#book = book
    this.routing = new Side(routing)
    this.moves = new Side(reallocation, {
      given: (c, ok, time) => book.given(c, ok, time),
      told: (event, time) => book.told(event, time),
    })
    this.#open(policy)
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) this.#step()
    this.#meet()
    if (!this.#loses) this.#mustBelieveWhatIs()
    for (let hour = 0; hour < 6; hour++) {
      this.#pass(HOUR, 'both')
      this.#meet()
    }
    for (const agentId of people) {
      must(!this.#reason(agentId).startsWith('move '), () => `${agentId} is moved for ever`)
      must(this.#believed(agentId) === '', () => `${agentId} is held to be moved for ever`)
    }
  }

  #open(policy: Policy): void {
    const given = (command: Command) => this.routing.apply(command, this.#time)
    given({ kind: 'putPool', pool, displayName: '', etag: '' })
    this.#meet()
    const queue = { pool, queueId: 'mail', channel: 'email' } as const
    const requirements = [{ skillId: 'tax', minimumLevel: 2 }]
    const targets = { targetMs: 1_000, goalBp: 8_000, usualHandleMs: 1_000 }
    this.#says({ kind: 'queueKnown', ...queue, requirements, ...targets })
    for (const agentId of people) {
      const tax = { skillId: 'tax', level: 2, from: 0, until: Number.MAX_SAFE_INTEGER }
      const skills = agentId === 'dee' ? [] : [tax]
      const voice = { channel: 'voice', weight: 50 } as const
      const email = { channel: 'email', weight: 50 } as const
      // Some help out unasked while nobody calls, and who is moved does nothing else.
      const asked = agentId === 'ann' ? email : { ...email, onRequest: true as const }
      const both = agentId !== 'eli'
      const channels = both ? [voice, asked] : [voice]
      given({ kind: 'changeProfile', pool, agentId, skills: [], channels })
      const onRequest = agentId === 'ann' || !both ? [] : (['email'] as const)
      const own = { channels: channels.map(({ channel }) => channel), onRequest, homeQueue: '' }
      this.#says({ kind: 'profileKnown', pool, agentId, skills, ...own })
      given({ kind: 'signIn', pool, agentId, ready: true })
    }
    // More who stay than there are would be refused: only now.
    this.#says({ kind: 'putPolicy', policy })
    this.#meet()
  }

  #says(command: ReallocationCommand): void {
    this.#last = command
    this.moves.apply(command, this.#time)
  }

  #step(): void {
    const before = people.map((agentId) => this.#plan(agentId))
    this.#do(this.#chance.any(drawn) ?? 'passes')
    people.forEach((agentId, at) => this.#mustStand(agentId, before[at] ?? this.#plan(agentId)))
    this.moved += people.filter((agentId) => this.#reason(agentId).startsWith('move ')).length
  }

  #do(deed: Deed): void {
    const chance = this.#chance
    const agentId = chance.pick(people)
    const time = this.#time
    switch (deed) {
      case 'movesReads':
        return this.#reads(() => this.moves.reads(this.routing.told, 'routing', time, this.#loss()))
      case 'routingReads':
        return this.#reads(
          () => this.routing.reads(this.moves.told, 'reallocation', time, this.#loss()),
          this.#routingLags ? 1 : 6,
        )
      case 'propose':
        return this.#propose(chance.happens(0.03) ? 'nobody' : agentId)
      case 'recalls':
        return this.#recall()
      case 'answer':
        return this.#answer()
      case 'passes':
        return this.#pass(
          chance.pick([1, 5, 30, 150]) * MINUTE,
          chance.pick(['both', 'both', 'routing', 'moves']),
        )
      case 'supervises': {
        const set = {
          channels: ['voice'],
          reason: bySupervisor,
          until: time + chance.pick([2, 20]) * MINUTE,
        } as const
        return this.routing.apply({ kind: 'setActiveChannels', pool, agentId, ...set }, time)
      }
      case 'comesAndGoes':
        return this.#comesOrGoes(agentId)
      // Routing tells of the agent, and of the channels nothing new.
      case 'phones': {
        const weight = chance.pick([0, 50])
        const command = { kind: 'setExternalLoad', pool, agentId, weight, forMs: HOUR } as const
        return this.routing.apply(command, time)
      }
      case 'sendsBack':
        return this.#says({ kind: 'returnAll', pool, actor: 'sue' })
      case 'refuses':
        return chance.happens(0.5)
          ? this.#says({ kind: 'pause', pool, paused: chance.happens(0.5), reason: 'a drill' })
          : this.#says({
              ...{ kind: 'setConsent', pool, agentId, consent: 'policy' },
              optedOut: chance.happens(0.3),
            })
      case 'lacksCounts': {
        const counts = { arrivals: 1, open: 0, answered: 1, inTarget: 1, abandoned: 0 }
        const actual = { from: time - 5 * MINUTE, ...counts, complete: chance.happens(0.5) }
        return this.#says({ kind: 'intervalKnown', pool, queueId: 'mail', actual })
      }
      case 'rosters':
        return this.#rosters ? this.#roster(agentId) : undefined
      case 'restarts':
        if (!this.#dies) return
        return chance.happens(0.5) ? this.moves.restarts() : this.routing.restarts()
      case 'repeats':
        return this.#last === undefined ? undefined : this.moves.apply(this.#last, time)
      default:
        return deed satisfies never
    }
  }

  /** Some of what has come meanwhile. */
  #reads(one: () => boolean, most = 6): void {
    for (let left = this.#chance.int(1, most); left > 0 && one(); ) left -= 1
  }

  #loss(): boolean {
    return this.#loses && this.#chance.happens(0.1)
  }

  #roster(agentId: string): void {
    const until = this.#time + this.#chance.int(5, 240) * MINUTE
    const duty = [{ from: this.#time - HOUR, until }]
    for (const m of this.moves.state.moves.inKeyOrder()) {
      if (m.agentId === agentId && isInForce(m.state)) this.#unaware.add(m.id)
    }
    this.#says({ kind: 'rosterKnown', pool, agentId, rostered: true, duty })
  }

  #comesOrGoes(agentId: string): void {
    const presence = this.#chance.pick(['ready', 'ready', 'paused', 'signedOut'] as const)
    const signedOut = this.routing.state.agents.find(pool, agentId)?.presence === 'signedOut'
    const command: Command =
      presence === 'ready' && signedOut
        ? { kind: 'signIn', pool, agentId, ready: true }
        : { kind: 'setPresence', pool, agentId, presence, reason: '' }
    this.routing.apply(command, this.#time)
  }

  #propose(agentId: string): void {
    this.#plans += 1
    const mail = { to: 'email', toQueue: 'mail' } as const
    const goal = this.#chance.happens(0.3) ? ({ to: 'training', toQueue: '' } as const) : mail
    const reason = { sentence: 'Mail is late, or nobody calls.', ...figures }
    const wished = { agentId, ...goal, lastsMs: 0, predicted: 'none', reason } as const
    const plan = { planId: `plan-${this.#plans}`, basis: 0, moves: [wished] }
    this.#says({ kind: 'proposeMoves', pool, ...plan })
  }

  /** A surge: whoever is in training is needed. */
  #recall(): void {
    const live = this.moves.state.moves.inKeyOrder().filter(({ state }) => isInForce(state))
    const moveIds = live.filter(({ to }) => to === 'training').map(({ id }) => id)
    this.#says({ kind: 'returnMoves', pool, moveIds })
    for (const moveId of moveIds) {
      const { state } = this.moves.state.moves.must(moveId)
      must(state === 'returning', () => `${moveId}: is ${state}, and was called back`)
    }
  }

  /** Of a move that waits for a supervisor, or for the agent. */
  #answer(): void {
    const rows = this.moves.state.moves.inKeyOrder()
    const m = this.#chance.any(
      rows.filter(({ state }) => state === 'proposed' || state === 'approved'),
    )
    if (m === undefined) return
    const of = { pool, moveId: m.id }
    if (m.state === 'proposed') this.#says({ kind: 'approveMove', ...of, actor: 'sue' })
    else {
      const accept = this.#chance.happens(0.8)
      this.#says({ kind: 'respondToMove', ...of, agentId: m.agentId, accept, reason: 'no' })
    }
  }

  #pass(ms: number, alive: 'both' | 'routing' | 'moves'): void {
    // What is due on the way is due then, not at its end.
    for (let left = ms; left > 0; left -= 5 * MINUTE) {
      this.#time += Math.min(left, 5 * MINUTE)
      if (alive !== 'moves') this.routing.ticks(this.#time)
      if (alive !== 'routing') this.moves.ticks(this.#time)
    }
    if (alive !== 'moves') for (const agentId of people) this.#mustNotBreak(agentId)
  }

  /** All that was told arrives. */
  #meet(): void {
    for (let more = true; more; ) {
      const there = this.moves.reads(this.routing.told, 'routing', this.#time)
      more = this.routing.reads(this.moves.told, 'reallocation', this.#time) || there
    }
  }

  /** A supervisor's choice holds until its end; what is held to be over never begins. */
  #mustStand(agentId: string, before: PlanThen): void {
    const { reason, signedOut } = this.#plan(agentId)
    const holds = before.reason === bySupervisor && before.until > this.#time && !signedOut
    must(!holds || reason === bySupervisor, () => `${agentId}: a move undoes what a supervisor set`)
    const m = this.moves.state.moves.get(reason.slice('move '.length))
    this.#mustBeGiven(agentId, m?.to)
    const begins = reason !== before.reason && before.reason === '' && m?.state === 'ended'
    must(!begins, () => `${agentId}: ${reason} begins and is held to be over`)
  }

  /** Who is moved is given that channel alone, and in training nothing. */
  #mustBeGiven(agentId: string, to: Destination | undefined): void {
    const { weights } = this.routing.state.agents.find(pool, agentId) ?? { weights: [] }
    const given = channels.filter((_, k) => (weights[k] ?? 0) > 0)
    const only = to === 'training' ? '' : to
    must(to === undefined || given.join() === only, () => `${agentId} is given ${given.join()}`)
  }

  /** Whoever is dead, nobody is on another channel in a break that was known at the order. */
  #mustNotBreak(agentId: string): void {
    const reason = this.#reason(agentId)
    const m = this.moves.state.moves.get(reason.slice('move '.length))
    const { duty } = this.#book.of(agentId)
    if (!reason.startsWith('move ') || m === undefined || duty === undefined) return
    if (this.#unaware.has(m.id)) return
    must(this.#time < duty.until, () => `${agentId} is moved in a break`)
  }

  #mustBelieveWhatIs(): void {
    for (const agentId of people) {
      const reason = this.#reason(agentId)
      const ours = reason.startsWith('move ') ? reason : ''
      const believed = this.#believed(agentId)
      must(believed === ours, () => `${agentId}: "${believed}" is believed, "${ours}" is`)
    }
  }

  #plan(agentId: string): PlanThen {
    const agent = this.routing.state.agents.find(pool, agentId)
    const signedOut = agent?.presence === 'signedOut'
    return { reason: agent?.activeReason ?? '', until: agent?.activeUntil ?? 0, signedOut }
  }

  #reason(agentId: string): string {
    return this.#plan(agentId).reason
  }

  /** As reallocation has it. */
  #believed(agentId: string): string {
    const found = this.moves.state.moves
      .inKeyOrder()
      .find((m) => m.agentId === agentId && (m.state === 'draining' || m.state === 'active'))
    return found === undefined ? '' : `move ${found.id}`
  }
}

/** Narrow in some things and wide in others, so that each guard is the one that counts. */
function policyOf(chance: Chance): Policy {
  return {
    ...{ pool, etag: '', returnBelowBp: 5_000, trainInSlack: true },
    mode: chance.pick(['automatic', 'automatic', 'approve']),
    consent: chance.pick(['automatic', 'automatic', 'notify', 'ask']),
    minimums: chance.happens(0.3) ? [{ channel: 'voice', agents: chance.int(1, 3) }] : [],
    movesPerHour: chance.pick([1, 2, 1_000]),
    donorShareBp: chance.pick([2_500, 5_000, 10_000]),
    movesPerDay: chance.pick([1, 20]),
    movedPerDayMs: 12 * HOUR,
    dwellMinMs: chance.pick([5, 30]) * MINUTE,
    dwellMaxMs: chance.pick([30, 120]) * MINUTE,
    coolDownMs: chance.pick([0, 60]) * MINUTE,
    edgeGuardMs: 15 * MINUTE,
    approvalExpiryMs: 10 * MINUTE,
    noticeMs: chance.pick([0, 1]) * MINUTE,
  }
}
