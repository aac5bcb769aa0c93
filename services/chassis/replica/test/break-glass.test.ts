import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CodedError } from '../../errors/index.ts'
import type { State } from '../../protocol/test/counter.ts'
import type { RunningReplica } from '../index.ts'
import { encodeRecord } from '../record.ts'
import { World, add, submit, valueOf } from './world.ts'

type One = RunningReplica<State>

const code = (expected: string) => (error: unknown) =>
  error instanceof CodedError && error.code === expected
const why = 'nobody knows where it came from'
const garbage = Uint8Array.of(0xf2, 1, 0)

const poisonOf = (replica: One) => replica.operations.status().poison ?? assert.fail('not halted')

function skip(replica: One): Promise<void> {
  const { offset, digest } = poisonOf(replica)
  return replica.operations.skip(offset, digest, why)
}

/** Replicas of these names, halted at bytes that nobody understands. */
async function halted(world: World, ...names: string[]): Promise<One[]> {
  const replicas: One[] = []
  for (const name of names) replicas.push(await world.replica(name))
  const [first] = replicas
  await world.until(submit(first ?? assert.fail(), add('x')))
  await world.until(world.broker.client('stranger').append(0, [garbage]))
  await world.untilTrue(() => replicas.every((replica) => replica.halted() !== undefined))
  return replicas
}

async function assertAlike(world: World, replicas: readonly One[]): Promise<void> {
  await world.untilTrue(() => new Set(replicas.map((replica) => replica.position())).size === 1)
  assert.equal(new Set(replicas.map((replica) => replica.stats().chain)).size, 1)
  assert.equal(new Set(replicas.map((replica) => replica.db.dump())).size, 1)
}

describe('a record that nobody can decode', () => {
  test('halts every replica, and one of three does not skip it', async () => {
    const world = new World()
    const [one, two] = await halted(world, 'a', 'b', 'c')
    assert.ok(one && two)
    await world.until(skip(one))
    await world.untilTrue(() => poisonOf(one).given.length === 1)
    await world.pass(2_000)
    assert.equal(two.halted()?.code, 'record_undecodable')
    assert.deepEqual(poisonOf(two).given, ['a'])
    assert.equal(poisonOf(two).needed, 2)
    assert.throws(() => one.state, code('PARTITION_HALTED'))
    await assert.rejects(submit(one, add('x')), code('PARTITION_HALTED'))
    await world.until(skip(one))
    await world.pass(2_000)
    assert.ok(two.halted())
  })

  test('is passed over when two of three say so, and all go on', async () => {
    const world = new World()
    const replicas = await halted(world, 'a', 'b', 'c')
    const [one, two, three] = replicas
    assert.ok(one && two && three)
    await world.until(Promise.all([skip(one), skip(three)]))
    await world.untilTrue(() => replicas.every((replica) => replica.halted() === undefined))
    await world.untilTrue(() => replicas.some((replica) => replica.stats().leading))
    for (const [n, replica] of replicas.entries()) {
      await world.until(submit(replica, add('x')))
      assert.equal(valueOf(replica, 'x'), n + 2)
    }
    await assertAlike(world, replicas)
  })

  test('is passed over in every later replay, to the same chain', async () => {
    const world = new World()
    const [one, two] = await halted(world, 'a', 'b')
    assert.ok(one && two)
    await world.until(Promise.all([skip(one), skip(two)]))
    await world.untilTrue(() => one.halted() === undefined)
    await world.pass(2_000)
    world.kill('b')
    const back = await world.replica('b')
    const late = await world.replica('d')
    await world.until(submit(late, add('x')))
    await assertAlike(world, [one, back, late])
  })

  test('is skipped by a process that is alone, by its own word', async () => {
    const world = new World()
    const [alone] = await halted(world, 'a')
    assert.ok(alone)
    await world.until(skip(alone))
    await world.untilTrue(() => alone.stats().leading)
    await world.until(submit(alone, { kind: 'spread', key: 'y', items: 2, slices: 2 }))
    await world.untilTrue(() => valueOf(alone, 'y') === 4)
    await world.until(submit(alone, { kind: 'say', events: 3 }))
    await world.untilTrue(() => alone.stats().outbox === 0)
  })

  test('can be skipped by processes that have all been started anew', async () => {
    const world = new World()
    await halted(world, 'a', 'b', 'c')
    for (const name of ['a', 'b', 'c']) world.kill(name)
    const [one, two] = [await world.replica('a'), await world.replica('b')]
    assert.ok(one.halted() && two.halted())
    await world.until(Promise.all([skip(one), skip(two)]))
    await world.untilTrue(() => one.stats().leading || two.stats().leading)
    const third = await world.replica('c')
    await world.until(submit(third, add('x')))
    assert.equal(valueOf(third, 'x'), 2)
    await assertAlike(world, [one, two, third])
  })

  test('after another one is a matter of its own', async () => {
    const world = new World()
    const [alone] = await halted(world, 'a')
    assert.ok(alone)
    const first = poisonOf(alone).offset
    await world.until(world.broker.client('stranger').append(0, [garbage]))
    await world.until(skip(alone))
    await world.untilTrue(() => alone.halted() !== undefined && poisonOf(alone).offset > first)
    await world.until(skip(alone))
    await world.untilTrue(() => alone.stats().leading)
    await world.until(submit(alone, add('x')))
    assert.equal(valueOf(alone, 'x'), 2)
  })

  test('leaves what was in hand to its caller: unknown, and counted once', async () => {
    const world = new World()
    const one = await world.replica('a')
    await world.untilTrue(() => one.stats().leading)
    world.plant({
      append: (client) => ({ kind: 'written', delayMs: client === 'a' ? 20 : 0, ackDelayMs: 0 }),
    })
    const unknown = assert.rejects(submit(one, add('x')), code('OUTCOME_UNKNOWN'))
    await world.pass(5)
    await world.until(world.broker.client('stranger').append(0, [garbage]))
    await world.until(unknown)
    await world.pass(500)
    await world.until(skip(one))
    await world.untilTrue(() => one.stats().leading)
    assert.equal(valueOf(one, 'x'), 1)
    await world.until(submit(one, add('x')))
    assert.equal(valueOf(one, 'x'), 2)
  })
})

