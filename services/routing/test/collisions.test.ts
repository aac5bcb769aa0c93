import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Story } from './story.ts'

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
