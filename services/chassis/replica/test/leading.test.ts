import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Event } from '@evenkeel/proto/evenkeel/log/v1/log'
import { noFaults } from '../../log/memory/index.ts'
import { steps } from '../ticker.ts'
import { World, add, submit, valueOf } from './world.ts'

const stream = 'counter/0'

function published(world: World, name = stream): string[] {
  return world.streams.entries(name).map((entry) => Event.decode(entry.bytes).id)
}

/** Each event once, in the order in which they were decided. */
function assertWhole(ids: readonly string[], count: number): void {
  assert.equal(ids.length, count)
  assert.equal(new Set(ids).size, count)
  const places = ids.map((id) => id.split('/').slice(2).map(Number))
  const sorted = [...places].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))
  assert.deepEqual(places, sorted)
}

describe('publishing', () => {
  test('each event once, in order, and the outbox is trimmed', async () => {
    const world = new World()
    const replica = await world.replica('a')
    for (let n = 0; n < 10; n++) await world.until(submit(replica, { kind: 'say', events: 100 }))
    await world.pass(2_500)
    // One more is that of the Join's work item.
    assertWhole(published(world), 1_001)
    assert.equal(replica.stats().outbox, 0)
  })

  test('a leader dies between stream and log: neither gap nor double', async () => {
    const world = new World()
    const replica = await world.replica('a')
    await world.pass(1_500)
    await world.until(submit(replica, { kind: 'say', events: 100 }))
    await world.untilTrue(() => published(world).length === 101)
    assert.ok(replica.stats().outbox > 0)
    world.kill('a')
    const next = await world.replica('b')
    await world.until(submit(next, { kind: 'say', events: 1 }))
    await world.untilTrue(() => next.stats().leading)
    await world.pass(2_500)
    assertWhole(published(world), 103)
    assert.equal(next.stats().outbox, 0)
  })

  test('stops at the first failure and goes on in order', async () => {
    const world = new World()
    const replica = await world.replica('a')
    let attempts = 0
    world.plant({
      publish: (client, name) =>
        attempts++ % 3 === 2 ? noFaults.publish(client, name) : { kind: 'ack_lost', delayMs: 0 },
    })
    for (let n = 0; n < 5; n++) await world.until(submit(replica, { kind: 'say', events: 7 }))
    await world.pass(5_000)
    assertWhole(published(world), 36)
    assert.equal(replica.stats().outbox, 0)
  })
})

describe('bridging', () => {
  test("one service's events become another's commands, each once", async () => {
    const world = new World()
    const source = await world.replica('a')
    const target = await world.replica('t', {
      service: 'mirror',
      feeds: ['counter'],
      on: second(world),
    })
    for (let n = 0; n < 30; n++) await world.until(submit(source, add('x')))
    await world.until(submit(source, { kind: 'say', events: 5 }))
    await world.untilTrue(() => valueOf(target, "counter's x") === 30)
    await world.pass(100)
    assert.equal(valueOf(target, "counter's x"), 30)
  })

  test('repeats, refusals and lost acknowledgements change nothing', async () => {
    const world = new World()
    const source = await world.replica('a')
    let appends = 0
    world.plant({
      repeats: () => true,
      append: (client, partition) => {
        if (client !== 't') return noFaults.append(client, partition)
        appends += 1
        if (appends % 2 === 0) return { kind: 'refused' }
        return appends % 3 === 1 ? { kind: 'ack_lost', delayMs: 0 } : { kind: 'lost', delayMs: 3 }
      },
      publish: (client, name) =>
        published(world).length % 2 === 0
          ? { kind: 'ack_lost', delayMs: 0 }
          : noFaults.publish(client, name),
    })
    const terms = { service: 'mirror', feeds: ['counter'], on: second(world) }
    const target = await world.replica('t', terms)
    for (let n = 0; n < 20; n++) await world.until(submit(source, add('x')))
    await world.pass(3_000)
    assert.ok(published(world).length > new Set(published(world)).size)
    assert.ok(world.warnings.includes('a bridge begins again at its cursor'))
    world.plant({})
    await world.pass(2_000)
    assert.equal(valueOf(target, "counter's x"), 20)
  })
})

