import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Fate } from '../../log/memory/index.ts'
import { openSqlite } from '../../log/sqlite/index.ts'
import { encode } from '../../protocol/test/counter.ts'
import { CodedError } from '../../errors/index.ts'
import { HaltedAtStart } from '../index.ts'
import { World, add, patient, submit, valueOf } from './world.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof CodedError && error.code === expected

/** What the appends meet, one after the other; then all goes well. */
function fates(...planned: readonly Fate[]) {
  const left = [...planned]
  return { append: () => left.shift() ?? { kind: 'written' as const, delayMs: 0, ackDelayMs: 0 } }
}

describe('a call', () => {
  test('is answered by the replica that has applied it, with what it shows', async () => {
    const world = new World()
    const replica = await world.replica('a')
    const shown = replica.submit(encode(add('x')), patient, ({ ref, position }) => ({
      ref,
      position,
      value: valueOf(replica, 'x'),
    }))
    const { ref, position, value } = await world.until(shown)
    assert.deepEqual([ref, value], ['x', 1])
    assert.match(position, /^0\/\d+$/)
  })

  test('that is refused says why, and leaves the state as it was', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    await world.until(submit(replica, add('x')))
    await assert.rejects(
      world.until(submit(replica, { kind: 'refuse', key: 'x' })),
      code('REFUSED'),
    )
    assert.equal(valueOf(replica, 'x'), 1)
  })

  test('that breaks an assertion fails alone', async () => {
    const world = new World()
    const replica = await world.replica('a')
    const failed = world.until(submit(replica, { kind: 'fault', key: 'x' }))
    await assert.rejects(failed, code('COMMAND_FAILED'))
    await world.until(submit(replica, add('x')))
    assert.deepEqual([valueOf(replica, 'x'), replica.stats().commandsFailed], [1, 1])
  })

  test('that throws anything else ends the process', async () => {
    const world = new World()
    const replica = await world.replica('a')
    const call = submit(replica, { kind: 'crash' })
    await assert.rejects(world.until(call), code('OUTCOME_UNKNOWN'))
    assert.ok(world.crashes[0] instanceof TypeError)
    assert.throws(() => replica.state, code('PARTITION_HALTED'))
  })

  test('shares an append with those that came while the last one was in flight', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    const before = replica.stats().batches
    world.plant(fates({ kind: 'written', delayMs: 20, ackDelayMs: 0 }))
    const first = submit(replica, add('x'))
    await world.pass(5)
    const calls = [first, ...Array.from({ length: 50 }, () => submit(replica, add('x')))]
    await world.until(Promise.all(calls))
    assert.equal(replica.stats().batches - before, 2)
    assert.equal(valueOf(replica, 'x'), 51)
  })

  test('beyond what may wait is refused at once', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    world.plant({ append: () => ({ kind: 'written', delayMs: 100_000, ackDelayMs: 0 }) })
    const calls = Array.from({ length: 10_000 }, () => submit(replica, add('x')))
    const settled = Promise.allSettled(calls)
    await assert.rejects(submit(replica, add('x')), code('OVERLOADED'))
    await world.pass(patient.deadlineMs + 20)
    const codes = new Set((await settled).map((r) => r.status === 'rejected' && r.reason.code))
    assert.deepEqual(codes, new Set(['DEADLINE_EXCEEDED', 'OUTCOME_UNKNOWN']))
  })

  test('whose caller has gone away is not waited for', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    world.plant({ append: () => ({ kind: 'written', delayMs: 1_000, ackDelayMs: 0 }) })
    const gone = new AbortController()
    const call = submit(replica, add('x'), { ...patient, signal: gone.signal })
    await world.pass(5)
    gone.abort()
    await assert.rejects(world.until(call), code('OUTCOME_UNKNOWN'))
  })
})

