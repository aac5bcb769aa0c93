import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Command, explainAgent } from '../core/index.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

type Force = Extract<Command, { kind: 'forceAgentState' }>

const force = (presence: Force['presence'], more: Partial<Force> = {}): Force => ({
  kind: 'forceAgentState',
  pool: 'p',
  agentId: 'ann',
  presence,
  reason: 'fire drill',
  actor: 'sue',
  requestId: `f-${presence}`,
  holdMs: 0,
  releaseWork: false,
  ...more,
})

/** Ann, free, with room for three chats. */
function centre(): Story {
  const s = new Story()
  s.queue('chat', { channel: 'chat' })
  s.queue('call')
  s.agent('ann', {}, { voice: 100, chat: 30 })
  return s
}

const why = (s: Story): string => explainAgent(s.state, s.state.agents.must('p/ann'), s.at).sentence

describe('a supervisor forces', () => {
  test('a pause: the offer goes, is not missed, and the agent may undo it', () => {
    const s = centre()
    s.submit('c1', 'call')
    s.do(force('paused'))
    assert.equal(s.contact('c1').state, 'waiting')
    const { forcedBy, missedOffers, pauseReason, presence } = s.view('ann')
    assert.deepEqual(
      { forcedBy, missedOffers, pauseReason, presence },
      { forcedBy: 'sue', missedOffers: 0, pauseReason: 'fire drill', presence: 'paused' },
    )
    assert.equal(s.told('presenceChanged').at(-1)?.actor, 'sue')
    assert.match(why(s), /ann is paused by sue: fire drill/)
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), 'c1')
    assert.equal(s.view('ann').forcedBy, '')
  })

  test('and holds it: nobody but a supervisor undoes it, until its time is over', () => {
    const s = centre()
    s.do(force('paused', { holdMs: 60_000 }))
    const ready = { pool: 'p', agentId: 'ann', presence: 'ready', reason: '' } as const
    assert.equal(s.refuse({ kind: 'setPresence', ...ready }), 'AGENT_FORCED')
    s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
    s.openDesk('ann', 't1')
    assert.equal(s.view('ann').presence, 'paused')
    assert.match(why(s), /Only a supervisor can end that/)
    s.pass(60_000)
    s.presence('ann', 'ready')
    s.do(force('paused', { holdMs: 60_000, requestId: 'f2' }))
    s.do(force('ready', { requestId: 'f3' }))
    assert.equal(s.view('ann').presence, 'ready')
  })

  test('what the agent is already: it is told, with who, why and until when', () => {
    const s = centre()
    s.do(force('paused'))
    const since = s.view('ann').presenceSince
    s.pass(1_000)
    s.do(force('paused', { requestId: 'f2', actor: 'tom', holdMs: 60_000 }))
    s.do(force('paused', { requestId: 'f2', actor: 'tom', holdMs: 60_000 }))
    const told = s.told('presenceChanged').slice(-2)
    assert.deepEqual(
      told.map(({ presence, reason, actor, heldUntil }) => ({
        presence,
        reason,
        actor,
        heldUntil,
      })),
      [
        { presence: 'paused', reason: 'fire drill', actor: 'sue', heldUntil: undefined },
        { presence: 'paused', reason: 'fire drill', actor: 'tom', heldUntil: s.time + 60_000 },
      ],
    )
    assert.equal(s.view('ann').presenceSince, since)
    assert.match(why(s), /ann is paused by tom/)
  })

  test('a sign-out: with open work it is refused, unless that is given back', () => {
    const s = centre()
    for (const id of ['c1', 'c2', 'c3']) {
      s.submit(id, 'chat')
      s.talk('ann')
    }
    s.hold('c2')
    s.media('c3', 'ended')
    assert.equal(s.refuse(force('signedOut')), 'AGENT_BUSY')
    working(s, force('signedOut', { releaseWork: true, holdMs: 60_000 }))
    assert.deepEqual(
      ['c1', 'c2', 'c3'].map((id) => s.contact(id).state),
      ['waiting', 'held', 'completed'],
    )
    assert.equal(s.contact('c2').agentId, '')
    assert.equal(s.told('contactRequeued').at(-1)?.cause, 'released')
    const { load, pauseReason, presence } = s.view('ann')
    assert.deepEqual([load, pauseReason, presence], [0, 'fire drill', 'signedOut'])
    const back = { kind: 'signIn', pool: 'p', agentId: 'ann', ready: true } as const
    assert.equal(s.refuse(back), 'AGENT_FORCED')
    s.pass(60_000)
    s.do(back)
    assert.equal(s.offered('ann'), 'c1')
  })

  test('an end of work: what is open stays, then the agent leaves', () => {
    const s = centre()
    s.submit('c1', 'call')
    s.talk('ann')
    s.do(force('draining'))
    assert.equal(s.contact('c1').state, 'connected')
    s.complete('ann', 'c1')
    assert.equal(s.view('ann').presence, 'signedOut')
    assert.match(why(s), /not at work.* sue wants it so \(fire drill\)/)
  })

  test('a pause that gives back what is being talked about, at its place', () => {
    const s = centre()
    s.submit('c1', 'call')
    s.submit('c2', 'call')
    s.talk('ann')
    working(s, force('paused', { releaseWork: true }))
    assert.equal(s.contact('c1').state, 'waiting')
    s.presence('ann', 'ready')
    assert.equal(s.offered('ann'), 'c1')
  })

  test('a chat and the call it waits for, both on hold: neither is tied to the other then', () => {
    for (const to of ['paused', 'signedOut'] as const) {
      const s = centre()
      s.submit('c1', 'chat')
      s.talk('ann')
      const phone = { legContactId: 'phone', queueId: 'call', requirements: [], fingerprint: 'f' }
      s.do({ kind: 'switchChannel', pool: 'p', contactId: 'c1', agentId: 'ann', ...phone })
      s.media('phone', 'answered')
      s.hold('phone')
      working(s, force(to, { releaseWork: true }))
      const { state, agentId, openLegContactId } = s.contact('c1')
      assert.deepEqual([state, agentId, openLegContactId], ['held', '', ''])
      assert.deepEqual([s.contact('phone').state, s.view('ann').presence], ['held', to])
    }
  })
})

