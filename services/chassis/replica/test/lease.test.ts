import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Event } from '@evenkeel/proto/evenkeel/log/v1/log'
import { LEASE_MS } from '../../protocol/limits.ts'
import type { State } from '../../protocol/test/counter.ts'
import type { RunningReplica } from '../index.ts'
import { Pausable, World, add, submit, valueOf } from './world.ts'

type One = RunningReplica<State>

const leads = (replica: One) => replica.stats().leading

/** Ms of the world until it is so. */
async function msUntil(world: World, condition: () => boolean): Promise<number> {
  const began = world.time.now()
  await world.untilTrue(condition)
  return world.time.now() - began
}

const published = (world: World) =>
  world.streams.entries('counter/0').map(({ bytes }) => Event.decode(bytes).id)

describe('who leads', () => {
  test('the only process leads at once, and again after it was killed', async () => {
    const world = new World()
    for (let run = 0; run < 3; run++) {
      const replica = await world.replica('a')
      assert.ok((await msUntil(world, () => leads(replica))) < 20)
      await world.pass(200)
      world.kill('a')
    }
  })

  test('one of three, and all agree who', async () => {
    const world = new World()
    const all = await Promise.all(['a', 'b', 'c'].map((name) => world.replica(name)))
    await world.pass(5_000)
    assert.equal(all.filter(leads).length, 1)
  })

  test('a replica that only looks on never does', async () => {
    const world = new World()
    const witness = await world.replica('w', { claims: false })
    await world.pass(10_000)
    assert.equal(leads(witness), false)
  })

  test('followers do not tick, publish or take up work', async () => {
    const world = new World()
    const leader = await world.replica('a')
    await world.untilTrue(() => leads(leader))
    const follower = await world.replica('b')
    const batches = follower.stats().batches
    await world.until(submit(leader, { kind: 'spread', key: 'x', items: 3, slices: 3 }))
    await world.pass(3_000)
    assert.equal(valueOf(follower, 'x'), 9)
    assert.equal(follower.stats().batches, batches)
  })
})

describe('fail-over', () => {
  test('a leader that is killed is followed within its lease and two seconds', async () => {
    const world = new World()
    const [one, two, three] = [
      await world.replica('a'),
      await world.replica('b'),
      await world.replica('c'),
    ]
    await world.untilTrue(() => leads(one))
    await world.pass(700)
    await world.until(submit(two, { kind: 'say', events: 10 }))
    world.kill('a')
    const ms = await msUntil(world, () => leads(two) || leads(three))
    assert.ok(ms < LEASE_MS + 2_000, `${ms} ms`)
    const before = two.stats().time
    await world.pass(2_500)
    assert.ok(two.stats().time > before)
    assert.equal(two.stats().outbox, 0)
    assert.equal(new Set(published(world)).size, published(world).length)
  })

  test('while time stands still, because the clock of the log is behind', async () => {
    const world = new World()
    const [one, two] = [await world.replica('a'), await world.replica('b')]
    await world.untilTrue(() => leads(one))
    world.plant({ clockOffMs: () => -3_600_000 })
    await world.pass(5_000)
    assert.deepEqual([leads(one), leads(two)], [true, false])
    world.kill('a')
    assert.ok((await msUntil(world, () => leads(two))) < 10_000)
  })

  test('a leader that was stopped past its lease steps down when it wakes', async () => {
    const world = new World()
    const stopped = new Pausable(world, 'a')
    const one = await world.replica('a', stopped)
    await world.untilTrue(() => leads(one))
    const two = await world.replica('b')
    await world.until(submit(one, { kind: 'say', events: 20 }))
    stopped.pause()
    await world.untilTrue(() => leads(two))
    await world.until(submit(two, { kind: 'say', events: 20 }))
    await world.pass(4_000)
    stopped.goOn()
    await world.untilTrue(() => !leads(one))
    await world.pass(3_000)
    assert.deepEqual([leads(one), leads(two)], [false, true])
    assert.equal(one.stats().chain, two.stats().chain)
    assert.equal(new Set(published(world)).size, published(world).length)
    await world.until(submit(one, add('x')))
    assert.equal(valueOf(one, 'x'), 1)
  })

  test('a follower that slept does not unseat a leader that was there all the time', async () => {
    const world = new World()
    const one = await world.replica('a')
    await world.untilTrue(() => leads(one))
    const slept = new Pausable(world, 'b')
    const two = await world.replica('b', slept)
    slept.pause()
    await world.pass(20_000)
    const ignored = one.stats().ignored
    slept.goOn()
    await world.pass(2_000)
    assert.deepEqual([leads(one), leads(two)], [true, false])
    assert.equal(one.stats().ignored, ignored)
  })
})

