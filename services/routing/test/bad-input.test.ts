import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaCause,
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { type Method, methodNames, type Request, runningRouting } from './running.ts'

type Streaming = 'contactStream' | 'agentSession' | 'watchContacts' | 'watchQueues'
type Unary = Exclude<Method, Streaming>

const contact = { pool: 'p', contactId: 'c1' }
const agent = { pool: 'p', agentId: 'ann' }
const attempt = { ...contact, attemptId: 'd-1-1', claimant: 'dialler-1' }
const page = { pageSize: 10, pageToken: '' }
const submission = SubmitContactRequest.fromPartial({ ...contact, queueId: 'tax' })
const queue = Queue.fromPartial({ pool: 'p', queueId: 'tax', channel: 1 })

/** Of every call one that is well-formed. c1 waits, ann is signed out. */
const wellFormed: { readonly [K in Unary]: Request<K> } = {
  submitContact: submission,
  getContact: contact,
  listContacts: { pool: 'p', states: [], ...page },
  cancelContact: { ...contact, reason: '' },
  abandonContact: contact,
  transferContact: { ...contact, queueId: 'tax', requirements: [], requestId: 'r1' },
  requeueContact: { ...contact, requestId: 'r1' },
  holdContact: contact,
  resumeContact: contact,
  reportMedia: {
    ...contact,
    status: MediaStatus.MEDIA_STATUS_ANSWERED,
    cause: MediaCause.MEDIA_CAUSE_UNSPECIFIED,
  },
  completeContact: { ...contact, agentId: 'ann' },
  respondToCallbackOffer: { ...contact, accept: true, addressRef: 'tel' },
  claimDial: attempt,
  reportDial: { ...attempt, outcome: DialOutcome.DIAL_OUTCOME_HUMAN },
  listCallbacks: { pool: 'p', ...page },
  signIn: { ...agent, ready: true },
  setPresence: { ...agent, presence: Presence.PRESENCE_READY, reason: '' },
  acceptOffer: { ...agent, offerId: 'o-1-1' },
  declineOffer: { ...agent, offerId: 'o-1-1', retryAfter: undefined },
  extendWrapUp: { ...contact, agentId: 'ann', extension: { seconds: 60, nanos: 0 } },
  getAgent: agent,
  listAgents: { pool: 'p', ...page },
  putPool: { pool: { pool: 'p', displayName: '', etag: '' } },
  listPools: page,
  putQueue: { queue },
  listQueues: { pool: 'p', ...page },
  getQueueStats: { pool: 'p', queueIds: [] },
  getPoolHealth: { pool: 'p' },
  explainContact: contact,
  explainAgent: agent,
}

async function running(t: TestContext) {
  const routing = await runningRouting(t)
  await routing.call('putPool', wellFormed.putPool)
  await routing.call('putQueue', wellFormed.putQueue)
  await routing.agent('ann')
  await routing.call('submitContact', submission)
  return routing
}

type Running = Awaited<ReturnType<typeof running>>

/** Routing's own tables; the protocol's bookkeeping goes on. */
const dump = ({ replica }: Running): string =>
  replica.db
    .dump()
    .split('\n')
    .filter((line) => !line.startsWith('protocol.'))
    .join('\n')

interface Expected {
  readonly code: string
  readonly status: number
  readonly field?: string
  readonly limit?: string
  readonly value?: string
}

const invalid = 3
const notFound = 5
const ids = '1-64 characters of a-z A-Z 0-9 . _ : @ -'
const slugs = '1-64 characters of a-z 0-9 . _ -'
const agents = '1-64 characters of a-z A-Z 0-9 . _ @ -'

async function refuses<K extends Unary>(
  routing: Running,
  method: K,
  request: Request<K>,
  expected: Expected,
): Promise<void> {
  const before = dump(routing)
  const { status, code, fields, message } = await routing.refusal(method, request)
  const { status: wanted, code: reason, ...named } = expected
  const what = `${method} ${JSON.stringify(request)}`
  assert.deepEqual([code, status], [reason, wanted], what)
  for (const [name, value] of Object.entries(named)) assert.equal(fields[name], value, what)
  assert.doesNotMatch(message, /[{}]/, 'every placeholder has found its value')
  assert.equal(dump(routing), before, 'nothing is changed')
}

