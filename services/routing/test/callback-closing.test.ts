import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CallbackPolicy,
  type ClosingRule,
  mayPromise,
  mayPromiseWithin,
  openingsBetween,
} from '../core/index.ts'
import { day, hour, minute, Office, plainHours } from './office.ts'

const within = {
  withinMs: 10 * minute,
  slackMs: minute,
  windowMs: 30 * minute,
  windows: 8,
  shareBp: 10_000,
  only: false,
}

/** Ann is busy; c1 has asked to be called back and hung up. The queue closes in an hour. */
function wanted(closingRule: ClosingRule, callback: Partial<CallbackPolicy> = {}): Office {
  const s = new Office()
  const policy = { hours: { ...plainHours, closingRule } }
  s.queue('tax', { policy, callback: { offerAboveMs: 24 * hour, ...callback } })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  s.submit('c1', 'tax')
  s.do({ kind: 'requestCallback', pool: 'p', contactId: 'c1', addressRef: 'tel' })
  s.abandon('c1')
  return s
}

test('served out: a callback that is tried again after closing is tried that evening', () => {
  const s = wanted('serveOut')
  s.skip(55 * minute)
  s.complete('ann', 'c0')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'noAnswer')
  s.skip(10 * minute)
  assert.equal(s.offered('ann'), 'c1')
  s.decline('ann', 1_000)
  s.pass(2_000)
  assert.equal(s.offered('ann'), 'c1')
})

test('served out: who comes after closing is not in, and waits for the opening', () => {
  const s = wanted('serveOut')
  s.cancel('c1')
  s.complete('ann', 'c0')
  s.skip(65 * minute)
  s.submit('late', 'tax')
  assert.equal(s.offered('ann'), '')
  s.skip(22 * hour)
  assert.equal(s.offered('ann'), 'late')
})

test('at the next opening: nobody is called in the night, and the place is kept', () => {
  const s = wanted('nextOpening')
  s.submit('c2', 'tax')
  s.skip(hour)
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), '')
  s.skip(22 * hour)
  assert.equal(s.offered('ann'), 'c1')
})

test('cancelled with notice: what was promised is broken, though its time had not come', () => {
  const s = wanted('cancel', { promiseToleranceMs: hour })
  s.skip(hour)
  const { state, endCause } = s.contact('c1')
  assert.deepEqual([state, endCause], ['cancelled', 'queueClosed'])
  assert.equal(s.told('contactEnded').length, 1)
  const { promisesGiven, promisesVoid } = s.row('tax')
  const { promisesBroken } = s.figures('tax')
  assert.deepEqual([promisesGiven, promisesBroken, promisesVoid], [1, 1, 0])
})

test('a window of two openings is no window, and only open time is pace', () => {
  const s = new Office()
  s.open('tax')
  const { start, state } = s
  const lunch = [
    { opensAt: start - hour, closesAt: start + 10 * minute },
    { opensAt: start + 20 * minute, closesAt: start + hour },
    { opensAt: start + day, closesAt: start + day + hour },
  ]
  s.calendar(lunch, 'With lunch')
  const queue = s.row('tax')
  const [before, after] = [start + 5 * minute, start + 30 * minute]
  assert.ok(mayPromise(state, queue, before) && mayPromise(state, queue, after))
  assert.equal(mayPromiseWithin(state, queue, before, after), false)
  assert.equal(mayPromiseWithin(state, queue, start, before), true)
  const openMs = (until: number) =>
    openingsBetween(state, queue, start, until).reduce(
      (sum, span) => sum + span.until - span.from,
      0,
    )
  assert.equal(openMs(after), 20 * minute)
  assert.equal(openMs(start + day + hour), 50 * minute + hour)
})

test('cancelled with notice: so is who is parked until the next attempt', () => {
  const s = wanted('cancel')
  s.skip(55 * minute)
  s.complete('ann', 'c0')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'noAnswer')
  assert.equal(s.contact('c1').state, 'callbackWaiting')
  s.skip(5 * minute)
  const { state, endCause } = s.contact('c1')
  assert.deepEqual([state, endCause], ['cancelled', 'queueClosed'])
})

