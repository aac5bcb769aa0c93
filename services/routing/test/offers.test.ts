import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits } from '../core/index.ts'
import { Story } from './story.ts'

/** One call, offered to ann; bob may follow. */
function offered(): Story {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  s.submit('c1', 'tax')
  return s
}

const ends = (s: Story) => s.told('offerClosed').map(({ agentId, end }) => `${agentId} ${end}`)

describe('an offer nobody answers', () => {
  test('goes to the next agent, and who missed it is paused', () => {
    const s = offered()
    s.agent('bob', {})
    s.pass(19_000)
    assert.equal(s.offered('ann'), 'c1')
    s.pass(1_000)
    assert.equal(s.offered('bob'), 'c1')
    const { presence, pauseReason, missedOffers, load } = s.view('ann')
    assert.deepEqual([presence, pauseReason, missedOffers, load], ['paused', 'missed_offer', 1, 0])
    assert.deepEqual(ends(s), ['ann expired'])
  })

  test('waits at its place when there is no other, and comes back with the agent', () => {
    const s = offered()
    s.pass(20_000)
    assert.equal(s.contact('c1').state, 'waiting')
    s.submit('c2', 'tax')
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), 'c1')
    assert.equal(s.view('ann').missedOffers, 0)
  })
})

describe('an offer declined', () => {
  test('goes to the next agent; who declined stays ready and gets other work', () => {
    const s = offered()
    s.submit('c2', 'tax')
    s.decline('ann')
    assert.equal(s.offered('ann'), 'c2')
    s.agent('bob', {})
    assert.equal(s.offered('bob'), 'c1')
    assert.deepEqual(ends(s), ['ann declined'])
  })

  test('does not come back before retry_after, and then it does', () => {
    const s = offered()
    s.decline('ann', 5_000)
    s.pass(4_000)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('with no retry_after comes back with the next tick, not at once', () => {
    const s = offered()
    s.decline('ann', 0)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('by too many for one agent to keep count pauses the agent', () => {
    const s = offered()
    s.decline('ann', 3_600_000)
    for (let i = 1; i < limits.exclusionsPerAgent; i++) {
      s.submit(`more-${i}`, 'tax')
      s.decline('ann', 3_600_000)
    }
    assert.equal(s.view('ann').presence, 'ready')
    s.submit('one-too-many', 'tax')
    s.decline('ann', 3_600_000)
    assert.deepEqual(
      [s.view('ann').presence, s.view('ann').pauseReason],
      ['paused', 'decline_limit'],
    )
    assert.equal(s.offered('ann'), '')
  })

  test('by as many agents as one contact may exclude pauses the next', () => {
    const s = new Story()
    s.queue('tax')
    s.submit('c1', 'tax')
    for (let i = 0; i <= limits.exclusionsPerContact; i++) {
      s.agent(`a${i}`, {})
      s.decline(`a${i}`, 3_600_000)
    }
    assert.equal(s.view('a0').presence, 'ready')
    assert.equal(s.view(`a${limits.exclusionsPerContact}`).pauseReason, 'decline_limit')
  })
})

describe('an offer is withdrawn, and the contact keeps its place, when', () => {
  const causes: readonly (readonly [string, (s: Story) => void])[] = [
    ['its agent pauses', (s) => s.presence('ann', 'paused', 'lunch')],
    ['its agent drains', (s) => s.presence('ann', 'draining')],
    ['its agent signs out', (s) => s.presence('ann', 'signedOut')],
    ['its agent works on the channel no more', (s) => s.profile('ann', {}, { chat: 30 })],
    [
      "its agent's profile is removed",
      (s) => s.do({ kind: 'removeProfile', pool: 'p', agentId: 'ann' }),
    ],
    [
      "its agent's desk is lost",
      (s) => {
        s.openDesk('ann', 't1')
        s.cutDesk('ann', 't1')
        s.pass(15_000)
      },
    ],
  ]
  for (const [what, happens] of causes) {
    test(what, () => {
      const s = offered()
      s.submit('c2', 'tax')
      happens(s)
      assert.deepEqual(ends(s), ['ann withdrawn'])
      s.agent('bob', {})
      assert.equal(s.offered('bob'), 'c1')
    })
  }

  test('the customer leaves: the agent is free for the next', () => {
    const s = offered()
    s.submit('c2', 'tax')
    s.abandon('c1')
    assert.equal(s.offered('ann'), 'c2')
    assert.deepEqual(ends(s), ['ann withdrawn'])
  })
})

describe('media that never come up', () => {
  function accepted(): Story {
    const s = offered()
    s.accept('ann')
    return s
  }

  test("by the customer's doing end the contact", () => {
    const s = accepted()
    s.media('c1', 'failed', 'customer')
    assert.equal(s.contact('c1').state, 'abandoned')
    assert.equal(s.view('ann').presence, 'ready')
  })

  test("by the agent's doing count as a missed offer", () => {
    const s = accepted()
    s.media('c1', 'failed', 'agent')
    assert.equal(s.contact('c1').state, 'waiting')
    assert.equal(s.view('ann').pauseReason, 'missed_offer')
  })

  for (const status of ['failed', 'ended'] as const) {
    test(`${status} by the network's doing count against nobody, and another is next`, () => {
      const s = accepted()
      s.agent('bob', {})
      s.media('c1', status, 'network')
      assert.equal(s.offered('bob'), 'c1')
      assert.equal(s.view('ann').presence, 'ready')
    })
  }

  test('once and again: the agent gets it again after half a minute', () => {
    const s = accepted()
    s.media('c1', 'failed', 'network')
    s.pass(29_000)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'c1')
  })
})

describe('an answer to an offer', () => {
  const accept = { kind: 'acceptOffer', pool: 'p', agentId: 'ann' } as const

  test('of somebody else is to an offer unknown', () => {
    const s = offered()
    s.agent('bob', {})
    assert.equal(
      s.refuse({ ...accept, agentId: 'bob', offerId: s.offerId('ann') }),
      'OFFER_UNKNOWN',
    )
    assert.equal(s.refuse({ ...accept, offerId: 'o-0-0' }), 'OFFER_UNKNOWN')
    assert.equal(s.refuse({ ...accept, agentId: 'eve', offerId: 'o-0-0' }), 'AGENT_UNKNOWN')
  })

  test('that comes too late is told that the offer is closed, for a minute', () => {
    const s = offered()
    const offerId = s.offerId('ann')
    s.pass(20_000)
    assert.equal(s.refuse({ ...accept, offerId }), 'OFFER_CLOSED')
    s.pass(59_000)
    assert.equal(s.refuse({ ...accept, offerId }), 'OFFER_CLOSED')
    s.pass(1_000)
    assert.equal(s.refuse({ ...accept, offerId }), 'OFFER_UNKNOWN')
  })

  test('that changes its mind is refused', () => {
    const s = offered()
    const offerId = s.offerId('ann')
    s.accept('ann')
    const decline = { kind: 'declineOffer', pool: 'p', agentId: 'ann', offerId } as const
    assert.equal(s.refuse({ ...decline, retryAfterMs: 0 }), 'OFFER_CLOSED')
  })
})

test('who works on chats has one offer at a time, the next when it is answered', () => {
  const s = new Story()
  s.queue('web', { channel: 'chat' })
  s.agent('ann', {}, { chat: 30 })
  s.submit('c1', 'web')
  s.submit('c2', 'web')
  assert.equal(s.offered('ann'), 'c1')
  assert.equal(s.contact('c2').state, 'waiting')
  s.accept('ann')
  assert.equal(s.offered('ann'), 'c2')
  assert.equal(s.view('ann').load, 60)
})
