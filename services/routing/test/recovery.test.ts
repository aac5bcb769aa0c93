import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Story } from './story.ts'

const minute = 60_000

/** Ann is busy; the caller left after four minutes, and another waits behind. */
function left(recoverAfterMs: number, more: { addressKey?: string } = { addressKey: 'n1' }): Story {
  const s = new Story()
  s.queue('tax', { callback: { offerAboveMs: 60 * minute, recoverAfterMs } })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  s.submit('caller', 'tax', more)
  s.submit('behind', 'tax')
  s.pass(4 * minute)
  s.abandon('caller')
  return s
}

test('who left after four minutes is called back at the place that was left', () => {
  const s = left(3 * minute)
  const { state, callback } = s.contact('caller')
  assert.deepEqual(
    [state, callback?.recovered, callback?.promisedAt],
    ['dialable', true, undefined],
  )
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'caller')
  s.accept('ann')
  s.claim('caller')
  s.report('caller', 'human')
  assert.equal(s.contact('caller').state, 'connected')
  const { recovered } = s.state.queues.must('p/tax')
  assert.deepEqual([recovered, s.figures('tax').abandoned], [1, 0])
})

test('who left sooner, or has no address, has left; so has who declined a callback', () => {
  assert.equal(left(5 * minute).contact('caller').state, 'abandoned')
  assert.equal(left(0, {}).contact('caller').state, 'abandoned')
  const s = new Story()
  s.queue('tax', { callback: { offerAboveMs: 0, recoverAfterMs: 0 } })
  s.submit('caller', 'tax', { addressKey: 'n1' })
  const no = { accept: false, addressRef: '' }
  s.do({ kind: 'respondToCallbackOffer', pool: 'p', contactId: 'caller', ...no })
  s.abandon('caller')
  assert.equal(s.contact('caller').state, 'abandoned')
})

test('who calls again before that is on the line at the place of the first call', () => {
  const s = left(0)
  s.submit('again', 'tax', { addressKey: 'n1' })
  assert.equal(s.contact('caller').state, 'waiting')
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'caller')
})

test('who leaves while an agent is being offered the call goes on to be called', () => {
  const s = new Story()
  s.queue('tax', { callback: { recoverAfterMs: 0 } })
  s.agent('ann', {})
  s.submit('caller', 'tax', { addressKey: 'n1' })
  s.abandon('caller')
  assert.equal(s.offered('ann'), 'caller')
  s.accept('ann')
  assert.equal(s.contact('caller').state, 'dialling')
})
