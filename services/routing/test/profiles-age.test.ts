import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explainAgent, explainContact, findContact, keyOf, queueStats } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000

/** Ann is free, and what is known of her may be ten minutes old. */
function strict(): Story {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  allow(s, 10 * minute)
  return s
}

function allow(s: Story, profilesMaxAgeMs: number): void {
  const { etag } = s.state.pools.must('p')
  s.work({ kind: 'putPool', pool: 'p', displayName: 'Pool', profilesMaxAgeMs, etag })
}

const age = (s: Story, ageMs: number): void => s.work({ kind: 'tellProfilesAge', pool: 'p', ageMs })

const told = (s: Story) => s.told('profilesAged').map(({ tooOld, ageMs }) => [tooOld, ageMs])

describe('when what is known of the agents is too old for the pool', () => {
  test('nobody is offered anything, and it goes on when it is current', () => {
    const s = strict()
    age(s, 10 * minute)
    s.submit('c1', 'tax')
    assert.equal(s.offered('ann'), 'c1', 'at the limit it will do')
    s.complete('ann', s.talk('ann'))
    age(s, 10 * minute + 1)
    s.submit('c2', 'tax')
    s.pass(minute)
    assert.equal(s.offered('ann'), '')
    assert.equal(queueStats(s.state, s.row('tax'), s.at).offersHeld, true)
    age(s, 20 * minute)
    age(s, 5_000)
    assert.equal(s.offered('ann'), 'c2')
    const expected = [
      [true, 10 * minute + 1],
      [false, 5_000],
    ]
    assert.deepEqual(told(s), expected, 'each change once')
  })

  test('it is said why, to whoever waits and to who is free', () => {
    const s = strict()
    age(s, 11 * minute)
    s.submit('c1', 'tax')
    const contact = findContact(s.state, 'p', 'c1')
    assert.ok(contact)
    const why = 'what is known of them is more than 10 minutes old'
    assert.match(explainContact(s.state, contact, s.at).sentence, new RegExp(why))
    const agent = s.state.agents.must(keyOf('p', 'ann'))
    assert.match(explainAgent(s.state, agent, s.at).sentence, new RegExp(`ann is free.*${why}`))
  })

  test('what was offered before may be accepted', () => {
    const s = strict()
    s.submit('c1', 'tax')
    age(s, 11 * minute)
    s.accept('ann')
    assert.equal(s.contact('c1').state, 'connecting')
  })

  test('a supervisor gives it to nobody by hand', () => {
    const s = strict()
    age(s, 11 * minute)
    s.submit('c1', 'tax')
    const by = { actor: 'sue', reason: 'urgent', requestId: 'r1' }
    const given = {
      kind: 'assignContact',
      pool: 'p',
      contactId: 'c1',
      agentId: 'ann',
      ...by,
    } as const
    assert.equal(s.refuse(given), 'ASSIGN_REFUSED')
  })

  test('without a limit any age will do, and taking it away ends the hold', () => {
    const s = strict()
    age(s, 11 * minute)
    s.submit('c1', 'tax')
    allow(s, 0)
    assert.equal(s.offered('ann'), 'c1')
    age(s, 60 * minute)
    s.submit('c2', 'tax')
    s.complete('ann', s.talk('ann'))
    assert.equal(s.offered('ann'), 'c2')
    assert.deepEqual(told(s), [
      [true, 11 * minute],
      [false, undefined],
    ])
  })
})

test('who says so of a pool that is not there is told', () => {
  const refused = new Story().refuse({ kind: 'tellProfilesAge', pool: 'q', ageMs: 0 })
  assert.equal(refused, 'POOL_UNKNOWN')
})
