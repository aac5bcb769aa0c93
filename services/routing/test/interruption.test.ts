import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { all, byCalls, calledAway, minute, office, stateOf, writing } from './called-away.ts'
import type { Story } from './story.ts'

describe('a call comes while ann works on an email', () => {
  test('she is offered it, the email is set aside with her and its clock stands', () => {
    const s = writing()
    s.submit('call-1', 'calls')
    assert.equal(s.offered('ann'), 'call-1')
    const mail = s.contact('mail-1')
    assert.deepEqual([mail.state, mail.agentId, mail.interruptions], ['interrupted', 'ann', 1])
    assert.equal(mail.stateDeadline, s.time + 30 * minute)
    assert.equal(s.view('ann').load, 100)
    assert.deepEqual(
      s.view('ann').work.map((w) => [w.contactId, w.state, w.weight]),
      [
        ['mail-1', 'interrupted', 0],
        ['call-1', 'offered', 100],
      ],
    )
    assert.deepEqual(s.told('contactInterrupted'), [
      {
        kind: 'contactInterrupted',
        pool: 'p',
        contactId: 'mail-1',
        agentId: 'ann',
        byContactId: 'call-1',
        resumeBefore: s.time + 30 * minute,
      },
    ])
  })

  test('it goes on when the call is over, and takes what she has worked on it', () => {
    const s = calledAway()
    s.complete('ann', 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'connected')
    assert.equal(s.view('ann').load, 50)
    assert.equal(s.told('contactResumed')[0]?.asideMs, minute)
    s.pass(10_000)
    s.complete('ann', 'mail-1')
    assert.equal(s.told('contactEnded').at(-1)?.handleMs, minute + 10_000)
  })

  test('it goes on before anything else that waits for her', () => {
    const s = calledAway()
    s.submit('mail-2', 'mail', { priority: 50 })
    s.submit('call-2', 'calls')
    s.complete('ann', 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'connected')
    assert.equal(s.offered('ann'), 'mail-2')
  })

  test('it goes on at once if she does not take the call', () => {
    for (const refusing of [
      (s: Story) => s.decline('ann'),
      (s: Story) => s.pass(20_000),
      (s: Story) => s.abandon('call-1'),
      (s: Story) => s.presence('ann', 'paused', 'lunch'),
    ]) {
      const s = writing()
      s.submit('call-1', 'calls')
      refusing(s)
      assert.equal(stateOf(s, 'mail-1'), 'connected')
      assert.equal(s.view('ann').load, 50)
    }
  })

  test('somebody who is free has it instead, though ann fits more tightly', () => {
    const s = writing()
    s.agent('bob', {}, all)
    s.submit('call-1', 'calls')
    assert.deepEqual([s.offered('bob'), s.offered('ann')], ['call-1', ''])
    assert.equal(s.state.contacts.must('p/call-1').chosenBy, 'onlyOne')
  })

  test('of two who would have to set something aside, who has less to set aside has it', () => {
    const s = office()
    s.agent('ann', {}, all)
    for (const mail of ['mail-1', 'mail-2']) {
      s.submit(mail, 'mail')
      s.accept('ann')
    }
    s.agent('bob', {}, all)
    s.submit('mail-3', 'mail')
    s.accept('bob')
    s.submit('call-1', 'calls')
    assert.equal(s.offered('bob'), 'call-1')
    assert.equal(s.state.contacts.must('p/call-1').chosenBy, 'interruption')
    s.submit('call-2', 'calls')
    assert.equal(s.offered('ann'), 'call-2')
    assert.deepEqual([stateOf(s, 'mail-1'), stateOf(s, 'mail-2')], ['interrupted', 'interrupted'])
  })

  test('a queue with its own choice of agents calls nobody away while another is free', () => {
    for (const rule of ['tightestFit', 'longestIdle', 'leastFlexible', 'bestSkilled'] as const) {
      const s = office()
      s.queue('calls', { policy: { choice: { rule, perHourMax: 0, inRowMax: 0 } } })
      s.agent('ann', {}, all)
      s.submit('mail-1', 'mail')
      s.accept('ann')
      s.pass(minute)
      s.agent('bob', {}, all)
      s.submit('call-1', 'calls')
      s.submit('call-2', 'calls')
      assert.deepEqual([s.offered('bob'), s.offered('ann')], ['call-1', 'call-2'], rule)
    }
  })

  test('a call that waits calls away whoever begins an email', () => {
    const s = office()
    s.agent('ann', {}, all)
    s.submit('task-1', 'tasks')
    s.accept('ann')
    s.submit('call-1', 'calls')
    s.submit('mail-1', 'mail')
    s.accept('ann')
    assert.equal(s.offered('ann'), '')
    s.complete('ann', 'task-1')
    assert.equal(s.offered('ann'), 'call-1')
    assert.equal(stateOf(s, 'mail-1'), 'interrupted')
  })

  test('only as much is set aside as it takes: the least urgent, the latest begun', () => {
    const s = office({ byChannels: ['chat'] })
    s.agent('ann', {}, { voice: 100, chat: 30, email: 25 })
    for (const [mail, priority] of [
      ['mail-1', -1],
      ['mail-2', -2],
      ['mail-3', -2],
      ['mail-4', 0],
    ] as const) {
      s.submit(mail, 'mail', { priority })
      s.accept('ann')
    }
    s.submit('chat-1', 'chats')
    assert.equal(s.offered('ann'), 'chat-1')
    const aside = s.told('contactInterrupted').map((e) => e.contactId)
    assert.deepEqual(aside, ['mail-3', 'mail-2'])
    assert.equal(s.view('ann').load, 80)
  })
})

