import { MemoryLog, type MemoryStreams, type SeededFaults } from '@evenkeel/chassis/log/memory'
import { MemorySnapshots } from '@evenkeel/chassis/snapshot'
import { silentLogger } from '@evenkeel/chassis/observe'
import type { Halt, ServiceCore } from '@evenkeel/chassis/protocol'
import { type RunningReplica, startReplica } from '@evenkeel/chassis/replica'
import type { Service } from '@evenkeel/chassis/serve'
import type { Chance } from './chance.ts'
import type { FaultName } from './coverage.ts'
import { sentenceOf } from './failure.ts'
import { Machine } from './machine.ts'
import { poison } from './poison.ts'
import { offsetOf } from './slots.ts'
import type { Turns } from './turns.ts'

/** What all processes of a world share. */
export interface Site {
  readonly turns: Turns
  readonly chance: Chance
  readonly faults: SeededFaults
  readonly streams: MemoryStreams
  /** What must never be said has been said. */
  readonly broken: (sentence: string) => void
  readonly trace: (line: string) => void
  /** A fault has happened. */
  readonly tally: (fault: FaultName) => void
}

export interface Process<State> {
  readonly name: string
  readonly replicaId: string
  readonly machine: Machine
  /** undefined while it starts. */
  replica: RunningReplica<State> | undefined
  alive: boolean
  /** It drains and takes no more calls. */
  leaving: boolean
  /** Why it answers no more. */
  /** Why it has stopped: by a halt, or by an error of another kind. */
  halted: Halt | { readonly code: 'error'; readonly reason: string } | undefined
  /** It is there to find something that it must not go on from. */
  mayHalt: boolean
  /** To be told when it is killed: callers whose answer will never come. */
  readonly lost: Set<() => void>
}

/** A process that is not like the others. */
export interface Peculiar<State, Command, Event> {
  readonly service?: ServiceCore<State, Command, Event>
  readonly claims?: boolean
  readonly mayHalt?: boolean
}

/** What a service's leader sees to beside the log's own work. */
type Attend<State> = NonNullable<Service<State, never, never>['attend']>

/** One service's log and the processes that keep it. A process is killed by cutting it off. */
export class Host<State, Command, Event> {
  readonly log: MemoryLog
  readonly service: ServiceCore<State, Command, Event>
  readonly processes = new Set<Process<State>>()
  readonly snapshots = new MemorySnapshots()
  /** Records between two snapshots; undefined: none are kept. */
  readonly snapshotRecords: number | undefined
  /** Names of snapshots that nobody can or must restore from, by what has befallen them. */
  readonly spoilt = new Set<string>()
  readonly #site: Site
  readonly #attend: Attend<State>
  #started = 0

  constructor(
    site: Site,
    service: ServiceCore<State, Command, Event>,
    snapshotRecords: number | undefined,
    attend: Attend<State> = () => {},
  ) {
    this.#site = site
    this.#attend = attend
    this.service = service
    this.snapshotRecords = snapshotRecords
    const { turns, faults } = site
    this.log = new MemoryLog({ partitions: 1, clock: turns.clock, faults, schedule: turns.soon })
  }

  get name(): string {
    return this.service.name
  }

