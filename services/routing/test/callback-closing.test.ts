import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CallbackPolicy,
  type ClosingRule,
  mayPromise,
  mayPromiseWithin,
  openMsBetween,
} from '../core/index.ts'
import { day, hour, minute, Office, plainHours } from './office.ts'

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
  const { promisesGiven, promisesBroken, promisesVoid } = s.row('tax')
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
  assert.equal(openMsBetween(state, queue, start, after), 20 * minute)
  assert.equal(openMsBetween(state, queue, start, start + day + hour), 50 * minute + hour)
})
