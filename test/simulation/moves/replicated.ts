import { CodedError } from '@evenkeel/chassis/errors'
import { type Faults, MemoryStreams, noOdds, seededFaults } from '@evenkeel/chassis/log/memory'
import { Command as MoveCommand } from '@evenkeel/proto/evenkeel/reallocation/log/v1/command'
import { Consent, Mode, Policy } from '@evenkeel/proto/evenkeel/reallocation/v1/move'
import { ProposeMovesRequest } from '@evenkeel/proto/evenkeel/reallocation/v1/reallocation_service'
import { Command as RoutingCommand } from '@evenkeel/proto/evenkeel/routing/log/v1/command'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Command as SkillsCommand } from '@evenkeel/proto/evenkeel/skills/log/v1/command'
import { PutAgentRequest } from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { reallocation } from '@evenkeel/reallocation'
import { routing } from '@evenkeel/routing'
import { skills } from '@evenkeel/skills'
import { Chance } from '../chance.ts'
import { mustAgree, mustBeEqual } from '../checks/replicas.ts'
import type { FaultName } from '../coverage.ts'
import { must } from '../failure.ts'
import { Host, type Process, type Site } from '../host.ts'
import { Observer } from '../observer.ts'
import { Turns } from '../turns.ts'

const second = 1_000
const minute = 60 * second
const pool = 'p'
const people = ['ann', 'bob', 'cid'] as const
const movers = ['m-a', 'm-b'] as const
/** Another luck than that of the seed's other worlds. */
const apart = 0x6d6f7665
/** Until whoever was killed is there again; longer than a lease: meanwhile another leads. */
const restartMsMax = 8 * second
/** Mild: what the log itself may do is for the seed's own world. */
const odds = {
  ...noOdds,
  ...{ ackLost: 0.05, late: 0.03, delayed: 0.2, delayMsMax: 300 },
  ...{ repeated: 0.3, deliveryDelayed: 0.1, deliverySplit: 0.2, landsAfterCrash: 0.5 },
}

type MovesCommand = NonNullable<MoveCommand['kind']>
type RoutingDeed = NonNullable<RoutingCommand['kind']>

/**
 * Reallocation as two replicas over its log, beside routing and skills over theirs. Its leader is
 * killed and the other replays what is left; all of one side are gone for a while; streams are out
 * of reach. In peace both sides believe the same and nobody stays moved, and whoever begins with
 * the log alone comes to it as well.
 */
export class ReplicatedMoves {
  readonly #chance: Chance
  readonly #turns = new Turns()
  readonly #site: Site
  readonly #fate = { down: false }
  readonly #hosts
  readonly #routed
  readonly #moves
  #sentence = ''
  /** Moves that have begun. */
  moved = 0
  #plans = 0
  #over = false

