import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alternative } from '../core/index.ts'
import {
  answer,
  asking,
  calls,
  english,
  later,
  of,
  offers,
  sentence,
  ticket,
} from './alternatives.ts'
import { Story } from './story.ts'

const second = 1_000
const minute = 60 * second

const finnish2 = [{ skillId: 'finnish', minimumLevel: 2 }]

/** A chat queue for tax whose one agent is busy; calls, tickets and English have an agent each, busy too. */
function given(choices: readonly Alternative[] = [calls, ticket, later, english]): Story {
  const s = new Story()
  s.queue('calls', { callback: { offerAboveMs: 60 * minute } })
  s.queue('tickets', { channel: 'task' })
  s.queue('chats', {
    channel: 'chat',
    requirements: [{ skillId: 'tax', minimumLevel: 2 }],
    policy: { alternatives: { ...asking, choices } },
  })
  s.agent('aino', { tax: 3, finnish: 3 }, { chat: 100 })
  s.agent('carl', { finnish: 3 }, { voice: 100 })
  s.agent('tess', { finnish: 3 }, { task: 100 })
  s.agent('emma', { tax: 2, english: 3 }, { chat: 100 })
  s.submit('b1', 'chats', { requirements: finnish2 })
  s.submit('b2', 'chats', { requirements: [{ skillId: 'english', minimumLevel: 1 }] })
  s.submit('b3', 'calls')
  s.submit('b4', 'tickets')
  for (const agent of ['aino', 'emma', 'carl', 'tess']) s.accept(agent)
  for (const id of ['b1', 'b2', 'b3']) s.media(id, 'answered')
  return s
}

function asked(choices?: readonly Alternative[]): Story {
  const s = given(choices)
  s.submit('c1', 'chats', { requirements: finnish2, source: 'chat-1' })
  return s
}

test('who will wait too long is offered what somebody serves, and keeps the place', () => {
  const s = asked()
  assert.deepEqual(offers(s), ['c1: callback ticket later english'])
  const english3 = 'agents with english from level 3 instead of finnish'
  const told = `a callback by calls, or a ticket in tickets, or 30 minutes later, or ${english3}.`
  assert.ok(sentence(s, 'c1').endsWith(`is being offered something else: ${told}`))
  s.complete('aino', 'b1')
  assert.equal(s.offered('aino'), 'c1')
  assert.equal(s.contact('c1').alternatives?.status, 'lapsed')
  assert.equal(s.refuse(answer('c1', 'ticket')), 'ALTERNATIVES_NOT_OFFERED')
})

test('nothing is offered while the wait is likely to be short', () => {
  const s = new Story()
  s.queue('chats', {
    channel: 'chat',
    policy: {
      initialHandleTimeMs: 10 * second,
      alternatives: { ...asking, choices: [later] },
    },
  })
  s.agent('ann', {}, { chat: 100 })
  for (const id of ['c1', 'c2']) s.submit(id, 'chats')
  s.accept('ann')
  assert.deepEqual(offers(s), [])
  for (let i = 0; i < 12; i++) s.submit(`d${i}`, 'chats')
  assert.equal(offers(s).at(-1), 'd11: later')
})

test('left out is what nobody serves, what changes nothing, a second callback', () => {
  const s = given()
  s.complete('emma', 'b2')
  s.complete('carl', 'b3')
  for (const agent of ['emma', 'carl']) s.presence(agent, 'signedOut')
  s.submit('c1', 'chats', { requirements: finnish2 })
  assert.deepEqual(offers(s), ['c1: ticket later'], 'nobody on calls or in English is signed in')
  s.do({ kind: 'signIn', pool: 'p', agentId: 'carl', ready: false })
  s.submit('c2', 'chats')
  assert.equal(offers(s).at(-1), 'c2: callback ticket later', 'it does not ask for Finnish')
  s.submit('c3', 'chats', { requirements: [{ skillId: 'swahili', minimumLevel: 1 }] })
  assert.equal(offers(s).length, 2, 'nobody is known who could serve any of it')
  s.submit('d1', 'calls', { customerKey: 'k' })
  s.do({ kind: 'requestCallback', pool: 'p', contactId: 'd1', addressRef: 'tel' })
  s.submit('c4', 'chats', { customerKey: 'k' })
  assert.equal(offers(s).at(-1), 'c4: ticket later')
})

test('who declines or does not answer is asked again on the cadence, and not before', () => {
  const s = asked()
  s.do(answer('c1', undefined))
  s.do(answer('c1', undefined))
  assert.match(sentence(s, 'c1'), /prefers to wait/)
  s.skip(2 * minute - second)
  assert.equal(offers(s).length, 1)
  s.skip(2 * second)
  assert.equal(offers(s).length, 2)
  s.skip(31 * second)
  assert.equal(s.contact('c1').alternatives?.status, 'lapsed')
  s.skip(2 * minute)
  assert.equal(offers(s).length, 3)
})

