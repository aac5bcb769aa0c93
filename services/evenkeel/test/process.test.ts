import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { LogRefused, LogUnusable, realClock } from '@evenkeel/chassis/log'
import { MemoryLog, MemoryStreams } from '@evenkeel/chassis/log/memory'
import { createLogger, silentLogger } from '@evenkeel/chassis/observe'
import {
  type Logs,
  type OpenLog,
  type ProcessOptions,
  startProcess,
} from '@evenkeel/chassis/process'
import { partitionOf } from '@evenkeel/chassis/protocol'
import { SERVICES } from '../host.ts'

const PARTITIONS = 4
const ANY = { host: '127.0.0.1', port: 0 }

const POOLS = Array.from({ length: 100 }, (_, i) => `pool-${i}`)
/** Some pool of each partition. */
const poolIn = (partition: number): string =>
  POOLS.find((pool) => partitionOf(pool, PARTITIONS) === partition) ?? ''

/** Logs of four partitions that several processes can share. */
function sharedLogs() {
  const clock = realClock()
  const streams = new MemoryStreams({ clock })
  const logs = new Map(
    SERVICES.map(({ name }) => [name, new MemoryLog({ partitions: PARTITIONS, clock })]),
  )
  const seenBy = (who: string): Logs => ({
    partitions: PARTITIONS,
    async open(service) {
      const log = logs.get(service)
      assert.ok(log)
      const client = `${who}/${service}`
      return { log: log.client(client), streams: streams.client(client), close: async () => {} }
    },
  })
  return { logs, seenBy }
}

type Own = Partial<ProcessOptions> & Pick<ProcessOptions, 'logs' | 'replicaId'>

async function started(t: TestContext, own: Own) {
  const standing = { services: SERVICES, clock: realClock(), grpc: ANY, http: ANY }
  const process = await startProcess({ ...standing, logger: silentLogger, ...own })
  t.after(() => process.stop('the test is over'))
  const call = async (method: string, request: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${process.httpPort}/evenkeel.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(request),
    })
    const body: Record<string, unknown> = JSON.parse(await response.text())
    const position = response.headers.get('evenkeel-position')
    return { status: response.status, position, body, info: infoOf(body) }
  }
  const putPool = (pool: string) => call('routing.v1.QueueService/PutPool', { pool: { pool } })
  return { process, call, putPool }
}

/** The ErrorInfo of a refusal. */
function infoOf(body: { details?: unknown }): unknown {
  return Array.isArray(body.details) ? body.details[0]?.debug : undefined
}

test('each cell answers for its pools and says where the others are', async (t) => {
  const { seenBy } = sharedLogs()
  const cells = new Map([2, 3].map((partition) => [partition, 'cell-b:7400']))
  const here = { logs: seenBy('a'), hosted: [0, 1], cells, replicaId: 'a' }
  const { call, putPool } = await started(t, here)

  for (const partition of [0, 1]) assert.equal((await putPool(poolIn(partition))).status, 200)
  const elsewhere = await putPool(poolIn(3))

  assert.equal(elsewhere.status, 400)
  assert.partialDeepStrictEqual(elsewhere.info, {
    reason: 'NOT_HOSTED',
    metadata: { pool: poolIn(3), partition: '3', address: 'cell-b:7400' },
  })
  const list = await call('routing.v1.QueueService/ListPools', { pageSize: 1 })
  const next = { pageSize: 5, pageToken: list.body.nextPageToken }
  const rest = await call('routing.v1.QueueService/ListPools', next)
  const all = [list.body.pools, rest.body.pools].flat().map((pool) => Object(pool).pool)
  assert.deepEqual(all, [poolIn(0), poolIn(1)].sort())
  assert.equal(list.position, null, 'no position speaks for two partitions')
})

test('a position is of one partition; where another is asked for it is refused', async (t) => {
  const { seenBy } = sharedLogs()
  const { call, putPool } = await started(t, { logs: seenBy('a'), replicaId: 'a' })
  const { position } = await putPool(poolIn(1))
  await putPool(poolIn(2))
  assert.ok(position)
  const seen = { 'evenkeel-at-least': position }

  const queuesOf = (pool: string) => call('routing.v1.QueueService/ListQueues', { pool }, seen)
  assert.equal((await queuesOf(poolIn(1))).status, 200)
  assert.partialDeepStrictEqual((await queuesOf(poolIn(2))).info, {
    reason: 'POSITION_ELSEWHERE',
    metadata: { field: 'evenkeel-at-least', limit: '2', value: '1' },
  })
  assert.equal((await call('routing.v1.QueueService/ListPools', {}, seen)).status, 200)
})

