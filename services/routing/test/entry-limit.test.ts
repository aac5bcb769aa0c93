import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainContact, type EntryLimit, type QueuePolicy } from '../core/index.ts'
import { Office } from './office.ts'
import { Story } from './story.ts'

const second = 1_000
const minute = 60 * second

const limit = (more: Partial<EntryLimit> = {}): EntryLimit => ({
  waitingMax: 2,
  waitP80MaxMs: 0,
  action: 'refuse',
  queueId: '',
  ...more,
})

function given(entryLimit: EntryLimit, callback?: object): Story {
  const s = new Story()
  s.queue('night')
  s.queue('tax', { policy: { entryLimit }, ...(callback ? { callback } : {}) })
  return s
}

test('beyond the limit who would wait is refused, with when to come again', () => {
  const s = given(limit())
  s.agent('ann', {})
  for (const id of ['c1', 'c2', 'c3']) s.submit(id, 'tax')
  const outcome = s.try(s.submission('c4', 'tax'))
  assert.ok(!outcome.ok)
  assert.deepEqual(outcome.rejection, {
    code: 'ENTRY_LIMIT',
    fields: { queue_id: 'tax', what: 'waiting', value: 2, limit: 2, retry_after_ms: 5 * minute },
  })
  s.abandon('c3')
  s.submit('c4', 'tax')
})

test('whoever somebody is free for comes in, and only then', () => {
  const s = given(limit())
  const tax = [{ skillId: 'tax', minimumLevel: 3 }]
  for (const id of ['c1', 'c2']) s.submit(id, 'tax', { requirements: tax })
  s.agent('ann', {})
  const without = (id: string) => s.submission(id, 'tax', { excludedAgentIds: ['ann'] })
  assert.equal(s.refuse(without('c3')), 'ENTRY_LIMIT')
  s.agent('bob', { tax: 1 })
  s.presence('bob', 'paused')
  const forBob = { preferredAgentIds: ['bob'], holdOutMs: minute }
  assert.equal(s.refuse(s.submission('c3', 'tax', forBob)), 'ENTRY_LIMIT')
  s.submit('c3', 'tax', { preferredAgentIds: ['nobody'], holdOutMs: minute })
  assert.equal(s.offered('ann'), 'c3')
})

test('a wait that is likely longer than the limit is refused; an unknown one is not', () => {
  const s = given(limit({ waitingMax: 0, waitP80MaxMs: minute }))
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  s.agent('ann', {})
  const outcome = s.try(s.submission('c3', 'tax'))
  assert.ok(!outcome.ok)
  const { what, value, limit: most } = outcome.rejection.fields
  assert.equal(what, 'wait_p80_ms')
  assert.equal(most, minute)
  assert.ok(Number(value) > minute)
})

test('a callback is offered at once to whoever is taken beyond the limit', () => {
  const s = given(limit({ action: 'callback' }), { offerAboveMs: 24 * 60 * minute })
  s.agent('ann', {})
  for (const id of ['c1', 'c2', 'c3']) s.submit(id, 'tax')
  assert.equal(s.told('callbackOffered').length, 0)
  s.submit('c4', 'tax')
  assert.deepEqual(
    s.told('callbackOffered').map(({ contactId }) => contactId),
    ['c4'],
  )
})

test('it overflows to another queue with its own floors, and no further than it may', () => {
  const s = given(limit({ action: 'overflow', queueId: 'night' }))
  const tax = [{ skillId: 'tax', minimumLevel: 3 }]
  s.agent('ann', {})
  s.presence('ann', 'paused')
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  s.submit('c3', 'tax', { requirements: tax })
  const { queueId, requirements, divertedFromQueueId, divertedBy } = s.contact('c3')
  assert.deepEqual(
    { queueId, requirements, divertedFromQueueId, divertedBy },
    { queueId: 'night', requirements: tax, divertedFromQueueId: 'tax', divertedBy: 'limit' },
  )
  const row = s.state.contacts.must('p/c3')
  const { sentence } = explainContact(s.state, row, s.at)
  assert.match(sentence, /It was sent to tax, which took nobody more\./)
  s.queue('night', { policy: { entryLimit: limit({ waitingMax: 1 }) } })
  const outcome = s.try(s.submission('c4', 'tax'))
  assert.ok(!outcome.ok)
  assert.equal(outcome.rejection.fields['queue_id'], 'tax', 'the queue that was asked refuses')
})

