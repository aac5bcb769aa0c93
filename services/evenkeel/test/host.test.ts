import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ChannelCredentials } from '@grpc/grpc-js'
import { LogUnusable, realClock } from '@evenkeel/chassis/log'
import { openSqlite, type Sqlite } from '@evenkeel/chassis/log/sqlite'
import { createLogger } from '@evenkeel/chassis/observe'
import {
  HealthCheckResponse_ServingStatus as Serving,
  HealthClient,
} from '@evenkeel/proto/grpc/health/v1/health'
import type { Replayed } from '@evenkeel/chassis/process'
import { startHost } from '../host.ts'

function freshDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-host-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function options(dataDirectory: string) {
  const any = { host: '127.0.0.1', port: 0 }
  const logger = createLogger({ service: 'evenkeel', level: 'silent' })
  return { dataDirectory, grpc: any, http: any, clock: realClock, speed: 1, logger }
}

const ROUTING = 'evenkeel.routing.v1.ContactService'
const SKILLS = 'evenkeel.skills.v1.SkillsService'

test('a service whose log is lost says so to those who balance; the other serves on', async (t) => {
  const lose = new Map<string, (why: Error) => void>()
  const open: typeof openSqlite = (file) => {
    const sqlite = openSqlite(file)
    const log: Sqlite['log'] = {
      partitions: sqlite.log.partitions,
      append: (...args) => sqlite.log.append(...args),
      head: (partition) => sqlite.log.head(partition),
      first: (partition) => sqlite.log.first(partition),
      bytes: (partition) => sqlite.log.bytes(partition),
      close: () => sqlite.log.close(),
      tail(partition, from, onBatch, onEnd) {
        lose.set(file.service, onEnd)
        return sqlite.log.tail(partition, from, onBatch, onEnd)
      },
    }
    return { ...sqlite, log, close: () => sqlite.close() }
  }
  const host = await startHost({ ...options(freshDirectory(t)), open })
  t.after(() => host.stop('the test is over'))
  const health = new HealthClient(`127.0.0.1:${host.grpcPort}`, ChannelCredentials.createInsecure())
  t.after(() => health.close())
  const watch = health.watch({ service: ROUTING })
  t.after(() => watch.cancel())
  const told = watch[Symbol.asyncIterator]()
  assert.equal((await told.next()).value.status, Serving.SERVING)

  lose.get('routing')?.(new LogUnusable('data_damaged', 'the disk is gone'))

  assert.equal((await told.next()).value.status, Serving.NOT_SERVING)
  const ready = await fetch(`http://127.0.0.1:${host.httpPort}/healthz/ready`)
  assert.equal(ready.status, 503)
  assert.partialDeepStrictEqual(await ready.json(), {
    services: {
      [ROUTING]: { serving: false, why: 'partition 0 has halted (data_damaged): the disk is gone' },
      [SKILLS]: { serving: true, why: '' },
    },
  })
  const live = await fetch(`http://127.0.0.1:${host.httpPort}/healthz/live`)
  assert.equal(live.status, 200)
  const metrics = await fetch(`http://127.0.0.1:${host.httpPort}/metrics`)
  assert.equal(metrics.status, 200)
  const page = await metrics.text()
  assert.match(
    page,
    /^evenkeel_replica_halted\{service="routing",partition="0",code="data_damaged"\} 1$/m,
  )
  assert.match(page, /^evenkeel_replica_halted\{service="skills",partition="0",code=""\} 0$/m)
  assert.match(page, /^evenkeel_skills_pools 0$/m)
  assert.doesNotMatch(page, /^evenkeel_routing_entities_past_deadline /m)
})

test('a host that goes on with a log says how many records it has read again', async (t) => {
  const directory = freshDirectory(t)
  const heads = async () => {
    const told = new Map<string, Replayed>()
    const replayed = (progress: Replayed) => void told.set(progress.service, progress)
    const host = await startHost({ ...options(directory), replayed })
    await host.stop('enough')
    for (const { records, head } of told.values()) assert.equal(records, head)
    return [...told].map(([service, { head }]) => [service, head] as const)
  }

  const first = new Map(await heads())
  const second = new Map(await heads())

  assert.deepEqual([...first.keys()].sort(), ['forecasting', 'reallocation', 'routing', 'skills'])
  for (const [service, head] of first) {
    assert.ok((second.get(service) ?? 0) > head, `${service} has grown`)
  }
})

test('a directory that no system would make is refused, and not tried for for ever', () => {
  const main = join(import.meta.dirname, '../main.ts')
  const args = [main, 'start', '--data', '/proc/evenkeel/data', '--grpc', '127.0.0.1:0']
  const { status, stderr } = spawnSync(process.execPath, args, {
    timeout: 30_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  })
  assert.equal(status, 2)
  assert.match(stderr, /^evenkeel start: the data directory \/proc\/evenkeel\/data can't be used/)
})

for (const service of ['routing', 'skills', 'forecasting', 'reallocation']) {
  test(`a directory without the log of ${service} is refused: it is not begun anew`, async (t) => {
    const directory = freshDirectory(t)
    const host = await startHost(options(directory))
    await host.stop('enough')
    rmSync(join(directory, `${service}.sqlite`))
    for (const _ of ['at once', 'and again']) {
      await assert.rejects(startHost(options(directory)), {
        name: 'LogUnusable',
        code: 'data_missing',
        message: new RegExp(`${service}\\.sqlite is missing`),
      })
    }
  })
}
