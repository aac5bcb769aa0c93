import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status } from '@grpc/grpc-js'
import {
  ImportAgentsRequest,
  ImportAgentsResponse,
  ListSkillsRequest,
  ListSkillsResponse,
  PutSkillRequest,
  PutSkillResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { loopback, grpcServer, refusal, standing, unary } from './servers.ts'
import { skillsBinding } from './skills.ts'
import { startGrpc, startHttp } from '../index.ts'

const service = '/evenkeel.skills.v1.SkillsService'
const none = new Uint8Array()
const skill = { pool: 'eu', skillId: 'tax', displayName: 'Tax', maxLevel: 5 }
const AUDIT = '"event":"audit"'
const deadlineMs = 5000

test('a call is answered, with the position in its headers', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const request = PutSkillRequest.encode(PutSkillRequest.fromPartial({ skill })).finish()
  const answer = await unary(client, { path: `${service}/PutSkill`, request, deadlineMs })
  assert.equal(answer.error, null)
  assert.equal(PutSkillResponse.decode(answer.bytes).skill?.etag, '1')
  assert.deepEqual(answer.headers.get('evenkeel-position'), ['0/7'])
})

test('a handler knows the ms left and the position that a read asks for', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const answer = await unary(client, {
    path: `${service}/ListSkills`,
    request: none,
    deadlineMs,
    metadata: { 'evenkeel-at-least': '3/99' },
  })
  const [atLeast, left] = ListSkillsResponse.decode(answer.bytes).nextPageToken.split(' ')
  assert.equal(atLeast, '3/99')
  assert.ok(Number(left) > 0 && Number(left) <= deadlineMs, left)
})

test('a forgotten deadline of hours counts as the longest that a call may take', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()], { callMsMax: 20_000 })
  const path = `${service}/ListSkills`
  const answer = await unary(client, { path, request: none, deadlineMs: 36_000_000 })
  const left = Number(ListSkillsResponse.decode(answer.bytes).nextPageToken.split(' ')[1])
  assert.ok(left <= 20_000, String(left))
})

test('without a deadline a unary call is refused, and says so', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const { error } = await unary(client, { path: `${service}/PutSkill`, request: none })
  assert.equal(error?.code, status.INVALID_ARGUMENT)
  assert.equal(refusal(error).code, 'DEADLINE_MISSING')
  assert.match(error?.details ?? '', /PutSkill needs a deadline/)
})

test("a field's refusal names field, limit and value", async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const request = PutSkillRequest.encode(
    PutSkillRequest.fromPartial({ skill: { ...skill, maxLevel: 11 } }),
  ).finish()
  const { error } = await unary(client, { path: `${service}/PutSkill`, request, deadlineMs })
  assert.equal(error?.code, status.INVALID_ARGUMENT)
  const { code, fields, status: told } = refusal(error)
  assert.equal(code, 'FIELD_OUT_OF_RANGE')
  assert.deepEqual(fields, { field: 'skill.max_level', limit: '1 to 10', value: '11' })
  assert.equal(told.details[1]?.typeUrl, 'type.googleapis.com/google.rpc.BadRequest')
})

test('a domain error keeps its own status', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const { error } = await unary(client, { path: `${service}/GetAgent`, request: none, deadlineMs })
  assert.equal(error?.code, status.NOT_FOUND)
  assert.equal(refusal(error).code, 'AGENT_UNKNOWN')
})

test('a fault is INTERNAL with a reference; its words go nowhere', async (t) => {
  const { client, lines, registry } = await grpcServer(t, [skillsBinding()])
  const path = `${service}/ListAgents`
  const { error } = await unary(client, { path, request: none, deadlineMs })
  assert.equal(error?.code, status.INTERNAL)
  const { code, fields, status: told } = refusal(error)
  assert.equal(code, 'INTERNAL')
  assert.equal(told.details.length, 1)
  const logged = lines.filter((line) => line.includes('rpc.fault'))
  assert.equal(logged.length, 1)
  const line: { reference: string; error: { stack: string[] } } = JSON.parse(logged[0] ?? '')
  assert.equal(line.reference, fields.reference)
  assert.match(line.error.stack.join('\n'), /skills\.ts/)
  const everything = [error?.details, JSON.stringify(told), ...lines, await registry.metrics()]
  for (const secret of ['5550100', 'Smith']) {
    assert.ok(!everything.join('\n').includes(secret), secret)
  }
})

const inside = (tag: number, bytes: Uint8Array) => Uint8Array.of(tag, bytes.length, ...bytes)
const seconds = Uint8Array.of(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)

// bytes that mean nothing to the method
const malformed: readonly (readonly [string, string, Uint8Array])[] = [
  ['a cut varint', 'ListSkills', Uint8Array.of(0x10, 0xff)],
  ['a length beyond the end', 'ListSkills', Uint8Array.of(0x0a, 0x7f, 0x61)],
  ['a message cut inside another', 'PutSkill', Uint8Array.of(0x0a, 0x01, 0xff)],
  // profile.skills[0].valid_from.seconds = 2^63 - 1
  [
    'a 64-bit number too large for JavaScript',
    'PutAgent',
    inside(0x0a, inside(0x2a, inside(0x1a, seconds))),
  ],
]

