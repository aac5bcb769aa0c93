import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallbackPolicy, ClosingRule, QueuePolicy } from '../core/index.ts'
import { hour, Office, plainHours } from './office.ts'

const key = { customerKey: 'k' }

/** Ann is busy; c1 of the customer k has asked for a callback. The queue closes in an hour. */
function wanted(
  closingRule: ClosingRule,
  callback: Partial<CallbackPolicy> = {},
  policy: Partial<QueuePolicy> = {},
): Office {
  const s = new Office()
  s.queue('tax', { policy: { ...policy, hours: { ...plainHours, closingRule } }, callback })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  s.submit('c1', 'tax', key)
  s.do({ kind: 'requestCallback', pool: 'p', contactId: 'c1', addressRef: 'tel' })
  s.abandon('c1')
  return s
}

test('the callback keeps its place until the queue opens: nobody is put on its line', () => {
  const s = wanted('nextOpening')
  s.skip(2 * hour)
  s.submit('again', 'tax', key)
  const met = s.contact('again')
  assert.deepEqual([met.contactId, met.state, met.liveLegId], ['c1', 'dialable', ''])
  assert.equal(met.callback?.status, 'accepted')
  assert.equal(s.told('contactMerged').length, 1)
  s.abandon('again')
  s.submit('c2', 'tax')
  s.complete('ann', 'c0')
  s.skip(21 * hour)
  assert.equal(s.offered('ann'), 'c1')
  s.submit('at last', 'tax', key)
  assert.equal(s.contact('c1').liveLegId, 'at last')
})

test('a promise made for a time after the closing stands, though its customer has called', () => {
  const s = wanted('nextOpening')
  s.skip(2 * hour)
  const { promisedAt } = s.contact('c1').callback ?? {}
  s.submit('again', 'tax', key)
  assert.equal(s.contact('c1').callback?.promisedAt, promisedAt)
  assert.equal(s.told('promiseSettled').length, 0)
})

test('the platform may take that call back, and the callback with it', () => {
  const s = wanted('nextOpening')
  s.skip(2 * hour)
  s.submit('again', 'tax', key)
  s.cancel('again')
  assert.equal(s.contact('c1').state, 'cancelled')
})

test('where who is in is served, it is on the line though nobody else comes in', () => {
  const s = wanted('serveOut')
  s.skip(2 * hour)
  s.submit('again', 'tax', key)
  assert.deepEqual([s.contact('c1').state, s.contact('c1').liveLegId], ['waiting', 'again'])
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'c1')
})

test('whom an agent is calling over the closing, it meets; who is only offered, not', () => {
  for (const [accepts, state] of [
    [true, 'connecting'],
    [false, 'offered'],
  ] as const) {
    const s = wanted('nextOpening')
    s.skip(hour - 5_000)
    s.complete('ann', 'c0')
    if (accepts) s.accept('ann')
    s.pass(10_000)
    s.submit('again', 'tax', key)
    assert.equal(s.contact('c1').state, state)
    assert.equal(s.contact('c1').liveLegId, accepts ? 'again' : '')
  }
})

test('who has answered a dial and is held stays so when another call of theirs comes', () => {
  const customerFirst = { agentWithinMs: 2_000, holdMaxMs: 60_000, nuisanceShareBp: 300 }
  const s = wanted('nextOpening', { customerFirst }, { initialHandleTimeMs: 4_000 })
  s.claim('c1')
  s.report('c1', 'human')
  s.closed('tax', s.time + hour)
  s.submit('again', 'tax', key)
  assert.equal(s.contact('c1').state, 'customerHeld')
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'c1')
})
