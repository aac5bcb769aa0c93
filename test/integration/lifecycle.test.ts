import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ServiceError } from '@grpc/grpc-js'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { WatchQueuesResponse } from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { Channel } from '@evenkeel/proto/evenkeel/type/v1/channel'
import { Caller, connect, refusedBy } from '../acceptance/api.ts'
import { within } from '../acceptance/patience.ts'
import { command, freshDirectory, started } from './process.ts'

const pool = {
  pool: 'p',
  displayName: 'A pool',
  etag: '',
  dialPacing: undefined,
  profilesMaxAge: undefined,
}

test('a second process on the same data is told who has it; exit code 2', async (t) => {
  const data = freshDirectory(t)
  const first = await started(t, { data })

  const second = await command('start', '--data', data, '--grpc', '127.0.0.1:0')

  assert.equal(second.code, 2, second.err)
  assert.match(second.err, /^evenkeel start: the data directory \S+ is in use by another process/)
  assert.match(second.err, /\(pid \d+\)/)
  assert.equal(second.err.trim().split('\n').length, 1, 'one line, no stack')
  assert.equal(second.out, '')
  const demo = await command('demo', '--data', data, '--duration', '1m', '--json')
  assert.equal(demo.code, 2, demo.err)
  // The first one has not noticed.
  const api = connect(first.grpc)
  t.after(() => api.close())
  await new Caller().call(api.queues.putPool.bind(api.queues), { pool, validateOnly: false })
})

test('a data directory that can not be made is refused in one line', async (t) => {
  const file = join(freshDirectory(t), 'file')
  writeFileSync(file, '')

  const refused = await command('start', '--data', join(file, 'data'), '--grpc', '127.0.0.1:0')

  assert.notEqual(refused.code, 0)
  assert.match(refused.err, /^evenkeel start: .*file\/data/)
  assert.equal(refused.err.trim().split('\n').length, 1, 'one line, no stack')
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: calls are answered, streams told, nothing lost; exit code 0`, async (t) => {
    const data = freshDirectory(t)
    const server = await started(t, { data })
    const api = connect(server.grpc)
    t.after(() => api.close())
    const caller = new Caller(false)
    await caller.call(api.queues.putPool.bind(api.queues), { pool, validateOnly: false })
    const queue = Queue.fromPartial({ pool: 'p', queueId: 'q', channel: Channel.CHANNEL_VOICE })
    await caller.call(api.queues.putQueue.bind(api.queues), { queue, validateOnly: false })
    const watch = api.watches.watchQueues({ pool: pool.pool, interval: undefined })
    const { promise: told, resolve: tell } = Promise.withResolvers<string>()
    watch.on('error', (error: ServiceError) => tell(refusedBy(error).code))
    await within('the watch to begin', new Promise((resolve) => watch.once('data', resolve)))
    watch.on('data', (_: WatchQueuesResponse) => {})
    const asked = Array.from({ length: 50 }, (_, index) =>
      caller
        .call(api.queues.putPool.bind(api.queues), {
          pool: {
            pool: `p-${index}`,
            displayName: '',
            etag: '',
            dialPacing: undefined,
            profilesMaxAge: undefined,
          },
          validateOnly: false,
        })
        .then(
          () => index,
          () => undefined,
        ),
    )

    server.process.kill(signal)

    const answered = (await Promise.all(asked)).filter((index) => index !== undefined)
    assert.equal(await within('the watch to be told', told), 'SERVER_LEAVING')
    assert.deepEqual(await server.process.end(), { code: 0, signal: null })
    const again = await started(t, { data })
    const later = connect(again.grpc)
    t.after(() => later.close())
    const list = { pageSize: 500, pageToken: '' }
    const { pools } = await new Caller().call(later.queues.listPools.bind(later.queues), list)
    const known = new Set(pools.map((one) => one.pool))
    assert.ok(known.has(pool.pool))
    for (const index of answered) assert.ok(known.has(`p-${index}`), `p-${index} was answered`)
  })
}

test('over HTTP: probes, metrics, the API page, and calls as JSON', async (t) => {
  const server = await started(t, { data: freshDirectory(t) })
  const get = async (path: string) => {
    const response = await fetch(`${server.http}${path}`)
    const type = response.headers.get('content-type') ?? ''
    return { code: response.status, type, text: await response.text() }
  }
  for (const probe of ['live', 'ready', 'startup']) {
    assert.equal((await get(`/healthz/${probe}`)).code, 200, probe)
  }
  const post = async (method: string, body: unknown) => {
    const response = await fetch(`${server.http}/evenkeel.routing.v1.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'connect-protocol-version': '1' },
      body: JSON.stringify(body),
    })
    return { code: response.status, response, body: await response.text() }
  }

  const put = await post('QueueService/PutPool', { pool: { pool: 'p', displayName: 'Ü' } })
  assert.equal(put.code, 200, put.body)
  assert.equal(put.response.headers.get('content-type'), 'application/json')
  assert.match(put.response.headers.get('evenkeel-position') ?? '', /^0\/\d+$/)
  assert.match(put.body, /"displayName":"Ü"/)
  const unknown = await post('ContactService/GetContact', { pool: 'p', contactId: 'nobody' })
  assert.equal(unknown.code, 404)
  assert.match(unknown.body, /"code":"not_found".*CONTACT_UNKNOWN/)
  const malformed = await post('ContactService/GetContact', { pool: 'P P', contactId: 'x' })
  assert.equal(malformed.code, 400)
  assert.match(malformed.body, /FIELD_MALFORMED/)

  const metrics = await get('/metrics')
  assert.equal(metrics.code, 200)
  assert.match(metrics.type, /^text\/plain; version=0\.0\.4/)
  assert.match(metrics.text, /^process_cpu_seconds_total \d/m)
  assert.match(metrics.text, /^evenkeel_\w+\{.*\} \d/m)
  const violations = /^evenkeel_\w*violations\w*(?:\{.*\})? (\d+)$/m.exec(metrics.text)
  assert.equal(violations?.[1] ?? '0', '0')
  const openapi = await get('/openapi.json')
  assert.equal(openapi.code, 200)
  assert.match(openapi.text, /"\/evenkeel\.routing\.v1\.ContactService\/SubmitContact"/)
  const docs = await get('/docs/')
  assert.equal(docs.code, 200)
  assert.match(docs.type, /^text\/html/)
  assert.equal((await get('/nothing')).code, 404)
})
