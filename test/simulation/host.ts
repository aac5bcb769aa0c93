import type { Clock } from '@evenkeel/chassis/log'
import { MemoryLog, type MemoryStreams, type SeededFaults } from '@evenkeel/chassis/log/memory'
import type { ServiceCore } from '@evenkeel/chassis/protocol'
import { type RealTime, type RunningReplica, startReplica } from '@evenkeel/chassis/replica'
import type { Chance } from './chance.ts'
import { Broken } from './failure.ts'
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
}

export interface Process<State> {
  readonly name: string
  readonly replicaId: string
  readonly leads: boolean
  /** undefined while it starts. */
  replica: RunningReplica<State> | undefined
  alive: boolean
  /** Its own clock is off by so much. */
  clockOffMs: number
  /** To be told when it is killed: callers whose answer will never come. */
  readonly lost: Set<() => void>
}

/** One service's log and the processes that keep it. A process is killed by cutting it off. */
export class Host<State, Command, Event> {
  readonly log: MemoryLog
  readonly processes = new Set<Process<State>>()
  readonly #site: Site
  readonly #service: ServiceCore<State, Command, Event>
  #started = 0

  constructor(site: Site, service: ServiceCore<State, Command, Event>) {
    this.#site = site
    this.#service = service
    const { turns, faults } = site
    const { clock, soon } = turns
    this.log = new MemoryLog({ partitions: 1, clock, faults: sparing(faults), schedule: soon })
  }

  get name(): string {
    return this.#service.name
  }

  start(
    replicaId: string,
    leads: boolean,
    service: ServiceCore<State, Command, Event> = this.#service,
  ): Process<State> {
    this.#started += 1
    const name = `${this.name}:${replicaId}#${this.#started}`
    const alive = { replica: undefined, alive: true, clockOffMs: 0, lost: new Set<() => void>() }
    const process: Process<State> = { name, replicaId, leads, ...alive }
    this.processes.add(process)
    this.#site.trace(`${name} starts`)
    this.#run(process, service).catch((error: unknown) => {
      if (process.alive) this.#site.broken(`${name} could not start: ${textOf(error)}`)
    })
    return process
  }

  async #run(process: Process<State>, service: ServiceCore<State, Command, Event>): Promise<void> {
    const { turns, chance, streams, broken } = this.#site
    const { name, replicaId } = process
    const { clock, time } = timesOf(process, turns)
    process.replica = await startReplica({
      service,
      log: this.log.client(name),
      streams: streams.client(name),
      clock,
      partition: 0,
      replicaId,
      claims: process.leads,
      logger: { info: () => {}, warn: () => {}, error: (f, text) => this.#said(process, f, text) },
      onFault: (fault, at) => broken(`${name} at ${at.offset}: core fault: ${fault.message}`),
      crash: (error) => broken(`${name} has crashed: ${textOf(error)}`),
      realTime: time,
      random: () => chance.hex(),
    })
  }

  #said(process: Process<State>, fields: object, text: string): void {
    if (!process.alive || text === 'a newer run of this replica has joined') return
    const detail = 'reason' in fields ? String(fields.reason) : ''
    const error = 'err' in fields ? textOf(fields.err) : ''
    this.#site.broken(`${process.name}: ${text} ${detail}${error}`)
  }

  /** As kill -9: nothing that it still does reaches anybody. */
  kill(process: Process<State>): void {
    if (!process.alive) return
    process.alive = false
    this.processes.delete(process)
    this.log.crash(process.name)
    this.#site.streams.crash(process.name)
    this.#site.trace(`${process.name} is killed`)
    for (const lost of [...process.lost]) lost()
  }

  killAll(): void {
    for (const process of this.processes) this.kill(process)
  }

  /** Who has joined. */
  ready(): Process<State>[] {
    return [...this.processes].filter((p) => p.replica !== undefined)
  }

  /** Who takes calls. */
  serving(): Process<State>[] {
    return this.ready().filter((p) => p.replicaId !== witnessName)
  }
}

/** Time as one process feels it; the dead feel nothing. */
function timesOf(
  process: { alive: boolean; clockOffMs: number },
  turns: Turns,
): { clock: Clock; time: RealTime } {
  const after = (ms: number, callback: () => void) =>
    turns.clock.after(ms, () => {
      if (process.alive) callback()
    })
  const soon = (callback: () => void) =>
    turns.soon(() => {
      if (process.alive) callback()
    })
  return {
    clock: { now: () => turns.clock.now() + process.clockOffMs, after },
    time: { now: turns.clock.now, after, soon },
  }
}

export const witnessName = 'witness'

/** The witness is not part of the system: nothing befalls it, and it sees every record at once. */
export function sparing(faults: SeededFaults): SeededFaults {
  const spared = (client: string) => client.includes(`:${witnessName}#`)
  return {
    ...faults,
    append: (client, partition) =>
      spared(client)
        ? { kind: 'written', delayMs: 0, ackDelayMs: 0 }
        : faults.append(client, partition),
    deliveryDelayMs: (client) => (spared(client) ? 0 : faults.deliveryDelayMs(client)),
    batchSize: (client, waiting) => (spared(client) ? waiting : faults.batchSize(client, waiting)),
    landsAfterCrash: (client) => faults.landsAfterCrash(client),
  }
}

const textOf = (error: unknown): string => {
  if (error instanceof Broken) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
