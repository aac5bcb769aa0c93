import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { createTopics } from '@evenkeel/chassis/log/kafka'
import {
  consumeEvents,
  type ConsumeOptions,
  fileMarks,
  type ForeignRecord,
  type Mark,
  MarkMoved,
  type MarkStore,
  sameMark,
  type Trouble,
} from '@evenkeel/consumer'
import { Event as LogEvent } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Event } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { planTopics } from '@evenkeel/proto/topics'
import kafkajs from 'kafkajs'
import { startBrokers } from '../brokers/index.ts'
import { directory, skip, soon } from './contacts.ts'
import { connectionTo, withAdmin } from './topics-of.ts'

// Names of topics are not for the library's user to choose: each test has a partition of its own.
let addresses: readonly string[] = []
let producer: kafkajs.Producer
let left = async (): Promise<void> => {}
const topic = 'evenkeel.routing.events.v1'
const logLevel = kafkajs.logLevel.NOTHING
before(async () => {
  if (skip !== false) return
  const brokers = await startBrokers({ count: 1 })
  addresses = brokers.addresses
  await createTopics(connectionTo(addresses), planTopics({ partitions: 8, replication: 1 }))
  producer = new kafkajs.Kafka({ brokers: [...addresses], logLevel }).producer()
  await producer.connect()
  left = async () => {
    await producer.disconnect()
    await brokers.stopAll()
  }
})
after(() => left())

const thisLog = '00000000000000aa'

function event(partition: number, n: number, log = thisLog): Buffer {
  const value = { contactId: `c${n}`, held: true }
  const kind = { $case: 'contactHeld', value } as const
  const body = Buffer.from(Event.encode({ kind }).finish())
  const id = `${log}/${partition}/${n + 1}/0`
  return Buffer.from(LogEvent.encode({ id, pool: 'p', timeMs: n, body }).finish())
}

async function put(partition: number, ...values: readonly (Buffer | null)[]): Promise<void> {
  const messages = values.map((value) => ({ partition, value }))
  await producer.send({ topic, acks: -1, messages })
}

const events = (partition: number, from: number, to: number, log = thisLog): Buffer[] =>
  Array.from({ length: to - from }, (_, i) => event(partition, from + i, log))

/** Numbers from..to-1. */
const upTo = (to: number, from = 0): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

/** Marks in memory that several may share. */
function memoryMarks(): MarkStore {
  const marks = new Map<number, Mark>()
  return {
    load: async (partition) => marks.get(partition),
    save: async (partition, mark, before) => {
      if (!sameMark(marks.get(partition), before)) throw new MarkMoved(`partition ${partition}`)
      marks.set(partition, mark)
    },
  }
}

type Own = Partial<ConsumeOptions<'routing'>>

async function follow(t: TestContext, own: Own) {
  const handed: { partition: number; n: number }[] = []
  const foreign: ForeignRecord[] = []
  const troubles: Trouble[] = []
  const consumer = await consumeEvents({
    brokers: addresses,
    service: 'routing',
    from: 'beginning',
    store: memoryMarks(),
    onEvent: ({ timeMs: n }, { partition }) => void handed.push({ partition, n }),
    onForeign: (record) => void foreign.push(record),
    onTrouble: (trouble) => void troubles.push(trouble),
    ...own,
  })
  t.after(() => consumer.close())
  const of = (partition: number) =>
    handed.filter((one) => one.partition === partition).map(({ n }) => n)
  return { consumer, of, foreign, troubles }
}

test('repeats are dropped, foreign bytes are told, and the next start goes on', {
  skip,
}, async (t) => {
  const store = fileMarks(directory(t))
  await put(0, ...events(0, 0, 3), ...events(0, 1, 3), Buffer.from([255, 255]), null)
  await put(0, event(7, 3), ...events(0, 2, 5))
  const first = await follow(t, { partitions: [0], store })
  await soon('five events', async () => first.of(0).length >= 5)
  assert.deepEqual(first.of(0), upTo(5))
  const reasons = first.foreign.map(({ position, reason }) => [position, reason])
  assert.deepEqual(reasons, [
    [5, 'not_an_event'],
    [6, 'empty'],
    [7, 'other_partition'],
  ])
  assert.deepEqual(await first.consumer.lag(), new Map([[0, 0]]))
  await first.consumer.close()
  assert.equal(await first.consumer.ended, undefined)

  await put(0, ...events(0, 3, 7))
  const second = await follow(t, { partitions: [0], store })
  await soon('the rest', async () => second.of(0).length >= 2)
  assert.deepEqual(second.of(0), [5, 6])
  assert.deepEqual(second.troubles, [])
})

