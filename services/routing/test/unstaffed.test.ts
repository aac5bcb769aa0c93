import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainContact, type UnstaffedPolicy } from '../core/index.ts'
import { Story } from './story.ts'

const second = 1_000
const minute = 60 * second

const tax3 = [{ skillId: 'tax', minimumLevel: 3 }]

/** A queue that asks for tax 3, and says what becomes of who waits in vain. */
function given(unstaffed?: Partial<UnstaffedPolicy>, callback?: object): Story {
  const s = new Story()
  const policy = { action: 'refuse', graceMs: minute, queueId: '', ...unstaffed } as const
  s.queue('other')
  s.queue('tax', {
    requirements: tax3,
    policy: unstaffed ? { unstaffed: policy } : {},
    ...(callback ? { callback } : {}),
  })
  return s
}

const staffing = (s: Story): string[] =>
  s.told('staffingChanged').map(({ queueId, staffing, waiting }) => {
    return `${queueId} ${staffing} ${waiting}`
  })

const sentence = (s: Story, contactId: string): string =>
  explainContact(s.state, s.state.contacts.must(`p/${contactId}`), s.at).sentence

test('whom nobody could serve is taken, and told of once for each change', () => {
  const s = given()
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  assert.match(sentence(s, 'c1'), /no agent is known who has the skills for it/)
  s.skip(minute)
  assert.deepEqual(staffing(s), ['tax nobodyKnown 1'])
  s.profile('ann', { tax: 3 })
  s.skip(2 * second)
  assert.match(sentence(s, 'c1'), /nobody at work has the skills for it/)
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: false })
  s.skip(2 * second)
  assert.deepEqual(staffing(s), ['tax nobodyKnown 1', 'tax nobodySignedIn 2', 'tax staffed 2'])
  assert.equal(s.contact('c1').state, 'waiting')
})

test('nobody is told of while nobody waits', () => {
  const s = given()
  s.skip(minute)
  s.agent('ann', { tax: 3 })
  s.skip(minute)
  s.presence('ann', 'signedOut')
  s.skip(minute)
  assert.deepEqual(staffing(s), [])
})

test('beyond the grace who comes is refused; who pauses is there', () => {
  const s = given({})
  s.agent('ann', { tax: 3 })
  s.presence('ann', 'paused', 'lunch')
  s.skip(5 * minute)
  s.submit('c1', 'tax')
  s.presence('ann', 'signedOut')
  s.skip(second)
  s.skip(30 * second)
  s.submit('c2', 'tax')
  s.skip(31 * second)
  assert.equal(s.refuse(s.submission('c3', 'tax')), 'NOBODY_STAFFED')
  assert.equal(s.contact('c1').endCause, 'nobodyStaffed')
  assert.equal(s.contact('c2').endCause, 'nobodyStaffed')
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: false })
  s.submit('c3', 'tax')
  s.skip(5 * minute)
  assert.equal(s.contact('c3').state, 'waiting')
})

test('who comes back within the grace finds everybody there', () => {
  const s = given({})
  s.agent('ann', { tax: 3 })
  s.submit('c1', 'tax')
  s.presence('ann', 'draining')
  s.submit('c2', 'tax')
  s.skip(50 * second)
  s.do({ kind: 'signIn', pool: 'p', agentId: 'ann', ready: true })
  s.skip(5 * minute)
  assert.equal(s.contact('c2').state, 'waiting')
})

test('all who wait are treated, however many, and those who could be served are not', () => {
  const s = given({ graceMs: 0 })
  s.agent('ann', { tax: 3 })
  s.agent('bob', { tax: 5 })
  s.presence('ann', 'paused')
  s.presence('bob', 'paused')
  const five = [{ skillId: 'tax', minimumLevel: 5 }]
  for (let i = 0; i < 80; i++) s.submit(`c${i}`, 'tax', i % 2 ? { requirements: five } : {})
  s.presence('bob', 'signedOut')
  s.skip(2 * second)
  assert.equal(s.told('contactEnded').length, 40)
  assert.ok(
    s.told('contactEnded').every(({ contact }) => contact.requirements[0]?.minimumLevel === 5),
  )
})

test('a callback is offered at once', () => {
  const s = given({ action: 'callback', graceMs: 0 }, { offerAboveMs: 3_600_000 })
  s.submit('c1', 'tax')
  assert.equal(s.told('callbackOffered').length, 1)
  s.wantsCallback('c1')
  s.skip(10 * minute)
  assert.equal(s.contact('c1').state, 'dialable')
})

test('it overflows to another queue where somebody at work could serve it, floors and all', () => {
  const s = given({ action: 'overflow', queueId: 'other' })
  const french = [{ skillId: 'french', minimumLevel: 2 }]
  s.submit('c1', 'tax')
  s.submit('c2', 'tax', { requirements: french })
  s.agent('bob', {})
  s.queue('other', { policy: { wrapUpMs: 7 * second } })
  const { policyVersion } = s.state.queues.must('p/other')
  s.skip(2 * minute)
  assert.equal(s.offered('bob'), 'c1')
  const { queueId, queueEnteredAt = 0, ...moved } = s.contact('c1')
  assert.deepEqual([queueId, moved.policyVersion], ['other', policyVersion])
  assert.ok(policyVersion > 1 && queueEnteredAt > moved.createdAt, 'when, and by what policy')
  assert.equal(s.contact('c1').divertedFromQueueId, 'tax')
  assert.equal(s.contact('c2').queueId, 'tax', 'nobody there speaks French either')
  s.submit('c3', 'tax')
  assert.equal(s.contact('c3').queueId, 'other')
  assert.match(sentence(s, 'c3'), /It was sent to tax, where nobody at work could serve it\./)
})

