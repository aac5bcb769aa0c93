import { randomBytes } from 'node:crypto'
import {
  createTopics,
  type KafkaConnection,
  type KafkaOptions,
  openKafka,
} from '@evenkeel/chassis/log/kafka'
import { planTopic } from '@evenkeel/proto/topics'
import kafkajs, { type Admin } from 'kafkajs'

/** Failures are looked at where they show, in what is thrown. */
const logger = { info() {}, warn() {} }

export function connectionTo(brokers: readonly string[]): KafkaConnection {
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
