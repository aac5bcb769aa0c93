import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  createTopics,
  type KafkaConnection,
  type KafkaLogger,
  type KafkaOptions,
  openKafka,
} from '@evenkeel/chassis/log/kafka'
import { planTopic } from '@evenkeel/proto/topics'
import kafkajs, { type Admin } from 'kafkajs'

/** Failures are looked at where they show, in what is thrown; what is tried again is only told. */
export function connectionTo(
  brokers: readonly string[],
  told: (code: string) => void = () => {},
): KafkaConnection {
  const logger: KafkaLogger = { info() {}, warn: ({ code }) => told(code) }
  return { brokers, clientId: 'test', logger }
}

const services = ['routing', 'skills']

/** A service's topics, and a neighbour's events, under names that nobody else has. */
export async function freshTopics(
  connection: KafkaConnection,
  size: { readonly partitions: number; readonly replication: number },
): Promise<KafkaOptions> {
  const name = `test.${randomBytes(8).toString('hex')}`
  const log = `${name}.log`
  const eventsOf = (service: string) => `${name}.${service}.events`
  const plan = [log, ...services.map(eventsOf)].map((topic) =>
    planTopic({ topic, cleanup: 'delete' }, size),
  )
  await createTopics(connection, plan)
  return { ...connection, ...size, service: 'routing', topics: { log, eventsOf } }
}

export { openKafka }

export async function removeTopics({
  brokers,
  topics: { log, eventsOf },
}: KafkaOptions): Promise<void> {
  const events = services.map(eventsOf).filter((topic) => topic !== undefined)
  await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: [log, ...events] }))
}

/** The cluster as an operator has it. */
export async function withAdmin<T>(
  brokers: readonly string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

const POLL_MS = 50

/** Asks again and again until it is so; a test that waits in vain is ended by its file's limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(POLL_MS)
}

/** Who leads the only partition, once all brokers have all of it. */
export async function leaderOf(brokers: readonly string[], topic: string): Promise<number> {
  let leader = -1
  await until(async () => {
    const found = await partitionZero(brokers, topic)
    leader = found?.leader ?? -1
    return found !== undefined && found.isr.length === found.replicas.length
  })
  return leader
}

export async function partitionZero(brokers: readonly string[], topic: string) {
  try {
    const { topics } = await withAdmin(brokers, (admin) =>
      admin.fetchTopicMetadata({ topics: [topic] }),
    )
    return topics[0]?.partitions[0]
  } catch {
    return undefined
  }
}