describe('an append', () => {
  const once: readonly (readonly [string, Fate])[] = [
    ['whose acknowledgement is lost', { kind: 'ack_lost', delayMs: 0 }],
    ['that is lost itself', { kind: 'lost', delayMs: 5 }],
    ['that lands behind its own retry', { kind: 'late', delayMs: 200 }],
  ]
  for (const [what, fate] of once) {
    test(`${what} has one effect`, async () => {
      const world = new World()
      const replica = await world.replica('a', { claims: false })
      world.plant(fates(fate))
      await world.until(submit(replica, add('x')))
      await world.until(submit(replica, add('x')))
      await world.pass(300)
      assert.equal(valueOf(replica, 'x'), 2)
    })
  }

  test('never acknowledged is known by the tail', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    world.plant({ append: () => ({ kind: 'ack_lost', delayMs: 0 }) })
    for (let n = 0; n < 3; n++) await world.until(submit(replica, add('x')))
    assert.equal(valueOf(replica, 'x'), 3)
  })

  test('refused tells its callers so, and the next one goes on', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    world.plant(fates({ kind: 'refused' }))
    const refused = world.until(submit(replica, add('x')))
    const known = (error: unknown) =>
      code('LOG_UNAVAILABLE')(error) && error instanceof CodedError && error.retryAfterMs === 1_000
    await assert.rejects(refused, known)
    await world.until(submit(replica, add('x')))
    assert.equal(valueOf(replica, 'x'), 1)
  })

  test('in vain for two seconds: who comes after it is refused until it succeeds', async () => {
    const world = new World()
    const long = { deadlineMs: 60_000 }
    const replica = await world.replica('a')
    world.plant({ append: () => ({ kind: 'lost', delayMs: 5 }) })
    const stuck = submit(replica, add('x'), long)
    await world.untilTrue(() => replica.stats().inFlight > 0)
    const behind = submit(replica, add('y'), long)
    await assert.rejects(world.until(behind), code('LOG_UNAVAILABLE'))
    await assert.rejects(submit(replica, add('y'), long), code('LOG_UNAVAILABLE'))
    world.plant({})
    await world.until(stuck)
    await world.until(submit(replica, add('y')))
    assert.deepEqual([valueOf(replica, 'x'), valueOf(replica, 'y')], [1, 1])
  })

  test('refused after an unacknowledged attempt may have happened', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    world.plant(fates({ kind: 'late', delayMs: 500 }, { kind: 'refused' }, { kind: 'refused' }))
    await world.until(submit(replica, add('x')))
    await world.pass(600)
    await world.until(submit(replica, add('x')))
    assert.equal(valueOf(replica, 'x'), 2)
  })

  test('that comes too late changes nothing, on any replica', async () => {
    const world = new World()
    const [other, one] = [await world.replica('b'), await world.replica('a')]
    let left = 1
    world.plant({
      append: (client) => {
        const late = client === 'a' && left-- > 0
        return { kind: 'written', delayMs: late ? 2_000 : 0, ackDelayMs: 0 }
      },
    })
    const call = submit(one, add('x'), { deadlineMs: 500 })
    await assert.rejects(world.until(call), code('OUTCOME_UNKNOWN'))
    await world.pass(3_000)
    assert.equal(one.stats().rejected, 1)
    assert.deepEqual([valueOf(one, 'x'), valueOf(other, 'x')], [0, 0])
    assert.equal(one.halted() ?? other.halted(), undefined)
  })
})

describe('the time by which a command must have come', () => {
  test('counts from now, though the log was last told the time a while ago', async () => {
    const world = new World()
    const quiet = await world.replica('a', { claims: false })
    await world.pass(2_000)
    const call = submit(quiet, add('x'), { deadlineMs: 1_000 })
    // Its first record since: another replica's Join brings the log's time up before the call.
    world.plant({
      append: (client) => ({ kind: 'written', delayMs: client === 'a' ? 50 : 0, ackDelayMs: 0 }),
    })
    await world.replica('b', { claims: false })
    await world.until(call)
    assert.equal(valueOf(quiet, 'x'), 1)
  })
})

describe('two processes under one name', () => {
  test('the older one is fenced: its calls are refused, the newer goes on', async () => {
    const world = new World()
    const older = await world.replica('a')
    await world.until(submit(older, add('x')))
    const log = world.broker.client('a again')
    const streams = world.streams.client('a again')
    const newer = await world.replica('a', { on: { log, streams } })
    await assert.rejects(world.until(submit(older, add('x'))), code('REPLICA_FENCED'))
    await world.until(submit(newer, add('x')))
    await world.untilTrue(() => older.position() === newer.position())
    assert.equal(valueOf(older, 'x'), 2)
    assert.equal(older.stats().fenced, true)
    assert.equal(older.stats().chain, newer.stats().chain)
  })
})

