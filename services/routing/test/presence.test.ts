import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyOf } from '../core/index.ts'
import { Story } from './story.ts'

function staffed(): Story {
  const s = new Story()
  s.queue('tax')
  s.profile('ann', {})
  return s
}

const signIn = (ready: boolean) => ({ kind: 'signIn', pool: 'p', agentId: 'ann', ready }) as const

describe('an agent', () => {
  test('signs in paused, is ready when it says so, and only then takes contacts', () => {
    const s = staffed()
    s.submit('c1', 'tax')
    s.do(signIn(false))
    assert.deepEqual([s.view('ann').presence, s.view('ann').pauseReason], ['paused', 'signed_in'])
    assert.equal(s.offered('ann'), '')
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), 'c1')
  })

  test('who signs in twice keeps what it has', () => {
    const s = staffed()
    s.do(signIn(true))
    s.submit('c1', 'tax')
    s.talk('ann')
    s.do(signIn(false))
    assert.equal(s.view('ann').presence, 'ready')
    assert.equal(s.view('ann').work[0]?.contactId, 'c1')
    assert.equal(s.view('ann').assigned, 1)
  })

  test('who is signed out can be nothing else before signing in', () => {
    const s = staffed()
    for (const presence of ['ready', 'paused', 'draining'] as const) {
      const command = {
        kind: 'setPresence',
        pool: 'p',
        agentId: 'ann',
        presence,
        reason: '',
      } as const
      assert.equal(s.refuse(command), 'AGENT_SIGNED_OUT')
    }
    s.presence('ann', 'signedOut')
  })

  test('does not sign out from a call; drained, it goes when the call is done', () => {
    const s = staffed()
    s.do(signIn(true))
    s.submit('c1', 'tax')
    s.talk('ann')
    s.submit('c2', 'tax')
    const out = { kind: 'setPresence', pool: 'p', agentId: 'ann', reason: '' } as const
    assert.equal(s.refuse({ ...out, presence: 'signedOut' }), 'AGENT_BUSY')
    s.presence('ann', 'draining', 'shift end')
    assert.equal(s.contact('c1').state, 'connected')
    s.complete('ann', 'c1')
    assert.deepEqual([s.view('ann').presence, s.view('ann').pauseReason], ['signedOut', 'drained'])
    assert.equal(s.contact('c2').state, 'waiting')
  })

  test('who drains with nothing open is signed out at once', () => {
    const s = staffed()
    s.do(signIn(true))
    s.presence('ann', 'draining')
    assert.equal(s.view('ann').presence, 'signedOut')
  })

  test('paused in a call finishes it and gets nothing new', () => {
    const s = staffed()
    s.do(signIn(true))
    s.submit('c1', 'tax')
    s.talk('ann')
    s.presence('ann', 'paused', 'lunch')
    s.submit('c2', 'tax')
    s.complete('ann', 'c1')
    assert.equal(s.offered('ann'), '')
    assert.equal(s.view('ann').pauseReason, 'lunch')
  })

  test('nobody knows is refused', () => {
    const s = staffed()
    assert.equal(s.refuse({ ...signIn(true), agentId: 'bob' }), 'AGENT_UNKNOWN')
    assert.equal(s.refuse({ ...signIn(true), pool: 'q' }), 'POOL_UNKNOWN')
  })
})

