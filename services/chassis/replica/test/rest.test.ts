import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LEASE_MS, TICK_GAP_MS_MAX } from '../../protocol/limits.ts'
import { REST_TURNS, TICK_REST_MS } from '../limits.ts'
import { nextTurn } from '../ticker.ts'
import type { State } from '../../protocol/test/counter.ts'
import type { RunningReplica } from '../index.ts'
import { World, add, submit } from './world.ts'

/** How often the log was told another time. */
async function ticks(world: World, replica: RunningReplica<State>, ms: number): Promise<number> {
  let count = 0
  for (let before = replica.now().time, n = 0; n < ms; n += 1) {
    await world.turn()
    const { time } = replica.now()
    if (time !== before) count += 1
    before = time
  }
  return count
}

describe('a partition at rest', () => {
  test('is ticked every other second, and each second again when something happens', async () => {
    const world = new World()
    const replica = await world.replica('a')
    await world.pass(6_000)
    assert.equal(await ticks(world, replica, 12_000), 6)
    await world.until(submit(replica, add('x')))
    assert.equal(await ticks(world, replica, 2_500), 2)
  })

  test("its time runs on: nothing is taken for an outage, nor for another's turn", async () => {
    const world = new World()
    const leader = await world.replica('a')
    const follower = await world.replica('b')
    await world.untilTrue(() => leader.stats().leading)
    await world.pass(4_000)
    const { time, uptime } = leader.stats()
    await world.pass(20_000)
    const now = leader.stats()
    assert.ok(now.time - time >= 20_000 - TICK_REST_MS)
    assert.equal(now.uptime - uptime, now.time - time)
    assert.deepEqual([now.leading, follower.stats().leading], [true, false])
  })

  test('a leader that is killed is followed within its lease and two seconds', async () => {
    const world = new World()
    const leader = await world.replica('a')
    const follower = await world.replica('b')
    await world.pass(6_000)
    assert.ok(leader.stats().leading)
    world.kill('a')
    const began = world.time.now()
    await world.untilTrue(() => follower.stats().leading)
    assert.ok(world.time.now() - began < LEASE_MS + 2_000)
  })

  test('one tick that comes late unseats nobody', async () => {
    const world = new World()
    const leader = await world.replica('a')
    const follower = await world.replica('b')
    await world.pass(6_000)
    world.plant({ deliveryDelayMs: (client) => (client === 'b' ? 1_500 : 0) })
    await world.pass(2_500)
    world.plant({})
    await world.pass(6_000)
    assert.deepEqual([leader.stats().leading, follower.stats().leading], [true, false])
  })
})

test('partitions at rest tick by turns, the same in all processes', () => {
  const turns = new Set<number>()
  for (let number = 0; number < 64; number += 1) {
    for (const from of [0, 1, 1_999, 2_000, 12_345]) {
      const at = nextTurn(from, number)
      assert.ok(at > from && at - from <= TICK_REST_MS, `${number}: ${from}, ${at}`)
      assert.equal(nextTurn(at, number), at + TICK_REST_MS)
      turns.add(at % TICK_REST_MS)
    }
  }
  assert.equal(turns.size, REST_TURNS)
  assert.ok(2 * TICK_REST_MS < TICK_GAP_MS_MAX && TICK_REST_MS < LEASE_MS)
})