describe('events that mean nothing to a bridge', () => {
  test('cost next to no records, and the one among them that does arrives', async () => {
    const world = new World()
    const source = await world.replica('a')
    const terms = { service: 'mirror', feeds: ['counter'], on: second(world) }
    const target = await world.replica('t', terms)
    const before = target.stats().records
    for (let n = 0; n < 25; n++) await world.until(submit(source, { kind: 'say', events: 100 }))
    await world.until(submit(source, add('x')))
    await world.untilTrue(() => valueOf(target, "counter's x") === 1)
    const records = target.stats().records - before
    assert.ok(records < 300, `${records} records for 2,501 events of which one means something`)
  })
})

describe('foreign bytes on a stream of events', () => {
  const strange: Readonly<Record<string, Uint8Array>> = {
    'nothing at all': new Uint8Array(),
    text: Buffer.from('{"this": "is no event"}'),
    'an event of another partition': Buffer.from('\n\u00160123456789abcdef/7/1/0', 'latin1'),
    'bytes that end too soon': Uint8Array.of(0x0a, 0x7f, 0x30),
  }
  test('are passed over and told, and what comes after them is heard', async () => {
    const world = new World()
    const source = await world.replica('a')
    const terms = { service: 'mirror', feeds: ['counter'], on: second(world) }
    const target = await world.replica('t', terms)
    await world.until(submit(source, add('x')))
    await world.untilTrue(() => valueOf(target, "counter's x") === 1)
    const entries = world.streams.entries(stream)
    const last = Event.decode(entries.at(-1)?.bytes ?? assert.fail('nothing is published'))
    const [incarnation = ''] = last.id.split('/')
    const later = Event.encode({ ...last, id: `${incarnation}/0/999/0` }).finish()
    const bytes = [...Object.values(strange), later]
    await world.until(world.streams.client('stranger').publish(stream, entries.length, bytes))
    await world.untilTrue(() => valueOf(target, "counter's x") === 2)
    assert.equal(target.halted(), undefined)
    assert.equal(target.stats().bridges[0]?.foreign, bytes.length - 1)
    const told = 'foreign bytes on a stream of events are passed over'
    assert.equal(world.warnings.filter((one) => one === told).length, bytes.length - 1)
  })
})

describe('the work list', () => {
  test('is drained without anybody calling', async () => {
    const world = new World()
    const replica = await world.replica('a')
    await world.until(submit(replica, { kind: 'spread', key: 'x', items: 10, slices: 5 }))
    await world.untilTrue(() => replica.stats().work === 0)
    assert.equal(valueOf(replica, 'x'), 50)
  })

  test('an item that faults is given up, the rest is done', async () => {
    const world = new World()
    const replica = await world.replica('a')
    await world.until(
      submit(replica, { kind: 'spread', key: 'b', items: 2, slices: 1, faulty: true }),
    )
    await world.until(submit(replica, { kind: 'spread', key: 'x', items: 1, slices: 3 }))
    await world.untilTrue(() => replica.stats().work === 0)
    assert.deepEqual([valueOf(replica, 'x'), replica.stats().workGivenUp], [3, 2])
  })
})

describe('a clock that is set', () => {
  for (const offMs of [-3_600_000, 3_600_000]) {
    test(`${offMs} ms off: the leader ticks on, every second`, async () => {
      const world = new World()
      const { clock, time } = world
      let setBy = 0
      const set = { now: () => clock.now() + setBy, after: clock.after }
      const replica = await world.replica('a', { times: { clock: set, time } })
      await world.pass(1_500)
      setBy = offMs
      // What was armed by the old time is over.
      await world.pass(2_000)
      const { records } = replica.stats()
      await world.pass(5_000)
      assert.ok(replica.stats().records >= records + 4, `${records}, ${replica.stats().records}`)
    })
  }
})

describe('ticks of a fast clock', () => {
  const cases: readonly (readonly [string, number, number, readonly number[]])[] = [
    ['at the pace of the day', 3_000, 1, [3_000]],
    ['an outage is one tick', 60_000, 1, [60_000]],
    ['a short stall is walked through', 10_000, 1_000, [2_000, 6_000, 10_000]],
    ['a long one is an outage, whatever the pace', 6_000_000, 1_000, [6_000_000]],
    ['the clock went back', -3_600_000, 1, [-3_600_000]],
  ]
  for (const [what, moved, speed, expected] of cases) {
    test(`${what}: ${expected.join(', ')}`, () =>
      assert.deepEqual(steps(0, moved, speed), expected))
  }
})

/** The log of a second service beside the world's, with the same streams. */
function second(world: World) {
  return { log: world.anotherBroker().client('t'), streams: world.streams.client('t') }
}
