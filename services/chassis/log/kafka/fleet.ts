import { setTimeout as pause } from 'node:timers/promises'
import type { Metadata } from 'kafkajs/src/protocol/requests/index.js'
import { LogRefused } from '../port.ts'
import { assertNoError, BrokerError, codes, isFinal, messageOf } from './failure.ts'
import { METADATA_AGE_MS_MAX, RETRY_MS_MAX, RETRY_MS_MIN } from './limits.ts'
import { type Address, inWords, Line } from './line.ts'
import type { KafkaConnection } from './options.ts'
import { type Exchange, metadataExchange } from './requests.ts'

/**
 * What a connection is for. A broker answers each connection in order, so a fetch that waits for
 * news would hold up every append behind it.
 */
export type Role = 'append' | 'fetch' | 'ask'

interface Topic {
  readonly errorCode: number
  /** Broker that leads each partition; -1 where none does. */
  readonly leaders: readonly number[]
}

/**
 * The brokers of a cluster: who leads what, and a line to each for each role. Lines that fail are
 * thrown away, and whoever leads is then asked of another broker: one that hangs would go on saying
 * that it leads.
 */
export class Fleet {
  readonly #options: KafkaConnection
  readonly #bootstrap: readonly Address[]
  readonly #topicNames = new Set<string>()
  #addresses = new Map<number, Address>()
  #topics = new Map<string, Topic>()
  readonly #lines = new Map<string, Promise<Line>>()
  /** Whom to ask first: the one after the last that was asked. */
  #turn = 0
  /** Address of the broker that failed last, which is asked last. */
  #suspect = ''
  /** When leaders were last learned; -Infinity when they are known to be out of date. */
  #learnedAt = Number.NEGATIVE_INFINITY
  #learning: Promise<void> | undefined
  #closed = false

  constructor(options: KafkaConnection) {
    this.#options = options
    this.#bootstrap = options.brokers.map(addressOf)
  }

  /** Leaders are not where they were said to be; the next question asks for them anew. */
  outdated(): void {
    this.#learnedAt = Number.NEGATIVE_INFINITY
  }

  /** The line is of no use any more. */
  drop(line: Line): void {
    this.#suspect = inWords(line.address)
    line.close()
    this.outdated()
  }

