import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AgentChoice } from '../core/index.ts'
import { busy } from './centre.ts'
import { Story } from './story.ts'

const choice = (rule: AgentChoice['rule'], caps: Partial<AgentChoice> = {}) => ({
  policy: { choice: { rule, perHourMax: 0, inRowMax: 0, ...caps } },
})

function chosen(s: Story, contactId: string): readonly [agentId: string, rule: string] {
  const row = s.state.contacts.must(`p/${contactId}`)
  return [row.chosenAgentId, row.chosenBy]
}

/** The agent answers and is done at once, so that idle times begin anew in this order. */
function serve(s: Story, agentId: string, contactId: string): void {
  s.talk(agentId)
  s.complete(agentId, contactId)
}

describe('which agent by the queue’s rule', () => {
  test('the tightest fit: the fuller of two who are skilled', () => {
    const s = new Story()
    s.queue('calls')
    s.queue('mail', { channel: 'email', ...choice('tightestFit') })
    s.agent('a', {}, { email: 30 })
    s.pass(1_000)
    busy(s, 'b', ['mail'], { email: 30 })
    s.submit('c1', 'mail')
    assert.deepEqual(chosen(s, 'c1'), ['b', 'tightestFit'])
  })

  test('the longest idle: whatever else they have', () => {
    const s = new Story()
    s.queue('mail', { channel: 'email', ...choice('longestIdle') })
    s.agent('a', {}, { email: 30 })
    s.pass(1_000)
    busy(s, 'b', ['mail'], { email: 30 })
    s.submit('c1', 'mail')
    assert.deepEqual(chosen(s, 'c1'), ['a', 'longestIdle'])
  })

  test('the least flexible: who can do the most is kept for the rest', () => {
    const s = new Story()
    s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 1 }] })
    s.queue('calls', choice('leastFlexible'))
    s.agent('expert', { tax: 5 })
    s.pass(1_000)
    s.agent('novice', {})
    s.submit('c1', 'calls')
    assert.deepEqual(chosen(s, 'c1'), ['novice', 'leastFlexible'])
  })

  test('the best skilled: by the skills that are required, no others', () => {
    const s = new Story()
    s.queue('tax', {
      requirements: [{ skillId: 'tax', minimumLevel: 1 }],
      ...choice('bestSkilled'),
    })
    s.agent('french', { tax: 2, french: 5 })
    s.agent('expert', { tax: 4 })
    s.submit('c1', 'tax')
    assert.deepEqual(chosen(s, 'c1'), ['expert', 'bestSkilled'])
  })

  test('a preferred agent comes before every rule', () => {
    const s = new Story()
    s.queue('calls', choice('longestIdle'))
    s.agent('a', {})
    s.pass(1_000)
    s.agent('b', {})
    s.submit('c1', 'calls', { preferredAgentIds: ['b'] })
    assert.deepEqual(chosen(s, 'c1'), ['b', 'preferred'])
  })

  test('the only one with room says so', () => {
    const s = new Story()
    s.queue('calls', choice('leastFlexible'))
    s.agent('a', {})
    s.submit('c1', 'calls')
    assert.deepEqual(chosen(s, 'c1'), ['a', 'onlyOne'])
  })
})

describe('caps between agents of equal claim', () => {
  test('who has had the hour’s share comes after the others, until the hour is over', () => {
    const s = new Story()
    s.skip(3_600_000 - (s.time % 3_600_000))
    s.queue('calls', choice('longestIdle', { perHourMax: 1 }))
    s.agent('a', {})
    s.submit('c1', 'calls')
    serve(s, 'a', 'c1')
    s.pass(1_000)
    s.agent('b', {})
    s.submit('c2', 'calls')
    assert.deepEqual(chosen(s, 'c2'), ['b', 'loadFairness'])
    s.talk('b')
    s.submit('c3', 'calls')
    assert.deepEqual(chosen(s, 'c3'), ['a', 'onlyOne'])
    serve(s, 'a', 'c3')
    s.complete('b', 'c2')
    s.skip(3_600_000)
    s.submit('c4', 'calls')
    assert.deepEqual(chosen(s, 'c4'), ['a', 'longestIdle'])
  })

  test('who has had several of a queue in a row comes after the others', () => {
    const s = new Story()
    s.queue('calls', choice('longestIdle', { inRowMax: 2 }))
    s.queue('other')
    s.agent('a', {})
    for (const contactId of ['c1', 'c2']) {
      s.submit(contactId, 'calls')
      serve(s, 'a', contactId)
    }
    s.pass(1_000)
    s.agent('b', {})
    s.submit('c3', 'calls')
    assert.deepEqual(chosen(s, 'c3'), ['b', 'variety'])
    s.submit('o1', 'other')
    serve(s, 'a', 'o1')
    serve(s, 'b', 'c3')
    s.submit('c4', 'calls')
    assert.deepEqual(chosen(s, 'c4'), ['a', 'longestIdle'])
  })
})

describe('waiting for preferred agents alone', () => {
  const held = { preferredAgentIds: ['ann', 'bea'], holdOutMs: 600_000 }

  function waiting(): Story {
    const s = new Story()
    s.queue('calls', choice('longestIdle'))
    for (const agentId of ['ann', 'bea']) {
      s.agent(agentId, {})
      s.presence(agentId, 'paused', 'lunch')
    }
    s.agent('cid', {})
    s.submit('c1', 'calls', held)
    return s
  }

  test('goes on while one of them is at work', () => {
    const s = waiting()
    s.presence('ann', 'signedOut')
    s.pass(2_000)
    assert.equal(s.offered('cid'), '')
  })

  test('ends when the last of them has signed out', () => {
    const s = waiting()
    s.presence('ann', 'signedOut')
    s.presence('bea', 'signedOut')
    s.pass(1_000)
    assert.equal(s.offered('cid'), 'c1')
  })

  test('ends when their profiles are gone, and so are they', () => {
    const s = waiting()
    for (const agentId of ['ann', 'bea']) s.do({ kind: 'removeProfile', pool: 'p', agentId })
    s.pass(1_000)
    assert.equal(s.offered('cid'), 'c1')
    assert.equal(s.state.agents.get('p/ann'), undefined)
    assert.equal(s.state.preferences.size, 0)
  })

  test('goes on when who has left is back at once', () => {
    const s = waiting()
    s.presence('bea', 'signedOut')
    s.do({ kind: 'signIn', pool: 'p', agentId: 'bea', ready: false })
    s.presence('ann', 'signedOut')
    s.pass(1_000)
    assert.equal(s.offered('cid'), '')
  })
})
