import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CodedError } from '../../errors/index.ts'
import { HaltedAtStart } from '../index.ts'
import { World, add, submit, valueOf } from './world.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof CodedError && error.code === expected

describe('a rollout of a newer logic', () => {
  test('is activated once the last replica understands it, and all decide alike', async () => {
    const world = new World()
    const newer = await world.replica('a', { logic: 2 })
    const older = await world.replica('b', { logic: 1 })
    const refused = world.until(newer.operations.activateLogic(2))
    await assert.rejects(refused, code('LOGIC_NOT_UNDERSTOOD'))
    assert.equal((await world.until(submit(older, add('x')))).ref, 'x')
    await world.until(older.stop())
    const replaced = await world.replica('b', { logic: 2 })
    await world.until(newer.operations.activateLogic(2))
    assert.equal((await world.until(submit(replaced, add('x')))).ref, 'x by logic 2')
    await world.untilTrue(() => newer.position() === replaced.position())
    assert.equal(newer.stats().chain, replaced.stats().chain)
    assert.deepEqual(newer.operations.status().logic, 2)
  })

  test('an older one that was away halts before it decides by the newer logic', async () => {
    const world = new World()
    const newer = await world.replica('a', { logic: 2 })
    const older = await world.replica('b', { logic: 1 })
    await world.untilTrue(() => newer.stats().leading)
    world.plant({ deliveryDelayMs: (client) => (client === 'b' ? 30_000 : 0) })
    world.plant({
      deliveryDelayMs: (client) => (client === 'b' ? 30_000 : 0),
      append: (client) =>
        client === 'b'
          ? { kind: 'lost', delayMs: 100 }
          : { kind: 'written', delayMs: 0, ackDelayMs: 0 },
    })
    await world.pass(12_500)
    assert.equal(newer.stats().silent, 1)
    await world.until(newer.operations.activateLogic(2))
    await world.until(submit(newer, add('x')))
    world.plant({})
    await world.pass(31_000)
    assert.equal(older.halted()?.code, 'logic_too_new')
    assert.throws(() => valueOf(older, 'x'), code('PARTITION_HALTED'))
    world.kill('b')
    await assert.rejects(world.replica('b', { logic: 1 }), HaltedAtStart)
    const back = await world.replica('b', { logic: 2 })
    assert.equal(valueOf(back, 'x'), 1)
  })
})
