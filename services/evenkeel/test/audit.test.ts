import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { realClock } from '@evenkeel/chassis/log'
import { createLogger } from '@evenkeel/chassis/observe'
import { startHost } from '../host.ts'

/** A system whose log lines are kept, called as JSON over HTTP. */
async function system(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-audit-'))
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const any = { host: '127.0.0.1', port: 0 }
  const host = await startHost({
    ...{ dataDirectory: directory, grpc: any, http: any, speed: 1, clock: realClock },
    logger: createLogger({ service: 'evenkeel', level: 'debug', destination }),
  })
  t.after(async () => {
    await host.stop('the test is over')
    rmSync(directory, { recursive: true })
  })
  const at = `http://127.0.0.1:${host.httpPort}`
  const call = async (rpc: string, body: object, requestId = 'request-1') => {
    const headers = { 'content-type': 'application/json', 'x-request-id': requestId }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`${at}/evenkeel.routing.v1.${rpc}`, init)
    await response.text()
    return response.status
  }
  const audit = () =>
    lines
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter(({ event }) => event === 'audit')
  const metrics = async () => (await fetch(`${at}/metrics`)).text()
  return { call, audit, metrics, lines }
}

test('who changes what people set up is told, with call, pool, reason and outcome', async (t) => {
  const { call, audit } = await system(t)
  await call('QueueService/PutPool', { pool: { pool: 'bank' } })
  await call('QueueService/ListPools', {})
  const priority = { pool: 'bank', contactId: 'none', priority: 5 }
  await call('ContactService/SetContactPriority', { ...priority, reason: 'a complaint' }, 'r-2')
  const told = audit().map(({ actor, rpc, pool, reason, requestId, code }) => {
    return { actor, rpc, pool, reason, requestId, code }
  })
  assert.deepEqual(told[0], {
    ...{ actor: 'anybody', rpc: 'evenkeel.routing.v1.QueueService/PutPool', pool: 'bank' },
    ...{ reason: undefined, requestId: 'request-1', code: 'OK' },
  })
  assert.equal(told.length, 2)
  assert.deepEqual([told[1]?.reason, told[1]?.requestId], ['a complaint', 'r-2'])
  assert.notEqual(told[1]?.code, 'OK')
})

test('nothing of what a customer is or has is in logs or metrics', async (t) => {
  const { call, metrics, lines } = await system(t)
  const canary = 'canary-4917055501'
  const attributes = Buffer.from(canary).toString('base64')
  await call('QueueService/PutPool', { pool: { pool: 'bank' } })
  await call('QueueService/PutQueue', {
    queue: { pool: 'bank', queueId: 'tax', channel: 'CHANNEL_VOICE' },
  })
  const contact = { pool: 'bank', contactId: 'call-1', queueId: 'tax' }
  const submitted = await call('ContactService/SubmitContact', {
    ...contact,
    attributes,
    addressKey: canary,
  })
  assert.equal(submitted, 200)
  await call('ContactService/SubmitContact', { ...contact, attributes: `${attributes}aaaa` })
  await call('ContactService/CancelContact', { pool: 'bank', contactId: 'call-1', reason: canary })
  await call('ContactService/SubmitContact', { ...contact, canary })
  assert.ok(lines.length > 0)
  for (const told of [lines.join(''), await metrics()]) {
    assert.ok(!told.includes(canary) && !told.includes(attributes))
  }
})