/** What every call refuses in a field of this name. */
const fieldRules: Readonly<Record<string, { name: string; says?: string; unknown?: string }>> = {
  pool: { name: 'pool', says: slugs, unknown: 'POOL_UNKNOWN' },
  contactId: { name: 'contact_id', says: ids, unknown: 'CONTACT_UNKNOWN' },
  agentId: { name: 'agent_id', says: agents, unknown: 'AGENT_UNKNOWN' },
  queueId: { name: 'queue_id', says: slugs, unknown: 'QUEUE_UNKNOWN' },
  offerId: { name: 'offer_id', says: ids, unknown: 'OFFER_UNKNOWN' },
  attemptId: { name: 'attempt_id', says: ids, unknown: 'ATTEMPT_UNKNOWN' },
  claimant: { name: 'claimant', says: ids },
  requestId: { name: 'request_id', says: ids },
}

/** Where an id that nobody has is not looked up first, or is one to be made. */
const notLookedUp = new Set([
  'submitContact contactId',
  'submitContact queueId',
  'completeContact agentId',
  'extendWrapUp agentId',
])

test('every call there is is tried', () => {
  const streaming: readonly string[] = [
    'contactStream',
    'agentSession',
    'watchContacts',
    'watchQueues',
  ]
  assert.deepEqual(
    Object.keys(wellFormed).toSorted(),
    methodNames.filter((name) => !streaming.includes(name)).toSorted(),
  )
})

test('ids missing, malformed, too long or unknown are refused by every call', async (t) => {
  const routing = await running(t)
  assert.match(dump(routing), /^contacts .*c1/m)
  let tried = 0
  const spoil = async <K extends Unary>(method: K, request: Request<K>): Promise<void> => {
    for (const [field, value] of Object.entries(request)) {
      const rule = fieldRules[field]
      if (rule === undefined || typeof value !== 'string') continue
      const { name, says = '', unknown } = rule
      const malformed = { code: 'FIELD_MALFORMED', status: invalid, field: name, limit: says }
      const missing = { code: 'FIELD_MISSING', status: invalid, field: name }
      await refuses(routing, method, { ...request, [field]: '' }, missing)
      await refuses(routing, method, { ...request, [field]: 'a b' }, malformed)
      await refuses(routing, method, { ...request, [field]: 'a'.repeat(65) }, malformed)
      tried += 3
      if (unknown === undefined || notLookedUp.has(`${method} ${field}`)) continue
      const nobody = { code: unknown, status: notFound }
      await refuses(routing, method, { ...request, [field]: 'nobody' }, nobody)
    }
  }
  for (const [method, request] of Object.entries(wellFormed)) {
    await spoil(method as Unary, request as Request<Unary>)
  }
  assert.ok(tried > 100)
})

test('page sizes and page tokens out of place are refused by every list', async (t) => {
  const routing = await running(t)
  await routing.call('submitContact', { ...submission, contactId: 'c2' })
  const { nextPageToken } = await routing.call('listContacts', {
    ...wellFormed.listContacts,
    pageSize: 1,
  })
  assert.notEqual(nextPageToken, '')
  const lists = ['listContacts', 'listCallbacks', 'listAgents', 'listPools', 'listQueues'] as const
  for (const method of lists) {
    for (const pageSize of [-1, 501]) {
      const range = { field: 'page_size', limit: '1 to 500', value: String(pageSize) }
      const refusal = { code: 'FIELD_OUT_OF_RANGE', status: invalid, ...range }
      await refuses(routing, method, { ...wellFormed[method], pageSize }, refusal)
    }
    const foreign = method === 'listContacts' ? [] : [nextPageToken]
    for (const pageToken of ['abc', '====', 'x'.repeat(2_000), ...foreign]) {
      const refusal = { code: 'PAGE_TOKEN_MALFORMED', status: invalid, field: 'page_token' }
      await refuses(routing, method, { ...wellFormed[method], pageToken }, refusal)
    }
  }
})

