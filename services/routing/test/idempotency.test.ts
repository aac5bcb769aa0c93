import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const contact = { pool: 'p', contactId: 'c1' } as const
const agent = { pool: 'p', agentId: 'ann' } as const

/** c1 is offered to ann; c2 waits and is offered a callback. */
function given(...steps: readonly ((s: Story) => void)[]): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.agent('ann', {})
  s.submit('c1', 'tax')
  s.submit('c2', 'tax')
  for (const step of steps) step(s)
  return s
}

const talk = (s: Story): void => void s.talk('ann')
const dialling = (s: Story): void => {
  s.wantsCallback('c2')
  s.cancel('c1')
  s.accept('ann')
}
const claimed = (s: Story): void => {
  dialling(s)
  s.claim('c2')
}
const attempt = (s: Story) =>
  ({ pool: 'p', contactId: 'c2', attemptId: s.attemptId('c2'), claimant: 'd1' }) as const

describe('said twice has the answer of once and the effect of once:', () => {
  const table: readonly (readonly [string, Story, (s: Story) => Command])[] = [
    ['a pool', given(), () => ({ kind: 'putPool', pool: 'q', displayName: 'Q', etag: '' })],
    ['a submission', given(), (s) => s.submission('c3', 'tax')],
    ['an abandonment', given(), () => ({ kind: 'abandonContact', ...contact })],
    ['a cancellation', given(), () => ({ kind: 'cancelContact', ...contact, reason: '' })],
    [
      'a transfer',
      given(talk),
      () => ({
        kind: 'transferContact',
        ...contact,
        queueId: 'tax',
        requirements: [],
        requestId: 'r',
      }),
    ],
    ['a requeue', given(talk), () => ({ kind: 'requeueContact', ...contact, requestId: 'r' })],
    ['a hold', given(talk), () => ({ kind: 'holdContact', ...contact })],
    [
      'a resumption',
      given(talk, (s) => s.hold('c1')),
      () => ({ kind: 'resumeContact', ...contact }),
    ],
    [
      'media answered',
      given((s) => s.accept('ann')),
      () => ({ kind: 'reportMedia', ...contact, status: 'answered', cause: 'none' }),
    ],
    [
      'media ended',
      given(talk),
      () => ({ kind: 'reportMedia', ...contact, status: 'ended', cause: 'none' }),
    ],
    ['a completion', given(talk), () => ({ kind: 'completeContact', ...contact, agentId: 'ann' })],
    [
      'a disposition',
      given(talk),
      () => ({
        kind: 'closeContact',
        ...contact,
        agentId: 'ann',
        reason: 'moved',
        resolved: true,
        topic: 'address',
      }),
    ],
    [
      'a callback wanted',
      given(),
      () => ({
        kind: 'respondToCallbackOffer',
        pool: 'p',
        contactId: 'c2',
        accept: true,
        addressRef: 'tel',
      }),
    ],
    [
      'a callback not wanted',
      given(),
      () => ({
        kind: 'respondToCallbackOffer',
        pool: 'p',
        contactId: 'c2',
        accept: false,
        addressRef: '',
      }),
    ],
    ['a claim', given(dialling), (s) => ({ kind: 'claimDial', ...attempt(s) })],
    [
      'a dial report',
      given(claimed),
      (s) => ({ kind: 'reportDial', ...attempt(s), outcome: 'busy' }),
    ],
    [
      'a dial report that ends it',
      given(claimed),
      (s) => ({ kind: 'reportDial', ...attempt(s), outcome: 'invalid' }),
    ],
    ['a sign-in', given(), () => ({ kind: 'signIn', ...agent, ready: true })],
    [
      'a presence',
      given(),
      () => ({ kind: 'setPresence', ...agent, presence: 'paused', reason: 'lunch' }),
    ],
    [
      'an acceptance',
      given(),
      (s) => ({ kind: 'acceptOffer', ...agent, offerId: s.offerId('ann') }),
    ],
    [
      'a decline',
      given(),
      (s) => ({ kind: 'declineOffer', ...agent, offerId: s.offerId('ann'), retryAfterMs: 5_000 }),
    ],
    ['a profile', given(), () => ({ kind: 'changeProfile', ...agent, skills: [], channels: [] })],
    ['a profile removed', given(), () => ({ kind: 'removeProfile', ...agent })],
  ]
  for (const [what, s, command] of table) {
    test(what, () => {
      const said = command(s)
      const first = s.try(said)
      assert.ok(first.ok, JSON.stringify(first))
      const after = s.db.dump()
      const second = s.try(said)
      assert.ok(second.ok, JSON.stringify(second))
      assert.equal(second.ref, first.ref)
      assert.deepEqual(second.events, [])
      assert.equal(s.db.dump(), after)
    })
  }
})

test('the same id with other content is another contact, and refused', () => {
  const s = given()
  s.refuse(s.submission('c1', 'tax', { priority: 1 }))
  s.cancel('c1')
  assert.equal(s.refuse(s.submission('c1', 'tax', { priority: 1 })), 'CONTACT_EXISTS')
})

test('an ended contact keeps its record for 15 minutes and its end for an hour more', () => {
  const s = given((one) => one.cancel('c1'))
  s.skip(15 * minute - 1)
  s.do(s.submission('c1', 'tax'))
  assert.equal(s.contact('c1').state, 'cancelled')
  s.skip(1)
  assert.equal(s.refuse(s.submission('c1', 'tax')), 'CONTACT_ENDED')
  assert.equal(s.refuse({ kind: 'abandonContact', ...contact }), 'CONTACT_ENDED')
  s.skip(60 * minute - 1)
  assert.equal(s.refuse({ kind: 'abandonContact', ...contact }), 'CONTACT_ENDED')
  s.skip(1)
  assert.equal(s.refuse({ kind: 'abandonContact', ...contact }), 'CONTACT_UNKNOWN')
  s.submit('c1', 'tax')
  assert.equal(s.contact('c1').createdAt, s.time)
})

test('a second id of a callback gets its first answer again', () => {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.submit('c1', 'tax', { customerKey: 'k' })
  s.wantsCallback('c1')
  const again = s.submission('again', 'tax', { customerKey: 'k' })
  s.do(again)
  const { version } = s.contact('c1')
  s.do(again)
  assert.deepEqual([s.contact('again').contactId, s.contact('c1').version], ['c1', version])
  assert.equal(s.refuse({ ...again, fingerprint: 'other' }), 'CONTACT_EXISTS')
})
