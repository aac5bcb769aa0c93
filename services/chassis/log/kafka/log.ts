import { assertPartition, refusalOf } from '../admission.ts'
import { type Entry, type Log, LogRefused, type Tail } from '../port.ts'
import { append } from './append.ts'
import { refusal } from './failure.ts'
import { type Fleet, insist } from './fleet.ts'
import { ASK_MS_MAX } from './limits.ts'
import type { KafkaRecord } from './records.ts'
import { type Exchange, offsetExchange, sizeExchange } from './requests.ts'
import type { Tails } from './tails.ts'

/** A service's log: one topic, whose partitions are the log's. */
export class KafkaLog implements Log {
  readonly partitions: number
  readonly #topic: string
  readonly #fleet: Fleet
  readonly #tails: Tails
  readonly #outstanding = new Map<number, Promise<number>>()
  #closed = false

  constructor(topic: string, partitions: number, fleet: Fleet, tails: Tails) {
    this.partitions = partitions
    this.#topic = topic
    this.#fleet = fleet
    this.#tails = tails
  }

  async append(partition: number, records: readonly Uint8Array[]): Promise<number> {
    assertPartition(partition, this.partitions)
    this.#assertOpen()
    if (this.#outstanding.has(partition)) {
      throw new LogRefused('busy', `an append to partition ${partition} is outstanding`)
    }
    const refused = refusalOf(records)
    if (refused) throw refused
    // Copies: what is sent is encoded later, and the caller may use its buffers again at once.
    const messages = records.map((record) => ({ key: null, value: Buffer.from(record) }))
    const sent = append(this.#fleet, this.#topic, partition, messages)
    this.#outstanding.set(partition, sent)
    try {
      return await sent
    } finally {
      this.#outstanding.delete(partition)
    }
  }

  tail(
    partition: number,
    from: number,
    onBatch: (entries: readonly Entry[]) => void | Promise<void>,
    onEnd: (error: Error) => void,
  ): Tail {
    assertPartition(partition, this.partitions)
    this.#assertOpen()
    return this.#tails.follow({ topic: this.#topic, partition, from, entryOf, onBatch, onEnd })
  }

  head(partition: number): Promise<number> {
    return this.#offset(partition, 'head')
  }

  first(partition: number): Promise<number> {
    return this.#offset(partition, 'first')
  }

  /** As the disk of the partition's leader has them, with Kafka's framing. */
  async bytes(partition: number): Promise<number> {
    const { bytes } = await this.#ask(partition, sizeExchange(this.#topic, partition))
    return bytes
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#outstanding.values())
  }

  async #offset(partition: number, which: 'first' | 'head'): Promise<number> {
    const { offset } = await this.#ask(partition, offsetExchange(this.#topic, partition, which))
    return offset
  }

  async #ask<T extends { readonly errorCode: number }>(
    partition: number,
    exchange: Exchange<T>,
  ): Promise<T> {
    assertPartition(partition, this.partitions)
    this.#assertOpen()
    try {
      return await insist(ASK_MS_MAX, () => this.#fleet.askLeader(this.#topic, partition, exchange))
    } catch (error) {
      throw refusal(error)
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogRefused('closed', 'this client has closed the log')
  }
}

const nothing = new Uint8Array(0)

function entryOf({ offset, timestampMs, value }: KafkaRecord): Entry {
  return { offset, timestampMs, bytes: value ?? nothing }
}
