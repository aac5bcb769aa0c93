import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ContactState, DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { Deed } from '../book/book.ts'
import { effectsOf } from '../check/effects.ts'
import type { Kind } from '../check/published.ts'
import { accepted, ack, declined, dialOver, ended, events, taken } from './told.ts'

const { CONTACT_STATE_ABANDONED, CONTACT_STATE_COMPLETED } = ContactState
const offer = { id: 'o', by: 'a' }
const dial = { id: 'd', by: 'dialler' }
const over = dialOver('c', 'd', 'dialler', DialOutcome.DIAL_OUTCOME_HUMAN)
const merged: Kind = {
  $case: 'contactMerged',
  value: { contactId: 'first', mergedContactId: 'c' },
}

/** Each deed, the event that tells of it, and one that looks like it. */
const deeds: readonly (readonly [Deed, Kind, Kind])[] = [
  [{ kind: 'submitted', contactId: 'c', answeredId: 'c' }, accepted('c'), accepted('other')],
  [{ kind: 'submitted', contactId: 'c', answeredId: 'first' }, merged, accepted('c')],
  [{ kind: 'accepted', contactId: 'c', offer }, taken('c', 'o', 'a'), taken('c', 'o', 'other')],
  [{ kind: 'declined', contactId: 'c', offer }, declined('c', 'o', 'a'), taken('c', 'o', 'a')],
  [
    { kind: 'connected', contactId: 'c' },
    { $case: 'contactConnected', value: { contactId: 'c', agentId: 'a' } },
    accepted('c'),
  ],
  [
    { kind: 'callbackChosen', contactId: 'c' },
    {
      $case: 'callbackAccepted',
      value: {
        contactId: 'c',
        promisedAt: undefined,
        window: undefined,
        recovered: false,
        requested: false,
      },
    },
    {
      $case: 'callbackOffered',
      value: { contactId: 'c', expectedWait: undefined, wait: undefined, choices: undefined },
    },
  ],
  [
    { kind: 'dialClaimed', contactId: 'c', dial },
    over,
    dialOver('c', 'd', 'other', DialOutcome.DIAL_OUTCOME_HUMAN),
  ],
  [
    { kind: 'dialReported', contactId: 'c', dial },
    over,
    dialOver('c', 'other', 'dialler', DialOutcome.DIAL_OUTCOME_HUMAN),
  ],
  [
    { kind: 'ended', contactId: 'c', state: CONTACT_STATE_COMPLETED },
    ended('c'),
    ended('c', CONTACT_STATE_ABANDONED),
  ],
]

for (const [deed, event, another] of deeds) {
  describe(`acknowledged: ${deed.kind}`, () => {
    test('and published: nothing is lost', () => {
      const { lost, doubled, late } = effectsOf([ack(deed)], events(event))
      assert.deepEqual([lost, doubled, late], [[], [], []])
    })

    test('and something else published: lost', () => {
      const { lost } = effectsOf([ack(deed)], events(another))
      assert.equal(lost.length, 1)
    })

    test('and published as a second event: doubled, but for what may happen again', () => {
      const { lost, doubled } = effectsOf([ack(deed)], events(event, event))
      assert.equal(lost.length, 0)
      assert.equal(doubled.length > 0, deed.kind !== 'connected')
    })
  })
}

test('acknowledged twice, since the caller asked twice, and published once', () => {
  const deed: Deed = { kind: 'submitted', contactId: 'c', answeredId: 'c' }
  const { lost, doubled } = effectsOf([ack(deed), ack(deed)], events(accepted('c')))
  assert.deepEqual([lost, doubled], [[], []])
})

test('an effect after the position that the answer stated', () => {
  const deed: Deed = { kind: 'submitted', contactId: 'c', answeredId: 'c' }
  const told = events(accepted('other'), accepted('c'))
  assert.equal(effectsOf([ack(deed, '0/1')], told).late.length, 0)
  assert.equal(effectsOf([ack(deed, '0/0')], told).late.length, 1)
  assert.equal(effectsOf([ack(deed, '7/1')], told).late.length, 1, 'another partition')
})

test('the same id in another pool is another contact', () => {
  const deed: Deed = { kind: 'submitted', contactId: 'c', answeredId: 'c' }
  const elsewhere = events(accepted('c')).map((event) => ({ ...event, pool: 'other' }))
  assert.equal(effectsOf([ack(deed)], elsewhere).lost.length, 1)
})