test('cancelled with notice: so is who was with an agent at closing, and then missed', () => {
  for (const missed of ['offered', 'dialled'] as const) {
    const s = wanted('cancel')
    s.submit('c2', 'tax')
    s.skip(hour - 5_000)
    s.complete('ann', 'c0')
    if (missed === 'dialled') {
      s.accept('ann')
      s.claim('c1')
    }
    s.pass(10_000)
    assert.ok(['offered', 'dialling'].includes(s.contact('c1').state))
    assert.equal(s.contact('c2').state, 'cancelled')
    if (missed === 'dialled') s.report('c1', 'noAnswer')
    else s.decline('ann')
    const { state, endCause } = s.contact('c1')
    assert.deepEqual([state, endCause], ['cancelled', 'queueClosed'])
  }
})

test('cancelled with notice: not who came while it was closed, nor who has a later promise', () => {
  const s = wanted('cancel', { within: { ...within, windowMs: 30 * minute, withinMs: 23 * hour } })
  s.submit('c2', 'tax')
  const wish = { product: 'within', windowFrom: s.start + day } as const
  const from = Math.ceil(wish.windowFrom / (30 * minute)) * 30 * minute
  const asked = {
    pool: 'p',
    contactId: 'c2',
    addressRef: 'tel',
    ...wish,
    windowFrom: from,
  } as const
  s.do({ kind: 'requestCallback', ...asked })
  s.skip(2 * hour)
  s.submit('late', 'tax')
  s.pass(minute)
  assert.equal(s.contact('c1').state, 'cancelled')
  assert.equal(s.contact('c2').state, 'callbackWaiting')
  assert.equal(s.contact('late').state, 'waiting')
  s.complete('ann', 'c0')
  s.skip(from + 1 - s.time)
  assert.equal(s.offered('ann'), 'late')
  assert.equal(s.contact('c2').state, 'dialable')
})

test('at the next opening: who was parked is called, in the time left', () => {
  const s = wanted('nextOpening', { giveUpAfterMs: 3 * hour })
  s.skip(55 * minute)
  s.complete('ann', 'c0')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'noAnswer')
  s.skip(5 * minute)
  assert.equal(s.contact('c1').state, 'dialable')
  s.skip(21 * hour)
  assert.equal(s.offered('ann'), '')
  s.skip(hour)
  assert.equal(s.offered('ann'), 'c1')
})

test('parked over a closing that is taken back, it is not called before it is due', () => {
  const s = wanted('nextOpening', { retryAfterMs: 30 * minute })
  s.complete('ann', 'c0')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'noAnswer')
  s.closed('tax', s.time + hour)
  assert.equal(s.contact('c1').state, 'dialable')
  s.pass(minute)
  s.closed('tax', undefined)
  assert.equal(s.contact('c1').state, 'callbackWaiting')
  s.pass(28 * minute)
  assert.equal(s.offered('ann'), '')
  s.pass(minute)
  assert.equal(s.offered('ann'), 'c1')
})

test('parked over a closing, it is called by no supervisor’s hand before it is due', () => {
  const s = wanted('nextOpening', { retryAfterMs: 30 * minute })
  s.complete('ann', 'c0')
  s.accept('ann')
  s.claim('c1')
  s.report('c1', 'noAnswer')
  const assign = { kind: 'assignContact', pool: 'p', contactId: 'c1', agentId: 'ann' } as const
  assert.equal(s.refuse(assign), 'CONTACT_STATE')
  s.closed('tax', s.time + hour)
  assert.equal(s.contact('c1').state, 'dialable')
  assert.equal(s.refuse(assign), 'ASSIGN_REFUSED')
  s.skip(30 * minute)
  s.do(assign)
  assert.equal(s.offered('ann'), 'c1')
})

test('no kept place is promised for a time beyond the closing', () => {
  const s = wanted('nextOpening')
  const given = s.told('callbackAccepted').map(({ promisedAt }) => promisedAt > 0)
  assert.deepEqual(given, [true])
  s.skip(hour - minute)
  const key = { customerKey: 'k', addressKey: '' }
  for (const contactId of ['c2', 'c3']) {
    const submission = s.submission(contactId, 'tax', contactId === 'c2' ? key : {})
    s.do({ kind: 'requestCallback', pool: 'p', contactId, addressRef: 'tel', submission })
    s.skip(22 * hour)
  }
  assert.deepEqual(
    s.told('callbackAccepted').map(({ promisedAt }) => promisedAt > 0),
    [true, false, false],
  )
})