test('who is kept since nobody there could serve it either goes when somebody can', () => {
  const s = given({ action: 'overflow', queueId: 'other' })
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  s.skip(10 * minute)
  assert.equal(s.contact('c1').queueId, 'tax')
  s.agent('bob', {})
  s.skip(minute)
  assert.equal(s.offered('bob'), 'c1')
  assert.equal(s.contact('c2').queueId, 'other', 'one after the other')
})

test('who has gone to the other queue stays there, and is not handed to and fro', () => {
  const s = given({ action: 'overflow', queueId: 'other' })
  s.queue('other', { requirements: [{ skillId: 'general', minimumLevel: 1 }] })
  s.agent('bob', { general: 1 })
  s.submit('c0', 'other')
  s.accept('bob')
  s.submit('c1', 'tax')
  s.skip(minute)
  s.skip(second)
  assert.equal(s.contact('c1').queueId, 'other')
  s.agent('ann', { tax: 3 })
  s.skip(5 * minute)
  assert.deepEqual([s.contact('c1').queueId, s.offered('ann')], ['other', ''])
})

test('who has gone to the other queue comes back when nobody there could serve it any more', () => {
  const s = given({ action: 'overflow', queueId: 'other' })
  s.queue('other', { requirements: [{ skillId: 'general', minimumLevel: 1 }] })
  s.agent('bob', { general: 1 })
  s.submit('c0', 'other')
  s.talk('bob')
  s.submit('c1', 'tax')
  s.skip(minute)
  s.submit('c2', 'tax')
  assert.deepEqual([s.contact('c1').queueId, s.contact('c2').queueId], ['other', 'other'])
  s.presence('bob', 'draining')
  s.skip(5 * minute)
  assert.equal(s.contact('c1').queueId, 'other', 'there is nobody for it at home either')
  s.agent('ann', { tax: 3 })
  s.skip(minute)
  assert.equal(s.offered('ann'), 'c1')
  const { divertedFromQueueId, queueId } = s.contact('c1')
  assert.deepEqual([queueId, divertedFromQueueId], ['tax', ''])
  assert.equal(s.contact('c2').queueId, 'tax')
  assert.equal(s.contact('c1').requirements[0]?.minimumLevel, 3, 'by the floors of that queue')
})

test('who was sent on is treated in the other queue as that says of its own', () => {
  const ends: readonly (readonly [Partial<UnstaffedPolicy>, string, string])[] = [
    [{ action: 'refuse' }, 'cancelled', 'other'],
    [{ action: 'callback' }, 'waiting', 'other'],
    [{ action: 'overflow', queueId: 'third' }, 'offered', 'third'],
    [{ action: 'take' }, 'waiting', 'other'],
  ]
  for (const [unstaffed, state, queueId] of ends) {
    const s = given({ action: 'overflow', queueId: 'other' })
    s.queue('third')
    const plain = { action: 'take', graceMs: second, queueId: '' } as const
    const policy = { unstaffed: { ...plain, ...unstaffed } }
    const general = [{ skillId: 'general', minimumLevel: 1 }]
    s.queue('other', { requirements: general, callback: { offerAboveMs: 3_600_000 }, policy })
    s.agent('bob', { general: 1 })
    s.submit('c0', 'other')
    s.talk('bob')
    s.submit('c1', 'tax')
    s.skip(minute)
    s.skip(second)
    assert.equal(s.contact('c1').queueId, 'other')
    if (unstaffed.action === 'overflow') s.agent('cid', {})
    s.presence('bob', 'draining')
    s.skip(second)
    s.skip(second)
    const c1 = s.contact('c1')
    assert.deepEqual([c1.state, c1.queueId], [state, queueId], unstaffed.action)
    const asked = s.told('callbackOffered').some(({ contactId }) => contactId === 'c1')
    assert.equal(asked, unstaffed.action === 'callback')
  }
})

test('who comes to its place by another way is treated as well', () => {
  const s = given({})
  s.agent('bob', {})
  s.submit('c1', 'other')
  s.talk('bob')
  s.skip(second)
  s.skip(10 * minute)
  const to = { kind: 'transferContact', pool: 'p', contactId: 'c1', queueId: 'tax' } as const
  s.do({ ...to, requirements: [], requestId: 't1' })
  s.skip(2 * second)
  assert.equal(s.contact('c1').endCause, 'nobodyStaffed')
})

test('those whom nobody there can serve either bar nobody behind them', () => {
  const s = new Story()
  const policy = { action: 'overflow', graceMs: second, queueId: 'other' } as const
  const floors = ['a', 'b', 'c', 'd', 'e'].map((skillId) => ({ skillId, minimumLevel: 3 }))
  s.queue('other')
  s.queue('tax', { requirements: floors, policy: { unstaffed: policy } })
  for (const { skillId } of floors) {
    s.submit(`wants-${skillId}`, 'tax', { requirements: [{ skillId, minimumLevel: 1 }] })
  }
  s.submit('plain', 'tax')
  s.agent('bob', {})
  for (let look = 0; look < 3; look++) s.skip(minute)
  assert.equal(s.contact('plain').queueId, 'other')
  assert.equal(s.contact('wants-a').queueId, 'tax')
})