test('a call without a deadline is refused', async (t) => {
  const routing = await running(t)
  const before = dump(routing)
  for (const method of Object.keys(wellFormed) as Unary[]) {
    const { status, code, fields } = await routing.refusal(method, wellFormed[method], 0)
    assert.deepEqual([status, code], [invalid, 'DEADLINE_MISSING'])
    assert.equal(`/${fields.rpc}`, routing.pathOf(method))
  }
  assert.equal(dump(routing), before)
})

const tooMany = (field: string, limit: number) =>
  ({
    code: 'FIELD_TOO_MANY',
    status: invalid,
    field,
    limit: `${limit}`,
    value: `${limit + 1}`,
  }) as const
const outOfRange = (field: string, limit: string, value: string) =>
  ({ code: 'FIELD_OUT_OF_RANGE', status: invalid, field, limit, value }) as const
const unknownEnum = (field: string) =>
  ({ code: 'ENUM_UNKNOWN', status: invalid, field, value: '99' }) as const
const missing = (field: string) => ({ code: 'FIELD_MISSING', status: invalid, field }) as const
const duplicate = (field: string) => ({ code: 'FIELD_DUPLICATE', status: invalid, field }) as const
const malformed = (field: string) => ({ code: 'FIELD_MALFORMED', status: invalid, field }) as const
const seconds = (n: number) => ({ seconds: n, nanos: 0 })
const times = <T>(n: number, value: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => value(i))

describe('a submission is refused with', () => {
  const skill = (i: number) => ({ skillId: `s${i}`, minimumLevel: 1 })
  const table: readonly (readonly [string, Partial<SubmitContactRequest>, Expected])[] = [
    ['17 requirements', { requirements: times(17, skill) }, tooMany('requirements', 16)],
    ['a skill twice', { requirements: [skill(1), skill(1)] }, duplicate('requirements')],
    [
      'a level of 11',
      { requirements: [{ skillId: 's', minimumLevel: 11 }] },
      outOfRange('requirements[0].minimum_level', '1 to 10', '11'),
    ],
    [
      'a nameless skill',
      { requirements: [{ skillId: '', minimumLevel: 1 }] },
      missing('requirements[0].skill_id'),
    ],
    [
      '5 preferred agents',
      { preferredAgentIds: times(5, (i) => `a${i}`) },
      tooMany('preferred_agent_ids', 4),
    ],
    ['one preferred twice', { preferredAgentIds: ['a', 'a'] }, duplicate('preferred_agent_ids')],
    [
      '9 excluded agents',
      { excludedAgentIds: times(9, (i) => `a${i}`) },
      tooMany('excluded_agent_ids', 8),
    ],
    [
      'a hold-out of 2 h',
      { holdOut: seconds(7_200) },
      outOfRange('hold_out', '0 to 3600000 ms', '7200000'),
    ],
    [
      'a hold-out before now',
      { holdOut: seconds(-1) },
      outOfRange('hold_out', '0 to 3600000 ms', '-1000'),
    ],
    ['a duration that is none', { holdOut: { seconds: 1, nanos: -1 } }, malformed('hold_out')],
    ['priority 101', { priority: 101 }, outOfRange('priority', '-100 to 100', '101')],
    ['a customer key with a space', { customerKey: 'a b' }, malformed('customer_key')],
    ['an address key too long', { addressKey: 'a'.repeat(65) }, malformed('address_key')],
    [
      '8 KiB and a byte of attributes',
      { attributes: Buffer.alloc(8_193) },
      {
        code: 'FIELD_TOO_LONG',
        status: invalid,
        field: 'attributes',
        limit: '8192',
        value: '8193',
      },
    ],
    ['9 references', { references: times(9, (i) => `u:${i}`) }, tooMany('references', 8)],
    ['a reference of two lines', { references: ['a\nb'] }, malformed('references[0]')],
    ['a time before 1970', { enteredAt: seconds(-1) }, malformed('entered_at')],
    ['a time long ago', { enteredAt: seconds(1) }, { code: 'ENTERED_AT_RANGE', status: invalid }],
    [
      'no time to live',
      { timeToLive: seconds(0) },
      outOfRange('time_to_live', '1000 to 2592000000 ms', '0'),
    ],
  ]
  test('whatever is wrong with it', async (t) => {
    const routing = await running(t)
    for (const [, change, expected] of table) {
      const request = { ...submission, contactId: 'new', ...change }
      await refuses(routing, 'submitContact', request, expected)
    }
    const nowhere = { ...submission, contactId: 'new', queueId: 'nowhere' }
    await refuses(routing, 'submitContact', nowhere, { code: 'QUEUE_UNKNOWN', status: notFound })
    const other = { ...submission, priority: 1 }
    await refuses(routing, 'submitContact', other, { code: 'CONTACT_EXISTS', status: 6 })
  })
})