test('another language: the stated floors from then on, the others stay, and the place too', () => {
  const s = given()
  const billing = { skillId: 'billing', minimumLevel: 1 }
  s.profile('emma', { tax: 2, english: 3, billing: 1 }, { chat: 100 })
  s.profile('aino', { tax: 3, finnish: 3, billing: 1 }, { chat: 100 })
  s.submit('c1', 'chats', { requirements: [billing, ...finnish2], source: 'chat-1' })
  s.submit('c2', 'chats', { requirements: [{ skillId: 'english', minimumLevel: 3 }] })
  const { key } = s.state.contacts.must('p/c1')
  s.do(answer('c1', 'english'))
  s.do(answer('c1', 'english'))
  const { requirements, alternatives, history, source } = s.contact('c1')
  assert.deepEqual(
    requirements.map(({ skillId, minimumLevel }) => `${skillId} ${minimumLevel}`),
    ['billing 1', 'english 3', 'tax 2'],
  )
  assert.equal(s.state.contacts.must('p/c1').key, key)
  assert.deepEqual(history.at(-1)?.outcome, 'alternativeChosen')
  assert.deepEqual(
    [alternatives?.status, alternatives?.chosenId, alternatives?.actor, source],
    ['chosen', 'english', 'bot-1', 'chat-1'],
  )
  assert.match(sentence(s, 'c1'), /chosen agents with english .* instead of a long wait; bot-1 has/)
  s.complete('emma', 'b2')
  assert.equal(s.offered('emma'), 'c1', 'before who came later')
  assert.equal(s.refuse(answer('c1', 'ticket')), 'ALTERNATIVES_NOT_OFFERED')
})

test('a ticket: the customer may leave, and the case is served at its time of entry', () => {
  const s = asked()
  s.skip(10 * second)
  s.submit('d1', 'tickets', { requirements: finnish2 })
  s.do(answer('c1', 'ticket'))
  s.abandon('c1')
  const { channel, queueId, state, requirements } = s.contact('c1')
  assert.deepEqual([channel, queueId, state], ['task', 'tickets', 'waiting'])
  assert.deepEqual(requirements, finnish2, 'its own requirements stay, the queue has none')
  s.complete('tess', 'b4')
  assert.equal(s.offered('tess'), 'c1', 'before who came to the tickets later')
  const [chosen] = s.told('alternativeChosen')
  assert.deepEqual([chosen?.fromQueueId, chosen?.queueId], ['chats', 'tickets'])
})

test('a later time: nobody is offered it before, not even who was preferred', () => {
  const s = given()
  s.submit('c1', 'chats', { requirements: finnish2, preferredAgentIds: ['aino'] })
  s.do(answer('c1', 'later'))
  s.abandon('c1')
  s.complete('aino', 'b1')
  assert.equal(s.offered('aino'), '')
  assert.match(
    sentence(s, 'c1'),
    /waits for a later time, which comes in 30 minutes; the place in the queue chats is kept/,
  )
  s.skip(30 * minute - second)
  assert.equal(s.offered('aino'), '')
  s.skip(second)
  assert.equal(s.offered('aino'), 'c1')
  assert.equal(offers(s).length, 1)
})

test('a callback: by the other queue, at the time of entry, and the leg may go', () => {
  const s = asked()
  assert.equal(s.refuse(answer('c1', 'callback')), 'ALTERNATIVE_ADDRESS')
  assert.equal(s.refuse(answer('c1', 'calls', 'tel')), 'ALTERNATIVE_UNKNOWN')
  s.do(answer('c1', 'callback', 'tel'))
  s.abandon('c1')
  const { callback, channel, queueId, state, source } = s.contact('c1')
  assert.deepEqual([channel, queueId, state, source], ['voice', 'calls', 'dialable', ''])
  assert.equal(callback?.addressRef, 'tel')
  s.complete('carl', 'b3')
  s.accept('carl')
  s.claim('c1')
  s.report('c1', 'human')
  s.media('c1', 'answered')
  assert.equal(s.contact('c1').state, 'connected')
})

test('what was offered is what is chosen, whatever the policy says by then', () => {
  const s = asked()
  const weaker = { ...english, requirements: [{ skillId: 'english', minimumLevel: 1 }] }
  s.queue('chats', {
    channel: 'chat',
    requirements: [{ skillId: 'tax', minimumLevel: 2 }],
    policy: { alternatives: { ...asking, choices: [weaker] } },
  })
  s.do(answer('c1', 'english'))
  assert.equal(s.contact('c1').requirements[0]?.minimumLevel, 3)
})

