import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  PutSkillRequest,
  PutSkillResponse,
} from '@evenkeel/proto/evenkeel/skills/v1/skills_service'
import { ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { CodedError, type StatusName } from '../../errors/index.ts'
import { connectCodes, connectError } from '../connect.ts'
import { httpServer } from './servers.ts'
import { skillsBinding } from './skills.ts'

const service = 'evenkeel.skills.v1.SkillsService'
const json = { 'content-type': 'application/json' }
const skill = '{"skill":{"pool":"eu","skillId":"tax","displayName":"Tax","maxLevel":5}}'

interface Body {
  readonly code: string
  readonly message: string
  readonly details: { type: string; value: string; debug: Record<string, unknown> }[]
}

async function post(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = json,
) {
  const response = await fetch(url, { method: 'POST', body: Buffer.from(body), headers })
  return { response, text: await response.text() }
}

/** The refusal as the Connect protocol has it. */
async function refused(url: string, body: string | Uint8Array, headers?: Record<string, string>) {
  const { response, text } = await post(url, body, headers)
  assert.equal(response.headers.get('content-type'), 'application/json')
  const error: Body = JSON.parse(text)
  return { http: response.status, error, code: error.details[0]?.debug.reason }
}

test('a unary call is JSON in and out, with the position in a header', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const { response, text } = await post(`${url}/${service}/PutSkill`, skill)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('evenkeel-position'), '0/7')
  assert.deepEqual(JSON.parse(text), {
    skill: { pool: 'eu', skillId: 'tax', displayName: 'Tax', maxLevel: 5, etag: '1' },
  })
})

test("JSON is canonical; the proto's own field names are taken as well", async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const sent = {
    profile: {
      agent_id: 'a-1',
      skills: [{ skillId: 'tax', level: 3, validFrom: '2026-01-01T00:00:00Z' }],
      channels: [{ channel: 'CHANNEL_VOICE', weight: 100 }],
    },
  }
  const { text } = await post(`${url}/${service}/PutAgent`, JSON.stringify(sent))
  const { agent_id: agentId, ...rest } = sent.profile
  assert.deepEqual(JSON.parse(text), { profile: { ...rest, agentId } })
})

test('application/proto is taken and given as well', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const fields = { pool: 'eu', skillId: 'tax', displayName: '', maxLevel: 1, etag: '' }
  const response = await fetch(`${url}/${service}/PutSkill`, {
    method: 'POST',
    body: PutSkillRequest.encode({ skill: fields }).finish(),
    headers: { 'content-type': 'application/proto', 'connect-protocol-version': '1' },
  })
  assert.equal(response.headers.get('content-type'), 'application/proto')
  const answer = PutSkillResponse.decode(new Uint8Array(await response.arrayBuffer()))
  assert.equal(answer.skill?.etag, '1')
})

test("an error's body is Connect's: code, message, details in unpadded base64", async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const { http, error } = await refused(`${url}/${service}/GetAgent`, '{"agentId":"nobody"}')
  assert.equal(http, 404)
  assert.equal(error.code, 'not_found')
  assert.equal(error.message, 'There is no agent nobody.')
  assert.deepEqual(Object.keys(error), ['code', 'message', 'details'])
  assert.equal(error.details.length, 1)
  const { type, value, debug } = error.details[0] ?? assert.fail('no details')
  assert.equal(type, 'google.rpc.ErrorInfo')
  assert.doesNotMatch(value, /=/)
  const info = { reason: 'AGENT_UNKNOWN', domain: 'evenkeel', metadata: { agent_id: 'nobody' } }
  assert.deepEqual(ErrorInfo.decode(Buffer.from(value, 'base64')), info)
  assert.deepEqual(debug, info)
})

// connectrpc.com/docs/protocol#error-codes
const protocolTable: readonly (readonly [StatusName, string, number])[] = [
  ['UNKNOWN', 'unknown', 500],
  ['INVALID_ARGUMENT', 'invalid_argument', 400],
  ['DEADLINE_EXCEEDED', 'deadline_exceeded', 504],
  ['NOT_FOUND', 'not_found', 404],
  ['ALREADY_EXISTS', 'already_exists', 409],
  ['PERMISSION_DENIED', 'permission_denied', 403],
  ['RESOURCE_EXHAUSTED', 'resource_exhausted', 429],
  ['FAILED_PRECONDITION', 'failed_precondition', 400],
  ['ABORTED', 'aborted', 409],
  ['OUT_OF_RANGE', 'out_of_range', 400],
  ['UNIMPLEMENTED', 'unimplemented', 501],
  ['INTERNAL', 'internal', 500],
  ['UNAVAILABLE', 'unavailable', 503],
  ['UNAUTHENTICATED', 'unauthenticated', 401],
]