describe('it is not interrupted', () => {
  const rows: readonly (readonly [string, () => Story])[] = [
    ['by a channel that its queue does not name', () => writing({ byChannels: ['chat'] })],
    [
      'if its priority is higher than may be interrupted',
      () => {
        const s = office()
        s.agent('ann', {}, all)
        s.submit('mail-1', 'mail', { priority: 1 })
        s.accept('ann')
        return s
      },
    ],
    [
      'once a supervisor has made it more urgent',
      () => {
        const s = writing()
        const by = { reason: 'complaint', actor: 'sue' }
        s.do({ kind: 'setContactPriority', pool: 'p', contactId: 'mail-1', priority: 1, ...by })
        return s
      },
    ],
    [
      'as a contact of a queue that does not yield',
      () => {
        const s = office()
        s.agent('ann', {}, all)
        s.submit('task-1', 'tasks')
        s.accept('ann')
        return s
      },
    ],
    [
      'if it takes next to nothing of the budget',
      () => {
        const s = office()
        s.agent('ann', {}, all)
        s.submit('fax-1', 'fax')
        s.accept('ann')
        return s
      },
    ],
    [
      'while it is written up',
      () => {
        const s = writing()
        s.media('mail-1', 'ended')
        return s
      },
    ],
    [
      'about which an expert is asked',
      () => {
        const s = writing()
        const leg = { legContactId: 'help', queueId: 'tasks', requirements: [], fingerprint: 'f' }
        const consult = { ...leg, agentId: 'ann', expertMayTakeOver: false }
        s.do({ kind: 'startConsult', pool: 'p', contactId: 'mail-1', ...consult })
        return s
      },
    ],
    [
      'more often than its queue says',
      () => {
        const s = calledAway()
        s.complete('ann', 'call-1')
        s.do({
          kind: 'cancelContact',
          pool: 'p',
          contactId: 'call-0',
          reason: '',
          mayPrecede: true,
        })
        return s
      },
    ],
  ]
  for (const [what, given] of rows) {
    test(what, () => {
      const s = given()
      s.events.length = 0
      s.submit('call-2', 'calls')
      assert.equal(s.offered('ann'), '')
      assert.equal(stateOf(s, 'call-2'), 'waiting')
      assert.deepEqual(s.told('contactInterrupted'), [])
    })
  }
})

test('an expert is called away for a consult, and goes on when it is over', () => {
  const s = office()
  s.queue('law', { requirements: [{ skillId: 'law', minimumLevel: 1 }], policy: { wrapUpMs: 0 } })
  s.agent('bob', { law: 1 }, all)
  s.submit('mail-1', 'mail')
  s.accept('bob')
  s.agent('ann', {}, { voice: 100 })
  s.submit('call-1', 'calls')
  s.talk('ann')
  const leg = { legContactId: 'help', queueId: 'law', requirements: [], fingerprint: 'f' }
  const consult = { ...leg, agentId: 'ann', expertMayTakeOver: true }
  s.do({ kind: 'startConsult', pool: 'p', contactId: 'call-1', ...consult })
  assert.equal(s.offered('bob'), 'help')
  s.talk('bob')
  assert.equal(stateOf(s, 'mail-1'), 'interrupted')
  const warm = { queueId: '', requirements: [], requestId: 'w1', consultContactId: 'help' }
  s.do({ kind: 'transferContact', pool: 'p', contactId: 'call-1', ...warm })
  assert.equal(s.contact('call-1').agentId, 'bob')
  assert.equal(stateOf(s, 'mail-1'), 'interrupted')
  s.complete('bob', 'call-1')
  assert.equal(stateOf(s, 'mail-1'), 'connected')
})

