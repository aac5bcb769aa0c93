// Contacts by Kafka where the log's partitions are not all alike: kept by several cells, or halted.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { SubmitContactRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { call, figure, PARTITIONS, Place, type Routing, skip, soon } from './contacts.ts'

let place: Place
before(async () => {
  if (skip === false) place = await Place.made()
})
after(async () => {
  if (skip === false) await place.left()
})

const poolIn = (partition: number, prefix: string): string => {
  const names = Array.from({ length: 100 }, (_, i) => `${prefix}-${i}`)
  return names.find((name) => partitionOf(name, PARTITIONS) === partition) ?? ''
}

const arrivals = (pool: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    $case: 'submitContact' as const,
    value: SubmitContactRequest.fromPartial({ pool, contactId: `c${i}`, queueId: 'tax' }),
  }))

async function founded({ http }: Routing, pool: string): Promise<void> {
  await call(http, 'QueueService/PutPool', { pool: { pool } })
  const queue = { pool, queueId: 'tax', channel: 'CHANNEL_VOICE', maxWaiting: 5000 }
  await call(http, 'QueueService/PutQueue', { queue })
}

async function waiting({ http }: Routing, pool: string): Promise<number> {
  const asked = { pool, pageSize: 500 }
  const { contacts = [] } = Object(await call(http, 'ContactService/ListContacts', asked))
  return contacts.length
}

test('each cell takes what is of its pools; what is of nobody is told once', {
  skip,
}, async (t) => {
  const [inA, inB] = [poolIn(0, 'cells'), poolIn(1, 'cells')]
  const cell = (name: string, kept: string, others: string) => ({
    EVENKEEL_CELL: name,
    EVENKEEL_HOSTED_PARTITIONS: kept,
    EVENKEEL_CELLS: `${others}=127.0.0.1:7400`,
  })
  const a = await place.routing(t, 'a-0', cell('cell-a', '0', '1'))
  const b = await place.routing(t, 'b-0', cell('cell-b', '1', '0'))
  await founded(a, inA)
  await founded(b, inB)
  await place.sends(...arrivals(inA, 10), ...arrivals(inB, 7))
  await place.sendsBytes({ key: 'x', value: Buffer.from([255, 255]) })
  const dealtWith = async (routing: Routing) => {
    const names = ['accepted', 'refused', 'passed_over']
    const counts = await Promise.all(names.map((name) => figure(routing, name)))
    return counts.reduce((sum, count) => sum + count, 0)
  }
  for (const routing of [a, b]) {
    await soon('all records', async () => (await dealtWith(routing)) === 18)
  }
  assert.deepEqual([await waiting(a, inA), await waiting(b, inB)], [10, 7])
  assert.deepEqual([await figure(a, 'accepted'), await figure(b, 'accepted')], [10, 7])
  assert.equal((await figure(a, 'refused')) + (await figure(b, 'refused')), 1)
})

test('a halted partition holds up nobody for long, and its records only once', {
  skip,
}, async (t) => {
  const [halts, lives] = [poolIn(0, 'halts'), poolIn(1, 'lives')]
  const routing = await place.routing(t, 'routing-0')
  await founded(routing, halts)
  await founded(routing, lives)
  await place.poisons(0)
  const halted = () =>
    waiting(routing, halts).then(
      () => false,
      (error) => /HALTED/.test(error),
    )
  await soon('the halt', halted)
  // More than are in hand at once.
  await place.sendsTo(0, ...arrivals(halts, 300))
  await soon('attempts', async () => (await figure(routing, 'held', 'PARTITION_HALTED')) > 256)
  await place.sendsTo(1, ...arrivals(lives, 20))
  await soon('those of the other', async () => (await waiting(routing, lives)) === 20)
  assert.equal(await figure(routing, 'refused', 'PARTITION_HALTED'), 0)
  // What an earlier reader did is not known to this one's group: it may be more than these.
  await soon('refusals', async () => {
    return (await figure(routing, 'refused', 'PARTITION_HALTED')) >= 300
  })
})
