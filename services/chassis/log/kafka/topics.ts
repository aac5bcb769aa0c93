import type { TopicPlan } from '@evenkeel/proto/topics'
import kafkajs, { type Admin } from 'kafkajs'
import { LogUnusable } from '../port.ts'
import { clientOf } from './client.ts'
import { BrokerError, codes, refusal } from './failure.ts'
import { insist } from './fleet.ts'
import { untilLed } from './leaders.ts'
import { ADMIN_MS_MAX, RETRY_MS_MIN, UNKNOWN_MS_MAX } from './limits.ts'
import type { KafkaConnection } from './options.ts'

/** Something about a topic that is not as planned. */
export interface TopicDifference {
  readonly topic: string
  /** 'exists', 'partitions', 'replication', or Kafka's own name of a setting. */
  readonly setting: string
  readonly expected: string
  readonly found: string
}

/** More of these does no harm, and operators may have their reasons. */
const AT_LEAST = new Set(['retention.ms', 'max.message.bytes'])

/** What of the plan the cluster does not have. Rejects with LogRefused when it can't be asked. */
export function checkTopics(
  connection: KafkaConnection,
  plan: readonly TopicPlan[],
): Promise<readonly TopicDifference[]> {
  return withAdmin(connection, async (admin) => {
    const there = new Set(await admin.listTopics())
    const missing = plan.filter(({ topic }) => !there.has(topic))
    const planned = plan.filter(({ topic }) => there.has(topic))
    const differences = missing.map(({ topic }) => {
      return { topic, setting: 'exists', expected: 'yes', found: 'no' }
    })
    if (planned.length === 0) return differences
    // The broker that is asked may not have heard yet of a topic that another one lists.
    return insist(UNKNOWN_MS_MAX, async () => [
      ...differences,
      ...(await differentShapes(admin, planned)),
      ...(await differentSettings(admin, planned)),
    ])
  })
}

/** Makes the topics of the plan that are not there; those that are, are left as they are. */
export function createTopics(
  connection: KafkaConnection,
  plan: readonly TopicPlan[],
): Promise<readonly string[]> {
  return withAdmin(connection, async (admin) => {
    const there = new Set(await admin.listTopics())
    const missing = plan.filter(({ topic }) => !there.has(topic))
    if (missing.length === 0) return []
    await admin.createTopics({
      // kafkajs's own waiting gives up where a broker has not heard of the topic yet.
      waitForLeaders: false,
      timeout: ADMIN_MS_MAX,
      topics: missing.map(({ topic, partitions, replication, settings }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      })),
    })
    await untilLed(connection, missing)
    return missing.map(({ topic }) => topic)
  })
}

/** Takes topics away with all that is in them: those of a day or a test, never a service's. */
export function deleteTopics(
  connection: KafkaConnection,
  topics: readonly string[],
): Promise<void> {
  return withAdmin(connection, (admin) => admin.deleteTopics({ topics: [...topics] }))
}

export function differenceInWords({ topic, setting, expected, found }: TopicDifference): string {
  if (setting === 'exists') return `there is no topic ${topic}`
  return `topic ${topic}: ${setting}: expected ${expected}, found ${found}`
}

async function differentShapes(
  admin: Admin,
  plan: readonly TopicPlan[],
): Promise<readonly TopicDifference[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: plan.map(({ topic }) => topic) })
  return plan.flatMap(({ topic, partitions, replication }) => {
    const found = topics.find(({ name }) => name === topic)?.partitions ?? []
    const replicas = [...new Set(found.map((one) => one.replicas.length))].sort((a, b) => a - b)
    return [
      ...difference(topic, 'partitions', String(partitions), String(found.length)),
      ...difference(topic, 'replication', String(replication), replicas.join(' and ')),
    ]
  })
}

async function differentSettings(
  admin: Admin,
  plan: readonly TopicPlan[],
): Promise<readonly TopicDifference[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: plan.map(({ topic, settings }) => {
      const configNames = Object.keys(settings)
      return { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames }
    }),
  })
  return plan.flatMap(({ topic, settings }) => {
    const described = resources.find(({ resourceName }) => resourceName === topic)
    if (described !== undefined && described.errorCode !== codes.NONE) {
      throw new BrokerError(described.errorCode, `the settings of ${topic}`)
    }
    return Object.entries(settings).flatMap(([name, expected]) => {
      const found = described?.configEntries.find((entry) => entry.configName === name)
      return difference(topic, name, expected, found?.configValue ?? 'nothing')
    })
  })
}

function difference(
  topic: string,
  setting: string,
  expected: string,
  found: string,
): readonly TopicDifference[] {
  if (found === expected) return []
  const unlimited = setting === 'retention.ms' && found === '-1'
  if (AT_LEAST.has(setting) && (unlimited || Number(found) >= Number(expected))) return []
  return [{ topic, setting, expected, found }]
}

async function withAdmin<T>(
  connection: KafkaConnection,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = clientOf(connection, {
    requestMs: ADMIN_MS_MAX,
    retry: { initialRetryTime: RETRY_MS_MIN, retries: 4 },
  }).admin()
  try {
    await admin.connect()
    return await work(admin)
  } catch (error) {
    throw error instanceof LogUnusable ? error : refusal(error)
  } finally {
    await admin.disconnect()
  }
}