test('a partition whose handler fails waits, and no other with it', { skip }, async (t) => {
  await put(1, ...events(1, 0, 3))
  await put(2, ...events(2, 0, 3))
  let broken = true
  const reached: number[] = []
  const { consumer, troubles } = await follow(t, {
    partitions: [1, 2],
    onEvent: ({ timeMs: n }, { partition }) => {
      if (broken && partition === 1 && n === 1) throw new Error('the database is away')
      reached.push(10 * partition + n)
    },
  })
  await soon('the other partition', async () => reached.includes(22) && troubles.length > 1)
  assert.deepEqual(
    reached.filter((n) => n < 20),
    [10],
  )
  assert.equal(consumer.status().find(({ partition }) => partition === 1)?.state, 'retrying')
  assert.equal((await consumer.lag()).get(1), 2)
  broken = false
  await soon('the rest of the partition', async () => reached.includes(12))
  assert.deepEqual(
    reached.filter((n) => n < 20),
    [10, 11, 12],
  )
})

test('events that are gone, or of another log, stop the partition and are told', {
  skip,
}, async (t) => {
  const store = memoryMarks()
  await put(3, ...events(3, 0, 5))
  const first = await follow(t, { partitions: [3], store })
  await soon('five events', async () => first.of(3).length >= 5)
  await first.consumer.close()
  await put(3, ...events(3, 5, 10))
  await withAdmin(addresses, async (admin) => {
    await admin.fetchTopicMetadata({ topics: [topic] })
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 3, offset: '8' }] })
  })
  const second = await follow(t, { partitions: [3], store })
  await soon('the gap', async () => second.troubles.length > 0)
  const gap = { kind: 'gap', expected: 5, found: 8 }
  assert.deepEqual(second.troubles, [{ kind: 'stopped', partition: 3, why: gap }])
  assert.deepEqual(second.of(3), [])

  const found = '00000000000000bb'
  await put(4, ...events(4, 0, 2), ...events(4, 0, 2, found))
  const third = await follow(t, { partitions: [4] })
  await soon('the other log', async () => third.troubles.length > 0)
  const why = { kind: 'incarnation', expected: thisLog, found }
  assert.deepEqual(third.troubles, [{ kind: 'stopped', partition: 4, why }])
  assert.deepEqual(third.of(4), [0, 1])
})

test('a group shares the partitions, and what one has had no other gets', { skip }, async (t) => {
  const store = memoryMarks()
  const groupId = 'a-platform'
  await put(5, ...events(5, 0, 50))
  const one = await follow(t, { groupId, store })
  await soon('the first', async () => one.of(5).length >= 20)
  const two = await follow(t, { groupId, store })
  await put(6, ...events(6, 0, 50))
  await put(5, ...events(5, 50, 100))
  const all = (partition: number) =>
    [...one.of(partition), ...two.of(partition)].sort((a, b) => a - b)
  await soon('all', async () => all(5).length >= 100 && all(6).length >= 50)
  await one.consumer.close()
  await put(5, ...events(5, 100, 120))
  await put(6, ...events(6, 50, 70))
  await soon('what came after', async () => all(5).length >= 120 && all(6).length >= 70)
  assert.deepEqual(all(5), upTo(120))
  assert.deepEqual(all(6), upTo(70))
})

test('a partition that changes hands in the middle of an event goes on', { skip }, async (t) => {
  const marks = memoryMarks()
  const groupId = 'changing-hands'
  await put(6, ...events(6, 70, 90))
  // The first save of the newcomer finds that the former owner has finished its event meanwhile.
  const meddled: MarkStore = {
    load: marks.load.bind(marks),
    save: async (partition, mark, before) => {
      if (partition === 6 && mark.offset === 75) await marks.save?.(partition, mark, before)
      await marks.save?.(partition, mark, before)
    },
  }
  await put(6, ...events(6, 90, 92))
  const one = await follow(t, { groupId, store: meddled })
  await soon('the end', async () => one.of(6).includes(91))
  const taken = one.troubles.filter((one) => one.kind === 'stopped' && one.partition === 6)
  assert.deepEqual(taken, [{ kind: 'stopped', partition: 6, why: { kind: 'taken' } }])
  assert.deepEqual(one.of(6), upTo(92))
})

test("'now' begins with what comes, and stays where it began", { skip }, async (t) => {
  const store = memoryMarks()
  await put(7, ...events(7, 0, 3))
  const first = await follow(t, { partitions: [7], from: 'now', store })
  await soon('its place', async () => (await first.consumer.lag()).get(7) === 0)
  await first.consumer.close()
  await put(7, ...events(7, 3, 6))
  const second = await follow(t, { partitions: [7], from: 'now', store })
  await soon('what came meanwhile', async () => second.of(7).length >= 3)
  assert.deepEqual(second.of(7), [3, 4, 5])
})

test('what can never work is refused at the start', { skip }, async (t) => {
  const wrong: readonly (readonly [Own, RegExp])[] = [
    [{ partitions: [99] }, /has 8 partitions; there is no 99/],
    [{ partitions: [0], groupId: 'g' }, /groupId or partitions/],
    [{ brokers: ['127.0.0.1:1'] }, /ECONNREFUSED|Connection/],
  ]
  for (const [own, why] of wrong) await assert.rejects(follow(t, own), why)
})
