import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, queueStats } from '../core/index.ts'
import { Story } from './story.ts'

const statsOf = (s: Story, queueId: string) =>
  queueStats(s.state, s.state.queues.must(keyOf('p', queueId)), s.at)

test('a queue that no contact has come to yet knows who serves it', () => {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
  s.agent('ann', { tax: 3 })
  s.agent('bob', { tax: 2 })
  const { staffedAgents, freeAgents } = statsOf(s, 'tax')
  assert.deepEqual([staffedAgents, freeAgents], [1, 1])
})

test('a quiet queue still knows it a day later', () => {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.complete('ann', s.talk('ann'))
  s.time += 86_400_000
  s.pass(1_000)
  assert.equal(statsOf(s, 'tax').staffedAgents, 1)
})

test('with a changed policy it asks for the new requirements', () => {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 2 }] })
  s.agent('bob', { tax: 2 })
  assert.equal(statsOf(s, 'tax').staffedAgents, 1)
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
  assert.equal(statsOf(s, 'tax').staffedAgents, 0)
})

test('the reason of a cancellation is told with the contact', () => {
  const s = new Story()
  s.queue('tax')
  s.submit('c1', 'tax')
  s.do({ kind: 'cancelContact', pool: 'p', contactId: 'c1', reason: 'a duplicate' })
  assert.equal(s.contact('c1').cancelReason, 'a duplicate')
})
