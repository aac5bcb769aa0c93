import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NewCallback } from '@evenkeel/proto/evenkeel/routing/v1/callback_service'
import { Presence } from '@evenkeel/proto/evenkeel/routing/v1/agent_service'
import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  MediaStatus,
  SubmitContactRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { Pool, Queue } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { methodNames, type Request } from './running.ts'

import {
  agents,
  dump,
  duplicate,
  type Expected,
  ids,
  invalid,
  malformed,
  missing,
  notFound,
  outOfRange,
  queue,
  refuses,
  running,
  seconds,
  slugs,
  submission,
  times,
  tooMany,
  type Unary,
  unknownEnum,
  wellFormed,
} from './bad-input.ts'

/** What every call refuses in a field of this name. */
const fieldRules: Readonly<Record<string, { name: string; says?: string; unknown?: string }>> = {
  pool: { name: 'pool', says: slugs, unknown: 'POOL_UNKNOWN' },
  consultContactId: { name: 'consult_contact_id', says: ids },
  legContactId: { name: 'leg_contact_id', says: ids },
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
  'closeContact agentId',
  'startConsult agentId',
  'startConsult consultContactId',
  'startConsult queueId',
  'switchChannel agentId',
  'switchChannel legContactId',
  'switchChannel queueId',
  'extendWrapUp agentId',
])

test('every call there is is tried', () => {
  const streaming: readonly string[] = [
    'contactStream',
    'agentSession',
    'watchContacts',
    'watchAgents',
    'watchOffers',
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
      // What is empty in a well-formed request may be.
      if (rule === undefined || typeof value !== 'string' || value === '') continue
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
  const lists = [
    'listContacts',
    'listCallbacks',
    'listAgents',
    'listPools',
    'listQueues',
    'listCalendars',
    'listUnstaffable',
  ] as const
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
      { warnBeforeExpiry: seconds(0) },
      outOfRange('queue.warn_before_expiry', '1000 to 2592000000 ms', '0'),
    ],
    [
      { rosterGuard: seconds(3_601) },
      outOfRange('queue.roster_guard', '0 to 3600000 ms', '3601000'),
    ],
    [
      { redialWithin: seconds(59) },
      outOfRange('queue.redial_within', '60000 to 86400000 ms', '59000'),
    ],
    [
      { callback: Queue.fromPartial({ callback: {} }).callback },
      missing('queue.callback.offer_above'),
    ],
  ]
  for (const [change, expected] of table) {
    await refuses(
      routing,
      'putQueue',
      { ...wellFormed.putQueue, queue: { ...queue, ...change } },
      expected,
    )
  }
  await refuses(routing, 'putQueue', { ...wellFormed.putQueue, queue: undefined }, missing('queue'))
  await refuses(routing, 'putPool', { pool: undefined, validateOnly: false }, missing('pool'))
  const rename = { pool: Pool.fromPartial({ pool: 'p', displayName: 'new' }), validateOnly: false }
  await refuses(routing, 'putPool', rename, { code: 'ETAG_MISMATCH', status: 10 })
})

test('whatever else a call can get wrong is refused', async (t) => {
  const routing = await running(t)
  const { setPresence, reportMedia, reportDial, declineOffer, extendWrapUp } = wellFormed
  const at = (method: Unary, request: object, expected: Expected) =>
    refuses(routing, method, { ...wellFormed[method], ...request }, expected)
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
  const { DIAL_OUTCOME_CALLED_IN, DIAL_OUTCOME_CANCELLED, DIAL_OUTCOME_UNCLAIMED } = DialOutcome
  for (const outcome of [DIAL_OUTCOME_CALLED_IN, DIAL_OUTCOME_CANCELLED, DIAL_OUTCOME_UNCLAIMED]) {
    await at('reportDial', { outcome }, { code: 'ENUM_UNKNOWN', status: invalid, field: 'outcome' })
  }
  await at('listContacts', { states: [99] }, unknownEnum('states[0]'))
  await at('listContacts', { states: times(21, () => 1) }, tooMany('states', 20))
  await at(
    'cancelContact',
    { reason: 'x'.repeat(201) },
    { code: 'FIELD_TOO_LONG', status: invalid },
  )
  const tooLong = { code: 'FIELD_TOO_LONG', status: invalid }
  await at('closeContact', { reason: 'x'.repeat(201) }, { ...tooLong, field: 'reason' })
  await at('closeContact', { topic: 'x'.repeat(65) }, { ...tooLong, field: 'topic' })
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
  const newContact = NewCallback.fromPartial({ queueId: 'tax' })
  const other = { contactId: 'new', newContact }
  await at('requestCallback', {}, { code: 'CALLBACKS_NONE', status: 9 })
  await at('requestCallback', { addressRef: 'a b' }, malformed('address_ref'))
  await at('requestCallback', { product: 9 }, { ...unknownEnum('product'), value: '9' })
  await at('requestCallback', { windowFrom: seconds(-1), product: 2 }, malformed('window_from'))
  await at('requestCallback', { windowFrom: seconds(1), product: 1 }, malformed('product'))
  await at('requestCallback', other, { code: 'CALLBACKS_NONE', status: 9 })
  const nowhere = { contactId: 'new', newContact: { ...newContact, queueId: 'nowhere' } }
  await at('requestCallback', nowhere, { code: 'QUEUE_UNKNOWN', status: notFound })
  const urgent = { contactId: 'new', newContact: { ...newContact, priority: 101 } }
  await at('requestCallback', urgent, outOfRange('priority', '-100 to 100', '101'))
  await at('requestCallback', { newContact }, { code: 'CONTACT_EXISTS', status: 6 })
  await at('rescheduleCallback', {}, { code: 'CALLBACK_NOT_ACCEPTED', status: 9 })
  await at('rescheduleCallback', { addressRef: 'a b' }, malformed('address_ref'))
  await at('getQueueStats', { queueIds: times(501, () => 'tax') }, tooMany('queue_ids', 500))
  await at('getQueueStats', { queueIds: ['tax', 'tax'] }, duplicate('queue_ids'))
  await at('getQueueStats', { queueIds: ['nobody'] }, { code: 'QUEUE_UNKNOWN', status: notFound })
  for (const method of [
    'holdContact',
    'resumeContact',
    'completeContact',
    'closeContact',
    'startConsult',
    'switchChannel',
    'requeueContact',
  ] as const) {
    await at(method, {}, { code: 'CONTACT_STATE', status: 9 })
  }
})

test('a reconciliation, switches or a breaker that mean nothing are refused', async (t) => {
  const routing = await running(t)
  const { reconcileContacts: page, setPoolSwitches: switches } = wellFormed
  const absent = { window: undefined, probeEvery: undefined, rest: undefined, pauseAfterMissed: 0 }
  const breaker = { ...absent, minFailures: 0, pausedShareBp: 0 }
  const put = { pool: 'p', breaker }
  await refuses(routing, 'reconcileContacts', { ...page, asOf: undefined }, missing('as_of'))
  await refuses(
    routing,
    'reconcileContacts',
    { ...page, page: 0 },
    outOfRange('page', '1 to 10000', '0'),
  )
  await refuses(routing, 'setPoolSwitches', { ...switches, reason: '' }, missing('reason'))
  await refuses(routing, 'setPoolSwitches', { ...switches, actor: '' }, missing('actor'))
  const most = { ...put, breaker: { ...breaker, pausedShareBp: 10_001 } }
  const share = outOfRange('breaker.paused_share_bp', '0 to 10000', '10001')
  await refuses(routing, 'putEndpointBreaker', most, share)
})