test('an offer of which the policy is gone lapses at its time', () => {
  const s = asked()
  s.queue('chats', { channel: 'chat', requirements: [{ skillId: 'tax', minimumLevel: 2 }] })
  s.skip(31 * second)
  assert.equal(s.contact('c1').alternatives?.status, 'lapsed')
  s.skip(10 * minute)
  assert.equal(offers(s).length, 1)
})

test('a choice that its queue has taken away meanwhile is refused, and nothing is done', () => {
  const s = asked()
  s.queue('calls')
  assert.equal(s.refuse(answer('c1', 'callback', 'tel')), 'ALTERNATIVE_GONE')
  s.do(answer('c1', 'ticket'))
})

test('a queue that has alternatives asks by them alone, its own callback among them', () => {
  const s = new Story()
  const choices = [of('callback', { queueId: 'calls' })]
  s.queue('calls', {
    callback: { offerAboveMs: 0 },
    policy: { alternatives: { ...asking, choices } },
  })
  s.agent('ann', {})
  for (const id of ['c1', 'c2', 'c3']) s.submit(id, 'calls')
  assert.deepEqual(s.told('callbackOffered'), [])
  assert.deepEqual(offers(s), ['c2: callback', 'c3: callback'])
  s.do(answer('c2', 'callback', 'tel'))
  s.abandon('c2')
  assert.equal(s.contact('c2').state, 'dialable')
  s.talk('ann')
  s.complete('ann', 'c1')
  assert.equal(s.offered('ann'), 'c2', 'its place is kept')
})

test('who had asked for a callback and called in may choose another, which is then chosen', () => {
  const s = new Story()
  s.queue('calls', {
    callback: { offerAboveMs: 0 },
    policy: { alternatives: { ...asking, choices: [of('callback', { queueId: 'calls' })] } },
  })
  s.agent('ann', {})
  s.submit('c1', 'calls')
  s.talk('ann')
  const asks = { kind: 'requestCallback', pool: 'p', contactId: 'c2', addressRef: 'tel' } as const
  s.do({ ...asks, submission: s.submission('c2', 'calls', { customerKey: 'k' }) })
  s.submit('again', 'calls', { customerKey: 'k' })
  assert.deepEqual(offers(s), ['c2: callback'])
  s.do(answer('c2', 'callback', 'tel'))
  const accepted = s.told('callbackAccepted').map(({ requested }) => requested)
  assert.deepEqual(accepted, [true, false])
  assert.equal(s.contact('c2').callback?.requested, false)
})

test('who was called back for a lost call and calls in may choose a callback instead', () => {
  const s = new Story()
  s.queue('calls', {
    callback: { offerAboveMs: 0, recoverAfterMs: 0 },
    policy: { alternatives: { ...asking, choices: [of('callback', { queueId: 'calls' })] } },
  })
  s.agent('ann', {})
  s.submit('c1', 'calls')
  s.talk('ann')
  s.submit('c2', 'calls', { customerKey: 'k', addressKey: 'n' })
  s.abandon('c2')
  assert.equal(s.contact('c2').callback?.recovered, true)
  s.submit('again', 'calls', { customerKey: 'k', addressKey: 'n' })
  s.skip(3 * minute)
  s.do(answer('c2', 'callback', 'tel'))
  assert.equal(s.contact('c2').callback?.recovered, false)
})

test('choices that could never be had are refused by name', () => {
  const s = given()
  const put = (choice: Alternative, channel: 'chat' | 'voice' = 'chat') => {
    const { policy } = s.state.queues.must('p/chats')
    const alternatives = { ...asking, choices: [choice] }
    const named = { pool: 'p', queueId: channel === 'chat' ? 'chats' : 'calls', displayName: '' }
    const etag = s.state.queues.must(`p/${named.queueId}`).etag
    const whole = { ...policy, alternatives }
    return s.refuse({
      kind: 'putQueue',
      ...named,
      channel,
      policy: whole,
      callback: undefined,
      etag,
    })
  }
  assert.equal(put(of('ticket', { queueId: 'nowhere' })), 'QUEUE_UNKNOWN')
  assert.equal(put(of('ticket', { queueId: 'calls' })), 'POLICY_UNMEETABLE')
  assert.equal(put(of('ticket', { queueId: 'chats' })), 'POLICY_UNMEETABLE')
  assert.equal(put(of('callback', { queueId: 'tickets' })), 'POLICY_UNMEETABLE')
  assert.equal(put(of('callback', { queueId: 'chats' })), 'POLICY_UNMEETABLE')
  assert.equal(put({ ...english, queueId: 'tickets' }), 'TRANSFER_CHANNEL')
  assert.equal(put(later, 'voice'), 'POLICY_UNMEETABLE')
})