describe('what does not count', () => {
  test('an offset at which the replica has not halted, and a digest of other bytes', async () => {
    const world = new World()
    const [one] = await halted(world, 'a')
    assert.ok(one)
    const { offset, digest } = poisonOf(one)
    const other = digest.replace(/^./, (first) => (first === '0' ? '1' : '0'))
    for (const [at, of] of [
      [offset + 1, digest],
      [offset, other],
    ] as const) {
      await assert.rejects(one.operations.skip(at, of, why), code('SKIP_NOT_HALTED'))
    }
    await assert.rejects(one.operations.skip(offset, digest, 'ß'), CodedError)
  })

  const wrong = [
    ['a digest of other bytes', { digest: '0'.repeat(64) }],
    ['another offset', { offset: 0 }],
    ['a replica that never lived here', { replica: 'z' }],
  ] as const
  for (const [what, change] of wrong) {
    test(`in the log: ${what}`, async () => {
      const world = new World()
      const [one] = await halted(world, 'a')
      assert.ok(one)
      const { offset, digest } = poisonOf(one)
      const terms = { replica: 'a', offset, digest, ...change }
      const record = encodeRecord({
        replica: terms.replica,
        epoch: 0,
        sequence: 0,
        notAfterMs: 0,
        clockMs: 0,
        body: { kind: 'skip', offset: terms.offset, digest: terms.digest, reason: why },
      })
      await world.until(world.broker.client('a').append(0, [record]))
      await world.pass(1_000)
      assert.deepEqual(poisonOf(one).given, [])
    })
  }

  test('a word that nobody needs changes nothing', async () => {
    const world = new World()
    const [one] = await halted(world, 'a')
    assert.ok(one)
    await world.until(Promise.all([skip(one), world.pass(20)]))
    await world.untilTrue(() => one.halted() === undefined)
    await assert.rejects(one.operations.skip(0, '0'.repeat(64), why), code('SKIP_NOT_HALTED'))
  })
})
