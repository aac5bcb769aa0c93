import { noOdds } from '@evenkeel/chassis/log/memory'
import { decodeRecord, encodeRecord } from '@evenkeel/chassis/replica'
import type { Host, Process, Site } from './host.ts'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import type { RoutingHost, SkillsHost } from './seed.ts'
import { Operator } from './operator.ts'
import { Storage } from './storage.ts'
import type { Plan } from './world/plan.ts'

/** Of a sequence that nobody gets to while a record with it is on its way: it would be the next. */
const farAhead = 1_000_000
/** Until a killed process is there again. */
const restartMsMax = 20_000
const second = 1_000
/** Longer than a lease. */
const pastLeaseMs = [4, 8, 60] as const
/** Of the newest records, those that may come again. */
const echoed = 12

/** What befalls the machines, and whoever starts them again. */
export class Trouble {
  readonly #site: Site
  readonly #routing: RoutingHost
  readonly #skills: SkillsHost
  readonly #plan: Plan
  readonly #streams: { down: boolean }
  readonly #storage: Storage<RoutingState, Command, RoutingEvent>
  readonly #operator: Operator
  #logDown = false
  #over = false

  constructor(
    site: Site,
    hosts: { routing: RoutingHost; skills: SkillsHost; streams: { down: boolean } },
    plan: Plan,
  ) {
    this.#site = site
    this.#routing = hosts.routing
    this.#skills = hosts.skills
    this.#streams = hosts.streams
    this.#plan = plan
    this.#storage = new Storage(site, hosts.routing)
    this.#operator = new Operator(site, hosts.skills)
  }

  async maybe(): Promise<void> {
    const { chance, turns, trace, tally } = this.#site
    const { machines } = this.#plan.troubles
    const routing = this.#routing
    this.#tend()
    if (chance.happens(machines.crash)) this.#crash(routing, chance.any(routing.serving()))
    if (chance.happens(machines.leaderCrash)) this.#crash(routing, routing.leader())
    if (chance.happens(machines.allCrash)) this.#crashAll()
    if (chance.happens(machines.skillsCrash)) {
      tally('skills_killed')
      this.#crash(this.#skills, chance.any(this.#skills.serving()))
    }
    if (chance.happens(machines.twin)) this.#twin()
    if (chance.happens(machines.leave)) this.#leave()
    if (chance.happens(machines.handOver)) this.#handOver()
    if (chance.happens(machines.pause)) this.#pause()
    if (chance.happens(machines.block)) this.#block()
    if (chance.happens(machines.clockStep)) this.#stepClock()
    if (chance.happens(machines.echo)) this.#echo()
    if (chance.happens(machines.stranger)) this.#stranger()
    if (chance.happens(machines.logDown)) this.#takeLogDown()
    if (chance.happens(machines.streamsDown)) this.#takeStreamsDown()
    if (chance.happens(machines.damage)) this.#soonNeeded(this.#storage.damage())
    if (chance.happens(machines.mistake)) this.#soonNeeded(this.#storage.mistake())
    if (chance.happens(machines.drop)) {
      this.#soonNeeded(this.#storage.drop())
      this.#operator.drop()
    }
    if (chance.happens(machines.stall)) {
      const ms = chance.pick([6, 60, 1_000, 5_000]) * second
      trace(`everything stands still for ${ms} ms`)
      tally('stalled')
      await turns.stall(ms)
    }
  }

  /** As an orchestrator: whoever is fenced off by a newer process of its name has to go; how many. */
  #tend(): number {
    const fenced = this.#routing
      .ready()
      .filter(({ machine, replica }) => replica?.stats().fenced === true && !machine.standsStill)
    for (const process of fenced) {
      this.#routing.kill(process)
      // Whose Join came late has fenced off everybody, and may be long gone.
      if (!this.#over) this.#revive(this.#routing, process.replicaId)
    }
    return fenced.length
  }

