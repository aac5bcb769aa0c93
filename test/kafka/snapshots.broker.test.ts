import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { after, test } from 'node:test'
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

/** Bytes that this process has read from any broker, from now on. */
function bytesRead(): () => number {
  const sockets: Socket[] = []
  channel('net.client.socket').subscribe((message) => {
    if (message instanceof Object && 'socket' in message && message.socket instanceof Socket) {
      sockets.push(message.socket)
    }
  })
  return () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0)
}

test('a slot is read once, whatever is foreign in its topic is told of', async (t) => {
  const topic = `test.${randomBytes(8).toString('hex')}.snapshots`
  const size = { partitions: 1, replication }
  await createTopics(connection, [planTopic({ topic, cleanup: 'compact' }, size)])
  const writing = new TopicSnapshots(connection, topic)
  t.after(async () => {
    await writing.close()
    await deleteTopics(connection, [topic])
  })
  const chunk = randomBytes(262_144)
  const slot = await writing.begin(0, 'a-slot')
  for (let index = 0; index < 40; index++) await slot.chunk(chunk)
  await slot.seal(Buffer.from('manifest'))
  const { logLevel, Kafka } = kafkajs
  const producer = new Kafka({
    brokers: [...brokers.addresses],
    logLevel: logLevel.NOTHING,
  }).producer()
  await producer.connect()
  await producer.send({ topic, acks: -1, messages: [{ key: 'not/ours', value: 'x' }] })
  await producer.disconnect()

  const told: string[] = []
  const read = bytesRead()
  const reading = new TopicSnapshots(
    connectionTo(brokers.addresses, (code) => void told.push(code)),
    topic,
  )
  t.after(() => reading.close())
  assert.deepEqual((await reading.list(0)).length, 1)
  assert.deepEqual(told, ['foreign_record'])
  const before = read()
  let chunks = 0
  for await (const bytes of reading.read(0, 'a-slot', 40)) {
    assert.deepEqual(bytes, new Uint8Array(chunk))
    chunks += 1
  }
  assert.equal(chunks, 40)
  const share = (read() - before) / (chunks * chunk.length)
  t.diagnostic(`${share.toFixed(2)} times its size`)
  assert.ok(share > 0.9 && share < 1.5, `${share} times its size`)
})
