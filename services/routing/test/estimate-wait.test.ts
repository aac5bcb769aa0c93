import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EstimateWaitRequest } from '@evenkeel/proto/evenkeel/routing/v1/contact_service'
import { dump, invalid, notFound, refuses, running, submission, wellFormed } from './bad-input.ts'

const newcomer = (priority = 0, queueId = 'tax') =>
  EstimateWaitRequest.fromPartial({
    pool: 'p',
    of: { $case: 'newcomer', value: { queueId, priority } },
  })

test('a wait can be asked for before a contact comes, and while it waits', async (t) => {
  const routing = await running(t)
  const seconds = (wait: { p50?: { seconds: number } | undefined } | undefined) =>
    wait?.p50?.seconds ?? Number.NaN
  // Nobody is at work: unknown, and no agent is free; c1 waits, so one is ahead.
  const unknown = await routing.call('estimateWait', newcomer())
  assert.deepEqual(unknown, { wait: undefined, agentFree: false, ahead: 1 })
  await routing.call('signIn', { pool: 'p', agentId: 'ann', ready: true })
  await routing.call('submitContact', { ...submission, contactId: 'c2' })
  await routing.call('submitContact', { ...submission, contactId: 'c3' })
  const before = dump(routing)
  const now = await routing.call('estimateWait', newcomer())
  const there = await routing.call('estimateWait', {
    pool: 'p',
    of: { $case: 'contactId', value: 'c3' },
  })
  assert.ok(seconds(now.wait) > seconds(there.wait))
  assert.equal(dump(routing), before)
})

test('a wait of nobody, of an unknown queue or out of range is refused', async (t) => {
  const routing = await running(t)
  const missing = { code: 'FIELD_MISSING', status: invalid, field: 'newcomer or contact_id' }
  const estimate = wellFormed.estimateWait
  await refuses(routing, 'estimateWait', { ...estimate, of: undefined }, missing)
  await refuses(routing, 'estimateWait', newcomer(0, 'nowhere'), {
    code: 'QUEUE_UNKNOWN',
    status: notFound,
  })
  const range = { field: 'newcomer.priority', limit: '-100 to 100', value: '101' }
  await refuses(routing, 'estimateWait', newcomer(101), {
    ...range,
    code: 'FIELD_OUT_OF_RANGE',
    status: invalid,
  })
})
