import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Event } from '@evenkeel/proto/evenkeel/log/v1/log'
import type { Log } from '../../log/port.ts'
import type { State } from '../../protocol/test/counter.ts'
import { MemorySnapshots, type SnapshotStore } from '../../snapshot/index.ts'
import { HaltedAtStart, type RunningReplica } from '../index.ts'
import { add, submit, valueOf, World } from './world.ts'

/** A day with a few snapshots in it, and what the counters stand at. */
async function day(snapshotRecords = 50) {
  const world = new World()
  const store = new MemorySnapshots()
  const terms = { snapshots: store, snapshotRecords }
  const replica = await world.replica('a', terms)
  const live = async (commands: number) => {
    for (let n = 0; n < commands; n++) await world.until(submit(replica, add(`k${n % 40}`)))
    const spread = { kind: 'spread', key: 'spread', items: 3, slices: 4 } as const
    await world.until(submit(replica, spread))
    await world.until(submit(replica, { kind: 'say', events: 5 }))
    await world.pass(200)
  }
  return { world, store, terms, replica, live }
}

const snapshotsOf = (replica: RunningReplica<State>) => {
  const { snapshots } = replica.stats()
  assert.ok(snapshots)
  return snapshots
}

const offsets = async (store: SnapshotStore) =>
  (await store.list(0)).map((slot) => Number(slot.name.slice(0, 16)))

/** What the whole log says, without any snapshot. */
async function replayed(world: World, name = 'witness') {
  const replica = await world.replica(name, { claims: false })
  return { chain: replica.stats().chain, dump: replica.db.dump(), replica }
}

/** The calls of a log, of which some may be given another answer. */
const calling = (log: Log): Log => ({
  partitions: log.partitions,
  append: (partition, records) => log.append(partition, records),
  tail: (partition, from, onBatch, onEnd) => log.tail(partition, from, onBatch, onEnd),
  head: (partition) => log.head(partition),
  first: (partition) => log.first(partition),
  bytes: (partition) => log.bytes(partition),
  close: () => log.close(),
})

describe('snapshots', () => {
  test('the leader takes one every so many records; a follower takes none', async () => {
    const { world, store, terms, replica, live } = await day()
    const follower = await world.replica('b', terms)
    await live(400)
    await world.untilTrue(() => snapshotsOf(replica).taken >= 5)
    await world.pass(50)
    assert.equal(snapshotsOf(follower).taken, 0)
    assert.equal((await store.list(0)).length, 3)
    assert.equal(snapshotsOf(replica).valid, 3)
    assert.equal(snapshotsOf(replica).failed, 0)
    const [newest = 0, second = 0] = await offsets(store)
    assert.equal(newest, snapshotsOf(replica).offset)
    assert.ok(newest - second >= 50)
  })

  test('a start from one comes to the same state and chain as a replay of everything', async () => {
    const { world, store, terms, live } = await day()
    await live(300)
    const first = await world.replica('b', terms)
    assert.ok(snapshotsOf(first).offset >= 50)
    const whole = await replayed(world)
    await world.untilTrue(() => first.stats().records === whole.replica.stats().records)
    assert.equal(first.stats().chain, whole.replica.stats().chain)
    assert.equal(first.db.dump(), whole.replica.db.dump())
    assert.deepEqual(first.db.check(), [])
    await live(100)
    await world.untilTrue(() => first.stats().records === whole.replica.stats().records)
    assert.equal(first.db.dump(), whole.replica.db.dump())
    assert.ok((await store.list(0)).length > 0)
  })

  test('who stops takes a last one of what came, and starts without the log before', async () => {
    const { world, terms, replica, live } = await day(100_000)
    const follower = await world.replica('b', terms)
    await live(1)
    assert.equal(snapshotsOf(replica).taken, 0)
    await Promise.all([world.until(replica.stop()), world.until(follower.stop())])
    world.broker.cut(0, await world.broker.client('-').head(0))
    const next = await world.replica('a', terms)
    assert.equal(valueOf(next, 'k0'), 1)
  })

  test('who stops takes a last one, so that the next start replays next to nothing', async () => {
    const { world, terms, replica, live } = await day(100_000)
    await live(1_500)
    assert.equal(snapshotsOf(replica).taken, 0)
    await world.until(replica.stop())
    assert.equal(snapshotsOf(replica).taken, 1)
    const next = await world.replica('a', terms)
    assert.equal(snapshotsOf(next).offset, snapshotsOf(replica).offset)
    assert.equal(valueOf(next, 'k0'), Math.ceil(1_500 / 40))
  })

  test('after five minutes, if there is anything that a start would feel', async () => {
    const { world, replica, live } = await day(100_000)
    await live(1_100)
    world.time.advance(301_000)
    await live(1)
    await world.untilTrue(() => snapshotsOf(replica).taken === 1)
  })

  test('one that fails is told of and counted, and a later one succeeds', async () => {
    const { world, store, replica, live } = await day()
    const { begin } = store
    store.begin = () => Promise.reject(new Error('no space left'))
    await live(120)
    assert.equal(snapshotsOf(replica).failed, 1)
    assert.deepEqual(world.warnings, ['a snapshot failed'])
    store.begin = begin
    await live(120)
    assert.equal(snapshotsOf(replica).taken, 0, 'it waits a while')
    world.time.advance(31_000)
    await live(1)
    await world.untilTrue(() => snapshotsOf(replica).taken === 1)
  })

  test('snapshots that can not be read are no obstacle while the log is whole', async () => {
    const { world, store, terms, live } = await day()
    await live(120)
    store.list = () => Promise.reject(new Error('permission denied'))
    const next = await world.replica('b', terms)
    assert.equal(valueOf(next, 'k0'), 3)
    assert.deepEqual(world.warnings, ['snapshots could not be read, the whole log is read instead'])
  })
})