  start(replicaId: string, peculiar: Peculiar<State, Command, Event> = {}): Process<State> {
    this.#started += 1
    const name = `${this.name}:${replicaId}#${this.#started}`
    const process: Process<State> = {
      name,
      replicaId,
      machine: new Machine(this.#site.turns),
      replica: undefined,
      alive: true,
      leaving: false,
      halted: undefined,
      mayHalt: peculiar.mayHalt ?? false,
      lost: new Set<() => void>(),
    }
    this.processes.add(process)
    this.#site.trace(`${name} starts`)
    this.#run(process, peculiar).catch((error: unknown) => {
      if (!process.alive) return
      process.halted ??= { code: 'error', reason: sentenceOf(error) }
      if (!process.mayHalt) this.#site.broken(`${name} could not start: ${sentenceOf(error)}`)
    })
    return process
  }

  async #run(process: Process<State>, peculiar: Peculiar<State, Command, Event>): Promise<void> {
    const { chance, streams, broken } = this.#site
    const { name, replicaId, machine } = process
    const { snapshotRecords } = this
    const kept = snapshotRecords === undefined ? {} : { snapshots: this.snapshots, snapshotRecords }
    const place = { clock: machine.time, schedule: machine.time.soon }
    process.replica = await startReplica({
      service: peculiar.service ?? this.service,
      log: this.log.client(name, place),
      streams: streams.client(name, place),
      clock: machine.clock,
      partition: 0,
      replicaId,
      claims: peculiar.claims ?? true,
      ...kept,
      logger: {
        info: (_, text) => text === 'restored' && this.#site.tally('restored'),
        warn: (fields, text) => this.#warned(process, fields, text),
        error: (fields, text) => this.#said(process, fields, text),
      },
      onHalted: (halt) => {
        process.halted = halt
      },
      onFault: (fault, at) => {
        if (fault.message === poison) return
        broken(`${name} at ${at.offset}: core fault: ${fault.message}`)
      },
      crash: (error) => broken(`${name} has crashed: ${sentenceOf(error)}`),
      realTime: machine.time,
      random: () => chance.hex(),
    })
    this.#attend(process.replica, silentLogger)
  }

  #said(process: Process<State>, fields: object, text: string): void {
    if (!process.alive || process.mayHalt) return
    if (text === 'a newer run of this replica has joined') return
    if (text === 'a command failed') return
    // Retention has its turn; whether an operator can make up for it is looked at in the end.
    if ('code' in fields && fields.code === 'log_start_gone' && text.startsWith('a bridge')) return
    const detail = 'code' in fields ? String(fields.code) : ''
    const error = 'error' in fields ? sentenceOf(fields.error) : ''
    this.#site.broken(`${process.name}: ${text} ${detail}${error}`)
  }

  /** What is passed over has come to harm, or the log has outgrown it: else it was never whole. */
  #warned(process: Process<State>, fields: object, text: string): void {
    if (!process.alive || process.mayHalt || !text.startsWith('a snapshot is passed over')) return
    const slot = 'reference' in fields ? String(fields.reference) : ''
    const first = this.log.entries(0)[0]?.offset ?? 0
    if (this.spoilt.has(slot) || offsetOf(slot) + 1 < first) return
    this.#site.broken(`${process.name}: ${text}, and nothing has befallen ${slot}`)
  }

  /** As kill -9: nothing that it still does reaches anybody. */
  kill(process: Process<State>): void {
    if (!process.alive) return
    process.alive = false
    process.machine.kill()
    this.processes.delete(process)
    this.log.crash(process.name)
    this.#site.streams.crash(process.name)
    this.#site.trace(`${process.name} is killed`)
    for (const lost of [...process.lost]) lost()
  }

  killAll(): void {
    for (const process of this.processes) this.kill(process)
  }

  /** As SIGTERM: it hands over, finishes what it has, and is gone. */
  leave(process: Process<State>, then: () => void): void {
    if (process.replica === undefined || process.leaving) return
    process.leaving = true
    this.#site.trace(`${process.name} leaves`)
    void process.replica.stop().then(() => {
      this.kill(process)
      then()
    })
  }

  /** From now on halting is no failure. */
  expectHalts(): void {
    for (const process of this.processes) process.mayHalt = true
  }

  /** Who has joined. */
  ready(): Process<State>[] {
    return [...this.processes].filter((p) => p.replica !== undefined)
  }

  /** Who takes calls. */
  serving(): Process<State>[] {
    return this.ready().filter(
      (p) => !p.leaving && !p.machine.standsStill && p.halted === undefined,
    )
  }

  leader(): Process<State> | undefined {
    return this.serving().find((p) => p.replica?.stats().leading === true)
  }
}

/** The platform, which reads the streams whatever befalls others. */
export const platform = {
  routing: 'platform-routing',
  skills: 'platform-skills',
  library: 'platform-library',
} as const