test('a queue or a pool is refused with whatever is wrong with it', async (t) => {
  const routing = await running(t)
  const table: readonly (readonly [Partial<Queue>, Expected])[] = [
    [{ pool: '' }, missing('queue.pool')],
    [{ queueId: 'T' }, malformed('queue.queue_id')],
    [{ channel: 0 }, missing('queue.channel')],
    [
      { channel: -1 },
      { code: 'ENUM_UNKNOWN', status: invalid, field: 'queue.channel', value: '-1' },
    ],
    [{ channel: 2 }, { code: 'ETAG_MISMATCH', status: 10 }],
    [{ displayName: 'x' }, { code: 'ETAG_MISMATCH', status: 10 }],
    [
      { displayName: 'x', etag: 'stale' },
      { code: 'ETAG_MISMATCH', status: 10 },
    ],
    [
      { displayName: 'é'.repeat(101) },
      { code: 'FIELD_TOO_LONG', status: invalid, field: 'queue.display_name', value: '202' },
    ],
    [{ displayName: 'a\u0007' }, malformed('queue.display_name')],
    [{ maxWaiting: 100_001 }, outOfRange('queue.max_waiting', '0 to 100000', '100001')],
    [{ wrapUp: seconds(3_601) }, outOfRange('queue.wrap_up', '0 to 3600000 ms', '3601000')],
    [
      { queueId: 'new', pool: 'q' },
      { code: 'POOL_UNKNOWN', status: notFound },
    ],
    [
      {
        callback: Queue.fromPartial({ callback: { maxAttempts: 11, offerAbove: seconds(1) } })
          .callback,
      },
      outOfRange('queue.callback.max_attempts', '0 to 10', '11'),
    ],
    [
      { callback: Queue.fromPartial({ callback: {} }).callback },
      missing('queue.callback.offer_above'),
    ],
  ]
  for (const [change, expected] of table) {
    await refuses(routing, 'putQueue', { queue: { ...queue, ...change } }, expected)
  }
  await refuses(routing, 'putQueue', { queue: undefined }, missing('queue'))
  await refuses(routing, 'putPool', { pool: undefined }, missing('pool'))
  const renamed = { pool: { pool: 'p', displayName: 'new', etag: '' } }
  await refuses(routing, 'putPool', renamed, { code: 'ETAG_MISMATCH', status: 10 })
})