describe('two leaders at once', () => {
  test('do the same work, and once of it counts', async () => {
    const world = new World()
    const one = await world.replica('a')
    await world.untilTrue(() => leads(one))
    const two = await world.replica('b')
    // What the first appends comes late, and what the log says reaches it late.
    world.plant({
      append: (client) => ({
        kind: 'written',
        delayMs: client === 'a' ? 6_000 : 0,
        ackDelayMs: 0,
      }),
      deliveryDelayMs: (client) => (client === 'a' ? 6_000 : 0),
    })
    await world.untilTrue(() => leads(two))
    assert.ok(leads(one))
    for (let n = 0; n < 20; n++) {
      await world.until(Promise.all([submit(two, add('x')), submit(two, add('y'))]))
    }
    world.plant({})
    await world.untilTrue(() => !leads(one))
    await world.pass(8_000)
    assert.deepEqual([valueOf(one, 'x'), valueOf(two, 'y')], [20, 20])
    assert.equal(one.stats().chain, two.stats().chain)
    assert.equal(new Set(published(world)).size, published(world).length)
    assert.equal(two.stats().outbox, 0)
  })
})

describe('hand-over', () => {
  test('another leads within a second of the stop, and calls in flight are finished', async () => {
    const world = new World()
    const one = await world.replica('b')
    await world.untilTrue(() => leads(one))
    const [two, three] = [await world.replica('a'), await world.replica('c')]
    const calls = Promise.all(Array.from({ length: 20 }, () => submit(one, add('x'))))
    const stopped = one.stop()
    const ms = await msUntil(world, () => leads(two) || leads(three))
    assert.ok(ms < 1_000, `${ms} ms`)
    await world.until(calls)
    await world.until(stopped)
    await world.untilTrue(() => valueOf(two, 'x') === 20)
  })

  test('a leader that is told to hands over, and follows', async () => {
    const world = new World()
    const one = await world.replica('a')
    await world.untilTrue(() => leads(one))
    const two = await world.replica('b')
    await world.until(one.operations.handOver())
    assert.ok((await msUntil(world, () => leads(two))) < 1_000)
    await world.pass(5_000)
    assert.deepEqual([leads(one), leads(two)], [false, true])
    assert.equal(one.halted(), undefined)
  })

  test('a leader that has nobody to hand over to leads again after a while', async () => {
    const world = new World()
    const one = await world.replica('a')
    await world.untilTrue(() => leads(one))
    await world.until(one.operations.handOver())
    await world.untilTrue(() => !leads(one))
    assert.ok((await msUntil(world, () => leads(one))) <= LEASE_MS + 10)
    await world.until(submit(one, { kind: 'spread', key: 'x', items: 2, slices: 2 }))
    await world.until(submit(one, { kind: 'say', events: 3 }))
    await world.pass(2_500)
    assert.deepEqual([valueOf(one, 'x'), one.stats().outbox], [4, 0])
  })

  test('a process that runs under the same name takes the lead with it', async () => {
    const world = new World()
    const older = await world.replica('a')
    await world.untilTrue(() => leads(older))
    const log = world.broker.client('a again')
    const streams = world.streams.client('a again')
    const newer = await world.replica('a', { on: { log, streams } })
    await world.untilTrue(() => leads(newer))
    assert.deepEqual([leads(older), older.stats().fenced], [false, true])
  })
})
