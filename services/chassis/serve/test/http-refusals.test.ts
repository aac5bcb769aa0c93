import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorInfo } from '@evenkeel/proto/google/rpc/error_details'
import { CodedError, type StatusName } from '../../errors/index.ts'
import { connectCodes, connectError } from '../connect.ts'
import { json, refused, service } from './posting.ts'
import { httpServer } from './servers.ts'
import { skillsBinding } from './skills.ts'

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
    // Of what could be told to be for administrators the audit has a line; nothing else is logged.
    assert.deepEqual(
      lines.filter((line) => !line.includes('"event":"audit"')),
      [],
    )
  })
}

const unreadable: readonly (readonly [method: string, body: object, field: string])[] = [
  ['ListSkills', { pageSize: 'many' }, 'page_size'],
  ['PutSkill', { skill: { colour: 'red' } }, 'skill.colour'],
  [
    'PutAgent',
    { profile: { skills: [{}, { validFrom: 'soon' }] } },
    'profile.skills[1].valid_from',
  ],
  ['PutAgent', { profile: { skills: {} } }, 'profile.skills'],
]

for (const [method, body, field] of unreadable) {
  test(`a body that can not be read names ${field}`, async (t) => {
    const { url } = await httpServer(t, [skillsBinding()])
    const { error } = await refused(`${url}/${service}/${method}`, JSON.stringify(body))
    const [info, request] = error.details.map(({ debug }) => debug)
    assert.partialDeepStrictEqual(info, { metadata: { field } })
    assert.partialDeepStrictEqual(request, { fieldViolations: [{ field }] })
  })
}

test('a body beyond the limit is refused before it is read', async (t) => {
  const limits = { messageBytesMax: 1000, queueBytesMax: 1000 }
  const { url } = await httpServer(t, [skillsBinding()], limits)
  const found = await refused(`${url}/${service}/PutSkill`, Buffer.alloc(1001, ' '))
  assert.deepEqual([found.http, found.code], [429, 'MESSAGE_TOO_LARGE'])
})

const strayed: readonly (readonly [path: string, http: number, code: string, says: RegExp])[] = [
  [`${service}/ListSkills`, 405, 'METHOD_NEEDS_POST', /ListSkills is called by POST.* JSON body/],
  ['', 404, 'METHOD_UNKNOWN', /no \/ here.* \/docs/],
  ['favourites', 404, 'METHOD_UNKNOWN', /no favourites here.* \/docs/],
]

for (const [path, http, code, says] of strayed) {
  test(`GET /${path} says what to do instead`, async (t) => {
    const { url } = await httpServer(t, [skillsBinding()])
    const response = await fetch(`${url}/${path}`)
    assert.equal(response.status, http)
    assert.equal(response.headers.get('allow'), http === 405 ? 'POST' : null)
    const { message, details } = JSON.parse(await response.text())
    assert.equal(details[0].debug.reason, code)
    assert.match(message, says)
  })
}

test('a fault is internal with a reference; its words are in neither answer nor log', async (t) => {
  const { url, lines } = await httpServer(t, [skillsBinding()])
  const { http, error } = await refused(`${url}/${service}/ListAgents`, '{}')
  assert.deepEqual([http, error.code], [500, 'internal'])
  assert.ok(!JSON.stringify([error, lines]).includes('5550100'))
  assert.equal(lines.filter((line) => line.includes('rpc.fault')).length, 1)
})