  constructor(seed: number, tally: (fault: FaultName) => void) {
    const chance = new Chance(seed ^ apart)
    const turns = this.#turns
    const faults = seededFaults(chance.int(0, 0x7fffffff), noOdds)
    const ofStreams = cutOff(faults, this.#fate)
    const streams = new MemoryStreams({
      ...{ clock: turns.clock, faults: ofStreams, schedule: turns.soon },
    })
    const broken = (sentence: string) => {
      this.#sentence ||= sentence
    }
    this.#chance = chance
    this.#site = { turns, chance, faults, streams, broken, trace: () => {}, tally }
    this.#hosts = {
      skills: new Host(this.#site, skills, undefined),
      routing: new Host(this.#site, routing, undefined, routing.attend),
      moves: new Host(this.#site, reallocation, chance.pick([undefined, 50])),
    }
    const place = { partition: 0 }
    this.#routed = new Observer(routing, { ...place, log: this.#hosts.routing.log }, broken)
    this.#moves = new Observer(reallocation, { ...place, log: this.#hosts.moves.log }, broken)
  }

  async run(steps: number): Promise<void> {
    await this.#open()
    this.#site.faults.change(odds)
    for (let step = 0; step < steps; step++) {
      this.#befall()
      this.#act()
      await this.#turns.pass(this.#chance.int(0, 2 * second))
      this.#mustStand()
    }
    await this.#inPeace()
    for (const host of Object.values(this.#hosts)) host.killAll()
    this.moved = this.#moves.state.moves.inKeyOrder().filter((m) => m.startedAt > 0).length
  }

  async #open(): Promise<void> {
    const { moves, routing: router, skills: school } = this.#hosts
    school.start('s-a')
    router.start('r-a')
    for (const replicaId of movers) moves.start(replicaId)
    await this.#turns.pass(second)
    const made = {
      pool,
      displayName: '',
      etag: '',
      dialPacing: undefined,
      profilesMaxAge: undefined,
    }
    this.#routes({ $case: 'putPool', value: { pool: made, validateOnly: false } })
    for (const channel of [Channel.CHANNEL_VOICE, Channel.CHANNEL_EMAIL] as const) {
      const queue = Queue.fromPartial({ pool, queueId: `q${channel}`, channel })
      this.#routes({ $case: 'putQueue', value: { queue, validateOnly: false } })
    }
    await this.#turns.pass(second)
    const channels = [Channel.CHANNEL_VOICE, Channel.CHANNEL_EMAIL].map((channel) => ({
      ...{ channel, weight: 50 },
    }))
    for (const agentId of people) {
      const value = PutAgentRequest.fromPartial({ profile: { pool, agentId, channels } })
      const bytes = SkillsCommand.encode({ kind: { $case: 'putAgent', value } }).finish()
      this.#submit(school.serving(), bytes)
      await this.#turns.pass(second)
      this.#routes({ $case: 'signIn', value: { pool, agentId, ready: true } })
    }
    this.#says({ $case: 'putPolicy', value: { policy: policyOf(this.#chance) } })
    await this.#turns.pass(second)
    must(this.#moves.state.agents.size === people.length, () => 'reallocation knows not everybody')
  }

  #befall(): void {
    const { chance, tally, turns } = this.#site
    const { moves, routing: router } = this.#hosts
    if (chance.happens(0.06)) {
      const leader = moves.leader()
      if (leader !== undefined) tally('reallocation_killed')
      this.#kill(moves, leader === undefined ? [] : [leader])
    }
    if (chance.happens(0.02)) {
      tally('reallocation_gone')
      this.#kill(moves, moves.ready())
    }
    if (chance.happens(0.03)) {
      tally('routing_gone')
      this.#kill(router, router.ready())
    }
    if (chance.happens(0.02)) {
      tally('streams_down')
      this.#fate.down = true
      turns.clock.after(chance.int(1, 30) * second, () => {
        this.#fate.down = false
      })
    }
  }

  #kill<State, Command, Event>(
    host: Host<State, Command, Event>,
    processes: readonly Process<State>[],
  ): void {
    const { chance, turns } = this.#site
    for (const process of processes) {
      host.kill(process)
      turns.clock.after(chance.int(0, restartMsMax), () => {
        if (!this.#over) host.start(process.replicaId)
      })
    }
  }

  #act(): void {
    const chance = this.#chance
    const agentId = chance.pick(people)
    const now = this.#turns.clock.now()
    const deed = chance.int(0, 9)
    if (deed <= 3) return this.#propose(agentId)
    if (deed <= 6) return this.#answer()
    if (deed === 7) return this.#says({ $case: 'returnAll', value: { pool, actor: 'sue' } })
    if (deed === 8) {
      const until = { seconds: Math.ceil(now / second) + chance.pick([2, 60]), nanos: 0 }
      const value = { pool, agentId, channels: [Channel.CHANNEL_VOICE], reason: 'sue', until }
      return this.#routes({ $case: 'setActiveChannels', value })
    }
    const away = this.#routed.state.agents.find(pool, agentId)?.presence !== 'ready'
    if (away) return this.#routes({ $case: 'signIn', value: { pool, agentId, ready: true } })
    const presence = Presence.PRESENCE_SIGNED_OUT
    this.#routes({ $case: 'setPresence', value: { pool, agentId, presence, reason: '' } })
  }

  #propose(agentId: string): void {
    this.#plans += 1
    const training = this.#chance.happens(0.2)
    const wished = {
      agentId,
      ...(training ? { training } : { toChannel: Channel.CHANNEL_EMAIL }),
      reason: { sentence: 'Mail waits.' },
    }
    const planId = `plan-${this.#plans}`
    const value = ProposeMovesRequest.fromPartial({ pool, planId, moves: [wished] })
    this.#says({ $case: 'proposeMoves', value })
  }

  #answer(): void {
    const rows = this.#moves.state.moves.inKeyOrder()
    const m = this.#chance.any(
      rows.filter(({ state }) => state === 'proposed' || state === 'approved'),
    )
    if (m === undefined) return
    const of = { pool, moveId: m.id }
    const said = { agentId: m.agentId, accept: true, reason: '' }
    if (m.state === 'proposed') this.#says({ $case: 'approveMove', value: { ...of, actor: 'sue' } })
    else this.#says({ $case: 'respondToMove', value: { ...of, ...said } })
  }

