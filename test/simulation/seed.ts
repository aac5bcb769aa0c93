import { MemoryStreams, noOdds, seededFaults } from '@evenkeel/chassis/log/memory'
import type { RunningReplica } from '@evenkeel/chassis/replica'
import { routing } from '@evenkeel/routing'
import type { Command, RoutingEvent, RoutingState } from '@evenkeel/routing/core'
import { skills } from '@evenkeel/skills'
import type { SkillsCommand, SkillsEvent, SkillsState } from '@evenkeel/skills/core'
import { Record as LogRecord } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Chance } from './chance.ts'
import { Replicas } from './checks/replicas.ts'
import { RoutingChecks } from './checks/routing.ts'
import { SkillsChecks } from './checks/skills.ts'
import { witnessed } from './checks/witness.ts'
import { Broken } from './failure.ts'
import { Host, type Site, sparing, witnessName } from './host.ts'
import { drain } from './drain.ts'
import { Trouble } from './trouble.ts'
import { Turns } from './turns.ts'
import { Calls } from './world/calls.ts'
import { deed, expected } from './world/deeds.ts'
import { type Plan, planOf, pool } from './world/plan.ts'
import type { Scene } from './world/scene.ts'
import { Staff } from './world/staff.ts'

export interface SeedResult {
  readonly seed: number
  readonly steps: number
  readonly failure: Failure | undefined
  /** Of everything that the witness has seen: the same at every run of the seed. */
  readonly digest: string
}

export interface Failure {
  readonly step: number
  readonly sentence: string
  /** What happened last, a line each. */
  readonly lines: readonly string[]
}

