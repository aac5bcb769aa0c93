import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DutySpan, explainAgent, keyOf } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000

/** Ann is at work, by the roster until a meal in twenty minutes, which lasts half an hour. */
function beforeTheMeal(): Story {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  rostered(s, [
    { from: s.time - 60 * minute, until: s.time + 20 * minute, followedBy: 'meal' },
    { from: s.time + 50 * minute, until: s.time + 240 * minute, followedBy: 'off' },
  ])
  return s
}

const rostered = (s: Story, spans: readonly DutySpan[]): void =>
  s.do({ kind: 'changeRoster', pool: 'p', agentId: 'ann', spans })

const sentence = (s: Story): string =>
  explainAgent(s.state, s.state.agents.must(keyOf('p', 'ann')), s.at).sentence

describe('before a break by the roster', () => {
  test('work comes until the guard time, then none, and again when it is over', () => {
    const s = beforeTheMeal()
    s.pass(15 * minute - 1)
    s.submit('c1', 'tax')
    assert.equal(s.talk('ann'), 'c1')
    s.pass(1)
    s.complete('ann', 'c1')
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), '')
    assert.match(sentence(s), /the meal of ann begins in/)
    s.pass(10 * minute)
    assert.equal(s.offered('ann'), '')
    assert.match(sentence(s), /the meal of ann has begun, and ends in/)
    s.pass(25 * minute)
    assert.equal(s.offered('ann'), 'c2')
  })

  test('what is offered already may be accepted', () => {
    const s = beforeTheMeal()
    s.pass(15 * minute - 1)
    s.submit('c1', 'tax')
    s.pass(1)
    s.accept('ann')
    assert.equal(s.contact('c1').state, 'connecting')
  })

  test('nobody counts on who is about to leave', () => {
    const s = beforeTheMeal()
    const { ownClass } = s.row('tax')
    assert.equal(s.state.staffing.placesFor(ownClass), 1)
    s.pass(15 * minute)
    assert.equal(s.state.staffing.placesFor(ownClass), 0)
    assert.equal(s.state.staffing.of(ownClass), 'staffed', 'who is on a break has not gone home')
  })

  test('"ready" said in the guard time changes nothing, said in the break it does', () => {
    const s = beforeTheMeal()
    s.pass(16 * minute)
    s.submit('c1', 'tax')
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), '')
    s.pass(5 * minute)
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), 'c1')
  })

  test('a break put off gives the work at once', () => {
    const s = beforeTheMeal()
    s.pass(16 * minute)
    s.submit('c1', 'tax')
    rostered(s, [{ from: s.time - 60 * minute, until: s.time + 60 * minute, followedBy: 'meal' }])
    assert.equal(s.offered('ann'), 'c1')
  })

  test('whoever has no shift, or none yet, is not held back', () => {
    const s = beforeTheMeal()
    s.pass(16 * minute)
    s.submit('c1', 'tax')
    rostered(s, [])
    assert.equal(s.offered('ann'), 'c1')
    s.decline('ann', minute)
    rostered(s, [{ from: s.time + 60 * minute, until: s.time + 90 * minute, followedBy: 'off' }])
    s.pass(minute)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('after the shift nothing comes until the next, or a word', () => {
    const s = beforeTheMeal()
    s.pass(241 * minute)
    s.submit('c1', 'tax')
    assert.equal(s.offered('ann'), '')
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), 'c1')
  })
})