for (const [status, code, http] of protocolTable) {
  test(`${status} is ${code} with HTTP ${http}`, () => {
    const entry = { status, retryable: false, message: 'x' }
    assert.equal(connectError(new CodedError('X', entry, {})).code, code)
    assert.equal(connectCodes[status].http, http)
  })
}

type Refusal = readonly [
  name: string,
  method: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
  http: number,
  connectCode: string,
  code: string,
  message: RegExp,
]

const refusals: readonly Refusal[] = [
  [
    'an unknown field',
    'PutSkill',
    '{"skill":{"colour":"red"}}',
    json,
    400,
    'invalid_argument',
    'BODY_MALFORMED',
    /"?colour"?/,
  ],
  [
    'a wrong type',
    'ListSkills',
    '{"pageSize":"many"}',
    json,
    400,
    'invalid_argument',
    'BODY_MALFORMED',
    /page_?size/i,
  ],
  ['no JSON', 'ListSkills', '{', json, 400, 'invalid_argument', 'BODY_MALFORMED', /JSON/],
  ['nothing at all', 'ListSkills', '', json, 400, 'invalid_argument', 'BODY_MALFORMED', /JSON/],
  [
    'deep nesting',
    'ListSkills',
    '['.repeat(100_000),
    json,
    400,
    'invalid_argument',
    'BODY_MALFORMED',
    /./,
  ],
  [
    'no UTF-8',
    'ListSkills',
    Uint8Array.of(0x22, 0xc3, 0x28),
    json,
    400,
    'invalid_argument',
    'BODY_MALFORMED',
    /UTF-8/,
  ],
  [
    'a field out of range',
    'ListSkills',
    '{"pageSize":501}',
    json,
    400,
    'invalid_argument',
    'FIELD_OUT_OF_RANGE',
    /page_size is 501/,
  ],
  [
    'malformed protobuf',
    'ListSkills',
    Uint8Array.of(0x10, 0xff),
    { 'content-type': 'application/proto' },
    400,
    'invalid_argument',
    'BODY_MALFORMED',
    /protobuf/,
  ],
  [
    'text',
    'ListSkills',
    '{}',
    { 'content-type': 'text/plain' },
    415,
    'invalid_argument',
    'CONTENT_TYPE_UNSUPPORTED',
    /text\/plain/,
  ],
  [
    'no content type',
    'ListSkills',
    Uint8Array.of(0x7b, 0x7d),
    {},
    415,
    'invalid_argument',
    'CONTENT_TYPE_UNSUPPORTED',
    /missing/,
  ],
  [
    'a streaming content type',
    'ListSkills',
    '{}',
    { 'content-type': 'application/connect+json' },
    415,
    'invalid_argument',
    'CONTENT_TYPE_UNSUPPORTED',
    /connect\+json/,
  ],
  [
    'JSON in another charset',
    'ListSkills',
    '{}',
    { 'content-type': 'application/json; charset=latin1' },
    415,
    'invalid_argument',
    'CONTENT_TYPE_UNSUPPORTED',
    /latin1/,
  ],
  [
    'a compressed body',
    'ListSkills',
    '{}',
    { ...json, 'content-encoding': 'gzip' },
    501,
    'unimplemented',
    'ENCODING_UNSUPPORTED',
    /gzip/,
  ],
  [
    'a newer protocol',
    'ListSkills',
    '{}',
    { ...json, 'connect-protocol-version': '2' },
    400,
    'invalid_argument',
    'PROTOCOL_VERSION_UNSUPPORTED',
    /is 2/,
  ],
  [
    'a timeout of no number',
    'ListSkills',
    '{}',
    { ...json, 'connect-timeout-ms': '5s' },
    400,
    'invalid_argument',
    'DEADLINE_MALFORMED',
    /5s/,
  ],
  [
    'a malformed position',
    'ListSkills',
    '{}',
    { ...json, 'evenkeel-at-least': 'x' },
    400,
    'invalid_argument',
    'POSITION_MALFORMED',
    /evenkeel-at-least/,
  ],
  [
    'an unknown method',
    'DropSkills',
    '{}',
    json,
    404,
    'unimplemented',
    'METHOD_UNKNOWN',
    /DropSkills/,
  ],
]