  #crash<State, Command, Event>(
    host: Host<State, Command, Event>,
    process: Process<State> | undefined,
  ): void {
    if (process === undefined) return
    const { chance, tally } = this.#site
    const { leading = false, inFlight = 0 } = process.replica?.stats() ?? {}
    tally(leading ? 'leader_killed' : 'killed')
    if (inFlight > 0) tally('killed_in_flight')
    host.kill(process)
    this.#again(host, process.replicaId, chance.int(0, restartMsMax))
  }

  /** What has become of the snapshots is seen by whoever begins with them, before newer ones are there. */
  #soonNeeded(changed: boolean): void {
    const { chance } = this.#site
    if (changed && chance.happens(0.5)) this.#crash(this.#routing, this.#routing.leader())
  }

  #crashAll(): void {
    this.#site.tally('all_killed')
    for (const process of this.#routing.ready()) {
      this.#routing.kill(process)
      this.#again(this.#routing, process.replicaId, this.#site.chance.int(0, restartMsMax))
    }
  }

  #again<State, Command, Event>(
    host: Host<State, Command, Event>,
    replicaId: string,
    afterMs: number,
  ): void {
    this.#site.turns.clock.after(afterMs, () => {
      if (!this.#over) host.start(replicaId)
    })
  }

  #twin(): void {
    const process = this.#site.chance.any(this.#routing.serving())
    if (process === undefined) return
    this.#site.tally('twin')
    this.#routing.start(process.replicaId)
  }

  #leave(): void {
    const process = this.#site.chance.any(this.#routing.serving())
    if (process === undefined) return
    this.#site.tally('left')
    this.#routing.leave(process, () => {
      if (!this.#over) this.#routing.start(process.replicaId)
    })
  }

  #handOver(): void {
    const leader = this.#routing.leader()
    if (leader?.replica === undefined) return
    this.#site.tally('handed_over')
    // A log that is out of reach, or its own end, may keep it from saying so.
    leader.replica.operations.handOver().catch(() => {})
  }

  #pause(): void {
    const { chance, tally } = this.#site
    const leader = chance.happens(0.7) ? this.#routing.leader() : undefined
    const process = leader ?? chance.any(this.#routing.serving())
    if (process === undefined) return
    const leads = process.replica?.stats().leading === true
    tally(leads ? 'leader_paused' : 'paused')
    this.#stop(process, chance.pick(pastLeaseMs) * second)
  }

  #block(): void {
    const process = this.#site.chance.any(this.#routing.serving())
    if (process === undefined) return
    this.#site.tally('blocked')
    this.#stop(process, 10 * second)
  }

  #stop(process: Process<unknown>, ms: number): void {
    const { turns, trace } = this.#site
    trace(`${process.name} stands still for ${ms} ms`)
    process.machine.stop()
    turns.clock.after(ms, () => {
      trace(`${process.name} goes on`)
      process.machine.goOn()
    })
  }

  #stepClock(): void {
    const { chance, tally } = this.#site
    const process = chance.any(this.#routing.serving())
    if (process === undefined) return
    tally('replica_clock_stepped')
    process.machine.clockOffMs = chance.pick([-3_600, 3_600, chance.int(-60, 60)]) * second
  }

  /** What the log holds comes again, byte for byte, as behind a retry that nobody expected. */
  #echo(): void {
    const { log, service } = this.#routing
    const held = log.entries(0).slice(-echoed)
    const counted = held.filter(({ bytes }) => {
      const { kind } = decodeRecord(bytes, service).body
      return kind !== 'join' && kind !== 'genesis'
    })
    if (counted.length === 0) return
    this.#site.tally('ticks_doubled')
    const from = this.#site.chance.int(0, counted.length - 1)
    this.#append(counted.slice(from).map(({ bytes }) => bytes))
  }

  /** A record of a known replica's that can't be next: one before it is missing, or its run is over. */
  #outOfTurn(): void {
    const { chance, tally } = this.#site
    const { log, service } = this.#routing
    const known = log.entries(0).slice(-echoed)
    const entry = chance.any(known.filter(({ offset }) => offset > 0))
    if (entry === undefined) return
    const { replica, epoch, sequence } = decodeRecord(entry.bytes, service)
    if (sequence === 0) return
    tally('out_of_turn')
    const place = chance.happens(0.5)
      ? { epoch, sequence: sequence + farAhead }
      : { epoch: epoch - 1, sequence: sequence + chance.int(1, 3) }
    const body = { kind: 'continue' } as const
    this.#append([encodeRecord({ replica, ...place, notAfterMs: 0, clockMs: 0, body })])
  }

  /** Of this log's kind, but by a replica that it has never heard of, with a clock of its own. */
  #stranger(): void {
    const { chance, turns, tally } = this.#site
    if (chance.happens(0.5)) return this.#outOfTurn()
    tally('stranger')
    const tick = {
      kind: 'tick',
      incarnation: chance.hex(),
      offset: 1,
      chain: chance.hex(),
    } as const
    const bare = { kind: chance.pick<'continue' | 'claim'>(['continue', 'claim']) }
    const body = chance.happens(0.5) ? tick : bare
    const clockMs = turns.clock.now() + 3_600 * second
    const draft = { replica: 'nobody', epoch: 1, sequence: 1, notAfterMs: 0, clockMs, body }
    this.#append([encodeRecord(draft)])
  }

  #append(records: readonly Uint8Array[]): void {
    const { log } = this.#routing
    log
      .client('stranger')
      .append(0, records)
      .catch(() => {})
  }

  #takeLogDown(): void {
    if (this.#logDown) return
    const { chance, turns, faults, trace, tally } = this.#site
    const ms = chance.pick([20, 90, 1_200]) * second
    tally('log_down')
    trace(`the log is out of reach for ${ms} ms`)
    this.#logDown = true
    faults.change({ ...this.#plan.troubles.odds, refused: 0.5, lost: 1, broken: 1 })
    turns.clock.after(ms, () => {
      this.#logDown = false
      if (!this.#over) faults.change(this.#plan.troubles.odds)
    })
  }

  #takeStreamsDown(): void {
    const { chance, turns, tally } = this.#site
    tally('streams_down')
    this.#streams.down = true
    turns.clock.after(chance.pick([5, 60, 600]) * second, () => {
      this.#streams.down = false
    })
  }

  /** Nothing goes wrong any more, and everybody is there. */
  end(): void {
    this.#over = true
    this.#site.faults.change(noOdds)
    this.#streams.down = false
    for (const process of this.#routing.processes) {
      process.machine.clockOffMs = 0
      process.machine.goOn()
    }
    this.#tend()
    this.#revive(this.#routing, 'r-a')
    this.#revive(this.#skills, 's-a')
  }

  #revive<State, Command, Event>(host: Host<State, Command, Event>, replicaId: string): void {
    const there = [...host.processes].some((p) => p.replicaId === replicaId && !p.leaving)
    if (!there) host.start(replicaId)
  }

  /** A Join that came late, behind the end of the troubles, has fenced somebody off as well; how many. */
  tendInPeace(): number {
    const fenced = this.#tend()
    this.#revive(this.#routing, 'r-a')
    return fenced
  }

  async fencedGo(): Promise<void> {
    if (this.tendInPeace() > 0) await this.#site.turns.pass(8 * second)
  }

  /** With nothing but the log, everybody comes to the same. */
  async restartAll(): Promise<void> {
    const { turns } = this.#site
    for (const process of this.#routing.ready()) this.#routing.kill(process)
    this.#routing.start('r-a')
    this.#routing.start('r-c')
    await turns.pass(8 * second)
    this.#operator.mustHaveMovedAll()
  }
}
