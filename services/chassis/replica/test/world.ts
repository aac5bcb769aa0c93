import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ManualClock, manualClock } from '../../log/clock.ts'
import { type Faults, MemoryLog, MemoryStreams, noFaults } from '../../log/memory/index.ts'
import type { EventStreams, Log } from '../../log/port.ts'
import { type Command, type State, counterService, encode } from '../../protocol/test/counter.ts'
import { type Applied, type RealTime, type RunningReplica, startReplica } from '../index.ts'

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
    const { lead = true, feeds = [], service = 'counter', on } = options
    const starting = startReplica({
      service: counterService(service, feeds),
      log: on?.log ?? this.broker.client(name),
      streams: on?.streams ?? this.streams.client(name),
      clock: this.clock,
      partition: 0,
      replicaId: name,
      lead,
      logger: {
        info: () => {},
        warn: (_, message) => this.warnings.push(message),
        error: (_, message) => this.warnings.push(message),
      },
      crash: (error) => this.crashes.push(error),
      realTime: this.time,
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
  readonly lead?: boolean
  readonly service?: string
  readonly feeds?: readonly string[]
  /** Another log than the world's. */
  readonly on?: { readonly log: Log; readonly streams: EventStreams }
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
