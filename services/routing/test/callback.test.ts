import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Story } from './story.ts'

const tax3 = [{ skillId: 'tax', minimumLevel: 3 }]

test('only a lesser agent is free: a callback is offered, the lesser one stays free', () => {
  const s = new Story()
  s.queue('tax', { requirements: tax3, callback: { offerAboveMs: 60_000 } })
  s.agent('ann', { tax: 3 })
  s.agent('bob', { tax: 2 })
  s.submit('c1', 'tax')
  s.talk('ann')
  s.submit('c2', 'tax')
  assert.equal(s.offered('bob'), '')
  assert.equal(s.contact('c2').state, 'waiting')
  assert.equal(s.contact('c2').callback?.status, 'offered')
  assert.ok((s.contact('c2').callback?.expectedWaitMs ?? 0) > 60_000)
})

/** Three wait; the second chose to be called back. */
function threeWaiting(): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  for (const id of ['c1', 'c2', 'c3']) {
    s.pass(1_000)
    s.submit(id, 'tax', { customerKey: `customer-${id}` })
  }
  s.do({
    kind: 'respondToCallbackOffer',
    pool: 'p',
    contactId: 'c2',
    accept: true,
    addressRef: 'tel-2',
  })
  return s
}

test('the second of three keeps the place and is dialled second, under the same id', () => {
  const s = threeWaiting()
  s.do({ kind: 'abandonContact', pool: 'p', contactId: 'c2' })
  assert.equal(s.contact('c2').state, 'dialable')
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'c1')
  s.talk('ann')
  s.complete('ann', 'c1')
  assert.equal(s.offered('ann'), 'c2')
  s.accept('ann')
  assert.equal(s.contact('c2').state, 'dialling')
  const attemptId = s.contact('c2').callback?.attempt?.attemptId ?? ''
  s.do({ kind: 'claimDial', pool: 'p', contactId: 'c2', attemptId, claimant: 'd1' })
  assert.equal(
    s.refuse({ kind: 'claimDial', pool: 'p', contactId: 'c2', attemptId, claimant: 'd2' }),
    'ATTEMPT_CLAIMED',
  )
  s.do({ kind: 'claimDial', pool: 'p', contactId: 'c2', attemptId, claimant: 'd1' })
  s.do({
    kind: 'reportDial',
    pool: 'p',
    contactId: 'c2',
    attemptId,
    claimant: 'd1',
    outcome: 'human',
  })
  assert.equal(s.contact('c2').state, 'connected')
  assert.equal(s.contact('c2').callback?.status, 'reached')
  assert.ok(s.kinds().includes('promiseSettled'))
})

test('an attempt whose outcome nobody reports is parked until the next scheduled one', () => {
  const s = threeWaiting()
  s.do({ kind: 'cancelContact', pool: 'p', contactId: 'c1', reason: '' })
  s.complete('ann', 'c0')
  s.accept('ann')
  const attemptId = s.contact('c2').callback?.attempt?.attemptId ?? ''
  s.do({ kind: 'claimDial', pool: 'p', contactId: 'c2', attemptId, claimant: 'd1' })
  s.pass(56_000)
  const parked = s.contact('c2')
  assert.equal(parked.state, 'callbackWaiting')
  assert.equal(parked.callback?.attempt?.outcome, 'unknown')
  assert.equal(
    s.refuse({ kind: 'claimDial', pool: 'p', contactId: 'c2', attemptId, claimant: 'd2' }),
    'ATTEMPT_CLOSED',
  )
  assert.equal(s.offered('ann'), 'c3')
  s.talk('ann')
  s.complete('ann', 'c3')
  assert.equal(s.offered('ann'), '')
  s.pass(10 * 60_000)
  assert.equal(s.offered('ann'), 'c2')
})

test('calling again meets the callback at its place; an unanswered dial is cancelled', () => {
  const s = threeWaiting()
  s.submit('c2-again', 'tax', { customerKey: 'customer-c2' })
  assert.equal(s.contact('c2-again').contactId, 'c2')
  assert.equal(s.contact('c2').state, 'waiting')
  s.do({ kind: 'abandonContact', pool: 'p', contactId: 'c2-again' })
  assert.equal(s.contact('c2').state, 'dialable')
  s.do({ kind: 'cancelContact', pool: 'p', contactId: 'c1', reason: '' })
  s.complete('ann', 'c0')
  s.accept('ann')
  assert.equal(s.contact('c2').state, 'dialling')
  const attemptId = s.contact('c2').callback?.attempt?.attemptId ?? ''
  s.do({ kind: 'claimDial', pool: 'p', contactId: 'c2', attemptId, claimant: 'd1' })
  s.submit('c2-third', 'tax', { customerKey: 'customer-c2' })
  assert.equal(s.contact('c2').state, 'connecting')
  assert.equal(s.contact('c2').agentId, 'ann')
  assert.equal(s.contact('c2').callback?.attempt?.outcome, 'calledIn')
})

test('a call from a customer who is with an agent by now is another contact', () => {
  const s = threeWaiting()
  s.submit('c2-again', 'tax', { customerKey: 'customer-c2' })
  s.do({ kind: 'cancelContact', pool: 'p', contactId: 'c1', reason: '' })
  s.complete('ann', 'c0')
  assert.equal(s.talk('ann'), 'c2')
  s.submit('c2-third', 'tax', { customerKey: 'customer-c2' })
  assert.equal(s.contact('c2').state, 'connected')
  assert.equal(s.contact('c2-third').contactId, 'c2-third')
  assert.equal(s.contact('c2-third').state, 'waiting')
})