  async partitionsOf(topic: string): Promise<number> {
    return (await this.#topic(topic)).leaders.length
  }

  /** Throws BrokerError for what the cluster says of the topic, LogRefused without a leader. */
  async leaderOf(topic: string, partition: number): Promise<number> {
    const leader = (await this.#topic(topic)).leaders[partition]
    if (leader === undefined) {
      throw new BrokerError(codes.UNKNOWN_TOPIC_OR_PARTITION, `${topic}/${partition}`)
    }
    if (leader >= 0) return leader
    this.outdated()
    throw new LogRefused('unavailable', `${topic}/${partition} has no leader now`)
  }

  async line(role: Role, node: number): Promise<Line> {
    const address = this.#addresses.get(node)
    if (address === undefined) {
      this.outdated()
      throw new LogRefused('unavailable', `broker ${node} has left the cluster`)
    }
    try {
      return await this.#lineTo(role, address)
    } catch (error) {
      this.#suspect = inWords(address)
      this.outdated()
      throw error
    }
  }

  /** Asks whoever leads the partition. Throws BrokerError when it refuses to say. */
  async askLeader<T extends { readonly errorCode: number }>(
    topic: string,
    partition: number,
    { request, decode }: Exchange<T>,
  ): Promise<T> {
    const line = await this.line('ask', await this.leaderOf(topic, partition))
    let answer: T
    try {
      answer = await line.ask(request, decode)
    } catch (error) {
      this.drop(line)
      throw error
    }
    if (answer.errorCode !== codes.NONE) this.outdated()
    assertNoError(answer.errorCode, `${topic}/${partition}`)
    return answer
  }

  async close(): Promise<void> {
    this.#closed = true
    const lines = await Promise.allSettled(this.#lines.values())
    for (const line of lines) if (line.status === 'fulfilled') line.value.close()
  }

  async #topic(name: string): Promise<Topic> {
    this.#topicNames.add(name)
    // An answer that was under way before the topic was asked for says nothing of it.
    for (let tries = 0; tries < 2 && this.#isOutdated(name); tries += 1) await this.#learn()
    const topic = this.#topics.get(name)
    if (topic === undefined) throw new LogRefused('unavailable', `nothing is known of ${name} yet`)
    if (topic.errorCode !== codes.NONE) this.outdated()
    assertNoError(topic.errorCode, `topic ${name}`)
    return topic
  }

  #isOutdated(name: string): boolean {
    return !this.#topics.has(name) || performance.now() - this.#learnedAt > METADATA_AGE_MS_MAX
  }

  /** One question at a time, for all topics. */
  #learn(): Promise<void> {
    this.#learning ??= this.#askAround().finally(() => {
      this.#learning = undefined
    })
    return this.#learning
  }

  async #askAround(): Promise<void> {
    let failure: unknown
    for (const address of this.#candidates()) {
      try {
        const line = await this.#lineTo('ask', address)
        this.#take(await this.#metadataFrom(line))
        return
      } catch (error) {
        if (isFinal(error)) throw error
        failure = error
        this.#suspect = inWords(address)
      }
    }
    throw new LogRefused('unavailable', `no broker answers: ${messageOf(failure)}`, {
      cause: failure,
    })
  }

  async #metadataFrom(line: Line): Promise<Metadata> {
    const { request, decode } = metadataExchange([...this.#topicNames])
    try {
      return await line.ask(request, decode)
    } catch (error) {
      line.close()
      throw error
    }
  }

  #take({ brokers, topicMetadata }: Metadata): void {
    this.#learnedAt = performance.now()
    // A broker that has just started may know no other yet.
    if (brokers.length > 0) {
      this.#addresses = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    }
    this.#topics = new Map(
      topicMetadata.map(({ topic, topicErrorCode, partitionMetadata }) => {
        const leaders: number[] = []
        for (const { partitionId, leader } of partitionMetadata) leaders[partitionId] = leader
        return [topic, { errorCode: topicErrorCode, leaders }]
      }),
    )
  }

  /** All known brokers and those given at the start, another first each time. */
  #candidates(): readonly Address[] {
    const all = new Map<string, Address>()
    for (const one of [...this.#addresses.values(), ...this.#bootstrap]) all.set(inWords(one), one)
    const list = [...all.values()]
    this.#turn = (this.#turn + 1) % list.length
    const turned = [...list.slice(this.#turn), ...list.slice(0, this.#turn)]
    return turned.sort((a, b) => this.#suspicion(a) - this.#suspicion(b))
  }

  #suspicion(address: Address): number {
    return inWords(address) === this.#suspect ? 1 : 0
  }

  async #lineTo(role: Role, address: Address): Promise<Line> {
    if (this.#closed) throw new LogRefused('closed', 'this client has closed the log')
    const name = `${role} ${inWords(address)}`
    const known = this.#lines.get(name)
    if (known !== undefined) {
      const line = await known
      if (line.up) return line
      if (this.#lines.get(name) === known) this.#lines.delete(name)
      return this.#lineTo(role, address)
    }
    const opening = Line.open(address, this.#options)
    this.#lines.set(name, opening)
    try {
      return await opening
    } catch (error) {
      if (this.#lines.get(name) === opening) this.#lines.delete(name)
      throw error
    }
  }
}

/**
 * Tries again with growing pauses until the time is over or the failure is final. The pauses stay
 * short, or the last of them would be most of the time.
 */
export async function insist<T>(msMax: number, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + msMax
  for (let ms = RETRY_MS_MIN; ; ms = Math.min(ms * 2, RETRY_MS_MAX)) {
    try {
      return await attempt()
    } catch (error) {
      if (isFinal(error) || performance.now() + ms > until) throw error
      await pause(ms)
    }
  }
}

function addressOf(broker: string): Address {
  const { host, port } = /^(?<host>.+):(?<port>\d+)$/.exec(broker)?.groups ?? {}
  if (host === undefined) throw new RangeError(`a broker is host:port, not ${broker}`)
  return { host, port: Number(port) }
}
