import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command, EntryAction, QueuePolicy } from '../core/index.ts'
import { asking, calls, offers } from './alternatives.ts'
import { minute } from './office.ts'
import { Story } from './story.ts'

/** Who comes anew is held to a queue's limits, who is in already is not. */

const tax3 = [{ skillId: 'tax', minimumLevel: 3 }]
const request = { pool: 'p', contactId: 'c1', requestId: 'r1', requirements: [] } as const

/**
 * Ben talks to c1, of another queue; c2 waits there and may be escalated; the queue of the limits
 * has one who waits in it and nobody who is free.
 */
function given(policy: Partial<QueuePolicy>): Story {
  const s = new Story()
  s.queue('night')
  s.queue('tax', { requirements: tax3, callback: {} })
  s.queue('other', { policy: { escalation: { afterOffers: 1, priorityBump: 0, queueId: 'tax' } } })
  s.agent('ben', {})
  s.submit('c1', 'other')
  s.talk('ben')
  s.agent('eve', { tax: 3 })
  s.submit('w0', 'tax')
  s.talk('eve')
  s.submit('w1', 'tax')
  s.queue('tax', { requirements: tax3, callback: {}, policy })
  return s
}

const consult: Command = {
  ...{ kind: 'startConsult', pool: 'p', contactId: 'c1', agentId: 'ben', legContactId: 'new' },
  ...{ queueId: 'tax', requirements: [], expertMayTakeOver: false, fingerprint: 'f' },
}

const ways: Readonly<Record<string, (s: Story) => Command>> = {
  submit: (s) => s.submission('new', 'tax'),
  'callback request': (s) => ({
    ...{ kind: 'requestCallback', pool: 'p', contactId: 'new', addressRef: 'tel' },
    submission: s.submission('new', 'tax'),
  }),
  consult: () => consult,
  transfer: () => ({ kind: 'transferContact', ...request, queueId: 'tax' }),
}

/** Where it came to, or the code that refused it. */
function comes(s: Story, way: string): string {
  const command = ways[way]?.(s)
  assert.ok(command !== undefined)
  const outcome = s.try(command)
  if (!outcome.ok) return outcome.rejection.code
  return s.contact(way === 'transfer' ? 'c1' : 'new').queueId
}

const to = (action: EntryAction) => ({ action, queueId: action === 'overflow' ? 'night' : '' })
const limit = (action: Exclude<EntryAction, 'take'>): Partial<QueuePolicy> => ({
  entryLimit: { waitingMax: 1, waitP80MaxMs: 0, ...to(action) },
})
const unstaffed = (action: EntryAction): Partial<QueuePolicy> => ({
  unstaffed: { graceMs: 0, ...to(action) },
  requirements: [{ skillId: 'tax', minimumLevel: 9 }],
})
const [full, reached, vain] = ['QUEUE_FULL', 'ENTRY_LIMIT', 'NOBODY_STAFFED']

const table: readonly (readonly [string, Partial<QueuePolicy>, ...string[]])[] = [
  // the policy, and what it does with: submit, callback request, consult, transfer
  ['max_waiting', { maxWaiting: 1 }, full, full, full, 'tax'],
  ['entry_limit refuses', limit('refuse'), reached, 'tax', reached, 'tax'],
  ['entry_limit calls back', limit('callback'), 'tax', 'tax', reached, 'tax'],
  ['entry_limit sends on', limit('overflow'), 'night', 'tax', reached, 'tax'],
  ['unstaffed refuses', unstaffed('refuse'), vain, vain, vain, 'tax'],
  ['unstaffed calls back', unstaffed('callback'), 'tax', 'tax', vain, 'tax'],
  ['unstaffed sends on', unstaffed('overflow'), 'night', 'CALLBACKS_NONE', vain, 'tax'],
  ['unstaffed takes', unstaffed('take'), 'tax', 'tax', 'tax', 'tax'],
]

describe('who comes to a queue', () => {
  for (const [what, policy, ...outcomes] of table) {
    test(`whose ${what}`, () => {
      const found = Object.keys(ways).map((way) => comes(given(policy), way))
      assert.deepEqual(found, outcomes)
    })
  }

  test('for whom somebody is free is let in, a consult too', () => {
    for (const way of ['submit', 'consult']) {
      const s = given(limit('refuse'))
      s.agent('may', { tax: 3 })
      s.talk('may')
      s.agent('kit', { tax: 3 })
      assert.equal(comes(s, way), 'tax')
    }
  })

  test('by a way from within is in, whatever the limits', () => {
    const s = given({ ...limit('refuse'), maxWaiting: 1 })
    // Back from its agent, and escalated from another queue.
    s.do({ kind: 'requeueContact', pool: 'p', contactId: 'w0', requestId: 'r2' })
    s.presence('eve', 'paused')
    assert.equal(s.contact('w0').queueId, 'tax')
    s.submit('c2', 'other')
    s.complete('ben', 'c1')
    s.decline('ben')
    assert.equal(s.contact('c2').queueId, 'tax')
  })
})

describe('whoever is taken beyond a limit is offered a callback', () => {
  const alternatives = { ...asking, offerAboveMs: 0, choices: [calls] }

  function beyond(): Story {
    const s = new Story()
    s.queue('calls', { callback: {} })
    s.agent('cat', { tax: 1 })
    s.queue('tax', {
      callback: { offerAboveMs: 60 * minute, offerTimeoutMs: minute, offerCadenceMs: minute },
      policy: { ...limit('callback'), alternatives },
    })
    s.submit('w0', 'calls')
    s.talk('cat')
    s.submit('w1', 'tax')
    s.submit('c1', 'tax')
    return s
  }

  test('at once, and not the alternatives of its queue, which who came before is offered', () => {
    const s = beyond()
    const asked = s.told('callbackOffered').map(({ contactId }) => contactId)
    assert.deepEqual(asked, ['c1'])
    assert.deepEqual(offers(s), ['w1: callback'])
    s.wantsCallback('c1')
    assert.equal(s.contact('c1').state, 'dialable')
  })

  test('and the alternatives afterwards, when there was no answer', () => {
    const s = beyond()
    s.pass(3 * minute)
    assert.ok(offers(s).includes('c1: callback'), offers(s).join('; '))
    assert.equal(s.told('callbackOffered').length, 1)
  })
})
