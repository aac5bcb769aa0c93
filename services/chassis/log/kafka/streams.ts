import { refusalOf } from '../admission.ts'
import { type EventStreams, LogRefused, type StreamEntry, type Tail } from '../port.ts'
import { append } from './append.ts'
import { refusal } from './failure.ts'
import type { Fleet } from './fleet.ts'
import type { KafkaOptions } from './options.ts'
import type { KafkaRecord } from './records.ts'
import { offsetExchange } from './requests.ts'
import type { Tails } from './tails.ts'

interface Place {
  readonly topic: string
  readonly partition: number
}

/**
 * Services' events: the stream `<service>/<partition>` is that partition of the service's events
 * topic, a position is an offset. What this process has published it does not publish again. What
 * others have published it does not know: that may be there twice, and consumers drop it by its id.
 */
export class KafkaStreams implements EventStreams {
  readonly #options: KafkaOptions
  readonly #fleet: Fleet
  readonly #tails: Tails
  /** Number after the last event that this process has published to each stream. */
  readonly #next = new Map<string, number>()
  #closed = false

  constructor(options: KafkaOptions, fleet: Fleet, tails: Tails) {
    this.#options = options
    this.#fleet = fleet
    this.#tails = tails
  }

  async publish(stream: string, first: number, events: readonly Uint8Array[]): Promise<void> {
    this.#assertOpen()
    const { topic, partition } = this.#placeOf(stream)
    if (!Number.isSafeInteger(first) || first < 0) throw new RangeError(`an event number ${first}`)
    // Another process may have led meanwhile, and have published what lies between.
    const next = Math.max(first, this.#next.get(stream) ?? first)
    const fresh = events.slice(next - first)
    if (fresh.length === 0) return
    const refused = refusalOf(fresh)
    if (refused) throw refused
    const messages = fresh.map((event) => ({ key: null, value: Buffer.from(event) }))
    await append(this.#fleet, topic, partition, messages)
    this.#next.set(stream, next + fresh.length)
  }

  head(stream: string): Promise<number> {
    return this.#offset(stream, 'head')
  }

  first(stream: string): Promise<number> {
    return this.#offset(stream, 'first')
  }

  /** Asked once: whoever wants to know asks again by and by. */
  async #offset(stream: string, which: 'first' | 'head'): Promise<number> {
    this.#assertOpen()
    const { topic, partition } = this.#placeOf(stream)
    try {
      const exchange = offsetExchange(topic, partition, which)
      return (await this.#fleet.askLeader(topic, partition, exchange)).offset
    } catch (error) {
      throw refusal(error)
    }
  }

  tail(
    stream: string,
    from: number,
    onBatch: (entries: readonly StreamEntry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail {
    this.#assertOpen()
    return this.#tails.follow({ ...this.#placeOf(stream), from, entryOf, onBatch, onEnd })
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #placeOf(stream: string): Place {
    const { service, partition } = /^(?<service>\w+)\/(?<partition>\d+)$/.exec(stream)?.groups ?? {}
    const topic = service === undefined ? undefined : this.#options.topics.eventsOf(service)
    if (topic === undefined || Number(partition) >= this.#options.partitions) {
      throw new RangeError(`no topic holds a stream ${stream}`)
    }
    return { topic, partition: Number(partition) }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogRefused('closed', 'this client has closed its streams')
  }
}

const nothing = new Uint8Array(0)

function entryOf({ offset, value }: KafkaRecord): StreamEntry {
  return { position: offset, bytes: value ?? nothing }
}
