import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { LogRefused } from '@evenkeel/chassis/log'
import { type Cluster, startBrokers, wayToBrokers } from '../brokers/index.ts'
import { Appending } from './appending.ts'
import { connectionTo, freshTopics, leaderOf, openKafka } from './topics-of.ts'

const skip = (await wayToBrokers()) === 'given' ? 'brokers of others are not to be killed' : false
const all = [1, 2, 3]
let started: Promise<Cluster> | undefined
after(async () => (await started)?.stopAll())

/** Three brokers for all tests of this file; each leaves them as it found them. */
function brokers(): Promise<Cluster> {
  started ??= startBrokers({ count: 3 })
  return started
}

/** A log on these brokers, and numbers that are appended to it. */
async function world(t: TestContext) {
  const cluster = await brokers()
  const size = { partitions: 1, replication: 3 }
  const options = await freshTopics(connectionTo(cluster.addresses), size)
  const kafka = await openKafka(options)
  t.after(() => kafka.close())
  const appending = new Appending(kafka.log)
  t.after(() => appending.stop())
  t.after(() => t.diagnostic(appending.inWords()))
  await appending.more(50)
  const leader = () => leaderOf(cluster.addresses, options.topics.log)
  return { cluster, options, kafka, appending, leader }
}

test('the leader is killed under appends: nothing acknowledged is lost', { skip }, async (t) => {
  const { cluster, appending, leader } = await world(t)
  const victim = await leader()
  await cluster.kill(victim)
  await appending.more(200)
  await cluster.restart(victim)
  await leader()
  await appending.more(50)
  await appending.assertWhole()
})

test('the leader hangs: another leads, and nothing is lost when it wakes', { skip }, async (t) => {
  const { cluster, appending, leader } = await world(t)
  const victim = await leader()
  await cluster.pause(victim)
  await appending.more(200)
  await cluster.resume(victim)
  await leader()
  await appending.more(50)
  await appending.assertWhole()
})

test('a leader that only clients still reach acknowledges nothing', { skip }, async (t) => {
  const { cluster, appending, leader } = await world(t)
  if (cluster.disconnect === undefined) return t.skip('these brokers can not be cut off')
  const victim = await leader()
  await cluster.disconnect(victim)
  await appending.more(200)
  await cluster.connect?.(victim)
  await leader()
  await appending.more(50)
  await appending.assertWhole()
})

test('too few in-sync replicas: refused by name, and again taken by itself', {
  skip,
}, async (t) => {
  const { cluster, appending, leader } = await world(t)
  const last = await leader()
  const others = all.filter((id) => id !== last)
  for (const id of others) await cluster.stop(id)
  await appending.failed('not_enough_replicas')
  for (const id of others) await cluster.restart(id)
  await appending.more(100)
  await leader()
  await appending.assertWhole()
})

test('all brokers go and come back: the tail goes on where it was', { skip }, async (t) => {
  const { cluster, kafka, appending, leader } = await world(t)
  await leader()
  await Promise.all(all.map((id) => cluster.kill(id)))
  await appending.failed('unavailable')
  await assert.rejects(kafka.log.head(0), (error) => {
    assert.ok(error instanceof LogRefused)
    assert.equal(error.causeCode, 'unavailable')
    return true
  })
  await Promise.all(all.map((id) => cluster.restart(id)))
  await appending.more(100)
  await leader()
  await appending.assertWhole()
})

test('brokers are restarted one after the other under appends', { skip }, async (t) => {
  const { cluster, appending, leader } = await world(t)
  for (const id of all) {
    await leader()
    await cluster.stop(id)
    await appending.more(20)
    await cluster.restart(id)
  }
  await leader()
  await appending.assertWhole()
})