for (const [name, method, request] of malformed) {
  test(`malformed: ${name} is the caller's mistake, and the server lives`, async (t) => {
    const { client, lines } = await grpcServer(t, [skillsBinding()])
    const { error } = await unary(client, { path: `${service}/${method}`, request, deadlineMs })
    assert.equal(error?.code, status.INVALID_ARGUMENT)
    assert.equal(refusal(error).code, 'BODY_MALFORMED')
    assert.deepEqual(
      lines.filter((line) => !line.includes(AUDIT)),
      [],
    )
    const next = await unary(client, { path: `${service}/RemoveAgent`, request: none, deadlineMs })
    assert.equal(next.error, null)
  })
}

test('a string that is not UTF-8 is no id', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const request = inside(0x0a, inside(0x0a, Uint8Array.of(0xc3, 0x28)))
  const { error } = await unary(client, { path: `${service}/PutSkill`, request, deadlineMs })
  assert.equal(refusal(error).fields.field, 'skill.pool')
})

test('a malformed position is refused', async (t) => {
  const { client } = await grpcServer(t, [skillsBinding()])
  const metadata = { 'evenkeel-at-least': 'latest' }
  const call = { path: `${service}/ListSkills`, request: none, deadlineMs, metadata }
  assert.equal(refusal((await unary(client, call)).error).code, 'POSITION_MALFORMED')
})

test('messages up to the limit are taken, larger ones refused', async (t) => {
  const limits = { messageBytesMax: 1000, queueBytesMax: 1000 }
  const { client } = await grpcServer(t, [skillsBinding()], limits)
  const path = `${service}/ImportAgents`
  const send = (size: number) => {
    const csv = Buffer.alloc(size)
    const request = ImportAgentsRequest.encode(ImportAgentsRequest.fromPartial({ csv })).finish()
    return unary(client, { path, request, deadlineMs })
  }
  assert.equal(ImportAgentsResponse.decode((await send(900)).bytes).imported, 900)
  assert.equal((await send(1001)).error?.code, status.RESOURCE_EXHAUSTED)
})

test('more calls at once than the limit are refused with a delay to retry after', async (t) => {
  const hold = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const listSkills = () => {
    entered.resolve()
    return hold.promise
  }
  const { client } = await grpcServer(t, [skillsBinding({ listSkills })], {
    ...{ callsMax: 2, callsKeptForAgents: 1 },
  })
  const first = unary(client, { path: `${service}/ListSkills`, request: none, deadlineMs })
  await entered.promise
  const second = await unary(client, { path: `${service}/PutSkill`, request: none, deadlineMs })
  hold.resolve()
  assert.equal((await first).error, null)
  assert.equal(second.error?.code, status.RESOURCE_EXHAUSTED)
  const { code, status: told } = refusal(second.error)
  assert.equal(code, 'OVERLOADED')
  assert.equal(told.details[1]?.typeUrl, 'type.googleapis.com/google.rpc.RetryInfo')
})

test('a handler hears that its caller has gone', async (t) => {
  const aborted = Promise.withResolvers<void>()
  const listSkills = (call: { signal: AbortSignal }) =>
    new Promise<void>((resolve) => {
      call.signal.addEventListener('abort', () => {
        aborted.resolve()
        resolve()
      })
    })
  const { client } = await grpcServer(t, [skillsBinding({ listSkills })])
  const request = ListSkillsRequest.encode({ pool: 'eu', pageSize: 0, pageToken: '' }).finish()
  const { error } = await unary(client, { path: `${service}/ListSkills`, request, deadlineMs: 100 })
  assert.equal(error?.code, status.DEADLINE_EXCEEDED)
  await aborted.promise
})

test('rate, errors and duration of every call are counted', async (t) => {
  const { client, registry } = await grpcServer(t, [skillsBinding()])
  await unary(client, { path: `${service}/RemoveAgent`, request: none, deadlineMs })
  await unary(client, { path: `${service}/GetAgent`, request: none, deadlineMs })
  const text = await registry.metrics()
  const rpc = 'rpc="evenkeel.skills.v1.SkillsService'
  const count = 'evenkeel_rpc_duration_seconds_count'
  assert.ok(text.includes(`${count}{${rpc}/RemoveAgent",protocol="grpc",status="OK"} 1`))
  assert.ok(text.includes(`${count}{${rpc}/GetAgent",protocol="grpc",status="NOT_FOUND"} 1`))
  assert.ok(text.includes(`evenkeel_rpc_refused_total{${rpc}/GetAgent",code="AGENT_UNKNOWN"} 1`))
  assert.ok(text.includes('evenkeel_rpc_in_flight{protocol="grpc"} 0'))
})

test('plaintext is served beyond loopback only where that was said', async () => {
  const on = standing([skillsBinding()])
  const address = { host: '0.0.0.0', port: 0 }
  await assert.rejects(startGrpc({ ...on, address }), /without TLS on 0\.0\.0\.0/)
  const server = await startGrpc({ ...on, address, allowPlaintext: true })
  server.stop()
})

test('a taken port is an error that names the address and its setting', async (t) => {
  const { server } = await grpcServer(t, [skillsBinding()])
  const address = { ...loopback, port: server.port }
  const taken = new RegExp(
    `: port ${server.port} of 127\\.0\\.0\\.1 is taken; .*EVENKEEL_(GRPC|HTTP)_ADDRESS`,
  )
  for (const start of [startGrpc, startHttp]) {
    await assert.rejects(start({ ...standing([skillsBinding()]), address }), {
      name: 'ConfigError',
      message: taken,
    })
  }
})
