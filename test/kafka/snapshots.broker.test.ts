import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import { createTopics, deleteTopics, TopicSnapshots } from '@evenkeel/chassis/log/kafka'
import { snapshotStoreConformance } from '@evenkeel/chassis/snapshot/conformance'
import { planTopic } from '@evenkeel/proto/topics'
import kafkajs from 'kafkajs'
import { sharedBrokers } from '../brokers/index.ts'
import { connectionTo } from './topics-of.ts'

const brokers = await sharedBrokers()
after(() => brokers.stopAll())
const connection = connectionTo(brokers.addresses)
const replication = Math.min(3, brokers.addresses.length)

snapshotStoreConformance('a compacted topic', async (t) => {
  const topic = `test.${randomBytes(8).toString('hex')}.snapshots`
  await createTopics(connection, [
    planTopic({ topic, cleanup: 'compact' }, { partitions: 5, replication }),
  ])
  const { logLevel, Kafka } = kafkajs
  const kafka = new Kafka({ brokers: [...brokers.addresses], logLevel: logLevel.NOTHING })
  const producer = kafka.producer()
  await producer.connect()
  const open = () => new TopicSnapshots(connection, topic)
  const peek = open()
  t.after(async () => {
    await Promise.all([producer.disconnect(), peek.close()])
    await deleteTopics(connection, [topic])
  })

  /** As it stands now, by another reader. */
  async function stored(partition: number, name: string, part: number | 'manifest') {
    const slots = await peek.list(partition)
    if (part === 'manifest') return slots.find((slot) => slot.name === name)?.manifest
    let index = 0
    for await (const bytes of peek.read(partition, name, part + 1))
      if (index++ === part) return bytes
    return undefined
  }

  return {
    store: open(),
    reopened: async () => open(),
    async replace(partition, name, part, change) {
      const changed = change((await stored(partition, name, part)) ?? new Uint8Array(0))
      const value = changed === undefined ? null : Buffer.from(changed)
      const messages = [{ partition, key: `${partition}/${name}/${part}`, value }]
      await producer.send({ topic, acks: -1, messages })
    },
  }
})
