import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits } from '../core/index.ts'
import { Story } from './story.ts'

describe('a queue is full', () => {
  function full(): Story {
    const s = new Story()
    s.queue('tax', { policy: { maxWaiting: 2 }, callback: {} })
    s.submit('c1', 'tax')
    s.submit('c2', 'tax')
    return s
  }

  test('at its max_waiting, and says so', () => {
    const s = full()
    const outcome = s.try(s.submission('c3', 'tax'))
    assert.deepEqual(outcome, {
      ok: false,
      rejection: { code: 'QUEUE_FULL', fields: { queue_id: 'tax', value: 2, limit: 2 } },
    })
  })

  test('of callbacks too', () => {
    const s = full()
    s.wantsCallback('c1')
    assert.equal(s.refuse(s.submission('c3', 'tax')), 'QUEUE_FULL')
  })

  test('no more when one has left', () => {
    const s = full()
    s.abandon('c1')
    s.submit('c3', 'tax')
  })

  test('but a repeat gets its answer, and a customer with a callback meets it', () => {
    const s = full()
    s.cancel('c2')
    s.submit('c4', 'tax', { customerKey: 'k' })
    s.wantsCallback('c4')
    s.do(s.submission('c1', 'tax'))
    s.submit('c4-again', 'tax', { customerKey: 'k' })
    assert.equal(s.contact('c4-again').contactId, 'c4')
  })
})

describe('entered_at', () => {
  const entered = (offsetMs: number) => {
    const s = new Story()
    s.queue('tax')
    const outcome = s.try(s.submission('c1', 'tax', { enteredAt: s.time + offsetMs }))
    return outcome.ok ? s.contact('c1').enteredAt - s.time : outcome.rejection.code
  }
  const day = 24 * 3_600_000
  const table: readonly (readonly [number, number | string])[] = [
    [0, 0],
    [-day, -day],
    [-day - 1, 'ENTERED_AT_RANGE'],
    [1_000, 0],
    [3_600_000, 'ENTERED_AT_RANGE'],
  ]
  for (const [offset, then] of table) {
    test(`${offset} ms from now: ${then}`, () => assert.equal(entered(offset), then))
  }
})

test('an agent is excluded by at most so many contacts', () => {
  const s = new Story()
  s.queue('tax')
  s.profile('ann', {})
  const but = { excludedAgentIds: ['ann'] }
  for (let i = 0; i < limits.exclusionsPerAgent; i++) s.submit(`c${i}`, 'tax', but)
  assert.deepEqual(s.try(s.submission('more', 'tax', but)), {
    ok: false,
    rejection: {
      code: 'TOO_MANY',
      fields: { cap: 'exclusionsPerAgent', limit: limits.exclusionsPerAgent },
    },
  })
  s.cancel('c0')
  s.submit('more', 'tax', but)
})

test('more contacts than one agent can be waited for wait for anybody', () => {
  const s = new Story()
  s.queue('tax')
  s.profile('ann', {})
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: false })
  const only = { preferredAgentIds: ['ann'], holdOutMs: 3_600_000 }
  for (let i = 0; i <= limits.preferencesPerAgent; i++) s.submit(`c${i}`, 'tax', only)
  s.agent('bob', {})
  assert.equal(s.offered('bob'), `c${limits.preferencesPerAgent}`)
})

test('pools are capped', () => {
  const s = new Story()
  const put = (pool: string) => ({ kind: 'putPool', pool, displayName: '', etag: '' }) as const
  for (let i = 1; i < limits.pools; i++) {
    s.apply(put(`pool-${i}`))
  }
  assert.deepEqual(s.try(put('one-more')), {
    ok: false,
    rejection: { code: 'TOO_MANY', fields: { cap: 'pools', limit: limits.pools } },
  })
})
