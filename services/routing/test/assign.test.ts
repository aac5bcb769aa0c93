import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Story } from './story.ts'

const assign = (contactId: string, agentId: string) =>
  ({ kind: 'assignContact', pool: 'p', contactId, agentId }) as const

/** Three wait for one who has tax 3; bob is free, with tax 2. */
function waiting(): Story {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
  s.agent('ann', { tax: 3 })
  s.agent('bob', { tax: 2 })
  s.presence('ann', 'paused')
  for (const contactId of ['c1', 'c2', 'c3']) s.submit(contactId, 'tax')
  return s
}

describe('a supervisor who assigns by hand', () => {
  test('goes past whoever came earlier', () => {
    const s = new Story()
    s.queue('tax')
    s.submit('older', 'tax', { excludedAgentIds: ['ann'] })
    s.submit('c1', 'tax', { preferredAgentIds: ['bea'], holdOutMs: 60_000 })
    s.profile('ann', {})
    s.agent('bea', {})
    assert.equal(s.offered('bea'), 'older')
    s.submit('c2', 'tax', { preferredAgentIds: ['bea'], holdOutMs: 60_000 })
    s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
    assert.equal(s.offered('ann'), 'c1')
    s.decline('ann', 3_600_000)
    s.do(assign('c2', 'ann'))
    assert.equal(s.offered('ann'), 'c2')
  })

  test('gives a contact that waits for another to one who is free', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('ann', {})
    s.presence('ann', 'paused')
    s.agent('bob', {})
    s.submit('c1', 'tax', { preferredAgentIds: ['ann'], holdOutMs: 60_000 })
    assert.equal(s.offered('bob'), '')
    s.do(assign('c1', 'bob'))
    assert.equal(s.offered('bob'), 'c1')
    assert.equal(s.state.contacts.must('p/c1').chosenBy, 'assigned')
    s.do(assign('c1', 'bob'))
    s.talk('bob')
    s.do(assign('c1', 'bob'))
    assert.equal(s.told('offerMade').length, 1)
  })

  const refused: readonly (readonly [string, (s: Story) => void, string])[] = [
    ['the floor', () => {}, 'levelTooLow'],
    ['a missing skill', (s) => s.profile('bob', {}), 'skillMissing'],
    ['the channel', (s) => s.profile('bob', { tax: 5 }, { chat: 30 }), 'channel'],
    [
      'a pause',
      (s) => {
        s.presence('bob', 'paused')
        s.profile('bob', { tax: 5 })
      },
      'notReady',
    ],
  ]
  for (const [what, given, constraint] of refused) {
    test(`is refused by ${what}`, () => {
      const s = waiting()
      given(s)
      const outcome = s.try(assign('c2', 'bob'))
      assert.ok(!outcome.ok)
      assert.equal(outcome.rejection.code, 'ASSIGN_REFUSED')
      assert.equal(outcome.rejection.fields['constraint'], constraint)
    })
  }

  test('is refused by capacity and by an exclusion', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('bob', {})
    s.submit('c1', 'tax')
    s.talk('bob')
    s.submit('c2', 'tax')
    assert.equal(s.refuse(assign('c2', 'bob')), 'ASSIGN_REFUSED')
    s.agent('cid', {})
    s.submit('c3', 'tax', { excludedAgentIds: ['cid'] })
    s.complete('cid', s.talk('cid'))
    assert.equal(s.refuse(assign('c3', 'cid')), 'ASSIGN_REFUSED')
  })

  test('is refused while the pool’s offers are held', () => {
    const s = new Story()
    s.queue('tax')
    s.agent('bob', {})
    const offers = { offersOff: true, dialsOff: undefined, learningOff: undefined }
    s.do({ kind: 'setPoolSwitches', pool: 'p', ...offers, reason: 'drill', actor: 'eve' })
    s.submit('c1', 'tax')
    assert.equal(s.refuse(assign('c1', 'bob')), 'ASSIGN_REFUSED')
  })

  test('finds what is unknown, over or not waiting', () => {
    const s = waiting()
    assert.equal(s.refuse(assign('nobody', 'bob')), 'CONTACT_UNKNOWN')
    assert.equal(s.refuse(assign('c1', 'nobody')), 'AGENT_UNKNOWN')
    s.presence('ann', 'ready')
    assert.equal(s.refuse(assign('c1', 'bob')), 'CONTACT_STATE')
    s.cancel('c2')
    assert.equal(s.refuse(assign('c2', 'bob')), 'CONTACT_ENDED')
  })
})
