import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { busy, centre } from './centre.ts'
import type { Story } from './story.ts'

describe('preferred agents', () => {
  const only = (holdOutMs: number, ...ids: string[]) => ({ preferredAgentIds: ids, holdOutMs })

  test('get it before others, in their order', () => {
    const s = centre()
    for (const agentId of ['a', 'b', 'c']) s.agent(agentId, {})
    s.submit('c1', 'calls', { preferredAgentIds: ['c', 'b'] })
    assert.equal(s.contact('c1').agentId, 'c')
    s.submit('c2', 'calls', { preferredAgentIds: ['c', 'b'] })
    assert.equal(s.contact('c2').agentId, 'b')
  })

  test('who are busy are not waited for without a hold-out', () => {
    const s = centre()
    busy(s, 'ann', ['calls'])
    s.agent('bob', {})
    s.submit('c1', 'calls', { preferredAgentIds: ['ann'] })
    assert.equal(s.contact('c1').agentId, 'bob')
  })

  test('are waited for while others are free, and then no longer', () => {
    const s = centre()
    busy(s, 'ann', ['calls'])
    s.agent('bob', {})
    s.submit('c1', 'calls', only(10_000, 'ann'))
    s.pass(9_000)
    assert.equal(s.offered('bob'), '')
    s.pass(1_000)
    assert.equal(s.offered('bob'), 'c1')
  })

  test('who become free get it, unless an older one waits', () => {
    const s = centre()
    busy(s, 'ann', ['calls'])
    s.submit('older', 'calls')
    s.pass(1_000)
    s.submit('mine', 'calls', only(60_000, 'ann'))
    s.complete('ann', 'ann-0')
    assert.equal(s.offered('ann'), 'older')
    s.talk('ann')
    s.complete('ann', 'older')
    assert.equal(s.offered('ann'), 'mine')
  })

  const inVain: readonly (readonly [string, (s: Story) => void])[] = [
    ['are not at work', (s) => s.profile('ann', {})],
    ['are not skilled', (s) => s.agent('ann', {}, { chat: 30 })],
    ['are unknown', () => {}],
  ]
  for (const [what, given] of inVain) {
    test(`who ${what} are not waited for`, () => {
      const s = centre()
      given(s)
      s.agent('bob', {})
      s.submit('c1', 'calls', only(60_000, 'ann'))
      assert.equal(s.contact('c1').agentId, 'bob')
    })
  }

  test('who are excluded as well are not waited for', () => {
    const s = centre()
    s.agent('ann', {})
    s.agent('bob', {})
    s.submit('c1', 'calls', { ...only(60_000, 'ann'), excludedAgentIds: ['ann'] })
    assert.equal(s.contact('c1').agentId, 'bob')
  })

  test('are forgotten when the customer is transferred', () => {
    const s = centre()
    s.queue('other')
    busy(s, 'ann', ['calls'])
    s.agent('bob', {})
    s.submit('c1', 'calls', only(60_000, 'ann'))
    s.do({
      kind: 'transferContact',
      pool: 'p',
      contactId: 'c1',
      queueId: 'other',
      requirements: [],
      requestId: 't1',
    })
    assert.equal(s.offered('bob'), 'c1')
  })
})

describe('excluded agents', () => {
  const not = { excludedAgentIds: ['ann'] }

  test('are never offered it, when they come free or it comes', () => {
    const s = centre()
    s.agent('ann', {})
    s.submit('c1', 'calls', not)
    assert.equal(s.offered('ann'), '')
    s.submit('c2', 'calls')
    assert.equal(s.offered('ann'), 'c2')
    s.talk('ann')
    s.complete('ann', 'c2')
    assert.equal(s.offered('ann'), '')
    s.agent('bob', {})
    assert.equal(s.offered('bob'), 'c1')
  })

  test('are excluded even if their profile comes later', () => {
    const s = centre()
    s.submit('c1', 'calls', not)
    s.agent('ann', {})
    assert.equal(s.offered('ann'), '')
  })

  test('are excluded even if their profile went and came back', () => {
    const s = centre()
    s.agent('ann', {})
    s.submit('c1', 'calls', not)
    s.do({ kind: 'removeProfile', pool: 'p', agentId: 'ann' })
    s.agent('ann', {})
    assert.equal(s.offered('ann'), '')
  })
})
