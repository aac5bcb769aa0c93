import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Record as Wire } from '@evenkeel/proto/evenkeel/log/v1/log'
import { Pausable, World, submit, valueOf } from './world.ts'

function alives(world: World, name: string): number {
  const records = world.broker.entries(0).map(({ bytes }) => Wire.decode(bytes))
  return records.filter(({ replica, body }) => replica === name && body?.$case === 'alive').length
}

async function pair() {
  const world = new World()
  const leader = await world.replica('a')
  await world.untilTrue(() => leader.stats().leading)
  return { world, leader }
}

describe('a replica says that it is there', () => {
  test('each second while it holds sessions, now and then while it holds none', async () => {
    const { world } = await pair()
    const follower = await world.replica('b')
    await world.pass(30_000)
    const idle = alives(world, 'b')
    assert.ok(idle >= 6 && idle <= 7, `${idle} in half a minute`)
    follower.holdsSessions(() => true)
    await world.pass(10_000)
    const said = alives(world, 'b') - idle
    assert.ok(said >= 9 && said <= 10, `${said} in ten seconds`)
  })

  test('not when it has said something else', async () => {
    const { world, leader } = await pair()
    const busy = await world.replica('b')
    for (const replica of [leader, busy]) replica.holdsSessions(() => true)
    for (let n = 0; n < 30; n++) {
      await world.until(submit(busy, { kind: 'say', events: 0 }))
      await world.pass(300)
    }
    assert.deepEqual([alives(world, 'a'), alives(world, 'b')], [0, 0])
  })

  test('once, however long the log was out of reach', async () => {
    const { world } = await pair()
    const follower = await world.replica('b')
    follower.holdsSessions(() => true)
    world.plant({ append: () => ({ kind: 'lost', delayMs: 0 }) })
    await world.pass(6_000)
    const before = alives(world, 'b')
    world.plant({})
    await world.pass(1_900)
    assert.ok(alives(world, 'b') - before <= 3)
    assert.equal(follower.stats().silent, 0)
  })
})

test('a replica that is stopped falls silent for all, and is back with a word', async () => {
  const { world, leader } = await pair()
  const stopped = new Pausable(world, 'b')
  const follower = await world.replica('b', stopped)
  await world.pass(1_000)
  const before = valueOf(leader, 'orphans of b')
  stopped.pause()
  await world.pass(13_000)
  assert.equal(leader.stats().silent, 1)
  assert.equal(valueOf(leader, 'orphans of b'), before + 1)
  stopped.goOn()
  await world.untilTrue(() => leader.stats().silent === 0)
  await world.pass(100)
  assert.equal(follower.stats().chain, leader.stats().chain)
})