describe("a desk's session", () => {
  function atDesk(): Story {
    const s = staffed()
    s.openDesk('ann', 't1')
    s.submit('c1', 'tax')
    return s
  }

  test('signs the agent in', () => {
    const s = atDesk()
    assert.equal(s.view('ann').connected, true)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('cut changes nothing for 15 s, then the offer goes and the agent is paused', () => {
    const s = atDesk()
    s.cutDesk('ann', 't1')
    s.pass(14_000)
    assert.equal(s.offered('ann'), 'c1')
    s.pass(1_000)
    const { presence, pauseReason, connected } = s.view('ann')
    assert.deepEqual([presence, pauseReason, connected], ['paused', 'connection_lost', false])
    assert.equal(s.contact('c1').state, 'waiting')
  })

  test('is not over while the machines stood still, however late it is', () => {
    const s = atDesk()
    s.accept('ann')
    s.media('c1', 'answered')
    s.cutDesk('ann', 't1')
    s.time += 3_600_000
    s.pass(1_000)
    assert.equal(s.view('ann').presence, 'ready')
  })

  test('cut in a call leaves the call alone: the phone outlives the desk', () => {
    const s = atDesk()
    s.talk('ann')
    s.cutDesk('ann', 't1')
    s.pass(15_000)
    assert.equal(s.contact('c1').state, 'connected')
    assert.equal(s.view('ann').pauseReason, 'connection_lost')
  })

  test('resumed by its token goes on as if nothing had been', () => {
    const s = atDesk()
    s.cutDesk('ann', 't1')
    s.pass(10_000)
    s.openDesk('ann', 't1', { resumeToken: 't1' })
    s.pass(9_000)
    assert.deepEqual([s.view('ann').presence, s.view('ann').connected], ['ready', true])
    assert.equal(s.offered('ann'), 'c1')
  })

  test('is unknown by a wrong token, and after its grace', () => {
    const s = atDesk()
    const open = { kind: 'openSession', pool: 'p', agentId: 'ann', ready: false } as const
    const at = { replica: 'r1', token: 't1' }
    assert.equal(s.refuse({ ...open, ...at, resumeToken: 't0' }), 'SESSION_UNKNOWN')
    s.cutDesk('ann', 't1')
    s.pass(15_000)
    assert.equal(s.refuse({ ...open, ...at, resumeToken: 't1' }), 'SESSION_UNKNOWN')
  })

  test('replaced by another is over: its cut cuts nothing', () => {
    const s = atDesk()
    s.openDesk('ann', 't2')
    s.cutDesk('ann', 't1')
    s.pass(15_000)
    assert.deepEqual([s.view('ann').presence, s.view('ann').connected], ['ready', true])
  })

  test('resumed at another replica goes on, though its first stream is cut after that', () => {
    const s = atDesk()
    s.openDesk('ann', 't1', { resumeToken: 't1', replica: 'r2' })
    s.cutDesk('ann', 't1', 'r1')
    s.pass(15_000)
    assert.deepEqual([s.view('ann').presence, s.view('ann').connected], ['ready', true])
    s.cutDesk('ann', 't1', 'r2')
    s.pass(15_000)
    assert.deepEqual([s.view('ann').presence, s.view('ann').connected], ['paused', false])
  })

  test('ends with the sign-out', () => {
    const s = atDesk()
    s.presence('ann', 'signedOut')
    s.cutDesk('ann', 't1')
    s.pass(15_000)
    assert.deepEqual([s.view('ann').presence, s.view('ann').connected], ['signedOut', false])
  })
})

describe('a replica that begins a new run or falls silent', () => {
  /** Agents a000, a001 ... at desks of replica r1. */
  function desks(count: number): Story {
    const s = new Story()
    for (let i = 0; i < count; i++) {
      const agentId = `a${String(i).padStart(3, '0')}`
      s.profile(agentId, {})
      s.openDesk(agentId, agentId)
    }
    return s
  }

  const connected = (s: Story) =>
    s.state.agents.inKeyOrder().filter((agent) => agent.connected).length

  test('has lost its desks: each is cut, some hundreds at a time', () => {
    const s = desks(450)
    let [item] = s.orphan('r1')
    const left: number[] = []
    while (item !== undefined) {
      item = s.slice(item)
      left.push(connected(s))
    }
    assert.deepEqual(left, [250, 50, 0])
    s.pass(15_000)
    const { pauseReason } = s.state.agents.must(keyOf('p', 'a449'))
    assert.equal(pauseReason, 'connection_lost')
  })

  test('cuts no desk of another replica', () => {
    const s = desks(3)
    s.openDesk('a001', 'elsewhere', { replica: 'r2' })
    for (const item of s.orphan('r1')) s.slice(item)
    assert.deepEqual(
      s.state.agents.inKeyOrder().map((agent) => agent.connected),
      [false, true, false],
    )
  })

  test('does not cut the desks that have come to the new run already', () => {
    const s = desks(300)
    const [item] = s.orphan('r1')
    assert.ok(item)
    s.openDesk('a250', 'a250', { resumeToken: 'a250' })
    const next = s.slice(item)
    if (next) s.slice(next)
    assert.equal(s.view('a250').connected, true)
    assert.equal(connected(s), 1)
  })
})