test('a sign-out gives back what goes on as the call that it was on hold for is given back', () => {
  const s = new Story()
  s.queue('mails', { channel: 'email' })
  s.queue('calls')
  s.agent('ann', {}, { email: 30, voice: 100 })
  s.submit('mail', 'mails')
  s.accept('ann')
  s.do({
    ...{ kind: 'switchChannel', pool: 'p', contactId: 'mail', agentId: 'ann' },
    ...{ legContactId: 'call', queueId: 'calls', requirements: [], fingerprint: 'f' },
  })
  s.media('call', 'answered')
  working(s, force('signedOut', { releaseWork: true }))
  assert.deepEqual([s.contact('mail').state, s.contact('call').state], ['waiting', 'waiting'])
  assert.equal(s.view('ann').presence, 'signedOut')
})

test('said again, after the agent has undone it, a force changes nothing', () => {
  const s = centre()
  s.do(force('paused'))
  s.presence('ann', 'ready')
  s.do(force('paused'))
  assert.equal(s.view('ann').presence, 'ready')
})

test('going home is always possible, and who goes stays away while it is held', () => {
  const s = centre()
  s.do(force('paused', { holdMs: 60_000 }))
  s.presence('ann', 'signedOut')
  const back = { kind: 'signIn', pool: 'p', agentId: 'ann', ready: true } as const
  assert.equal(s.refuse(back), 'AGENT_FORCED')
  const ready = { pool: 'p', agentId: 'ann', presence: 'ready', requestId: 'f9' } as const
  assert.equal(s.refuse(force('ready', ready)), 'AGENT_SIGNED_OUT')
})

test('who is held ready may leave, and come back', () => {
  const s = centre()
  s.do(force('ready', { holdMs: 60_000 }))
  const pause = { pool: 'p', agentId: 'ann', presence: 'paused', reason: 'lunch' } as const
  assert.equal(s.refuse({ kind: 'setPresence', ...pause }), 'AGENT_FORCED')
  s.presence('ann', 'signedOut')
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
})

test('a profile that is removed, and put again while its agent drains, ends no hold', () => {
  const s = centre()
  s.submit('c1', 'chat')
  s.accept('ann')
  s.do(force('paused', { holdMs: 60_000 }))
  s.do({ kind: 'removeProfile', pool: 'p', agentId: 'ann' })
  assert.equal(s.view('ann').presence, 'draining')
  s.agent('ann', {}, { voice: 100, chat: 30 })
  assert.equal(s.view('ann').presence, 'draining')
  s.pass(60_000)
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
  assert.equal(s.view('ann').presence, 'ready')
})
