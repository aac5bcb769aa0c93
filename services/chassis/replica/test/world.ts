import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ManualClock, manualClock } from '../../log/clock.ts'
import { type Faults, MemoryLog, MemoryStreams, noFaults } from '../../log/memory/index.ts'
import type { Clock, EventStreams, Log } from '../../log/port.ts'
import { type Command, type State, counterService, encode } from '../../protocol/test/counter.ts'
import type { SnapshotStore } from '../../snapshot/index.ts'
import {
  type Applied,
  type RealTime,
  type RunningReplica,
  type StageListener,
  startReplica,
} from '../index.ts'

export const start = Date.UTC(2026, 0, 5, 8)

/** Callers' time, moved by the test; `soon` is a turn of the event loop. */
export function manualTime(): RealTime & Pick<ManualClock, 'advance'> {
  const clock = manualClock(0)
  return {
    now: clock.now,
    after: clock.after,
    advance: clock.advance,
    soon: (callback) => void setImmediate(callback),
  }
}

/** One broker, and whoever connects to it. `faults` may be changed while it runs. */
export class World {
  readonly clock = manualClock(start)
  readonly time = manualTime()
  readonly faults: Faults = { ...noFaults }
  readonly crashes: unknown[] = []
  readonly warnings: string[] = []
  readonly broker = new MemoryLog({ partitions: 1, clock: this.clock, faults: this.faults })
  readonly streams = new MemoryStreams({ clock: this.clock, faults: this.faults })
  #nonce = 0

  plant(faults: Partial<Faults>): void {
    Object.assign(this.faults, { ...noFaults, ...faults })
  }

  async replica(name: string, options: ReplicaTerms = {}): Promise<RunningReplica<State>> {
    const { snapshots, snapshotRecords = 200_000, onStage = () => {} } = options
    const { claims = true, feeds = [], service = 'counter', on, times, logic } = options
    const starting = startReplica({
      service: counterService(service, feeds, logic),
      log: on?.log ?? this.broker.client(name),
      streams: on?.streams ?? this.streams.client(name),
      clock: times?.clock ?? this.clock,
      partition: 0,
      replicaId: name,
      claims,
      snapshots,
      snapshotRecords,
      logger: {
        info: () => {},
        warn: (_, message) => this.warnings.push(message),
        error: (_, message) => this.warnings.push(message),
      },
      onStage,
      crash: (error) => this.crashes.push(error),
      realTime: times?.time ?? this.time,
      random: () => (++this.#nonce).toString(16).padStart(16, '0'),
    })
    return this.until(starting)
  }

  /** For a second service: the same streams, faults and clock. */
  anotherBroker(): MemoryLog {
    return new MemoryLog({ partitions: 1, clock: this.clock, faults: this.faults })
  }

  /** As kill -9 of the machine that runs `name`. */
  kill(name: string): void {
    this.broker.crash(name)
    this.streams.crash(name)
  }

  /**
   * Lets the world go on until the promise has settled; a day that nothing happens on is a
   * failure.
   */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const done = () => {
      settled = true
    }
    promise.then(done, done)
    for (let turn = 0; turn < 20_000 && !settled; turn++) await this.turn()
    if (!settled) throw new Error('nothing came of it')
    return promise
  }

  /** Lets the world go on until it is so. */
  untilTrue(condition: () => boolean): Promise<void> {
    const see = async () => {
      while (!condition()) await nextTurn()
    }
    return this.until(see())
  }

  /** A ms passes, for callers and in the log. */
  async turn(): Promise<void> {
    await nextTurn()
    this.time.advance(1)
    this.clock.advance(1)
  }

  async pass(ms: number): Promise<void> {
    for (let n = 0; n < ms; n++) await this.turn()
  }
}

export interface ReplicaTerms {
  readonly onStage?: StageListener
  readonly claims?: boolean
  readonly service?: string
  /** Highest that it understands. */
  readonly logic?: number
  readonly feeds?: readonly string[]
  /** Another log than the world's. */
  readonly on?: { readonly log: Log; readonly streams: EventStreams }
  readonly snapshots?: SnapshotStore
  readonly snapshotRecords?: number
  /** Other timers than the world's. */
  readonly times?: { readonly clock: Clock; readonly time: RealTime }
}

/** Timers and tail of one process, which can be stopped (SIGSTOP) and let go on. */
export class Pausable {
  readonly times: { readonly clock: Clock; readonly time: RealTime }
  readonly on: { readonly log: Log; readonly streams: EventStreams }
  #held: (() => void)[] | undefined

  constructor(world: World, name: string) {
    const { clock, time } = world
    const later = (of: Pick<Clock, 'after'>) => (ms: number, callback: () => void) =>
      of.after(ms, () => this.#run(callback))
    const soon = (callback: () => void) => time.soon(() => this.#run(callback))
    this.times = {
      clock: { now: clock.now, after: later(clock) },
      time: { now: time.now, after: later(time), soon },
    }
    const log = world.broker.client(name)
    const gated: Log = {
      partitions: log.partitions,
      append: (partition, records) => log.append(partition, records),
      tail: (partition, from, onBatch, onEnd) =>
        log.tail(partition, from, (entries) => this.#through(() => onBatch(entries)), onEnd),
      head: (partition) => log.head(partition),
      first: (partition) => log.first(partition),
      bytes: (partition) => log.bytes(partition),
      close: () => log.close(),
    }
    this.on = { log: gated, streams: world.streams.client(name) }
  }

  pause(): void {
    this.#held = []
  }

  goOn(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const callback of held) callback()
  }

  #run(callback: () => void): void {
    if (this.#held) this.#held.push(callback)
    else callback()
  }

  #through(handle: () => void | Promise<void>): void | Promise<void> {
    if (!this.#held) return handle()
    return new Promise<void>((resolve) => this.#run(resolve)).then(handle)
  }
}

export const patient = { deadlineMs: 5_000 }

export function submit(
  replica: RunningReplica<State>,
  command: Command,
  call: { deadlineMs: number; signal?: AbortSignal } = patient,
): Promise<Applied> {
  return replica.submit(encode(command), call, (applied) => applied)
}

export function add(key: string): Command {
  return { kind: 'add', key, by: 1 }
}

export function valueOf(replica: RunningReplica<State>, key: string): number {
  return replica.state.counters.get(key)?.value ?? 0
}
