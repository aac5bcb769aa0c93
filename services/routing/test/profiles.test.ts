import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ProfileSkill } from '../core/index.ts'
import { Story } from './story.ts'

const tax3 = [{ skillId: 'tax', minimumLevel: 3 }]

function queue(): Story {
  const s = new Story()
  s.queue('tax', { requirements: tax3 })
  return s
}

const remove = { kind: 'removeProfile', pool: 'p', agentId: 'ann' } as const

describe('a level lowered', () => {
  test('takes back what is offered', () => {
    const s = queue()
    s.agent('ann', { tax: 3 })
    s.submit('c1', 'tax')
    s.profile('ann', { tax: 2 })
    assert.equal(s.contact('c1').state, 'waiting')
    assert.deepEqual(
      s.told('offerClosed').map(({ end }) => end),
      ['withdrawn'],
    )
    assert.equal(s.view('ann').presence, 'ready')
  })

  test('lets what is connected finish, and gives nothing more', () => {
    const s = queue()
    s.agent('ann', { tax: 3 })
    s.submit('c1', 'tax')
    s.talk('ann')
    s.profile('ann', { tax: 2 })
    assert.equal(s.contact('c1').state, 'connected')
    s.submit('c2', 'tax')
    s.complete('ann', 'c1')
    assert.equal(s.offered('ann'), '')
  })

  test('lets what was accepted connect', () => {
    const s = queue()
    s.agent('ann', { tax: 3 })
    s.submit('c1', 'tax')
    s.accept('ann')
    s.profile('ann', {})
    s.media('c1', 'answered')
    assert.equal(s.contact('c1').state, 'connected')
  })

  test('of a skill that nobody asks for changes nothing', () => {
    const s = queue()
    s.agent('ann', { tax: 3, french: 2 })
    s.submit('c1', 'tax')
    s.profile('ann', { tax: 3, french: 1 })
    assert.equal(s.offered('ann'), 'c1')
  })
})

test('a level raised gives the agent what waits', () => {
  const s = queue()
  s.agent('ann', { tax: 2 })
  s.submit('c1', 'tax')
  assert.equal(s.offered('ann'), '')
  s.profile('ann', { tax: 3 })
  assert.equal(s.offered('ann'), 'c1')
})

test('a channel taken away takes back what is offered on it, not what is talked about', () => {
  const s = new Story()
  s.queue('web', { channel: 'chat' })
  s.agent('ann', {}, { chat: 30, email: 20 })
  s.submit('c1', 'web')
  s.accept('ann')
  s.submit('c2', 'web')
  assert.equal(s.offered('ann'), 'c2')
  s.profile('ann', {}, { email: 20 })
  assert.deepEqual([s.contact('c1').state, s.contact('c2').state], ['connecting', 'waiting'])
  assert.equal(s.view('ann').load, 30)
})

test('a weight made heavier holds for what comes later', () => {
  const s = new Story()
  s.queue('web', { channel: 'chat' })
  s.agent('ann', {}, { chat: 30 })
  s.submit('c1', 'web')
  s.accept('ann')
  s.profile('ann', {}, { chat: 60 })
  assert.equal(s.view('ann').load, 30)
  s.submit('c2', 'web')
  s.accept('ann')
  assert.equal(s.view('ann').load, 90)
  s.submit('c3', 'web')
  assert.equal(s.offered('ann'), '')
})

