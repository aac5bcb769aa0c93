import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Story } from './story.ts'

const minute = 60_000

/** A queue that gives up after ten minutes, and says so two minutes before. */
function office(): Story {
  const s = new Story()
  s.queue('tax', { policy: { timeToLiveMs: 10 * minute, warnBeforeExpiryMs: 2 * minute } })
  return s
}

const warned = (s: Story) => s.told('contactExpiringSoon').map(({ contactId }) => contactId)

test('who has waited for eight of ten minutes is told of, once, and ends after ten', () => {
  const s = office()
  s.submit('c1', 'tax')
  const expiresAt = s.time + 10 * minute
  s.pass(8 * minute - 1_000)
  assert.deepEqual(warned(s), [])
  s.pass(1_000)
  assert.deepEqual(s.told('contactExpiringSoon'), [
    { kind: 'contactExpiringSoon', pool: 'p', contactId: 'c1', queueId: 'tax', expiresAt },
  ])
  const { expiryWarnedAt, version } = s.contact('c1')
  assert.equal(expiryWarnedAt, s.time)
  assert.ok(version > 1, 'whoever watches is told')
  s.pass(2 * minute)
  assert.deepEqual([warned(s).length, s.contact('c1').endCause], [1, 'timeToLive'])
})

test('who is with an agent then is not, and is told of on coming back', () => {
  const s = office()
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.pass(15_000)
  s.decline('ann', 60 * minute)
  s.pass(7 * minute)
  s.agent('bea', {})
  s.talk('bea')
  s.pass(2 * minute)
  assert.deepEqual(warned(s), [])
  s.submit('c2', 'tax', { timeToLiveMs: 60_000, excludedAgentIds: ['ann', 'bea'] })
  s.pass(1_000)
  assert.deepEqual(warned(s), ['c2'], 'it will wait for less than the two minutes')
})

test('who goes to another queue has its new time there, and is told of once in all', () => {
  const s = office()
  s.queue('law', { policy: { timeToLiveMs: 5 * minute, warnBeforeExpiryMs: 2 * minute } })
  s.submit('c1', 'tax')
  s.pass(7 * minute)
  const transfer = { contactId: 'c1', queueId: 'law', requestId: 't', requirements: [] }
  s.do({ kind: 'transferContact', pool: 'p', ...transfer })
  s.pass(2 * minute)
  assert.deepEqual(warned(s), [])
  s.pass(1 * minute)
  assert.deepEqual(warned(s), ['c1'])
  s.do({ kind: 'transferContact', pool: 'p', ...transfer, queueId: 'tax', requestId: 't2' })
  s.pass(10 * minute)
  assert.deepEqual([warned(s), s.contact('c1').state], [['c1'], 'expired'])
})

test('who is to be called back is not told of, nor is anybody where it is not asked for', () => {
  const s = office()
  s.queue('law', { policy: { timeToLiveMs: 10 * minute }, callback: {} })
  s.queue('tax', {
    policy: { timeToLiveMs: 10 * minute, warnBeforeExpiryMs: 2 * minute },
    callback: {},
  })
  s.submit('c1', 'tax')
  s.wantsCallback('c1')
  s.submit('c2', 'law')
  s.pass(10 * minute)
  assert.deepEqual(warned(s), [])
})

test('who waits for an opening that comes earlier than was said is told of in time', () => {
  const s = office()
  s.submit('c1', 'tax')
  const from = s.time
  const closedUntil = (minutes: number): void =>
    s.work({
      ...{ kind: 'setQueueState', pool: 'p', queueId: 'tax', state: 'closed', reason: 'drill' },
      ...{ actor: 'sue', until: from + minutes * minute, rule: 'nextOpening' },
      ...{ whenClosed: undefined, destination: '' },
    })
  closedUntil(60)
  s.skip(9 * minute)
  closedUntil(19)
  s.skip(18 * minute - 1_000)
  assert.deepEqual(warned(s), [])
  s.skip(1_000)
  assert.deepEqual(warned(s), ['c1'], 'ten minutes of waiting, and nineteen of closing, less two')
})