describe('killed and started again', () => {
  test('what was answered is there, and the chain is the same', async () => {
    const world = new World()
    let value = 0
    for (let run = 0; run < 5; run++) {
      const replica = await world.replica('a')
      assert.ok(valueOf(replica, 'x') >= value)
      for (let n = 0; n < 20; n++) await world.until(submit(replica, add('x')))
      submit(replica, add('x')).catch(() => {})
      value = valueOf(replica, 'x')
      world.kill('a')
    }
    const [one, other] = [await world.replica('b', { claims: false }), await world.replica('c')]
    await world.untilTrue(() => one.position() === other.position())
    assert.equal(one.stats().chain, other.stats().chain)
    assert.equal(one.db.dump(), other.db.dump())
    assert.ok(valueOf(one, 'x') >= 100)
  })

  test('on SQLite as well', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'replica-'))
    const world = new World()
    const file = join(directory, 'counter.db')
    const open = () => openSqlite({ file, clock: world.clock, service: 'counter', partitions: 1 })
    const dumps = []
    for (let run = 0; run < 3; run++) {
      const on = open()
      const replica = await world.replica('a', { on })
      assert.equal(valueOf(replica, 'x'), run * 10)
      const calls = Array.from({ length: 10 }, () => submit(replica, add('x')))
      await world.until(Promise.all(calls))
      await world.until(replica.stop())
      dumps.push(valueOf(replica, 'x'))
      await on.close()
    }
    rmSync(directory, { recursive: true })
    assert.deepEqual(dumps, [10, 20, 30])
  })

  test('a log of another service is refused', async () => {
    const world = new World()
    await world.replica('a')
    await assert.rejects(world.replica('b', { service: 'other' }), HaltedAtStart)
  })

  test('a log that has lost its end halts', async () => {
    const world = new World()
    const replica = await world.replica('a')
    await world.until(submit(replica, add('x')))
    world.broker.truncate(0, 2)
    await world.untilTrue(() => replica.halted() !== undefined)
    await assert.rejects(submit(replica, add('x')), code('PARTITION_HALTED'))
  })
})

describe('time', () => {
  test('the leader ticks each second, and when a deadline has come', async () => {
    const world = new World()
    const replica = await world.replica('a')
    const before = replica.stats().time
    await world.pass(3_000)
    assert.ok(replica.stats().time >= before + 2_000)
    await world.until(submit(replica, { kind: 'add', key: 'x', by: 1, ttl: 300 }))
    await world.pass(250)
    assert.equal(valueOf(replica, 'x'), 1)
    await world.pass(100)
    assert.equal(valueOf(replica, 'x'), 0)
  })

  test('nobody who does not lead ticks', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    const { records } = replica.stats()
    await world.pass(3_000)
    assert.equal(replica.stats().records, records)
  })

  test("the broker's clock an hour off: nothing fires early or is refused", async () => {
    const world = new World()
    const replica = await world.replica('a')
    await world.until(submit(replica, { kind: 'add', key: 'x', by: 1, ttl: 60_000 }))
    for (const off of [3_600_000, -3_600_000]) {
      world.plant({ clockOffMs: () => off })
      await world.pass(1_500)
      await world.until(submit(replica, add('y')))
      assert.equal(valueOf(replica, 'x'), 1)
    }
    assert.equal(valueOf(replica, 'y'), 2)
    world.plant({})
    await world.pass(60_000)
    assert.equal(valueOf(replica, 'x'), 0)
  })
})

describe('reading', () => {
  test('a read waits for the position that its caller has seen', async () => {
    const world = new World()
    const [one, other] = [await world.replica('a'), await world.replica('b', { claims: false })]
    world.plant({ deliveryDelayMs: (client) => (client === 'b' ? 50 : 0) })
    const { position } = await world.until(submit(one, add('x')))
    await world.until(other.atLeast(position, 1_000))
    assert.equal(valueOf(other, 'x'), 1)
    await assert.rejects(world.until(other.atLeast('0/99999', 50)), code('POSITION_NOT_REACHED'))
    await assert.rejects(other.atLeast('1/2', 50), code('POSITION_ELSEWHERE'))
  })

  test('a watcher is told of what changed, not of what was refused', async () => {
    const world = new World()
    const replica = await world.replica('a', { claims: false })
    const seen: string[] = []
    const stop = replica.watch((touched) => {
      for (const row of touched) if (row.table === 'counters') seen.push(row.id)
    })
    await world.until(submit(replica, add('x')))
    await world.until(submit(replica, { kind: 'refuse', key: 'y' }).catch(() => {}))
    stop()
    await world.until(submit(replica, add('z')))
    assert.deepEqual(seen, ['x'])
  })
})

describe('stopping', () => {
  test('finishes what is in flight and takes no more', async () => {
    const world = new World()
    const replica = await world.replica('a')
    const calls = Promise.all(Array.from({ length: 20 }, () => submit(replica, add('x'))))
    const stopped = replica.stop()
    await world.until(calls)
    await world.until(stopped)
    await assert.rejects(submit(replica, add('x')), code('SERVER_LEAVING'))
  })
})