const linesKept = 20
/** Steps between two searches for everything that was acknowledged. */
const searchSteps = 64

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
  readonly #checks: RoutingChecks
  readonly #skillsChecks: SkillsChecks
  readonly #lines: string[] = []
  readonly #given = { contacts: 0, requests: 0, sessions: 0 }
  #sentence: string | undefined
  #step = 0

  constructor(seed: number) {
    const chance = new Chance(seed)
    this.#chance = chance
    this.#plan = planOf(seed, chance)
    const plan = this.#plan
    const faults = seededFaults(chance.int(0, 0x7fffffff), noOdds)
    const { clock, soon } = this.#turns
    const streams = new MemoryStreams({ clock, faults: sparing(faults), schedule: soon })
    const broken = (sentence: string) => {
      this.#sentence ??= sentence
    }
    const trace = (line: string) => this.#trace(line)
    this.#site = { turns: this.#turns, chance, faults, streams, broken, trace }
    this.#routing = new Host(this.#site, routing)
    this.#skills = new Host(this.#site, skills)
    this.#checks = new RoutingChecks(broken, {
      notAfter: (offset) => this.#notAfter(offset),
      latest: () => this.#latest(),
    })
    this.#skillsChecks = new SkillsChecks(this.#checks.bridged, broken)
    this.#calls = new Calls({
      processes: () => this.#routing.serving(),
      chance,
      broken,
      heard: (command, answer) => {
        trace(`  ${command.$case}: ${'code' in answer ? answer.code : answer.position}`)
        if (command.$case !== 'submitContact' || 'code' in answer) return
        this.#checks.acknowledged(command.value.contactId)
      },
    })
    this.#staff = new Staff({ processes: () => this.#skills.serving(), chance, plan, broken })
  }

  async run(): Promise<SeedResult> {
    const { seed, steps } = this.#plan
    try {
      await this.#live(steps)
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#site.broken(error instanceof Broken ? error.message : text)
    }
    const witness = this.#routing.ready().find(({ replicaId }) => replicaId === witnessName)
    const digest = `${this.#turns.elapsedMs} ${witness?.replica?.stats().chain ?? ''}`
    this.#routing.killAll()
    this.#skills.killAll()
    const sentence = this.#sentence
    const failure =
      sentence === undefined ? undefined : { step: this.#step, sentence, lines: this.#lines }
    return { seed, steps: this.#step, failure, digest }
  }

  #notAfter(offset: number): number {
    const entry = this.#routing.log.entries(0)[offset]
    return entry === undefined ? 0 : LogRecord.decode(entry.bytes).notAfterMs
  }

  /** One clock may be off; when several may, nobody knows the time. */
  #latest(): number {
    const { clockStep, odds } = this.#plan.troubles
    const certain = clockStep === 0 || odds.clockStepped === 0
    return certain ? this.#turns.clock.now() : Number.POSITIVE_INFINITY
  }

  async #live(steps: number): Promise<void> {
    const { troubles, drains } = this.#plan
    const witness = await this.#open()
    const replicas = new Replicas(witness)
    const trouble = new Trouble(this.#site, this.#routing, this.#skills, this.#plan)
    this.#site.faults.change(troubles.odds)
    for (; this.#step < steps && this.#sentence === undefined; this.#step++) {
      await trouble.maybe()
      this.#act(witness)
      if (this.#chance.happens(this.#plan.diligence)) this.#goOn(witness)
      this.#calls.repeat()
      await this.#turns.pass(this.#pause())
      replicas.compare(this.#routing.ready())
      if (this.#step % searchSteps === 0) this.#search(witness)
    }
    if (this.#sentence !== undefined) return
    this.#trace('troubles end')
    trouble.end()
    const site = this.#site
    await drain({ site, checks: this.#checks, calls: this.#calls, witness, drains })
    this.#search(witness)
    if (this.#sentence !== undefined || !drains) return
    await trouble.restartAll()
    if (this.#sentence !== undefined) return
    this.#skillsChecks.consumer.mustBeComplete()
    this.#checks.mustBeOver(witness.state, witness.now())
    replicas.mustBeEqual(this.#routing.ready())
  }

  #search(witness: RunningReplica<RoutingState>): void {
    this.#checks.mustKnowAll(witness.state, witness.now().time)
  }

  #pause(): number {
    const chance = this.#chance
    return chance.happens(0.05) ? chance.int(0, 8_000) : chance.int(0, this.#plan.paceMs)
  }

  #trace(line: string): void {
    this.#lines.push(`${String(this.#turns.elapsedMs).padStart(9)} ms  ${line}`)
    if (this.#lines.length > linesKept) this.#lines.shift()
  }

  async #open(): Promise<RunningReplica<RoutingState>> {
    const { chance, streams, broken } = this.#site
    const { troubles, queues } = this.#plan
    const started = this.#routing.start(
      witnessName,
      false,
      witnessed(routing, chance, this.#checks),
    )
    this.#skills.start(witnessName, false, witnessed(skills, chance, this.#skillsChecks))
    this.#routing.start('r-a', true)
    if (troubles.second !== 'none') this.#routing.start('r-b', troubles.second === 'leads')
    this.#skills.start('s-a', true)
    await this.#turns.pass(500)
    const witness = started.replica
    if (witness === undefined) throw new Broken('the witness has not joined')
    this.#checks.follow(witness)
    this.#checks.consumer.read(streams.client(`:${witnessName}#routing`), broken)
    this.#skillsChecks.consumer.read(streams.client(`:${witnessName}#skills`), broken)
    const value = { pool: { pool, displayName: 'Pool', etag: '' } }
    this.#calls.say({ $case: 'putPool', value })
    for (const queue of queues) this.#calls.say({ $case: 'putQueue', value: { queue } })
    await this.#turns.pass(1_000)
    return witness
  }

  #act(witness: RunningReplica<RoutingState>): void {
    const chance = this.#chance
    const now = this.#turns.clock.now()
    this.#staff.hire(now)
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
    if (name === 'editProfile') return this.#staff.edit(now)
    if (name === 'removeProfile') return chance.happens(0.2) ? this.#staff.remove() : undefined
    const command = deed(name, this.#scene(witness.state))
    if (command === undefined) return
    this.#trace(`${name}: ${JSON.stringify(command.value)}`)
    this.#calls.say(command)
  }

  /** Most people do what is to be done next. */
  #goOn(witness: RunningReplica<RoutingState>): void {
    const scene = this.#scene(witness.state)
    for (let tries = 0; tries < 4; tries++) {
      const name = this.#chance.pick(expected)
      const command = deed(name, scene)
      if (command === undefined) continue
      this.#trace(`${name}: ${JSON.stringify(command.value)}`)
      return this.#calls.say(command)
    }
  }

  #scene(state: RoutingState): Scene {
    return {
      state,
      chance: this.#chance,
      now: this.#turns.clock.now(),
      plan: this.#plan,
      given: this.#given,
      replicaIds: this.#routing.serving().map((p) => p.replicaId),
      former: () => this.#calls.former(),
    }
  }
}