describe('F11: the start of the log is lost', () => {
  test('a start restores and goes on, without a jump', async () => {
    const { world, terms, replica, live } = await day()
    await live(300)
    const whole = await replayed(world)
    world.broker.cut(0, snapshotsOf(replica).offset)
    const next = await world.replica('b', terms)
    await world.untilTrue(() => next.stats().records === whole.replica.stats().records)
    assert.equal(next.stats().chain, whole.replica.stats().chain)
    assert.equal(next.db.dump(), whole.replica.db.dump())
  })

  test('the very record after the snapshot is the last that may be gone before it', async () => {
    const { world, store, terms, live } = await day()
    await live(100)
    const [newest = 0] = await offsets(store)
    world.broker.cut(0, newest + 1)
    await world.replica('b', terms)
    world.broker.cut(0, newest + 2)
    const reason = new RegExp(`begins at offset ${newest + 2}.*no snapshot leads up to it`)
    await assert.rejects(world.replica('c', terms), (error) => {
      assert.ok(error instanceof HaltedAtStart)
      assert.match(error.message, reason)
      return true
    })
  })

  test('while a start looks for the name of the log: it looks again', async () => {
    const { world, terms, replica, live } = await day()
    await live(300)
    world.broker.cut(0, snapshotsOf(replica).offset)
    const log = world.broker.client('b')
    let asked = 0
    const first: Log['first'] = async (partition) => (asked++ === 0 ? 0 : log.first(partition))
    const on = { log: { ...calling(log), first }, streams: world.streams.client('b') }
    const next = await world.replica('b', { ...terms, on })
    await world.pass(50)
    assert.equal(next.db.dump(), replica.db.dump())
  })

  test('without any snapshot the partition halts, and says why', async () => {
    const { world, live } = await day()
    await live(10)
    world.broker.cut(0, 5)
    await assert.rejects(world.replica('b'), /begins at offset 5.*no snapshots are kept/)
    const empty = { snapshots: new MemorySnapshots() }
    await assert.rejects(world.replica('c', empty), /no snapshot leads up to it \(there is none\)/)
  })

  test('too few snapshots that lead up to a log without its start are warned of', async () => {
    const { world, store, terms, live } = await day()
    await live(300)
    const [, second = 0] = await offsets(store)
    world.broker.cut(0, second + 10)
    const next = await world.replica('b', terms)
    assert.equal(snapshotsOf(next).valid, 1)
    const words = 'the log has dropped its start, and too few snapshots lead up to it'
    assert.ok(world.warnings.includes(words))
  })
})

