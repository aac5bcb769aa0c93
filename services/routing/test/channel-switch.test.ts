import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SwitchChannel } from '../core/index.ts'
import { Story } from './story.ts'

const change = (more: Partial<SwitchChannel> = {}): SwitchChannel => ({
  ...{ kind: 'switchChannel', pool: 'p', contactId: 'mail', agentId: 'bo' },
  ...{ legContactId: 'call', queueId: 'calls', requirements: [], fingerprint: 'f', ...more },
})

/** Ana's email is with Bo, who may also phone. */
function reading(weights = { email: 30, voice: 100 }): Story {
  const s = new Story()
  s.queue('mail', { channel: 'email' })
  s.queue('calls', { requirements: [{ skillId: 'tax', minimumLevel: 2 }] })
  s.agent('bo', { tax: 2 }, weights)
  s.submit('mail', 'mail', { attributes: Uint8Array.of(1, 0, 255), customerKey: 'ana' })
  s.accept('bo')
  return s
}

const states = (s: Story) => [s.contact('mail').state, s.contact('call').state]

describe('an agent goes on by phone', () => {
  test('the call has what is known, the email is on hold, nothing has arrived', () => {
    const s = reading()
    s.pass(5_000)
    s.do(change())
    assert.deepEqual(states(s), ['held', 'connecting'])
    const call = s.contact('call')
    assert.deepEqual([call.agentId, call.parentContactId], ['bo', 'mail'])
    assert.deepEqual([call.leg, call.customerKey], ['channelSwitch', 'ana'])
    assert.deepEqual(call.attributes, Uint8Array.of(1, 0, 255))
    assert.equal(call.history[0]?.outcome, 'channelSwitched')
    assert.equal(s.view('bo').load, 100)
    s.media('call', 'answered')
    s.pass(60_000)
    s.complete('bo', 'call')
    assert.deepEqual(states(s), ['connected', 'completed'])
    assert.equal(s.view('bo').load, 30)
    s.pass(1_000)
    s.complete('bo', 'mail')
    const mail = s.told('contactEnded').find(({ contact }) => contact.contactId === 'mail')
    assert.equal(mail?.handleMs, 6_000, 'the clock of the email stood still')
    const { accepted, answered, completed } = s.figures('calls')
    assert.deepEqual([accepted, answered, completed], [0, 0, 0])
    assert.equal(s.told('contactAccepted').length, 1)
  })

  test('nobody answers there: the call is over, and the email is taken up again', () => {
    const s = reading()
    s.do(change())
    s.pass(30_000)
    assert.deepEqual(states(s), ['connected', 'cancelled'])
    assert.equal(s.contact('call').endCause, 'notReached')
  })

  test('and goes home with both on hold: neither is tied to the other any more', () => {
    const s = reading()
    s.do(change())
    s.media('call', 'answered')
    s.hold('call')
    s.presence('bo', 'signedOut')
    assert.deepEqual(states(s), ['held', 'held'])
    assert.deepEqual([s.contact('mail').agentId, s.contact('mail').openLegContactId], ['', ''])
    assert.equal(s.told('legEnded').length, 1)
  })

  test('somebody else was quicker: the email stays on hold until there is room', () => {
    const s = reading({ email: 100, voice: 100 })
    s.do(change())
    s.media('call', 'answered')
    s.submit('more', 'mail')
    s.complete('bo', 'call')
    assert.deepEqual(states(s), ['connected', 'completed'])
    assert.equal(s.contact('more').state, 'waiting')
  })

  test('the email ends first: the call goes on', () => {
    const s = reading()
    s.do(change())
    s.media('call', 'answered')
    s.complete('bo', 'mail')
    assert.deepEqual(states(s), ['completed', 'connected'])
    assert.equal(s.told('legEnded')[0]?.end, 'parentLeft')
  })

  test('an expert can be asked about the call', () => {
    const s = reading()
    s.do(change())
    s.media('call', 'answered')
    s.agent('eve', { tax: 5 })
    const asked = { ...change(), contactId: 'call', legContactId: 'ask', expertMayTakeOver: false }
    s.do({ ...asked, kind: 'startConsult' })
    assert.equal(s.contact('ask').parentContactId, 'call')
    assert.equal(s.offered('eve'), 'ask')
  })
})

describe('it is refused', () => {
  const table: readonly (readonly [string, string, (s: Story) => SwitchChannel])[] = [
    ['to a queue of its own channel', 'SWITCH_CHANNEL', () => change({ queueId: 'mail' })],
    ['to no queue', 'QUEUE_UNKNOWN', () => change({ queueId: 'none' })],
    ['to another agent', 'CONTACT_NOT_YOURS', () => change({ agentId: 'eve' })],
    [
      'below the floor',
      'ASSIGN_REFUSED',
      () => change({ requirements: [{ skillId: 'tax', minimumLevel: 3 }] }),
    ],
    [
      'to whom has no phone',
      'ASSIGN_REFUSED',
      (s) => {
        s.profile('bo', { tax: 2 }, { email: 30 })
        return change()
      },
    ],
    [
      'to whose profile is gone, though the queue asks for nothing',
      'ASSIGN_REFUSED',
      (s) => {
        s.queue('open')
        s.do({ kind: 'removeProfile', pool: 'p', agentId: 'bo' })
        return change({ queueId: 'open' })
      },
    ],
    [
      'beyond the budget',
      'ASSIGN_REFUSED',
      (s) => {
        s.submit('second', 'mail')
        s.accept('bo')
        return change()
      },
    ],
    [
      'while it is on hold',
      'CONTACT_STATE',
      (s) => {
        s.hold('mail')
        return change()
      },
    ],
    [
      'under an id that is taken',
      'CONTACT_EXISTS',
      (s) => {
        s.submit('call', 'mail')
        return change()
      },
    ],
  ]
  for (const [what, code, given] of table) {
    test(what, () => {
      const s = reading()
      assert.equal(s.refuse(given(s)), code)
    })
  }
})
