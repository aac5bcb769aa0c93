import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { OfferEnd } from '@evenkeel/proto/evenkeel/routing/v1/events'
import { livesOf } from '../check/lives.ts'
import type { Kind } from '../check/published.ts'
import { accepted, declined, dialAsked, dialOver, ended, events, offered, taken } from './told.ts'

const told = (...kinds: readonly Kind[]) => livesOf(events(...kinds))
const expired = (contactId: string, offerId: string, agentId: string): Kind => ({
  $case: 'offerClosed',
  value: { contactId, offerId, agentId, end: OfferEnd.OFFER_END_EXPIRED },
})
const requeued: Kind = {
  $case: 'contactRequeued',
  value: { contactId: 'c', queueId: 'q', cause: 'connect_failed' },
}
const held = [accepted('c'), offered('c', 'o', 'a'), taken('c', 'o', 'a')]

describe('lives that are in order', () => {
  const stories: Readonly<Record<string, readonly Kind[]>> = {
    'served by the first agent': [...held, ended('c')],
    'served by the second': [
      accepted('c'),
      offered('c', 'o', 'a'),
      declined('c', 'o', 'a'),
      offered('c', 'o2', 'b'),
      expired('c', 'o2', 'b'),
      offered('c', 'o3', 'a'),
      taken('c', 'o3', 'a'),
      ended('c'),
    ],
    'back to the queue, and to another agent': [
      ...held,
      requeued,
      offered('c', 'o2', 'b'),
      taken('c', 'o2', 'b'),
      ended('c'),
    ],
    'dialled in vain, then reached': [
      ...held,
      dialAsked('c', 'd'),
      dialOver('c', 'd', 'x', DialOutcome.DIAL_OUTCOME_NO_ANSWER),
      offered('c', 'o2', 'b'),
      taken('c', 'o2', 'b'),
      dialAsked('c', 'd2'),
      dialOver('c', 'd2', 'x', DialOutcome.DIAL_OUTCOME_HUMAN),
      ended('c'),
    ],
    'one agent, two contacts, one after the other': [
      ...held,
      ended('c'),
      accepted('e'),
      offered('e', 'o2', 'a'),
      taken('e', 'o2', 'a'),
      ended('e'),
    ],
  }
  for (const [name, story] of Object.entries(stories)) {
    test(name, () => {
      const { findings, open } = told(...story)
      assert.deepEqual([findings, open], [[], []])
    })
  }
})

describe('what may never be', () => {
  const stories: readonly (readonly [string, readonly Kind[], RegExp])[] = [
    ['accepted twice', [accepted('c'), accepted('c')], /accepted a second time/],
    ['ended twice', [...held, ended('c'), ended('c')], /ends a second time/],
    ['ended and never accepted', [ended('c')], /never accepted/],
    ['offered and never accepted', [offered('c', 'o', 'a')], /is not open/],
    ['offered after its end', [...held, ended('c'), offered('c', 'o2', 'b')], /is not open/],
    [
      'two live offers',
      [accepted('c'), offered('c', 'o', 'a'), offered('c', 'o2', 'b')],
      /offered to b, and a is offered it under o/,
    ],
    ['offered while an agent has it', [...held, offered('c', 'o2', 'b')], /and a has it under o/],
    ['with two agents at once', [...held, taken('c', 'o', 'b')], /taken by b under o, and a has/],
    [
      'taken after the offer was closed',
      [accepted('c'), offered('c', 'o', 'a'), expired('c', 'o', 'a'), taken('c', 'o', 'a')],
      /taken by a under o, and nobody has it/,
    ],
    [
      'an agent with two contacts',
      [...held, accepted('e'), offered('e', 'o2', 'a')],
      /a is offered e and has c/,
    ],
    ['an offer closed after it was taken', [...held, declined('c', 'o', 'a')], /closes, and a has/],
    [
      'two dials at once',
      [...held, dialAsked('c', 'd'), dialAsked('c', 'd2')],
      /dialled by d2 and by d at once/,
    ],
    [
      'one dial asked for twice',
      [
        ...held,
        dialAsked('c', 'd'),
        dialOver('c', 'd', 'x', DialOutcome.DIAL_OUTCOME_HUMAN),
        dialAsked('c', 'd'),
      ],
      /asked for a second time/,
    ],
    [
      'a dial that nobody asked for',
      [...held, dialOver('c', 'd', 'x', DialOutcome.DIAL_OUTCOME_HUMAN)],
      /closes unasked/,
    ],
  ]
  for (const [name, story, finding] of stories) {
    test(name, () => assert.match(told(...story).findings.join('\n'), finding))
  }

  test('never ended', () => assert.deepEqual(told(...held).open, ['p/c']))
})