describe('F12: the newest snapshot is no good', () => {
  const damages: readonly (readonly [string, (slot: Slot) => void])[] = [
    ['corrupt', ({ chunks }) => void (chunks[0] = chunks[0]!.map((byte, at) => byte ^ (at & 1)))],
    ['partial', ({ chunks }) => void chunks.pop()],
    ['without a manifest', (slot) => void (slot.manifest = undefined)],
  ]
  type Slot = ReturnType<MemorySnapshots['slotsOf']> extends Map<string, infer S> ? S : never

  for (const [what, damage] of damages) {
    test(`${what}: the next one and a longer replay, the same state`, async () => {
      const { world, store, terms, live } = await day()
      await live(300)
      const [newest, second] = await store.list(0)
      damage(store.slotsOf(0).get(newest?.name ?? '')!)
      const next = await world.replica('b', terms)
      assert.equal(snapshotsOf(next).offset, Number(second?.name.slice(0, 16)))
      const whole = await replayed(world)
      await world.untilTrue(() => next.stats().records === whole.replica.stats().records)
      assert.equal(next.db.dump(), whole.replica.db.dump())
    })
  }

  for (const [when, breaks] of [
    ['', 0],
    [', though the connection breaks as its name is read', 1],
  ] as const) {
    test(`of a log that was begun anew: passed over${when}`, async () => {
      const { store, live } = await day()
      await live(120)
      const anew = new World()
      // Draws the random numbers that the first log was named by.
      const log = anew.anotherBroker().client('z')
      await anew.replica('z', { on: { log, streams: anew.streams.client('z') } })
      // Longer than the log that was before.
      const other = await anew.replica('b')
      for (let n = 0; n < 200; n++) await anew.until(submit(other, add('k0')))
      let left = breaks
      anew.plant({ breaks: (client) => client === 'a' && left-- > 0 })
      const replica = await anew.replica('a', { snapshots: store })
      assert.equal(valueOf(replica, 'k0'), 200)
      assert.ok((snapshotsOf(replica).faults.get('other_log') ?? 0) > 0)
    })
  }

  test('of a log that was begun anew and lost its start: passed over, and removed', async () => {
    const { store, terms, live } = await day()
    await live(300)
    const anew = new World()
    const log = anew.anotherBroker().client('z')
    await anew.replica('z', { on: { log, streams: anew.streams.client('z') } })
    const first = await anew.replica('a', terms)
    const more = async (commands: number) => {
      for (let n = 0; n < commands; n++) await anew.until(submit(first, add('k')))
      await anew.pass(200)
    }
    await more(60)
    await anew.untilTrue(() => snapshotsOf(first).taken > 0)
    const kept = await offsets(store)
    assert.equal(kept.length, snapshotsOf(first).taken, 'none of the other log')
    anew.broker.cut(0, snapshotsOf(first).offset)
    await anew.replica('b', terms)
  })

  test('of a log that was begun anew: what is newer is not its own', async () => {
    const { store: before, terms, live } = await day()
    await live(300)
    const anew = new World()
    const log = anew.anotherBroker().client('z')
    await anew.replica('z', { on: { log, streams: anew.streams.client('z') } })
    const store = new MemorySnapshots()
    const first = await anew.replica('a', { ...terms, snapshots: store })
    for (let n = 0; n < 60; n++) await anew.until(submit(first, add('k')))
    await anew.pass(200)
    const { offset } = snapshotsOf(first)
    for (const [name, slot] of before.slotsOf(0)) store.slotsOf(0).set(name, slot)
    assert.ok(((await offsets(store))[0] ?? 0) > (await anew.broker.client('-').head(0)))
    anew.broker.cut(0, offset)
    const next = await anew.replica('b', { ...terms, snapshots: store })
    assert.equal(snapshotsOf(next).offset, offset)
  })

  test('F10: newer than the end of the log: the partition halts', async () => {
    const { world, store, terms, live } = await day()
    await live(120)
    const [newest = 0] = await offsets(store)
    world.kill('a')
    world.broker.truncate(0, newest - 5)
    await assert.rejects(world.replica('b', terms), /the log has lost its end/)
  })

  test('newer than the end that was asked for first: others have gone on meanwhile', async () => {
    const { world, terms, live, replica } = await day()
    await live(120)
    const log = world.broker.client('b')
    let asked = 0
    const head: Log['head'] = async (partition) => (asked++ === 0 ? 1 : log.head(partition))
    const on = { log: { ...calling(log), head }, streams: world.streams.client('b') }
    const next = await world.replica('b', { ...terms, on })
    await world.pass(50)
    assert.equal(next.db.dump(), replica.db.dump())
  })
})

describe('F13: a crash between events and snapshot', () => {
  const published = (world: World) =>
    world.streams.entries('counter/0').map((entry) => Event.decode(entry.bytes).id)

  /** Each once: those that are published twice carry the same id. */
  const assertWhole = (world: World, next: RunningReplica<State>) => {
    const ids = published(world)
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(ids.length, next.stats().publishedThrough + 1)
    assert.equal(next.stats().outbox, 0)
  }

  test('events acknowledged, the snapshot, the crash: none missing, none twice', async () => {
    const { world, terms, replica, live } = await day()
    await live(60)
    await world.until(submit(replica, { kind: 'say', events: 100 }))
    const before = published(world).length
    await live(60)
    assert.ok(published(world).length > before)
    world.kill('a')
    const next = await world.replica('b', terms)
    await world.untilTrue(() => next.stats().leading)
    await world.pass(3_000)
    assertWhole(world, next)
  })

  test('the snapshot, then the crash, then the events: none missing', async () => {
    const { world, terms, replica, live } = await day()
    world.plant({ publish: () => ({ kind: 'refused' }) })
    await live(120)
    assert.ok(snapshotsOf(replica).taken > 0)
    assert.deepEqual(published(world), [])
    const { outbox } = replica.stats()
    assert.ok(outbox > 100)
    world.kill('a')
    world.plant({})
    const next = await world.replica('b', terms)
    await world.untilTrue(() => next.stats().leading)
    await world.pass(3_000)
    assert.ok(published(world).length >= outbox)
    assertWhole(world, next)
  })
})
