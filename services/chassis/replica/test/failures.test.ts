import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '../../errors/index.ts'
import { type Log, LogRefused, type RefusalCode, refusalCodes } from '../../log/port.ts'
import { World, add, submit, valueOf } from './world.ts'

/** A replica whose log refuses each append as it is told to, and takes the others. */
async function refusing(world: World) {
  const inner = world.broker.client('a')
  const refusals: RefusalCode[] = []
  const log: Log = {
    partitions: inner.partitions,
    async append(partition, records) {
      const refusal = refusals.shift()
      if (refusal !== undefined) throw new LogRefused(refusal, 'as it was told to')
      return inner.append(partition, records)
    },
    tail: (partition, from, onBatch, onEnd) => inner.tail(partition, from, onBatch, onEnd),
    head: (partition) => inner.head(partition),
    first: (partition) => inner.first(partition),
    bytes: (partition) => inner.bytes(partition),
    close: () => inner.close(),
  }
  const on = { log, streams: world.streams.client('a') }
  return { replica: await world.replica('a', { claims: false, on }), refusals }
}

const causes: readonly RefusalCode[] = ['unavailable', 'disk_full', 'too_large', 'unauthorized']

for (const cause of causes) {
  const { lasting } = refusalCodes[cause]
  const told = lasting ? 'is not to be sent again' : 'may be sent again'
  test(`a command that the log refuses as ${cause} ${told}, and is counted`, async () => {
    const world = new World()
    const { replica, refusals } = await refusing(world)
    refusals.push(cause)
    const refused = world.until(submit(replica, add('x')))
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof CodedError)
      const { code, retryable, fields } = error
      const expected = lasting
        ? { code: 'LOG_REFUSED', retryable: false, fields: { cause } }
        : { code: 'LOG_UNAVAILABLE', retryable: true, fields: {} }
      assert.deepEqual({ code, retryable, fields }, expected)
      return true
    })
    await world.until(submit(replica, add('x')))
    assert.equal(valueOf(replica, 'x'), 1)
    assert.deepEqual([...replica.stats().failedAppends], [[cause, 1]])
  })
}