test('whatever else a call can get wrong is refused', async (t) => {
  const routing = await running(t)
  const { setPresence, reportMedia, reportDial, declineOffer, extendWrapUp } = wellFormed
  const at = (method: Unary, request: object, expected: Expected) =>
    refuses(routing, method, { ...wellFormed[method], ...request } as Request<Unary>, expected)
  await refuses(
    routing,
    'setPresence',
    { ...setPresence, presence: 99 as Presence },
    unknownEnum('presence'),
  )
  await at('setPresence', { presence: 0 }, missing('presence'))
  await at('setPresence', { reason: 'x'.repeat(65) }, { code: 'FIELD_TOO_LONG', status: invalid })
  await at('setPresence', {}, { code: 'AGENT_SIGNED_OUT', status: 9 })
  await refuses(
    routing,
    'reportMedia',
    { ...reportMedia, status: 99 as MediaStatus },
    unknownEnum('status'),
  )
  await at('reportMedia', { cause: 99 }, unknownEnum('cause'))
  await at('reportMedia', { status: 0 }, missing('status'))
  await at('reportMedia', {}, { code: 'CONTACT_STATE', status: 9 })
  await refuses(
    routing,
    'reportDial',
    { ...reportDial, outcome: 99 as DialOutcome },
    unknownEnum('outcome'),
  )
  const calledIn = { outcome: DialOutcome.DIAL_OUTCOME_CALLED_IN }
  await at('reportDial', calledIn, { code: 'ENUM_UNKNOWN', status: invalid, field: 'outcome' })
  await at('listContacts', { states: [99] }, unknownEnum('states[0]'))
  await at('listContacts', { states: times(21, () => 1) }, tooMany('states', 20))
  await at(
    'cancelContact',
    { reason: 'x'.repeat(201) },
    { code: 'FIELD_TOO_LONG', status: invalid },
  )
  await refuses(
    routing,
    'declineOffer',
    { ...declineOffer, retryAfter: seconds(3_601) },
    outOfRange('retry_after', '0 to 3600000 ms', '3601000'),
  )
  await refuses(
    routing,
    'extendWrapUp',
    { ...extendWrapUp, extension: undefined },
    missing('extension'),
  )
  await at('extendWrapUp', {}, { code: 'CONTACT_STATE', status: 9 })
  await at('respondToCallbackOffer', { addressRef: '' }, missing('address_ref'))
  await at('respondToCallbackOffer', {}, { code: 'CALLBACK_NOT_OFFERED', status: 9 })
  await at('getQueueStats', { queueIds: times(501, () => 'tax') }, tooMany('queue_ids', 500))
  await at('getQueueStats', { queueIds: ['nobody'] }, { code: 'QUEUE_UNKNOWN', status: notFound })
  for (const method of [
    'holdContact',
    'resumeContact',
    'completeContact',
    'requeueContact',
  ] as const) {
    await at(method, {}, { code: 'CONTACT_STATE', status: 9 })
  }
})

test('the same over HTTP: status, code and fields as in Connect', async (t) => {
  const routing = await running(t)
  const post = async (method: Method, body: string) => {
    const response = await fetch(`${routing.http}${routing.pathOf(method)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'connect-timeout-ms': '10000' },
      body,
    })
    return { status: response.status, text: await response.text() }
  }
  const table: readonly (readonly [Method, object, number, string, string])[] = [
    ['getContact', { pool: 'p' }, 400, 'invalid_argument', 'contact_id is missing'],
    ['getContact', { pool: 'p', contactId: 'nobody' }, 404, 'not_found', 'CONTACT_UNKNOWN'],
    [
      'submitContact',
      { ...contact, queueId: 'tax', priority: 1 },
      409,
      'already_exists',
      'CONTACT_EXISTS',
    ],
    ['holdContact', contact, 400, 'failed_precondition', 'CONTACT_STATE'],
    ['contactStream', {}, 501, 'unimplemented', 'METHOD_STREAMS'],
    ['submitContact', { pool: 7 }, 400, 'invalid_argument', 'BODY_MALFORMED'],
  ]
  const before = dump(routing)
  for (const [method, body, status, code, says] of table) {
    const answer = await post(method, JSON.stringify(body))
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [status, code], answer.text)
    assert.ok(answer.text.includes(says), answer.text)
  }
  assert.equal(dump(routing), before)
  const found = await post('getContact', JSON.stringify(contact))
  assert.equal(JSON.parse(found.text).contact.contactId, 'c1')
})
