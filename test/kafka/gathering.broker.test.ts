import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { type Entry, type Log, LogRefused } from '@evenkeel/chassis/log'
import { openSender } from '@evenkeel/chassis/log/kafka'
import { sharedBrokers } from '../brokers/index.ts'
import { connectionTo, freshTopics, openKafka, removeTopics, until } from './topics-of.ts'

const brokers = await sharedBrokers()
after(() => brokers.stopAll())
const replication = Math.min(3, brokers.addresses.length)

async function world(t: TestContext, partitions: number) {
  const connection = connectionTo(brokers.addresses)
  const options = await freshTopics(connection, { partitions, replication })
  const kafka = await openKafka(options)
  const sender = openSender(connection, options.topics.log)
  t.after(async () => {
    await Promise.all([kafka.close(), sender.close()])
    await removeTopics(options)
  })
  return { log: kafka.log, sender }
}

async function read(t: TestContext, log: Log, count: number): Promise<readonly string[]> {
  const found: string[] = []
  const hear = (entries: readonly Entry[]) => {
    for (const { bytes } of entries) found.push(Buffer.from(bytes).toString())
  }
  const tail = log.tail(0, 0, hear, (error) => assert.fail(error))
  t.after(() => tail.stop())
  await until(() => found.length >= count)
  return found
}

test('appends to many partitions at once are each told their own offset', async (t) => {
  const { log } = await world(t, 8)
  const all = Array.from({ length: 8 }, (_, partition) => partition)
  const records = (partition: number) =>
    Array.from({ length: partition + 1 }, (_, at) => Buffer.from(`${partition}.${at}`))
  for (const round of [0, 1, 2]) {
    const offsets = await Promise.all(all.map((one) => log.append(one, records(one))))
    assert.deepEqual(
      offsets,
      all.map((partition) => round * (partition + 1)),
    )
  }
  assert.equal(await log.head(7), 24)
})

test('what is sent at once is in the log once, in order, but for what is too large', async (t) => {
  const { log, sender } = await world(t, 1)
  const whole = Array.from({ length: 3_000 }, (_, at) => `record ${at}`)
  const sent = whole.map((text) => sender.send(0, null, Buffer.from(text)))
  const tooLarge = sender.send(0, null, Buffer.alloc(20_000_000))
  const later = sender.send(0, null, Buffer.from('the last'))
  await assert.rejects(tooLarge, (error) => {
    return error instanceof LogRefused && error.causeCode === 'too_large'
  })
  await Promise.all([...sent, later])
  assert.deepEqual(await read(t, log, 3_001), [...whole, 'the last'])
})
