import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { type Entry, LogRefused, LogUnusable } from '@evenkeel/chassis/log'
import type { KafkaOptions } from '@evenkeel/chassis/log/kafka'
import kafkajs from 'kafkajs'
import { sharedBrokers } from '../brokers/index.ts'
import {
  connectionTo,
  freshTopics,
  openKafka,
  removeTopics,
  until,
  withAdmin,
} from './topics-of.ts'

const shared = await sharedBrokers()
after(() => shared.stopAll())
const { addresses } = shared
const replication = Math.min(3, addresses.length)
const TOPIC = kafkajs.ConfigResourceTypes.TOPIC

const topics = () => freshTopics(connectionTo(addresses), { partitions: 1, replication })

/** A log of `count` records, and a tail that has read them all. */
async function followed(t: TestContext, count: number) {
  const options = await topics()
  const kafka = await openKafka(options)
  t.after(() => kafka.close())
  const records = Array.from({ length: count }, (_, index) => Buffer.from(String(index)))
  await kafka.log.append(0, records)
  const entries: Entry[] = []
  const { promise: end, resolve } = Promise.withResolvers<Error>()
  kafka.log.tail(0, 0, (batch) => void entries.push(...batch), resolve)
  await until(() => entries.length === count)
  return { options, kafka, entries, end }
}

async function set({ topics }: KafkaOptions, name: string, value: string): Promise<void> {
  const resource = { type: TOPIC, name: topics.log, configEntries: [{ name, value }] }
  await withAdmin(addresses, (admin) =>
    admin.alterConfigs({ validateOnly: false, resources: [resource] }),
  )
}

/** As somebody else's client sends it. */
async function send(options: KafkaOptions, compression: kafkajs.CompressionTypes): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...addresses], logLevel: kafkajs.logLevel.NOTHING })
  const createPartitioner = kafkajs.Partitioners.DefaultPartitioner
  const producer = kafka.producer({ createPartitioner })
  await producer.connect()
  await producer.send({ topic: options.topics.log, compression, messages: [{ value: 'foreign' }] })
  await producer.disconnect()
}

const unusable = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LogUnusable, String(error))
  assert.match(error.message, pattern)
  return true
}

test('a log whose topic is deleted under its tail', async (t) => {
  const { options, end } = await followed(t, 3)
  await removeTopics(options)
  unusable(/is gone: the topic was deleted/)(await end)
})

test('a log whose topic is deleted and made anew under its tail', async (t) => {
  const { options, end } = await followed(t, 3)
  const again = { topic: options.topics.log, numPartitions: 1, replicationFactor: replication }
  await withAdmin(addresses, async (admin) => {
    await admin.deleteTopics({ topics: [options.topics.log] })
    await until(() => admin.createTopics({ topics: [again] }).catch(() => false))
  })
  unusable(/ends at 0, before 3: it has lost its end or was made anew/)(await end)
})

test('a log whose start is deleted before a tail has read it', async (t) => {
  const { options, kafka } = await followed(t, 10)
  await withAdmin(addresses, async (admin) => {
    await admin.fetchTopicMetadata({ topics: [options.topics.log] })
    const partitions = [{ partition: 0, offset: '7' }]
    await admin.deleteTopicRecords({ topic: options.topics.log, partitions })
  })
  const { promise: end, resolve } = Promise.withResolvers<Error>()
  kafka.log.tail(0, 4, () => resolve(new Error('heard something')), resolve)
  unusable(/begins at 7: 4 was deleted before it was read/)(await end)
  assert.equal(await kafka.log.first(0), 7)
  assert.equal(await kafka.log.head(0), 10)
})

test('a batch in a codec that nobody here reads', async (t) => {
  const { options, entries, end } = await followed(t, 2)
  await set(options, 'compression.type', 'producer')
  await send(options, kafkajs.CompressionTypes.GZIP)
  unusable(/at 2 is compressed with gzip.*compression\.type to uncompressed/)(await end)
  assert.equal(entries.length, 2)
})

test('a foreign client that compresses does no harm while the topic undoes it', async (t) => {
  const { options, entries } = await followed(t, 2)
  await send(options, kafkajs.CompressionTypes.GZIP)
  await until(() => entries.length === 3)
  assert.equal(Buffer.from(entries[2]?.bytes ?? []).toString(), 'foreign')
})

test('a topic that takes smaller records than ours says so', async (t) => {
  const { options, kafka } = await followed(t, 1)
  await set(options, 'max.message.bytes', '1000')
  await assert.rejects(
    async () => {
      // The leader hears of the setting a moment later.
      for (;;) await kafka.log.append(0, [Buffer.alloc(2_000)])
    },
    (error) => error instanceof LogRefused && error.causeCode === 'too_large',
  )
})

const wrong: readonly (readonly [string, string])[] = [
  ['message.timestamp.type', 'CreateTime'],
  ['compression.type', 'gzip'],
  ['cleanup.policy', 'compact'],
  ['retention.ms', '3600000'],
  ['retention.bytes', '1000000'],
]

test('a topic with other settings is refused, by the name of each', async (t) => {
  for (const [name, value] of wrong) {
    await t.test(name, async () => {
      const options = await topics()
      await set(options, name, value)
      const message = new RegExp(`log: ${name}: expected (\\w+|-1), found ${value}`)
      await assert.rejects(openKafka(options), unusable(message))
    })
  }
  const options = await topics()
  await assert.rejects(
    openKafka({ ...options, partitions: 2 }),
    unusable(/partitions: expected 2, found 1/),
  )
  await assert.rejects(
    openKafka({ ...options, replication: replication + 1 }),
    unusable(/replication: expected \d, found \d/),
  )
  const missing = { ...options.topics, log: `${options.topics.log}.x` }
  await assert.rejects(openKafka({ ...options, topics: missing }), unusable(/there is no topic/))
})

test('what a service reads, and where its snapshots lie, is looked at as well', async () => {
  const options = await topics()
  const { log, eventsOf } = options.topics
  const others = [
    { topic: eventsOf('skills') ?? '', cleanup: 'compact' },
    { topic: `${log}.snapshots`, cleanup: 'compact' },
  ] as const
  await assert.rejects(
    openKafka({ ...options, topics: { ...options.topics, others } }),
    unusable(
      /no topic \S+\.snapshots; .*skills\.events: cleanup\.policy: expected compact, found /,
    ),
  )
})

test('no broker at all', async () => {
  const options = await topics()
  await assert.rejects(
    openKafka({ ...options, brokers: ['localhost:1'] }),
    (error) => error instanceof LogRefused && error.causeCode === 'unavailable',
  )
})

test('topics that have just been made take appends in each of their partitions', async (t) => {
  const partitions = 48
  const options = await freshTopics(connectionTo(addresses), { partitions, replication })
  const kafka = await openKafka(options)
  t.after(async () => {
    await kafka.close()
    await removeTopics(options)
  })
  const appended = Array.from({ length: partitions }, (_, partition) =>
    kafka.log.append(partition, [Buffer.from('first')]),
  )
  assert.deepEqual(new Set(await Promise.all(appended)), new Set([0]))
})