describe('a skill that is valid', () => {
  function skilled(valid: { from?: number; until?: number }): Story {
    const s = queue()
    const from = s.time + (valid.from ?? 0)
    const until = s.time + (valid.until ?? Number.POSITIVE_INFINITY)
    const skills: readonly ProfileSkill[] = [{ skillId: 'tax', level: 3, from, until }]
    const channels = [{ channel: 'voice', weight: 100 }] as const
    s.do({ kind: 'changeProfile', pool: 'p', agentId: 'ann', skills, channels })
    s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
    return s
  }

  test('from a time on counts from then', () => {
    const s = skilled({ from: 5_000 })
    s.submit('c1', 'tax')
    s.pass(4_000)
    assert.equal(s.offered('ann'), '')
    s.pass(1_000)
    assert.equal(s.offered('ann'), 'c1')
    assert.deepEqual(s.view('ann').skills, [{ skillId: 'tax', level: 3 }])
  })

  test('until a time is taken back then, offer and all', () => {
    const s = skilled({ until: 5_000 })
    s.submit('c1', 'tax')
    s.pass(4_000)
    assert.equal(s.offered('ann'), 'c1')
    s.pass(1_000)
    assert.equal(s.contact('c1').state, 'waiting')
    assert.deepEqual(s.view('ann').skills, [])
  })

  test('until a time lets a call that is connected finish', () => {
    const s = skilled({ until: 5_000 })
    s.submit('c1', 'tax')
    s.talk('ann')
    s.pass(10_000)
    assert.equal(s.contact('c1').state, 'connected')
  })
})

describe('a profile removed', () => {
  test('while signed out, the agent is gone', () => {
    const s = queue()
    s.profile('ann', { tax: 3 })
    s.do(remove)
    assert.equal(s.state.agents.find('p', 'ann'), undefined)
    s.do(remove)
  })

  test('while busy, the call is finished, then the agent is gone', () => {
    const s = queue()
    s.agent('ann', { tax: 3 })
    s.submit('c1', 'tax')
    s.talk('ann')
    s.submit('c2', 'tax')
    s.do(remove)
    assert.equal(s.contact('c1').state, 'connected')
    assert.equal(
      s.refuse({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true }),
      'AGENT_UNKNOWN',
    )
    s.complete('ann', 'c1')
    assert.equal(s.state.agents.find('p', 'ann'), undefined)
    assert.deepEqual([s.contact('c1').agentId, s.contact('c2').state], ['ann', 'waiting'])
  })

  test('while a contact is held, it is held by nobody', () => {
    const s = queue()
    s.agent('ann', { tax: 3 })
    s.submit('c1', 'tax')
    s.talk('ann')
    s.hold('c1')
    s.do(remove)
    assert.equal(s.state.agents.find('p', 'ann'), undefined)
    s.resume('c1')
    assert.equal(s.contact('c1').state, 'waiting')
  })

  test('and put again while busy: the agent stays, drained', () => {
    const s = queue()
    s.agent('ann', { tax: 3 })
    s.submit('c1', 'tax')
    s.talk('ann')
    s.do(remove)
    s.profile('ann', { tax: 3 })
    s.complete('ann', 'c1')
    assert.equal(s.view('ann').presence, 'signedOut')
    s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('with as much held, excluded and preferred as an agent may have, in one command', () => {
    const s = new Story()
    s.queue('mail', { channel: 'email' })
    s.agent('ann', {}, { email: 100 })
    let held = 0
    for (; held < 200; held++) {
      s.submit(`held-${held}`, 'mail')
      s.accept('ann')
      const outcome = s.try({ kind: 'holdContact', pool: 'p', contactId: `held-${held}` })
      if (outcome.ok) continue
      assert.deepEqual(outcome.rejection, {
        code: 'TOO_MANY',
        fields: { cap: 'workPerAgent', limit: 60 },
      })
      s.complete('ann', `held-${held}`)
      break
    }
    assert.equal(held, 59)
    s.presence('ann', 'paused')
    for (let i = 0; i < 64; i++) {
      s.submit(`not-${i}`, 'mail', { excludedAgentIds: ['ann'] })
      s.submit(`only-${i}`, 'mail', { preferredAgentIds: ['ann'], holdOutMs: 3_600_000 })
    }
    s.do(remove)
    assert.equal(s.state.agents.size, 0)
    assert.equal(s.contact('held-58').state, 'held')
  })
})

test('facts of a pool that is not here change nothing', () => {
  const s = queue()
  const before = s.db.dump()
  s.do({ kind: 'changeProfile', pool: 'q', agentId: 'ann', skills: [], channels: [] })
  s.do({ kind: 'removeProfile', pool: 'q', agentId: 'ann' })
  assert.equal(s.db.dump(), before)
})
