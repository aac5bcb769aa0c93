import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { realClock } from '@evenkeel/chassis/log'
import { MemoryLog, MemoryStreams } from '@evenkeel/chassis/log/memory'
import { silentLogger } from '@evenkeel/chassis/observe'
import { type RunningProcess, startProcess } from '@evenkeel/chassis/process'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { Connection, persistently, siteAt } from '../platform/connection.ts'
import { ContactLine } from '../platform/contact-line.ts'
import { SERVICES } from '../host.ts'

const PARTITIONS = 2
const ANY = { host: '127.0.0.1', port: 0 }

/** Processes of one log; what each keeps, and where the rest is, is the test's to say. */
function cluster(t: TestContext) {
  const clock = realClock()
  const streams = new MemoryStreams({ clock })
  const logs = new Map(
    SERVICES.map(({ name }) => [name, new MemoryLog({ partitions: PARTITIONS, clock })]),
  )
  return async (replicaId: string, hosted?: readonly number[], cells?: Map<number, string>) => {
    const process = await startProcess({
      services: SERVICES,
      logs: {
        partitions: PARTITIONS,
        async open(service) {
          const client = `${replicaId}/${service}`
          const log = logs.get(service)?.client(client)
          assert.ok(log)
          return { log, streams: streams.client(client), close: async () => {} }
        },
      },
      hosted,
      ...(cells && { cells }),
      replicaId,
      clock,
      grpc: ANY,
      http: undefined,
      logger: silentLogger,
    })
    t.after(() => process.stop('the test is over'))
    return process
  }
}

const targetOf = (process: RunningProcess) => `127.0.0.1:${process.grpcPort}`
const poolIn = (partition: number) =>
  ['a', 'b', 'c', 'd', 'e', 'f'].find((pool) => partitionOf(pool, PARTITIONS) === partition) ?? ''

function connected(t: TestContext, ...targets: readonly string[]) {
  const connection = new Connection(siteAt(...targets))
  t.after(() => connection.close())
  const { queues, contacts, routing } = connection
  const line = new ContactLine(contacts, routing, realClock())
  t.after(() => line.close())
  return {
    putPool: (pool: string) =>
      persistently(queues.putPool.bind(queues), {
        pool: { pool, displayName: '', etag: '', dialPacing: undefined, profilesMaxAge: undefined },
        validateOnly: false,
      }),
    queuesOf: (pool: string) =>
      persistently(queues.listQueues.bind(queues), { pool, pageSize: 0, pageToken: '' }),
    cancel: (pool: string) =>
      line.send({
        $case: 'cancelContact',
        value: { pool, contactId: 'nobody', reason: '', mayPrecede: false },
      }),
  }
}

test('a replica that leaves is left: calls and lines go on at the other one', async (t) => {
  const start = cluster(t)
  const [first, second] = [await start('a'), await start('b')]
  const caller = connected(t, targetOf(first), targetOf(second))
  const pool = poolIn(0)
  await caller.putPool(pool)
  await assert.rejects(caller.cancel(pool), { code: 'CONTACT_UNKNOWN' })

  await first.stop('it is the turn of the other one')

  assert.deepEqual((await caller.queuesOf(pool)).queues, [])
  await assert.rejects(caller.cancel(pool), { code: 'CONTACT_UNKNOWN' })
})

test('a pool of another cell is found there', async (t) => {
  const start = cluster(t)
  const far = await start('b', [1], new Map([[0, 'nobody:1']]))
  const near = await start('a', [0], new Map([[1, targetOf(far)]]))

  const caller = connected(t, targetOf(near))
  await caller.putPool(poolIn(1))
  const line = connected(t, targetOf(near))
  await assert.rejects(line.cancel(poolIn(1)), { code: 'CONTACT_UNKNOWN' })
})
