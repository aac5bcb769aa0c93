import type { Entry } from '@evenkeel/chassis/log'
import {
  type Faults,
  MemoryStreams,
  noOdds,
  type SeededFaults,
  seededFaults,
} from '@evenkeel/chassis/log/memory'
import { duration } from '@evenkeel/chassis/errors'
import { routing } from '@evenkeel/routing'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { skills } from '@evenkeel/skills'
import type { SkillsCommand, SkillsEvent, SkillsState } from '@evenkeel/skills/core'
import { Record as LogRecord } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Chance } from './chance.ts'
import { Library } from './checks/library.ts'
import { mustAgree, mustBeEqual, mustNotLeadBoth } from './checks/replicas.ts'
import { RoutingChecks } from './checks/routing.ts'
import { SkillsChecks } from './checks/skills.ts'
import { witnessed } from './checks/witness.ts'
import { type FaultCounts, type FaultName, ofLog } from './coverage.ts'
import { drain, passUptime } from './drain.ts'
import { endWith, nextLogic } from './endings.ts'
import { sentenceOf } from './failure.ts'
import { Host, platform, type Site } from './host.ts'
import { ReplicatedMoves } from './moves/replicated.ts'
import { MovesWorld } from './moves/world.ts'
import { PromisesWorld } from './promises/world.ts'
import { Observer } from './observer.ts'
import { poisoned } from './poison.ts'
import { Trouble } from './trouble.ts'
import { Turns } from './turns.ts'
import { Asking } from './world/asking.ts'
import { Choosing } from './world/choosing.ts'
import { Calls } from './world/calls.ts'
import { deed, expected } from './world/deeds.ts'
import { withBlendedFloor } from './world/blended.ts'
import { type Foretold, Foretelling } from './world/foretelling.ts'
import { type Plan, planOf, pool } from './world/plan.ts'
import type { Scene } from './world/scene.ts'
import { Rostering } from './world/rostering.ts'
import { School } from './world/school.ts'
import { Staff } from './world/staff.ts'
import { type Voice, voicesOf } from './world/voices.ts'

export interface SeedResult {
  readonly seed: number
  readonly steps: number
  readonly failure: Failure | undefined
  /** Of everything that the observer has seen: the same at every run of the seed. */
  readonly digest: string
  readonly faults: FaultCounts
}

export interface Failure {
  readonly step: number
  readonly sentence: string
  /** What happened last, a line each. */
  readonly lines: readonly string[]
}

const linesKept = 20
/** Of the world of moves that each seed has beside its own. */
const movesSteps = 120
/** Of the one of promises. */
const promisesSteps = 200
/** Of the one with replicas, which costs as much as a whole seed: every fourth has it. */
const replicatedSteps = 30
const replicatedEvery = 4
/** Steps between two searches for everything that was acknowledged. */
const searchSteps = 64
/** Steps between two comparisons of all replicas: whoever has come apart stays apart. */
const comparedSteps = 8

export type RoutingHost = Host<RoutingState, Command, RoutingEvent>
export type SkillsHost = Host<SkillsState, SkillsCommand, SkillsEvent>

/** One seed, one world, from its first record to its end or its failure. */
export class SeededWorld {
  readonly #plan: Plan
  readonly #chance: Chance
  readonly #turns = new Turns()
  readonly #site: Site
  readonly #routing: RoutingHost
  readonly #skills: SkillsHost
  readonly #calls: Calls
  readonly #staff: Staff
  readonly #school: School
  readonly #rostering: Rostering
  readonly #foretelling: Foretelling
  readonly #asking: Asking
  readonly #choosing: Choosing
  readonly #checks: RoutingChecks
  readonly #skillsChecks: SkillsChecks
  readonly #observer: Observer<RoutingState, Command, RoutingEvent>
  readonly #skillsObserver: Observer<SkillsState, SkillsCommand, SkillsEvent>
  readonly #tallied = new Map<FaultName, number>()
  readonly #streamsFate = { down: false }
  readonly #moves: ReplicatedMoves
  readonly #lines: string[] = []
  readonly #voices: readonly Voice[]
  readonly #given = { contacts: 0, requests: 0, sessions: 0 }
  #sentence: string | undefined
  #step = 0

