import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainContact, isOpen, type SetQueueState, statusOf } from '../core/index.ts'
import { hour, minute, Office } from './office.ts'

/** Closes or opens tax as sue says. */
const said = (state: SetQueueState['state'], more: Partial<SetQueueState> = {}): SetQueueState => ({
  kind: 'setQueueState',
  pool: 'p',
  queueId: 'tax',
  state,
  reason: 'fire drill',
  actor: 'sue',
  until: undefined,
  rule: undefined,
  whenClosed: undefined,
  destination: '',
  ...more,
})

function given(): Office {
  const s = new Office()
  s.queue('tax')
  s.queue('night')
  return s
}

const sentence = (s: Office, contactId: string): string =>
  explainContact(s.state, s.state.contacts.must(`p/${contactId}`), s.at).sentence

test('closed by hand, it refuses who comes, with the reason, until the time that was said', () => {
  const s = given()
  s.work(said('closed', { until: s.time + hour }))
  const outcome = s.try(s.submission('c1', 'tax'))
  assert.ok(!outcome.ok)
  assert.deepEqual(outcome.rejection, {
    code: 'QUEUE_CLOSED',
    fields: {
      queue_id: 'tax',
      opens_at: s.time + hour,
      reason: 'fire drill (sue)',
      retry_after_ms: hour,
    },
  })
  s.pass(hour)
  assert.equal(isOpen(s.state, s.row('tax'), s.time), true)
  assert.deepEqual(
    s.told('queueChanged').map(({ queueId, status }) => [queueId, status?.state]),
    [
      ['tax', undefined],
      ['night', undefined],
      ['tax', 'closed'],
      ['tax', undefined],
    ],
  )
  s.submit('c1', 'tax')
  assert.equal(s.contact('c1').state, 'waiting')
})

test('who waits keeps the place until it opens, though agents are free', () => {
  const s = given()
  for (let i = 0; i < 60; i++) s.submit(`c${i}`, 'tax')
  s.work(said('closed', { until: s.time + 30 * minute }))
  s.agent('ann', {})
  assert.equal(s.offered('ann'), '')
  assert.equal(
    sentence(s, 'c59'),
    'The customer waits at the same place: sue has closed the queue tax (fire drill), and it opens in 30 minutes.',
  )
  s.pass(29 * minute)
  assert.equal(s.offered('ann'), '')
  s.pass(minute)
  assert.equal(s.offered('ann'), 'c0')
})

test('until somebody opens it again, if no time was said', () => {
  const s = given()
  s.submit('c1', 'tax', { timeToLiveMs: 20 * minute })
  s.work(said('closed'))
  s.agent('ann', {})
  s.pass(10 * minute)
  assert.equal(
    sentence(s, 'c1'),
    'The customer waits at the same place: sue has closed the queue tax (fire drill) until somebody opens it again.',
  )
  s.work(said('open'))
  assert.equal(s.offered('ann'), 'c1')
  s.work(said('open', { reason: 'once more' }))
})

test('who waits in what nobody opens again comes to the end of its time', () => {
  const s = given()
  s.submit('c1', 'tax', { timeToLiveMs: 20 * minute })
  s.work(said('closed'))
  s.pass(20 * minute)
  assert.equal(s.contact('c1').state, 'expired')
})

test('the rule to cancel ends who waits, with notice', () => {
  const s = given()
  for (let i = 0; i < 60; i++) s.submit(`c${i}`, 'tax')
  s.work(said('closed', { rule: 'cancel' }))
  assert.equal(s.contact('c59').endCause, 'queueClosed')
  assert.equal(s.told('contactEnded').length, 60)
})

test('to serve out: nobody comes in, who is in is served', () => {
  const s = given()
  s.submit('c1', 'tax')
  s.work(said('draining'))
  assert.equal(s.refuse(s.submission('c2', 'tax')), 'QUEUE_CLOSED')
  s.agent('ann', {})
  assert.equal(s.offered('ann'), 'c1')
})

test('who comes is taken by another queue, or waits, or is offered a callback, as was said', () => {
  const s = given()
  s.work(said('closed', { whenClosed: 'afterHours', destination: 'night' }))
  s.submit('c1', 'tax')
  assert.equal(s.contact('c1').queueId, 'night')
  s.work(said('closed', { whenClosed: 'wait' }))
  s.submit('c2', 'tax')
  assert.equal(s.contact('c2').queueId, 'tax')
  assert.equal(s.refuse(said('closed', { whenClosed: 'callback' })), 'CLOSED_WITHOUT_CALLBACK')
  const nowhere = said('closed', { whenClosed: 'afterHours', destination: 'nowhere' })
  assert.equal(s.refuse(nowhere), 'AFTER_HOURS_QUEUE')
  s.queue('tax', { callback: {} })
  s.work(said('closed', { whenClosed: 'callback' }))
  s.submit('c3', 'tax')
  assert.equal(s.told('callbackOffered').at(-1)?.contactId, 'c3')
})

test('hours say what was not said; what they can not say here is refused', () => {
  const s = given()
  s.open('tax', { closingRule: 'cancel', whenClosed: 'wait' })
  s.work(said('closed'))
  assert.equal(statusOf(s.row('tax'))?.rule, 'cancel')
  assert.equal(statusOf(s.row('tax'))?.whenClosed, 'wait')
  s.work(said('draining'))
  assert.equal(statusOf(s.row('tax'))?.whenClosed, 'refuse')
})

test('the same word again changes nothing; a time that is past or far away is refused', () => {
  const s = given()
  const until = s.time + hour
  s.work(said('closed', { until }))
  s.pass(minute)
  const events = s.events.length
  s.work(said('closed', { until }))
  assert.equal(s.events.length, events)
  assert.equal(statusOf(s.row('tax'))?.since, until - hour)
  assert.equal(s.refuse(said('closed', { until: s.time })), 'UNTIL_RANGE')
  assert.equal(s.refuse(said('closed', { until: s.time + 32 * 24 * hour })), 'UNTIL_RANGE')
  assert.equal(s.refuse(said('closed', { queueId: 'nowhere' })), 'QUEUE_UNKNOWN')
  assert.equal(s.refuse(said('closed', { pool: 'nowhere' })), 'POOL_UNKNOWN')
})