test('what one replica has acknowledged another shows, once it is asked for it', async (t) => {
  const { seenBy } = sharedLogs()
  const first = await started(t, { logs: seenBy('a'), replicaId: 'a' })
  const second = await started(t, { logs: seenBy('b'), replicaId: 'b' })
  for (const partition of [0, 1, 2, 3]) {
    const { position } = await first.putPool(poolIn(partition))
    const seen = { 'evenkeel-at-least': position ?? '' }
    const asked = { pool: poolIn(partition) }
    assert.equal((await second.call('routing.v1.QueueService/ListQueues', asked, seen)).status, 200)
  }
})

test('a partition that can not be read leaves the others served', async (t) => {
  const { logs, seenBy } = sharedLogs()
  const foreign = logs.get('routing')?.client('somebody')
  await foreign?.append(1, [Buffer.from('this is no record')])
  const { process, putPool } = await started(t, { logs: seenBy('a'), replicaId: 'a' })

  assert.partialDeepStrictEqual((await putPool(poolIn(1))).info, {
    reason: 'PARTITION_HALTED',
    metadata: { partition: '1' },
  })
  assert.equal((await putPool(poolIn(2))).status, 200)
  assert.match(
    process.halts().join(),
    /^routing: partition 1 has halted \(record_undecodable\): [^;]+$/,
  )
  const ready = await fetch(`http://127.0.0.1:${process.httpPort}/healthz/ready`)
  assert.equal(ready.status, 200)
  assert.match(await ready.text(), /partition 1 has halted/)
})

test('a partition that halts at the start is told of in every way there is', async (t) => {
  const { logs, seenBy } = sharedLogs()
  await startAndStop(seenBy('a'))
  logs.get('routing')?.cut(1, 1)
  const { lines, logger } = lined()
  const { process, call } = await started(t, { logs: seenBy('b'), replicaId: 'a', logger })

  assert.partialDeepStrictEqual(
    lines.filter(({ level }) => level === 'error'),
    [
      {
        reason: 'the partition has halted',
        kind: 'routing',
        partition: 1,
        code: 'log_start_gone',
        why: 'the log begins at offset 1, what was before is gone, and no snapshots are kept',
      },
    ],
  )
  const metrics = await fetch(`http://127.0.0.1:${process.httpPort}/metrics`)
  const halted =
    /^evenkeel_replica_halted{service="routing",partition="1",code="log_start_gone"} 1$/m
  assert.match(await metrics.text(), halted)
  const { body } = await call('operations.v1.OperationsService/GetPartitions', {})
  assert.ok(Array.isArray(body.partitions))
  const shown = body.partitions.filter(({ haltCode }) => haltCode !== undefined)
  assert.partialDeepStrictEqual(shown, [
    { service: 'routing', partition: 1, replica: 'a', haltCode: 'log_start_gone' },
  ])
  assert.equal(body.partitions.length, SERVICES.length * PARTITIONS)
  const place = { service: 'routing', partition: 1 }
  const deed = await call('operations.v1.OperationsService/HandOver', place)
  assert.partialDeepStrictEqual(deed.info, {
    reason: 'PARTITION_HALTED',
    metadata: { halt: 'log_start_gone' },
  })
})

/** A logger and the lines it wrote. */
function lined() {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  return { lines, logger: createLogger({ service: 'test', level: 'info', destination }) }
}

async function startAndStop(logs: Logs): Promise<void> {
  const standing = { services: SERVICES, clock: realClock(), grpc: ANY, http: undefined }
  const process = await startProcess({ ...standing, logger: silentLogger, logs, replicaId: 'a' })
  await process.stop('enough')
}

test('a process that can not start says why by its code', async () => {
  const { lines, logger } = lined()
  const open = () => Promise.reject(new LogUnusable('topic_wrong', 'topic x: retention.ms: 7'))
  const logs: Logs = { partitions: PARTITIONS, open }
  const standing = { services: SERVICES, clock: realClock(), grpc: ANY, http: undefined }
  const starting = startProcess({ ...standing, logs, replicaId: 'a', logger })
  await assert.rejects(starting, LogUnusable)
  const said = lines.find(({ event }) => event === 'process.can_not_start')
  assert.partialDeepStrictEqual(said, { code: 'topic_wrong', why: 'topic x: retention.ms: 7' })
})

