import { randomUUID } from 'node:crypto'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Raw } from '../check/published.ts'

/** Without a record for so long, although some must come. */
const SILENT_MS = 30_000

/** The cluster as somebody sees it who stands outside and knows nothing of Evenkeel. */
export class Topics {
  readonly #kafka: Kafka

  constructor(addresses: readonly string[]) {
    this.#kafka = new Kafka({
      clientId: 'chaos',
      brokers: [...addresses],
      logLevel: logLevel.NOTHING,
      retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
    })
  }

  async #asking<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin()
    await admin.connect()
    try {
      return await ask(admin)
    } finally {
      await admin.disconnect()
    }
  }

  /** Number of the broker that leads a partition. */
  async leaderOf(topic: string, partition: number): Promise<number> {
    const { topics } = await this.#asking((admin) => admin.fetchTopicMetadata({ topics: [topic] }))
    const found = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)
    if (found === undefined) throw new Error(`no partition ${partition} of ${topic}`)
    return found.leader
  }

  /** Offsets at which the next records will stand, by partition. */
  async ends(topic: string): Promise<ReadonlyMap<number, number>> {
    const offsets = await this.#asking((admin) => admin.fetchTopicOffsets(topic))
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))
  }

  /** Everything that stands on a topic now, in order per partition. */
  async read(topic: string): Promise<Raw[]> {
    const ends = await this.ends(topic)
    const left = new Map([...ends].filter(([, end]) => end > 0))
    const records: Raw[] = []
    if (left.size === 0) return records
    const consumer = this.#kafka.consumer({ groupId: `chaos-${randomUUID()}` })
    await consumer.connect()
    try {
      await consumer.subscribe({ topic, fromBeginning: true })
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const silence = setTimeout(
        () =>
          reject(new Error(`${topic} can't be read to its end: ${[...left.keys()].join(', ')}`)),
        SILENT_MS,
      )
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          silence.refresh()
          const position = Number(message.offset)
          if (position >= (ends.get(partition) ?? 0)) return
          records.push({ partition, position, bytes: message.value ?? new Uint8Array() })
          if (position + 1 === left.get(partition)) left.delete(partition)
          if (left.size === 0) resolve()
        },
      })
      await promise
      clearTimeout(silence)
      return records
    } finally {
      await consumer.disconnect()
    }
  }

  /** Puts bytes at the end of a topic's partition. Resolves with their offset. */
  async write(topic: string, partition: number, bytes: Uint8Array): Promise<number> {
    const producer = this.#kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    try {
      const messages = [{ partition, value: Buffer.from(bytes) }]
      const [answer] = await producer.send({ topic, acks: -1, messages })
      return Number(answer?.baseOffset ?? -1)
    } finally {
      await producer.disconnect()
    }
  }
}