test('twenty are set aside for one call, and go on together', () => {
  const s = office()
  s.agent('ann', {}, { voice: 100, email: 5 })
  for (let n = 1; n <= 20; n++) {
    s.submit(`mail-${n}`, 'mail')
    s.accept('ann')
  }
  s.submit('call-1', 'calls')
  s.talk('ann')
  assert.equal(s.state.agents.must('p/ann').aside, 20)
  s.complete('ann', 'call-1')
  assert.deepEqual([s.state.agents.must('p/ann').aside, s.view('ann').load], [0, 100])
})

test('who has room left beside a smaller call goes on with what was aside before it', () => {
  const s = office({ byChannels: ['chat', 'voice'] })
  s.queue('cases', {
    channel: 'task',
    policy: { interruptible: { ...byCalls, byChannels: ['chat', 'voice'] } },
  })
  s.agent('ann', {}, { voice: 30, chat: 20, email: 40, task: 60 })
  s.submit('case-1', 'cases')
  s.accept('ann')
  s.submit('mail-1', 'mail')
  s.accept('ann')
  s.submit('chat-1', 'chats')
  s.accept('ann')
  assert.equal(stateOf(s, 'mail-1'), 'interrupted')
  s.submit('call-1', 'calls')
  assert.equal(s.offered('ann'), 'call-1')
  assert.deepEqual([stateOf(s, 'case-1'), stateOf(s, 'mail-1')], ['interrupted', 'connected'])
  assert.equal(s.view('ann').load, 90)
})

test('what takes less by now goes on beside what it was set aside for', () => {
  const s = office({ byChannels: ['chat'] })
  s.queue('chats', { channel: 'chat', requirements: [{ skillId: 'tax', minimumLevel: 1 }] })
  s.agent('ann', {}, { chat: 30, email: 100 })
  s.submit('mail-1', 'mail')
  s.accept('ann')
  s.submit('chat-1', 'chats')
  s.profile('ann', { tax: 1 }, { chat: 30, email: 20 })
  assert.equal(s.offered('ann'), 'chat-1')
  assert.equal(stateOf(s, 'mail-1'), 'connected')
  assert.equal(s.view('ann').load, 50)
})

test('a policy that is taken away holds for what is connected from then on', () => {
  const s = writing()
  s.queue('mail', { channel: 'email' })
  s.submit('call-1', 'calls')
  assert.equal(stateOf(s, 'mail-1'), 'interrupted')
  assert.equal(s.contact('mail-1').stateDeadline, s.time + 60 * minute)
})

test('a queue of calls can not be interruptible', () => {
  const s = office()
  const { etag, policy } = s.state.queues.must('p/calls')
  const put = { kind: 'putQueue', pool: 'p', queueId: 'calls', displayName: '' } as const
  const changed = { ...policy, interruptible: byCalls }
  const code = s.refuse({ ...put, channel: 'voice', policy: changed, callback: undefined, etag })
  assert.equal(code, 'POLICY_UNMEETABLE')
})

describe('an agent who finishes what was begun on a channel', () => {
  const channels = [
    { channel: 'voice', weight: 100 },
    { channel: 'email', weight: 50, uninterruptible: true },
  ] as const
  const profile = {
    kind: 'changeProfile',
    pool: 'p',
    agentId: 'ann',
    skills: [],
    channels,
  } as const

  test('is called away from it no more as soon as the profile says so', () => {
    const s = writing()
    s.do(profile)
    s.submit('call-1', 'calls')
    assert.equal(s.offered('ann'), '')
    assert.equal(stateOf(s, 'mail-1'), 'connected')
    s.complete('ann', 'mail-1')
    assert.equal(s.offered('ann'), 'call-1')
  })

  test('may be called away from the next one when the profile takes it back', () => {
    const s = writing()
    s.do(profile)
    s.do({ ...profile, channels: channels.map(({ channel, weight }) => ({ channel, weight })) })
    s.submit('call-1', 'calls')
    assert.equal(s.offered('ann'), '')
    s.complete('ann', 'mail-1')
    assert.equal(s.offered('ann'), 'call-1')
  })
})