  constructor(seed: number) {
    const chance = new Chance(seed)
    this.#chance = chance
    this.#plan = withBlendedFloor(planOf(seed, chance))
    this.#voices = voicesOf(seed)
    const plan = this.#plan
    const faults = seededFaults(chance.int(0, 0x7fffffff), noOdds)
    const { clock, soon } = this.#turns
    const ofStreams = sparing(faults, this.#streamsFate)
    const streams = new MemoryStreams({ clock, faults: ofStreams, schedule: soon })
    const broken = (sentence: string) => {
      this.#sentence ??= sentence
    }
    const trace = (line: string) => this.#trace(line)
    const tally = (fault: FaultName) => {
      this.#tallied.set(fault, (this.#tallied.get(fault) ?? 0) + 1)
      trace(fault)
    }
    this.#site = { turns: this.#turns, chance, faults, streams, broken, trace, tally }
    this.#moves = new ReplicatedMoves(seed, tally)
    const { attend } = routing
    this.#routing = new Host(this.#site, poisoned(routing), plan.snapshotRecords, attend)
    this.#skills = new Host(this.#site, skills, plan.snapshotRecords)
    this.#checks = new RoutingChecks(broken, {
      notAfter: (offset) => this.#notAfter(offset),
      latest: () => this.#latest(),
    })
    this.#skillsChecks = new SkillsChecks(this.#checks.bridged, broken)
    const watched = witnessed(nextLogic(poisoned(routing)), chance, this.#checks)
    this.#observer = new Observer(watched, { log: this.#routing.log, partition: 0 }, broken)
    const other = witnessed(skills, chance, this.#skillsChecks)
    this.#skillsObserver = new Observer(other, { log: this.#skills.log, partition: 0 }, broken)
    this.#calls = new Calls({
      processes: () => this.#routing.serving(),
      chance,
      broken,
      heard: (command, answer) => {
        trace(`  ${command.$case}: ${'code' in answer ? answer.code : answer.position}`)
        const submitted = command.$case === 'submitContact' || command.$case === 'requestCallback'
        if (!submitted || 'code' in answer) return
        this.#checks.acknowledged(command.value.contactId)
      },
    })
    this.#asking = new Asking(seed, plan)
    this.#choosing = new Choosing(seed)
    const processes = () => this.#skills.serving()
    this.#staff = new Staff({ processes, chance, plan, broken })
    this.#school = new School({ processes, plan, broken })
    this.#rostering = new Rostering({ processes, plan, broken })
    const sent = (told: Foretold) => this.#checks.outlook.sent(told)
    this.#foretelling = new Foretelling(seed, plan, { streams, sent })
  }

  /** Tells of every record as it lands, from now on. */
  landed(listener: (service: string, entry: Entry) => void): void {
    for (const host of [this.#routing, this.#skills]) {
      host.log.landed(0, (entry) => listener(host.name, entry))
    }
  }

  async run(): Promise<SeedResult> {
    const { seed, steps } = this.#plan
    try {
      new MovesWorld(new Chance(seed)).run(movesSteps)
      new PromisesWorld(new Chance(seed)).run(promisesSteps)
      if (seed % replicatedEvery === 0) await this.#moves.run(replicatedSteps)
      await this.#live(steps)
    } catch (error) {
      this.#site.broken(sentenceOf(error))
    }
    const digest = `${this.#turns.elapsedMs} ${this.#observer.chain()}`
    this.#routing.killAll()
    this.#skills.killAll()
    const sentence = this.#sentence
    const failure =
      sentence === undefined ? undefined : { step: this.#step, sentence, lines: this.#lines }
    return { seed, steps: this.#step, failure, digest, faults: this.#faultsMet() }
  }

  #faultsMet(): FaultCounts {
    const met = new Map(this.#tallied)
    for (const [kind, times] of this.#site.faults.counts()) {
      if (kind !== 'written') met.set(ofLog[kind], times)
    }
    const { verdicts } = this.#observer
    met.set('too_late', verdicts.get('command COMMAND_TOO_LATE') ?? 0)
    met.set('poison_command', verdicts.get('command failed') ?? 0)
    met.set('shift_overlapped', this.#skillsObserver.verdicts.get('command SHIFT_OVERLAP') ?? 0)
    met.set('roster_changed', this.#skillsChecks.shifts.changes)
    const { passed, atWork } = this.#checks.profiles.duty.edges
    met.set('roster_edge', passed)
    met.set('left_at_work', atWork)
    met.set('clocks_changed', this.#checks.calling.changes)
    met.set('profiles_too_old', this.#checks.freshness.holds)
    return Object.fromEntries(met)
  }

  #notAfter(offset: number): number {
    const entry = this.#routing.log.entry(0, offset)
    return entry === undefined ? 0 : LogRecord.decode(entry.bytes).notAfterMs
  }

  /** One clock may be off; when several may, nobody knows the time. */
  #latest(): number {
    const { machines, odds } = this.#plan.troubles
    const certain = machines.clockStep === 0 || odds.clockStepped === 0
    return certain ? this.#turns.clock.now() : Number.POSITIVE_INFINITY
  }

  async #live(steps: number): Promise<void> {
    const { troubles } = this.#plan
    await this.#open()
    const site = this.#site
    const [routing, skills] = [this.#routing, this.#skills]
    const trouble = new Trouble(site, { routing, skills, streams: this.#streamsFate }, this.#plan)
    site.faults.change(troubles.odds)
    for (; this.#step < steps && this.#sentence === undefined; this.#step++) {
      await trouble.maybe()
      this.#act()
      this.#ask()
      if (this.#chance.happens(this.#plan.diligence)) this.#goOn()
      this.#calls.repeat()
      await this.#turns.pass(this.#pause())
      if (this.#step % comparedSteps === 0) this.#compare()
      if (this.#step % searchSteps === 0) this.#search()
    }
    if (this.#sentence === undefined) await this.#finish(trouble)
  }

  /** The troubles are over. */
  async #finish(trouble: Trouble): Promise<void> {
    const { drains, ending } = this.#plan
    const observer = this.#observer
    const { state } = observer
    const site = this.#site
    this.#trace('troubles end')
    trouble.end()
    const tend = () => trouble.tendInPeace()
    await drain({ site, checks: this.#checks, calls: this.#calls, state, drains, tend })
    this.#search()
    this.#compare()
    mustNotLeadBoth(this.#routing.ready())
    if (this.#sentence !== undefined) return
    await trouble.fencedGo()
    if (drains) {
      // Until whoever is gone has been silent for too long, and its desks are cut.
      await passUptime(this.#turns, () => observer.now(), 20_000)
      const alive = new Set(this.#routing.ready().map(({ replicaId }) => replicaId))
      this.#checks.mustHoldNoLostSessions(state, alive)
      await trouble.restartAll()
      if (this.#sentence !== undefined) return
      this.#skillsChecks.consumer.mustBeComplete()
      this.#checks.mustBeOver(state, observer.now())
      this.#skillsChecks.shifts.mustBeHeld(state, observer.now().time)
      mustBeEqual(observer, this.#routing.ready())
    }
    if (ending === undefined) return
    site.tally(ending)
    await endWith(ending, { site, host: this.#routing, observer })
  }

  #compare(): void {
    mustAgree(this.#observer, this.#routing.ready())
    mustAgree(this.#skillsObserver, this.#skills.ready())
  }

  #search(): void {
    this.#checks.mustKnowAll(this.#observer.state, this.#observer.now().time)
  }

  #pause(): number {
    const chance = this.#chance
    return chance.happens(0.05) ? chance.int(0, 8_000) : chance.int(0, this.#plan.paceMs)
  }

  #trace(line: string): void {
    this.#lines.push(`${String(this.#turns.elapsedMs).padStart(9)} ms  ${line}`)
    if (this.#lines.length > linesKept) this.#lines.shift()
  }

  async #open(): Promise<void> {
    const { streams, broken } = this.#site
    const { pacing, queues, replicas } = this.#plan
    for (const replicaId of replicaIds.slice(0, replicas)) this.#routing.start(replicaId)
    this.#skills.start('s-a')
    await this.#turns.pass(500)
    this.#checks.follow(this.#observer)
    this.#checks.consumer.read(streams.client(platform.routing), broken)
    this.#skillsChecks.consumer.read(streams.client(platform.skills), broken)
    new Library('routing', this.#checks.consumer, this.#site).read(streams.client(platform.library))
    const made = {
      pool,
      displayName: 'Pool',
      etag: '',
      dialPacing: pacing,
      profilesMaxAge: this.#plan.seed % 2 === 0 ? duration(60_000) : undefined,
    }
    const value = { pool: made, validateOnly: false }
    this.#calls.say({ $case: 'putPool', value })
    for (const queue of queues)
      this.#calls.say({ $case: 'putQueue', value: { queue, validateOnly: false } })
    await this.#turns.pass(1_000)
  }

  #act(): void {
    const chance = this.#chance
    const now = this.#turns.clock.now()
    this.#staff.hire(now)
    this.#school.act(now)
    this.#rostering.act(now)
    this.#foretelling.act(now)
    const { behaviours } = this.#plan
    let left = chance.int(
      1,
      behaviours.reduce((sum, one) => sum + one.weight, 0),
    )
    const drawn = behaviours.find(({ weight }) => {
      left -= weight
      return left <= 0
    })
    const name = drawn?.name ?? 'arrive'
    this.#say()
    if (name === 'editProfile') return this.#staff.edit(now)
    if (name === 'removeProfile') return chance.happens(0.2) ? this.#staff.remove() : undefined
    const command = deed(name, this.#scene())
    if (command === undefined) return
    this.#trace(`${name}: ${JSON.stringify(command.value)}`)
    this.#calls.say(command)
  }

  #say(): void {
    const scene = this.#scene()
    for (const voice of this.#voices) {
      const command = voice(scene)
      if (command === undefined) continue
      this.#trace(`${command.$case}: ${JSON.stringify(command.value)}`)
      this.#calls.say(command)
    }
  }

  #ask(): void {
    const { state } = this.#observer
    const asked = this.#asking.next(state, this.#turns.clock.now())
    for (const command of [asked, this.#choosing.next(state)]) {
      if (command === undefined) continue
      this.#trace(`ask: ${JSON.stringify(command)}`)
      this.#calls.say(command)
    }
  }

  /** Most people do what is to be done next. */
  #goOn(): void {
    const scene = this.#scene()
    for (let tries = 0; tries < 4; tries++) {
      const name = this.#chance.pick(expected)
      const command = deed(name, scene)
      if (command === undefined) continue
      this.#trace(`${name}: ${JSON.stringify(command.value)}`)
      return this.#calls.say(command)
    }
  }

  #scene(): Scene {
    return {
      state: this.#observer.state,
      chance: this.#chance,
      now: this.#turns.clock.now(),
      plan: this.#plan,
      given: this.#given,
      replicaIds: this.#routing.serving().map((p) => p.replicaId),
      former: () => this.#calls.former(),
    }
  }
}

const replicaIds = ['r-a', 'r-b', 'r-c'] as const

/** The platform is not part of the system; what is broken for everybody else is whole for it. */
function sparing(faults: SeededFaults, fate: { readonly down: boolean }): Faults {
  const readers: ReadonlySet<string> = new Set(Object.values(platform))
  const spared = (client: string) => readers.has(client)
  return {
    ...faults,
    publish: (client, stream) =>
      fate.down ? { kind: 'lost', delayMs: 1_000 } : faults.publish(client, stream),
    breaks: (client) => !spared(client) && (fate.down || faults.breaks(client)),
    deliveryDelayMs: (client) => (spared(client) ? 0 : faults.deliveryDelayMs(client)),
    batchSize: (client, waiting) => (spared(client) ? waiting : faults.batchSize(client, waiting)),
  }
}
