import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Story } from './story.ts'

/** A customer who chose a callback and has called in again, before an agent took it. */
function calledIn(): Story {
  const s = new Story()
  s.queue('tax', { callback: { offerAboveMs: 0 } })
  s.submit('c1', 'tax', { customerKey: 'kim' })
  s.do({
    kind: 'respondToCallbackOffer',
    pool: 'p',
    contactId: 'c1',
    accept: true,
    addressRef: 'tel-1',
  })
  s.submit('c2', 'tax', { customerKey: 'kim' })
  assert.equal(s.contact('c1').liveLegId, 'c2')
  return s
}

test('a customer who calls yet again while the call is set up is on the newer line', () => {
  const s = calledIn()
  s.agent('ann', {})
  s.accept('ann')
  s.submit('c3', 'tax', { customerKey: 'kim' })
  assert.equal(s.contact('c1').state, 'connecting')
  assert.equal(s.contact('c1').liveLegId, 'c3')
})

test('a customer who calls again while talking to an agent is a new contact', () => {
  const s = calledIn()
  s.agent('ann', {})
  s.talk('ann')
  s.submit('c3', 'tax', { customerKey: 'kim' })
  assert.equal(s.contact('c1').state, 'connected')
  assert.equal(s.contact('c3').contactId, 'c3')
  assert.equal(s.contact('c3').state, 'waiting')
})

test('an agent whose phone fails at one contact loses the offer of another', () => {
  const s = new Story()
  s.queue('chat', { channel: 'chat' })
  s.agent('ann', {}, { chat: 30 })
  s.submit('c1', 'chat')
  s.submit('c2', 'chat')
  s.accept('ann')
  assert.equal(s.offered('ann'), 'c2')
  s.do({ kind: 'reportMedia', pool: 'p', contactId: 'c1', status: 'failed', cause: 'agent' })
  assert.equal(s.offered('ann'), '')
  assert.deepEqual([s.contact('c1').state, s.contact('c2').state], ['waiting', 'waiting'])
})
