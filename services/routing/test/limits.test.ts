import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Command, limits, type Requirement } from '../core/index.ts'
import { plainCallback, plainPolicy } from './policies.ts'
import { Story } from './story.ts'

const longest = (name: string) => name.padEnd(64, 'x')
const skillsOf = (prefix: string): readonly Requirement[] =>
  Array.from({ length: 16 }, (_, i) => ({
    skillId: longest(`${prefix}${i}-`),
    minimumLevel: 10,
  }))

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

test('everything works at its longest', () => {
  const s = new Story()
  const pool = longest('pool')
  const queueId = longest('queue')
  const agentId = longest('agent')
  const contactId = longest('contact')
  const text = 'é'.repeat(100)
  const own = skillsOf('own')
  const policy = { ...plainPolicy, requirements: skillsOf('queue') }
  const submission: Command = s.submission(contactId, queueId, {
    pool,
    requirements: own,
    excludedAgentIds: Array.from({ length: 8 }, (_, i) => longest(`not${i}-`)),
    preferredAgentIds: [agentId, longest('b'), longest('c'), longest('d')],
    holdOutMs: 3_600_000,
    customerKey: longest('customer'),
    addressKey: longest('address'),
    conversationId: longest('conversation'),
    attributes: new Uint8Array(8_192),
    references: Array.from({ length: 8 }, () => 'https://'.padEnd(256, 'r')),
    fingerprint: 'f'.repeat(32),
  })
  const profile = (id: string): Command => ({
    kind: 'changeProfile',
    pool,
    agentId: id,
    // As many as the skills service gives one agent.
    skills: [
      ...own,
      ...policy.requirements,
      ...skillsOf('more'),
      ...skillsOf('most').slice(0, 2),
    ].map(({ skillId }) => ({ skillId, level: 10, from: 0, until: Number.POSITIVE_INFINITY })),
    channels: [{ channel: 'voice', weight: 100 }],
  })
  const commands: readonly Command[] = [
    { kind: 'putPool', pool, displayName: text, etag: '' },
    {
      kind: 'putQueue',
      pool,
      queueId,
      displayName: text,
      channel: 'voice',
      policy,
      callback: plainCallback,
      etag: '',
    },
    profile(agentId),
    profile(longest('not0-')),
    { kind: 'signIn', pool, agentId, ready: false },
    submission,
    { kind: 'setPresence', pool, agentId, presence: 'paused', reason: 'é'.repeat(32) },
    {
      kind: 'openSession',
      pool,
      agentId,
      ready: true,
      resumeToken: '',
      token: longest('token'),
      replica: longest('replica'),
    },
  ]
  for (const command of commands) s.do(command)
  const [made] = s.told('offerMade')
  assert.equal(made?.agentId, agentId)
  s.do({ kind: 'declineOffer', pool, agentId, offerId: made?.offerId ?? '', retryAfterMs: 0 })
  s.do({
    kind: 'respondToCallbackOffer',
    pool,
    contactId,
    accept: true,
    addressRef: 'a'.repeat(128),
  })
  s.pass(1_000)
  const again = s.told('offerMade')[1]
  s.do({ kind: 'acceptOffer', pool, agentId, offerId: again?.offerId ?? '' })
  const attemptId = s.told('dialRequested')[0]?.attempt.attemptId ?? ''
  s.do({ kind: 'claimDial', pool, contactId, attemptId, claimant: longest('dialler') })
  s.do({ ...submission, contactId: longest('again') })
  assert.equal(s.told('contactMerged').length, 1)
})
