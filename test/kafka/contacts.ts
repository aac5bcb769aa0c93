import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import { createTopics } from '@evenkeel/chassis/log/kafka'
import { IngressRecord, IngressRejected } from '@evenkeel/proto/evenkeel/ingress/v1/ingress'
import { planTopics } from '@evenkeel/proto/topics'
import kafkajs from 'kafkajs'
import { within } from '../acceptance/patience.ts'
import { type Cluster, startBrokers, wayToBrokers } from '../brokers/index.ts'
import { freePort } from '../brokers/ports.ts'
import { EvenkeelProcess } from '../integration/process.ts'
import { connectionTo } from './topics-of.ts'

export const PARTITIONS = 2
const INGRESS = 'evenkeel.contacts.ingress.v1'
const REJECTED = 'evenkeel.contacts.rejected.v1'

export type Ingress = NonNullable<IngressRecord['command']>

/** The names of the topics are Evenkeel's, so whoever names brokers may have them in use. */
export const skip =
  (await wayToBrokers()) === 'given' ? 'brokers of others have their own contacts' : false

/** A broker of one's own with Evenkeel's topics, a platform that sends, and routing that runs. */
export class Place {
  readonly addresses: readonly string[]
  readonly #cluster: Cluster
  readonly #kafka: kafkajs.Kafka
  readonly #producer: kafkajs.Producer

  private constructor(cluster: Cluster) {
    const { addresses } = cluster
    this.addresses = addresses
    this.#cluster = cluster
    const logLevel = kafkajs.logLevel.NOTHING
    this.#kafka = new kafkajs.Kafka({ brokers: [...addresses], logLevel })
    this.#producer = this.#kafka.producer({ allowAutoTopicCreation: false })
  }

  static async made(): Promise<Place> {
    const place = new Place(await startBrokers({ count: 1 }))
    const plan = planTopics({ partitions: PARTITIONS, replication: 1 })
    await createTopics(connectionTo(place.addresses), plan)
    await place.#producer.connect()
    return place
  }

  async left(): Promise<void> {
    await this.#producer.disconnect()
    await this.#cluster.stopAll()
  }

  /** One process of routing, until it answers. */
  async routing(
    t: TestContext,
    replicaId: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Routing> {
    const port = await freePort()
    const process = new EvenkeelProcess(['run', 'routing'], () => {}, {
      EVENKEEL_KAFKA_BROKERS: this.addresses.join(','),
      EVENKEEL_KAFKA_REPLICATION: '1',
      EVENKEEL_PARTITIONS: String(PARTITIONS),
      EVENKEEL_REPLICA_ID: replicaId,
      EVENKEEL_GRPC_ADDRESS: '127.0.0.1:0',
      EVENKEEL_HTTP_ADDRESS: `127.0.0.1:${port}`,
      ...more,
    })
    t.after(async () => {
      process.kill('SIGKILL')
      await process.ended
    })
    await process.says(/process\.serves/)
    return { process, http: `http://127.0.0.1:${port}` }
  }

  /** What a platform sends, in order; `key` decides the partition. */
  async sends(...commands: readonly Ingress[]): Promise<void> {
    await this.sendsBytes(
      ...commands.map((command) => ({
        key: command.value.contactId,
        value: Buffer.from(IngressRecord.encode({ requestId: '', command }).finish()),
      })),
    )
  }

  async sendsBytes(...messages: readonly { key: string; value: Buffer | null }[]): Promise<void> {
    await this.#producer.send({ topic: INGRESS, acks: -1, messages: [...messages] })
  }

  /** To one partition of the topic, whatever the contacts. */
  async sendsTo(partition: number, ...commands: readonly Ingress[]): Promise<void> {
    const messages = commands.map((command) => {
      const value = Buffer.from(IngressRecord.encode({ requestId: '', command }).finish())
      return { partition, value }
    })
    await this.#producer.send({ topic: INGRESS, acks: -1, messages })
  }

  /** What no version of routing can read: its partition halts there. */
  async poisons(partition: number): Promise<void> {
    const messages = [{ partition, value: 'this is no record' }]
    await this.#producer.send({ topic: 'evenkeel.routing.log.v1', acks: -1, messages })
  }

  /** The first `count` refusals, whole. */
  async rejected(t: TestContext, count: number): Promise<readonly IngressRejected[]> {
    const groupId = `test-${randomBytes(8).toString('hex')}`
    const consumer = this.#kafka.consumer({ groupId, maxWaitTimeInMs: 50 })
    t.after(() => consumer.disconnect())
    const found: IngressRejected[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    await consumer.connect()
    await consumer.subscribe({ topic: REJECTED, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        found.push(IngressRejected.decode(message.value ?? Buffer.alloc(0)))
        if (found.length === count) resolve()
      },
    })
    await within(() => `${count} refusals; there are ${found.length}`, promise)
    return found
  }
}

export interface Routing {
  readonly process: EvenkeelProcess
  readonly http: string
}

/** The sum of a metric of the ingress, over its labels or of those with these words. */
export async function figure({ http }: Routing, name: string, words = ''): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(`evenkeel_routing_ingress_${name}_total`))
    .filter((line) => line.includes(words))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

export async function call(http: string, method: string, request: object): Promise<unknown> {
  const response = await fetch(`${http}/evenkeel.routing.v1.${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'connect-timeout-ms': '10000' },
    body: JSON.stringify(request),
  })
  const body: unknown = JSON.parse(await response.text())
  if (response.status !== 200) throw new Error(`${method}: ${JSON.stringify(body)}`)
  return body
}

export function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

/** A reader that was killed is missed by its group only after its session, which is 10 s. */
const SOON_MS = 60_000

/** Asks until it is so; each question is a call. */
export async function soon(what: string, ask: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + SOON_MS
  while (!(await ask())) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${SOON_MS} ms in vain for ${what}`)
    await pause(50)
  }
}