  #says(kind: MovesCommand): void {
    this.#submit(this.#hosts.moves.serving(), MoveCommand.encode({ kind }).finish())
  }

  #routes(kind: RoutingDeed): void {
    this.#submit(this.#hosts.routing.serving(), RoutingCommand.encode({ kind }).finish())
  }

  /** Whoever has no answer lets it be: something else is said soon. */
  #submit<State>(processes: readonly Process<State>[], bytes: Uint8Array): void {
    const refused = (error: unknown) => {
      if (error instanceof CodedError && error.code !== 'COMMAND_FAILED') return
      this.#site.broken(`answered with ${String(error)}`)
    }
    try {
      const { replica } = this.#chance.any(processes) ?? {}
      replica?.submit(bytes, { deadlineMs: 10 * second }, () => {}).catch(refused)
    } catch (error) {
      refused(error)
    }
  }

  /** Whatever has not been heard yet: nobody is moved whose move is held to be over. */
  #mustStand(): void {
    must(this.#sentence === '', () => `replicated moves: ${this.#sentence}`)
    mustAgree(this.#moves, this.#hosts.moves.ready())
    mustAgree(this.#routed, this.#hosts.routing.ready())
    const { state } = this.#moves
    const broken = reallocation.core.invariants(state, this.#moves.now(), true)
    must(broken.length === 0, () => broken.join('; '))
    for (const agentId of people) {
      const reason = this.#reason(agentId)
      const m = state.moves.get(reason.slice('move '.length))
      must(m?.state !== 'ended', () => `${agentId}: ${reason} is held to be over, and is not`)
    }
  }

  async #inPeace(): Promise<void> {
    const { moves, routing: router } = this.#hosts
    this.#over = true
    this.#fate.down = false
    this.#site.faults.change(noOdds)
    this.#revive(router, ['r-a'])
    this.#revive(moves, movers)
    await this.#turns.pass(restartMsMax)
    this.#mustStand()
    for (const agentId of people) this.#mustBelieve(agentId)
    this.#says({ $case: 'returnAll', value: { pool, actor: 'sue' } })
    await this.#turns.pass(5 * second)
    const { state } = this.#moves
    const live = state.moves.inKeyOrder().filter((m) => m.endedAt === 0 && m.state !== 'observed')
    must(live.length === 0, () => `${live[0]?.id} is ${live[0]?.state} in peace`)
    const over = state.moves.inKeyOrder().filter((m) => m.startedAt > 0)
    const told = state.ledger.inKeyOrder().reduce((sum, day) => sum + day.moves, 0)
    must(told === over.length, () => `${over.length} moves were made, ${told} are in the ledger`)
    mustBeEqual(this.#moves, moves.ready())
    moves.killAll()
    this.#revive(moves, movers)
    await this.#turns.pass(restartMsMax)
    mustBeEqual(this.#moves, moves.ready())
    this.#mustStand()
  }

  #revive<State, Command, Event>(
    host: Host<State, Command, Event>,
    replicaIds: readonly string[],
  ): void {
    const there = new Set([...host.processes].map(({ replicaId }) => replicaId))
    for (const replicaId of replicaIds) if (!there.has(replicaId)) host.start(replicaId)
  }

  #mustBelieve(agentId: string): void {
    const found = this.#moves.state.moves
      .inKeyOrder()
      .find((m) => m.agentId === agentId && (m.state === 'draining' || m.state === 'active'))
    const believed = found === undefined ? '' : `move ${found.id}`
    const reason = this.#reason(agentId)
    const ours = reason.startsWith('move ') ? reason : ''
    must(believed === ours, () => `${agentId}: "${believed}" is believed, "${ours}" is`)
  }

  #reason(agentId: string): string {
    return this.#routed.state.agents.find(pool, agentId)?.activeReason ?? ''
  }
}

const policyOf = (chance: Chance): Policy =>
  Policy.fromPartial({
    ...{ pool, movesPerHour: 1_000, donorShareBp: 10_000, movesPerDay: 20 },
    mode: chance.pick([Mode.MODE_AUTOMATIC, Mode.MODE_APPROVE]),
    consent: chance.pick([Consent.CONSENT_AUTOMATIC, Consent.CONSENT_ASK]),
    coolDown: { seconds: 0, nanos: 0 },
    dwellMin: { seconds: (5 * minute) / second, nanos: 0 },
  })

/** As long as streams are out of reach, what is published is lost and whoever reads is cut off. */
const cutOff = (faults: Faults, fate: { readonly down: boolean }): Faults => ({
  ...faults,
  publish: (client, stream) =>
    fate.down ? { kind: 'lost', delayMs: second } : faults.publish(client, stream),
  breaks: (client) => fate.down || faults.breaks(client),
})
