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

/** Ann serves three queues, each with a guard time of its own, and leaves for a meal in half an hour. */
function guardedApart(): Story {
  const s = new Story()
  s.queue('quick', { policy: { rosterGuardMs: 0 } })
  s.queue('tax')
  s.queue('estate', { policy: { rosterGuardMs: 20 * minute } })
  s.agent('ann', {})
  rostered(s, [{ from: s.time - minute, until: s.time + 30 * minute, followedBy: 'meal' }])
  return s
}

describe('the guard time of a queue', () => {
  const cases: readonly (readonly [string, number, readonly string[]])[] = [
    ['the longest, a ms before', 10 * minute - 1, ['quick', 'tax', 'estate']],
    ['the longest', 10 * minute, ['quick', 'tax']],
    ['the usual, a ms before', 25 * minute - 1, ['quick', 'tax']],
    ['the usual', 25 * minute, ['quick']],
    ['none, a ms before the meal', 30 * minute - 1, ['quick']],
    ['none, at the meal', 30 * minute, []],
  ]
  for (const [name, passed, open] of cases) {
    test(`${name}: what comes and who is counted on`, () => {
      for (const queue of ['quick', 'tax', 'estate']) {
        const s = guardedApart()
        s.skip(passed)
        const { ownClass } = s.row(queue)
        assert.equal(s.state.staffing.placesFor(ownClass), open.includes(queue) ? 1 : 0, queue)
        assert.equal(s.state.staffing.of(ownClass), 'staffed', queue)
        s.submit('c1', queue)
        assert.equal(s.offered('ann'), open.includes(queue) ? 'c1' : '', queue)
      }
    })
  }

  test('lets an agent who is freed have what waits of the other queues', () => {
    const s = guardedApart()
    s.submit('first', 'tax')
    assert.equal(s.talk('ann'), 'first')
    s.skip(10 * minute)
    s.submit('long', 'estate')
    s.skip(minute)
    s.submit('short', 'tax')
    s.complete('ann', 'first')
    assert.equal(s.offered('ann'), 'short')
    assert.match(sentence(s), /offer to answer/)
  })

  test('is told of whoever is free beside what waits', () => {
    const s = guardedApart()
    s.skip(12 * minute)
    s.submit('c1', 'estate')
    assert.match(sentence(s), /meal of ann begins in 18 minutes, so nothing new of queue estate/)
    s.skip(20 * minute)
    assert.match(sentence(s), /the meal of ann has begun/)
  })

  test('changed holds for who comes later, and at once', () => {
    const s = guardedApart()
    s.skip(12 * minute)
    s.submit('before', 'estate')
    s.queue('estate', { policy: { rosterGuardMs: 15 * minute } })
    assert.equal(s.offered('ann'), '')
    s.submit('after', 'estate')
    assert.equal(s.offered('ann'), 'after')
  })

  test('changed so that a new one comes, is known of everybody rostered', () => {
    const s = guardedApart()
    s.skip(22 * minute)
    s.queue('tax', { policy: { rosterGuardMs: 9 * minute } })
    s.submit('c1', 'tax')
    assert.equal(s.offered('ann'), '')
    s.queue('tax', { policy: { rosterGuardMs: 7 * minute } })
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('is over with a break that is put off', () => {
    const s = guardedApart()
    s.skip(12 * minute)
    s.submit('c1', 'estate')
    rostered(s, [{ from: s.time - minute, until: s.time + 60 * minute, followedBy: 'meal' }])
    assert.equal(s.offered('ann'), 'c1')
  })
})

test('who is ready, and away by the roster, comes by signing in once more', () => {
  const s = new Story()
  s.queue('tax')
  s.agent('ann', {})
  const span = { from: s.time - 7_200_000, until: s.time - 3_600_000, followedBy: 'off' } as const
  s.do({ kind: 'changeRoster', pool: 'p', agentId: 'ann', spans: [span] })
  s.submit('c1', 'tax')
  assert.equal(s.offered('ann'), '')
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
  assert.equal(s.offered('ann'), 'c1')
})