for (const [name, method, body, headers, http, connectCode, code, message] of refusals) {
  test(`refused: ${name}`, async (t) => {
    const { url, lines } = await httpServer(t, [skillsBinding()])
    const found = await refused(`${url}/${service}/${method}`, body, headers)
    assert.deepEqual([found.http, found.error.code, found.code], [http, connectCode, code])
    assert.match(found.error.message, message)
    assert.deepEqual(lines, [])
  })
}

test('a body beyond the limit is refused before it is read', async (t) => {
  const limits = { messageBytesMax: 1000, queueBytesMax: 1000 }
  const { url } = await httpServer(t, [skillsBinding()], limits)
  const found = await refused(`${url}/${service}/PutSkill`, Buffer.alloc(1001, ' '))
  assert.deepEqual([found.http, found.code], [429, 'MESSAGE_TOO_LARGE'])
})

test('GET on a method is 405', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const response = await fetch(`${url}/${service}/ListSkills`)
  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'POST')
})

test('a fault is internal with a reference; its words are in neither answer nor log', async (t) => {
  const { url, lines } = await httpServer(t, [skillsBinding()])
  const { http, error } = await refused(`${url}/${service}/ListAgents`, '{}')
  assert.deepEqual([http, error.code], [500, 'internal'])
  assert.ok(!JSON.stringify([error, lines]).includes('5550100'))
  assert.equal(lines.filter((line) => line.includes('rpc.fault')).length, 1)
})

test('the deadline is what Connect-Timeout-Ms says, and 10 s without it', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  const left = async (headers: Record<string, string>) => {
    const { text } = await post(`${url}/${service}/ListSkills`, '{}', headers)
    const { nextPageToken }: { nextPageToken: string } = JSON.parse(text)
    return Number(nextPageToken.split(' ')[1])
  }
  const named = await left({ ...json, 'connect-timeout-ms': '3000' })
  assert.ok(named > 0 && named <= 3000, String(named))
  const unnamed = await left(json)
  assert.ok(unnamed > 3000 && unnamed <= 10_000, String(unnamed))
})

test('past its deadline a call gets deadline_exceeded, and its handler is told', async (t) => {
  const told = Promise.withResolvers<void>()
  const behaviour = {
    listSkills: ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>(() => {
        signal.addEventListener('abort', () => told.resolve())
      }),
  }
  const { url } = await httpServer(t, [skillsBinding(behaviour)])
  const headers = { ...json, 'connect-timeout-ms': '20' }
  const { http, error, code } = await refused(`${url}/${service}/ListSkills`, '{}', headers)
  assert.deepEqual([http, error.code, code], [504, 'deadline_exceeded', 'DEADLINE_EXCEEDED'])
  assert.equal(error.details[1]?.type, 'google.rpc.RetryInfo')
  await told.promise
})

test('a handler hears that its caller has hung up', async (t) => {
  const entered = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const behaviour = {
    listSkills: ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>(() => {
        entered.resolve()
        signal.addEventListener('abort', () => told.resolve())
      }),
  }
  const { url } = await httpServer(t, [skillsBinding(behaviour)])
  const caller = new AbortController()
  const call = fetch(`${url}/${service}/ListSkills`, {
    method: 'POST',
    body: '{}',
    headers: json,
    signal: caller.signal,
  })
  await entered.promise
  caller.abort()
  await assert.rejects(call)
  await told.promise
})

test('probes: live always, started after replay, ready while all services serve', async (t) => {
  const { url, health } = await httpServer(t, [skillsBinding()])
  const codes = async () => {
    const names = ['live', 'startup', 'ready']
    const all = names.map(async (name) => (await fetch(`${url}/healthz/${name}`)).status)
    return Promise.all(all)
  }
  assert.deepEqual(await codes(), [200, 503, 503])
  health.started()
  health.set(service, true)
  assert.deepEqual(await codes(), [200, 200, 200])
  health.set(service, false, 'the log is unreachable')
  assert.deepEqual(await codes(), [200, 200, 503])
  const ready: unknown = await (await fetch(`${url}/healthz/ready`)).json()
  assert.deepEqual(ready, {
    status: 'not ready',
    services: { [service]: { serving: false, why: 'the log is unreachable' } },
  })
  health.set(service, true)
  health.leave()
  assert.deepEqual(await codes(), [200, 200, 503])
})

test('metrics are served, the call that was made among them', async (t) => {
  const { url } = await httpServer(t, [skillsBinding()])
  await post(`${url}/${service}/PutSkill`, skill)
  const response = await fetch(`${url}/metrics`)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const labels = `{rpc="${service}/PutSkill",protocol="http",status="OK"}`
  assert.ok((await response.text()).includes(`evenkeel_rpc_duration_seconds_count${labels} 1`))
})
