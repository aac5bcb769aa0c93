import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { status } from '@grpc/grpc-js'
import {
  HealthCheckRequest,
  HealthCheckResponse,
  HealthDefinition,
} from '@evenkeel/proto/grpc/health/v1/health'
import { createShutdown } from '../index.ts'
import { grpcServer, refusal, standing, unary } from './servers.ts'
import { skillsBinding, skillsName } from './skills.ts'

const run = promisify(execFile)
const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf')
const none = new Uint8Array()

/** A tool that knows nothing of our protos but what the server itself tells it. */
async function bufCurl(port: number, path: string, ...more: string[]) {
  const base = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge']
  const url = `http://127.0.0.1:${port}${path}`
  return run(process.execPath, [buf, ...base, ...more, url]).then(
    ({ stdout }) => ({ stdout, stderr: '' }),
    (error: { stdout: string; stderr: string }) => error,
  )
}

test('buf curl lists the services and methods by reflection', async (t) => {
  const { server } = await grpcServer(t, [skillsBinding()])
  const services = await bufCurl(server.port, '', '--list-services')
  assert.deepEqual(services.stdout.trim().split('\n'), [
    skillsName,
    'grpc.reflection.v1.ServerReflection',
  ])
  const methods = await bufCurl(server.port, '', '--list-methods')
  assert.match(methods.stdout, /evenkeel\.skills\.v1\.SkillsService\/ImportAgents/)
})

test('buf curl calls a method; without a deadline it is told to set one', async (t) => {
  const { server } = await grpcServer(t, [skillsBinding()])
  const path = `/${skillsName}/PutSkill`
  const body = '{"skill":{"pool":"eu","skillId":"tax","displayName":"Tax","maxLevel":5}}'
  const deadline = ['--timeout', '5s']
  const answered = await bufCurl(server.port, path, '-d', body, ...deadline)
  assert.equal(JSON.parse(answered.stdout).skill.etag, '1', answered.stderr)
  const refused = await bufCurl(server.port, path, '-d', body)
  assert.match(refused.stderr, /PutSkill needs a deadline/)
})

const check = (service: string) => HealthCheckRequest.encode({ service }).finish()

test('health is told per service and overall, without a deadline', async (t) => {
  const { client, health } = await grpcServer(t, [skillsBinding()])
  const path = '/grpc.health.v1.Health/Check'
  const ask = async (service: string) => {
    const { error, bytes } = await unary(client, { path, request: check(service) })
    return error === null ? HealthCheckResponse.decode(bytes).status : refusal(error).code
  }
  assert.deepEqual(await Promise.all(['', skillsName].map(ask)), [2, 2])
  health.set(skillsName, true)
  assert.deepEqual(await Promise.all(['', skillsName].map(ask)), [1, 1])
  assert.equal(await ask('no.such.Service'), 'SERVICE_UNKNOWN')
})

test('a watcher hears every change of health, and that the server leaves', async (t) => {
  const { client, health, server } = await grpcServer(t, [skillsBinding()])
  const path = `/${HealthDefinition.fullName}/Watch`
  const same = (bytes: Buffer) => bytes
  const stream = client.makeServerStreamRequest(path, Buffer.from, same, Buffer.from(check('')))
  const ended = once(stream, 'error')
  const told = async () => HealthCheckResponse.decode((await once(stream, 'data'))[0]).status
  assert.equal(await told(), 2)
  health.set(skillsName, true)
  assert.equal(await told(), 1)
  const leaving = told()
  const drained = server.drain()
  assert.equal(await leaving, 2)
  const [error] = await ended.catch((failure: unknown) => [failure])
  assert.equal(refusal(error).code, 'SERVER_LEAVING')
  client.close()
  await drained
})

test('a leaving server answers what it has begun, then takes nothing new', async (t) => {
  const hold = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const listSkills = () => {
    entered.resolve()
    return hold.promise
  }
  const { client, server } = await grpcServer(t, [skillsBinding({ listSkills })])
  const path = `/${skillsName}/ListSkills`
  const call = unary(client, { path, request: none, deadlineMs: 5000 })
  await entered.promise
  const drained = server.drain()
  hold.resolve()
  assert.equal((await call).error, null)
  await drained
  const late = await unary(client, { path, request: none, deadlineMs: 5000 })
  assert.equal(late.error?.code, status.UNAVAILABLE)
})

test('a call that never ends does not keep a leaving server beyond its time', async (t) => {
  const entered = Promise.withResolvers<void>()
  const listSkills = () => {
    entered.resolve()
    return new Promise<void>(() => {})
  }
  const { client, server } = await grpcServer(t, [skillsBinding({ listSkills })], { drainMs: 50 })
  const call = unary(client, {
    path: `/${skillsName}/ListSkills`,
    request: none,
    deadlineMs: 20_000,
  })
  await entered.promise
  await server.drain()
  assert.notEqual((await call).error, null)
})

test('closers run once, last first; one that fails or hangs holds up nobody', async () => {
  const { logger, lines } = standing([])
  const shutdown = createShutdown(logger, 50)
  const closed: string[] = []
  shutdown.add('first', () => void closed.push('first'))
  shutdown.add('hangs', () => new Promise(() => {}))
  shutdown.add('fails', () => {
    throw new Error('secret')
  })
  shutdown.add('last', () => void closed.push('last'))
  await Promise.all([shutdown.run('SIGTERM'), shutdown.run('SIGTERM')])
  assert.deepEqual(closed, ['last'])
  const events = lines.map((line) => JSON.parse(line).event)
  assert.deepEqual(events, [
    'shutdown.started',
    'shutdown.closed',
    'shutdown.failed',
    'shutdown.overdue',
    'shutdown.finished',
  ])

  const orderly = createShutdown(logger, 5000)
  for (const name of ['log', 'replica', 'server']) {
    orderly.add(name, async () => void closed.push(name))
  }
  await orderly.run('SIGINT')
  assert.deepEqual(closed, ['last', 'server', 'replica', 'log'])
})
