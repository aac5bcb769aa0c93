import { Follower, type Source } from '../follower.ts'
import { batchEntriesMax } from '../limits.ts'
import { type Clock, type EventStreams, LogUnusable, type StreamEntry, type Tail } from '../port.ts'
import { type Faults, noFaults } from './faults.ts'
import { Link, type Machine, type Schedule, type World } from './link.ts'

interface Stream {
  readonly entries: StreamEntry[]
  /** Position of the oldest event that is kept. */
  first: number
  /** Number of the next event. Less than the entries' count once something has been repeated. */
  next: number
  readonly followers: Set<Follower<StreamEntry>>
}

/** Event streams in memory, shared by all services of a simulated world; see MemoryLog. */
export class MemoryStreams {
  readonly #world: World
  readonly #streams = new Map<string, Stream>()
  readonly #clients = new Map<string, MemoryStreamsClient>()

  constructor(options: {
    readonly clock: Clock
    readonly faults?: Faults
    readonly schedule?: Schedule
  }) {
    const { clock, faults = noFaults, schedule = setImmediate } = options
    this.#world = { clock, faults, schedule }
  }

  client(name: string, machine?: Machine): EventStreams {
    const link = new Link(name, this.#world, machine)
    const client = new MemoryStreamsClient(link, this.#world, (stream) => this.#at(stream))
    this.#clients.set(name, client)
    return client
  }

  crash(name: string): void {
    this.#clients.get(name)?.crash()
    this.#clients.delete(name)
  }

  entries(stream: string): readonly StreamEntry[] {
    return [...this.#at(stream).entries]
  }

  /** As retention: drops the events before `first`. Whoever has yet to read them can't. */
  cut(name: string, first: number): void {
    const stream = this.#at(name)
    stream.first = Math.max(stream.first, Math.min(first, stream.entries.length))
    for (const follower of stream.followers) follower.wake()
  }

  /** Somebody else writes into the stream: numbers of its own events are as before. */
  insert(name: string, bytes: Uint8Array): void {
    const stream = this.#at(name)
    stream.entries.push({ position: stream.entries.length, bytes: bytes.slice() })
    for (const follower of stream.followers) follower.wake()
  }

  #at(name: string): Stream {
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = { entries: [], first: 0, next: 0, followers: new Set() }
      this.#streams.set(name, stream)
    }
    return stream
  }
}

class MemoryStreamsClient implements EventStreams {
  readonly #link: Link
  readonly #world: World
  readonly #streamOf: (name: string) => Stream
  readonly #tails = new Set<Follower<StreamEntry>>()

  constructor(link: Link, world: World, streamOf: (name: string) => Stream) {
    this.#link = link
    this.#world = world
    this.#streamOf = streamOf
  }

  async publish(name: string, first: number, events: readonly Uint8Array[]): Promise<void> {
    const stream = this.#streamOf(name)
    const copies = events.map((event) => event.slice())
    const fate = this.#world.faults.publish(this.#link.client, name)
    await this.#link.send(fate, () => this.#land(name, stream, first, copies))
  }

  #land(name: string, stream: Stream, first: number, events: readonly Uint8Array[]): void {
    if (first > stream.next) {
      throw new LogUnusable(
        'log_gap',
        `stream ${name} ends at ${stream.next}, and ${first} was to follow`,
      )
    }
    const repeats = this.#world.faults.repeats(this.#link.client, name)
    for (const [index, bytes] of events.entries()) {
      const isNew = first + index === stream.next
      if (isNew) stream.next += 1
      if (isNew || repeats) stream.entries.push({ position: stream.entries.length, bytes })
    }
    for (const follower of stream.followers) follower.wake()
  }

  async head(name: string): Promise<number> {
    return this.#streamOf(name).entries.length
  }

  async first(name: string): Promise<number> {
    return this.#streamOf(name).first
  }

  tail(
    name: string,
    from: number,
    onBatch: (entries: readonly StreamEntry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail {
    const stream = this.#streamOf(name)
    const { faults } = this.#world
    const { client } = this.#link
    const source: Source<StreamEntry> = {
      page(from) {
        const waiting = Math.min(stream.entries.length - from, batchEntriesMax)
        if (waiting < 0) {
          throw new LogUnusable(
            'log_end_lost',
            `stream ${name} ends at ${stream.entries.length}, before ${from}`,
          )
        }
        if (from < stream.first) {
          throw new LogUnusable(
            'log_start_gone',
            `stream ${name} begins at ${stream.first}: ${from} is gone`,
          )
        }
        if (faults.breaks(client)) throw new Error('the connection to the stream broke')
        if (waiting === 0) return []
        return stream.entries.slice(from, from + faults.batchSize(client, waiting))
      },
      later: (step) => this.#link.after(faults.deliveryDelayMs(client), step),
      left: (follower) => {
        stream.followers.delete(follower)
        this.#tails.delete(follower)
      },
    }
    const follower = new Follower(source, from, onBatch, onEnd)
    stream.followers.add(follower)
    this.#tails.add(follower)
    if (this.#link.up) follower.wake()
    else void follower.stop()
    return follower
  }

  crash(): void {
    this.#link.cut()
    for (const tail of this.#tails) void tail.stop()
  }
}