test('while its log is out of reach a process lives, and says that it is starting', async (t) => {
  const { seenBy } = sharedLogs()
  const inReach = seenBy('a')
  const back = Promise.withResolvers<void>()
  const tried = Promise.withResolvers<void>()
  let away = true
  void back.promise.then(() => {
    away = false
  })
  const open: Logs['open'] = async (service) => {
    tried.resolve()
    if (away) throw new LogRefused('unavailable', 'nobody answers')
    return inReach.open(service)
  }
  const http = { host: '127.0.0.1', port: await freePort() }
  const starting = started(t, { logs: { ...inReach, open }, replicaId: 'a', http })
  await tried.promise
  const probe = async (name: string) => {
    const response = await fetch(`http://127.0.0.1:${http.port}/healthz/${name}`)
    return response.status
  }

  assert.deepEqual([await probe('live'), await probe('startup'), await probe('ready')], PROBES.off)
  const metrics = await fetch(`http://127.0.0.1:${http.port}/metrics`)
  assert.match(
    await metrics.text(),
    /^evenkeel_log_out_of_reach_total{service="\w+",code="unavailable"} [1-9]/m,
  )
  const ready = await fetch(`http://127.0.0.1:${http.port}/healthz/ready`)
  assert.match(await ready.text(), /"why":"nobody answers \(unavailable\)"/)
  back.resolve()
  await starting
  assert.deepEqual([await probe('live'), await probe('startup'), await probe('ready')], PROBES.on)
})

const PROBES = { off: [200, 503, 503], on: [200, 200, 200] }

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      assert.ok(typeof address === 'object' && address !== null)
      server.close(() => resolve(address.port))
    })
  })
}

const refused = async () => {
  throw new LogRefused('unavailable', 'nobody leads it')
}

/** The same logs, but for one partition of routing's, which nobody leads until `found`. */
function withoutLeader(logs: Logs, lost: number) {
  let isFound = false
  const open = async (service: string): Promise<OpenLog> => {
    const opened = await logs.open(service)
    if (service !== 'routing') return opened
    const head = (partition: number) =>
      partition === lost && !isFound ? refused() : opened.log.head(partition)
    const log = new Proxy(opened.log, {
      get: (on, name) => {
        if (name === 'head') return head
        const value: unknown = Reflect.get(on, name, on)
        return typeof value === 'function' ? value.bind(on) : value
      },
    })
    return { ...opened, log }
  }
  return { logs: { ...logs, open }, found: () => void (isFound = true) }
}

test('a partition that nobody leads keeps no other from being served', async (t) => {
  const { logs, found } = withoutLeader(sharedLogs().seenBy('a'), 2)
  const { putPool, process } = await started(t, { logs, replicaId: 'a', lateMs: 0 })
  while ((await putPool(poolIn(1))).status !== 200);
  assert.deepEqual(infoReason(await putPool(poolIn(2))), 'REPLICA_NOT_READY')
  const ready = () => fetch(`http://127.0.0.1:${process.httpPort}/healthz/ready`)
  while ((await ready()).status !== 200);
  found()
  while ((await putPool(poolIn(2))).status !== 200);
})

const infoReason = ({ info }: { info: unknown }) =>
  typeof info === 'object' && info !== null && 'reason' in info ? info.reason : undefined

const beginnings: readonly (readonly [string, (logs: Logs) => Logs])[] = [
  ['can not open its log', (logs) => ({ ...logs, open: refused })],
  ['opens its log for ever', (logs) => ({ ...logs, open: () => new Promise(() => {}) })],
  ['waits for the leader of a partition', (logs) => withoutLeader(logs, 2).logs],
]

for (const [what, spoilt] of beginnings) {
  test(`a process that ${what} ends when it is asked to`, async () => {
    const ending = new AbortController()
    const logs = spoilt(sharedLogs().seenBy('a'))
    const standing = { services: SERVICES, clock: realClock(), grpc: ANY, http: ANY, logs }
    const own = { logger: silentLogger, replicaId: 'a', ending: ending.signal }
    const starting = startProcess({ ...standing, ...own })
    setImmediate(() => ending.abort('SIGTERM'))
    await assert.rejects(starting, { name: 'LeftEarly' })
  })
}