test('a full queue overflows as well', () => {
  const s = given(limit())
  const entryLimit = limit({ waitingMax: 1, action: 'overflow', queueId: 'night' })
  s.queue('tax', { policy: { maxWaiting: 1, entryLimit } })
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  assert.equal(s.contact('c2').queueId, 'night')
})

/** What a queue with this policy is refused with. */
function refusal(s: Story, queueId: string, policy: Partial<QueuePolicy>, more: object = {}) {
  const row = s.state.queues.must(`p/${queueId}`)
  const outcome = s.try({
    kind: 'putQueue',
    pool: 'p',
    queueId,
    displayName: queueId,
    channel: row.channel,
    policy: { ...row.policy, ...policy },
    callback: undefined,
    etag: row.etag,
    ...more,
  })
  assert.ok(!outcome.ok)
  const { code, fields } = outcome.rejection
  return { code, field: fields['field'], value: fields['value'] }
}

test('a policy that could never be met is refused, by field', () => {
  const s = given(limit({ action: 'overflow', queueId: 'night' }))
  s.queue('mail', { channel: 'email' })
  const to = (queueId: string) => ({ entryLimit: limit({ action: 'overflow', queueId }) })
  const code = 'POLICY_UNMEETABLE'
  const field = 'queue.entry_limit.queue_id'
  assert.deepEqual(refusal(s, 'night', to('tax')), { code, field, value: 'night > tax > night' })
  assert.deepEqual(refusal(s, 'tax', to('tax')), { code, field, value: 'tax > tax' })
  assert.equal(refusal(s, 'tax', to('mail')).code, 'TRANSFER_CHANNEL')
  assert.equal(refusal(s, 'tax', to('nowhere')).code, 'QUEUE_UNKNOWN')
  const unstaffed = { action: 'overflow', graceMs: 0, queueId: 'tax' } as const
  assert.equal(refusal(s, 'night', { unstaffed }).field, 'queue.unstaffed.queue_id')
  assert.deepEqual(refusal(s, 'tax', { entryLimit: limit({ action: 'callback' }) }), {
    code,
    field: 'queue.entry_limit.action',
    value: 'CALLBACK',
  })
})

test('a chain of overflow that is too long is refused', () => {
  const s = new Story()
  s.queue('q0')
  const to = (queueId: string) => ({ entryLimit: limit({ action: 'overflow', queueId }) })
  for (let i = 1; i <= 4; i++) s.queue(`q${i}`, { policy: to(`q${i - 1}`) })
  s.queue('q5')
  assert.equal(refusal(s, 'q5', to('q4')).code, 'POLICY_UNMEETABLE')
})

test('a window that no opening has room for is refused', () => {
  const s = new Office()
  s.open('tax', { lastEntryBeforeMs: 30 * minute, lastPromiseBeforeMs: 30 * minute })
  const within = {
    withinMs: 10 * minute,
    slackMs: minute,
    windows: 8,
    shareBp: 5_000,
    only: false,
  }
  const put = (windowMs: number) =>
    s.queue('tax', {
      policy: { hours: s.row('tax').policy.hours! },
      callback: { within: { ...within, windowMs } },
    })
  put(90 * minute)
  assert.throws(() => put(91 * minute), /callback\.within\.window.*at most 5400000 ms/)
})

test('a hold-out that is longer than the time to live is refused', () => {
  const s = given(limit())
  const c1 = { holdOutMs: 2 * minute, timeToLiveMs: minute }
  assert.equal(s.refuse(s.submission('c1', 'tax', c1)), 'HOLD_OUT_RANGE')
})
