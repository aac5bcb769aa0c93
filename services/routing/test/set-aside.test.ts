import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WorkItem } from '@evenkeel/chassis/protocol'
import { type Channel, explainAgent, explainContact, queueStats } from '../core/index.ts'
import { all, calledAway, minute, office, stateOf, writing } from './called-away.ts'
import type { Story } from './story.ts'

describe('while work is aside', () => {
  test('she is offered calls and chats, and no other work', () => {
    const s = office()
    s.agent('ann', {}, { voice: 60, chat: 30, email: 50, task: 10 })
    s.submit('mail-1', 'mail')
    s.accept('ann')
    s.submit('call-1', 'calls')
    s.talk('ann')
    assert.equal(s.view('ann').load, 60)
    s.submit('task-1', 'tasks')
    assert.equal(s.offered('ann'), '')
    s.submit('chat-1', 'chats')
    assert.equal(s.offered('ann'), 'chat-1')
    s.talk('ann')
    s.complete('ann', 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'connected')
    assert.equal(s.offered('ann'), 'task-1')
  })

  test('for too long, it goes back to its place in the queue, and to whoever has room', () => {
    const s = calledAway()
    s.pass(28 * minute)
    assert.equal(stateOf(s, 'mail-1'), 'interrupted')
    s.submit('mail-2', 'mail')
    s.pass(minute)
    assert.equal(stateOf(s, 'mail-1'), 'waiting')
    assert.equal(s.told('contactRequeued').at(-1)?.cause, 'interrupted')
    const span = s.contact('mail-1').history.at(-1)
    assert.deepEqual([span?.agentId, span?.outcome], ['ann', 'interrupted'])
    s.agent('bob', {}, all)
    assert.equal(s.offered('bob'), 'mail-1')
    s.accept('bob')
    assert.equal(s.contact('mail-1').interruptions, 0)
  })

  test('each call on it has its answer', () => {
    const of = { pool: 'p', contactId: 'mail-1' } as const
    const s = calledAway()
    assert.equal(s.refuse({ kind: 'holdContact', ...of }), 'CONTACT_STATE')
    assert.equal(s.refuse({ kind: 'resumeContact', ...of }), 'CONTACT_STATE')
    assert.equal(s.refuse({ kind: 'abandonContact', ...of }), 'CONTACT_STATE')
    for (const status of ['ringing', 'answered', 'ended', 'failed'] as const) {
      const refused = s.refuse({ kind: 'reportMedia', ...of, status, cause: 'none' })
      assert.equal(refused, 'CONTACT_STATE', status)
    }
    assert.equal(s.refuse({ kind: 'assignContact', ...of, agentId: 'ann' }), 'CONTACT_STATE')
    const stranger = { kind: 'completeContact', ...of, agentId: 'bob' } as const
    assert.equal(s.refuse(stranger), 'CONTACT_NOT_YOURS')
  })

  test('it may be completed, cancelled, requeued or transferred, and nothing is aside', () => {
    for (const [leave, state] of [
      [(s: Story) => s.complete('ann', 'mail-1'), 'completed'],
      [(s: Story) => s.cancel('mail-1'), 'cancelled'],
      [
        (s: Story) =>
          s.do({ kind: 'requeueContact', pool: 'p', contactId: 'mail-1', requestId: 'r1' }),
        'waiting',
      ],
      [
        (s: Story) =>
          s.do({
            kind: 'transferContact',
            pool: 'p',
            contactId: 'mail-1',
            queueId: 'mail',
            requirements: [{ skillId: 'tax', minimumLevel: 5 }],
            requestId: 't1',
          }),
        'waiting',
      ],
    ] as const) {
      const s = calledAway()
      leave(s)
      assert.equal(stateOf(s, 'mail-1'), state)
      assert.equal(s.state.agents.must('p/ann').aside, 0)
      assert.equal(s.view('ann').load, 100)
    }
  })

  test('it is told in one sentence, and so is what she is offered meanwhile', () => {
    const s = calledAway()
    const mail = explainContact(s.state, s.state.contacts.must('p/mail-1'), s.at)
    assert.match(
      mail.sentence,
      /^ann has set this email of the queue mail aside for a customer on the line .* 29 minutes/,
    )
    const ann = explainAgent(s.state, s.state.agents.must('p/ann'), s.at)
    assert.match(ann.sentence, /1 contact is set aside; before ann has gone on with that/)
  })

  test('she signs out only when she has gone on with it', () => {
    const s = calledAway()
    const out = { kind: 'setPresence', pool: 'p', agentId: 'ann', reason: '' } as const
    assert.equal(s.refuse({ ...out, presence: 'signedOut' }), 'AGENT_BUSY')
    s.presence('ann', 'draining')
    s.complete('ann', 'call-1')
    assert.deepEqual([stateOf(s, 'mail-1'), s.view('ann').presence], ['connected', 'draining'])
    s.complete('ann', 'mail-1')
    assert.equal(s.view('ann').presence, 'signedOut')
  })

  test('draining, she puts the call on hold: it goes on', () => {
    const s = calledAway()
    s.presence('ann', 'draining')
    s.hold('call-1')
    assert.equal(stateOf(s, 'mail-1'), 'connected')
  })

  test('her desk is lost: it stays hers, and goes on when the call is over', () => {
    const s = writing()
    s.openDesk('ann', 't1')
    s.submit('call-1', 'calls')
    s.talk('ann')
    s.cutDesk('ann', 't1')
    s.pass(20_000)
    assert.equal(s.view('ann').presence, 'paused')
    s.media('call-1', 'ended')
    assert.equal(stateOf(s, 'mail-1'), 'connected')
  })

  test('a supervisor takes all of it from her', () => {
    const s = calledAway()
    const item: WorkItem = { kind: 'releaseWork', subject: 'p/ann', cursor: '0' }
    s.do({
      kind: 'forceAgentState',
      pool: 'p',
      agentId: 'ann',
      presence: 'signedOut',
      reason: 'ill',
      actor: 'sue',
      holdMs: 0,
      releaseWork: true,
      requestId: 'f1',
    })
    for (let next: WorkItem | undefined = item; next; ) next = s.slice(next)
    assert.deepEqual([stateOf(s, 'mail-1'), stateOf(s, 'call-1')], ['waiting', 'waiting'])
    assert.equal(s.view('ann').presence, 'signedOut')
  })

  test('her level is lowered: with the next tick it is for somebody else', () => {
    const s = office()
    s.agent('ann', { tax: 3 }, all)
    s.submit('mail-1', 'mail', { requirements: [{ skillId: 'tax', minimumLevel: 3 }] })
    s.accept('ann')
    s.submit('call-1', 'calls')
    s.talk('ann')
    s.profile('ann', { tax: 2 }, all)
    s.pass(1_000)
    assert.equal(stateOf(s, 'mail-1'), 'waiting')
  })

  test('her profile is removed: it goes to somebody else, and she with the call', () => {
    const s = calledAway()
    s.do({ kind: 'removeProfile', pool: 'p', agentId: 'ann' })
    s.complete('ann', 'call-1')
    s.pass(1_000)
    assert.equal(stateOf(s, 'mail-1'), 'waiting')
    assert.equal(s.state.agents.get('p/ann'), undefined)
  })

  test('her screen for emails cannot be reached: it waits for that, and goes on with it', () => {
    const s = calledAway()
    const reach = { kind: 'setEndpointState', pool: 'p', agentId: 'ann', forMs: minute } as const
    const channels: readonly Channel[] = ['email']
    s.do({ ...reach, channels, reachable: false })
    s.complete('ann', 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'interrupted')
    s.do({ ...reach, channels, reachable: true })
    assert.equal(stateOf(s, 'mail-1'), 'connected')
  })

  test('direct calls of hers leave no room; when they are over it goes on', () => {
    const s = calledAway()
    const direct = { kind: 'setExternalLoad', pool: 'p', agentId: 'ann', forMs: minute } as const
    s.do({ ...direct, weight: 80 })
    s.complete('ann', 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'interrupted')
    s.do({ ...direct, weight: 0 })
    assert.equal(stateOf(s, 'mail-1'), 'connected')
  })

  test('the call goes to another queue: it goes on, and the figures have it in service', () => {
    const s = calledAway()
    assert.equal(queueStats(s.state, s.state.queues.must('p/mail'), s.at).inService, 1)
    s.queue('second', { requirements: [{ skillId: 'law', minimumLevel: 1 }] })
    const to = { queueId: 'second', requirements: [], requestId: 't1' }
    s.do({ kind: 'transferContact', pool: 'p', contactId: 'call-1', ...to })
    assert.equal(stateOf(s, 'mail-1'), 'connected')
  })

  test('an email comes off hold while a call waits: it is set aside at once', () => {
    const s = office()
    s.agent('ann', {}, all)
    s.submit('mail-1', 'mail')
    s.accept('ann')
    s.hold('mail-1')
    s.submit('task-1', 'tasks')
    s.accept('ann')
    s.submit('call-1', 'calls')
    s.resume('mail-1')
    s.complete('ann', 'task-1')
    assert.equal(s.offered('ann'), 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'interrupted')
  })
})
