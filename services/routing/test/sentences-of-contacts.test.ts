import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Command,
  type ContactState,
  contactStates,
  type EndCause,
  endCauses,
  type OfferRule,
  offerReason,
  offerRules,
} from '../core/index.ts'
import { calledAway, minute } from './called-away.ts'
import { explained, type Row } from './sentences.ts'
import { given } from './states.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

const of = { pool: 'p', contactId: 'c1' } as const

/** Ann talks to the customer of c1, under a policy; by her skill tax. */
function talking(policy: object = {}): Story {
  const s = new Story()
  s.queue('tax', { requirements: [{ skillId: 'tax', minimumLevel: 3 }], policy })
  s.agent('ann', { tax: 4 })
  s.submit('c1', 'tax', { source: 'switch-1' })
  s.talk('ann')
  return s
}

/** Six agents talk, six seconds each: c1 is dialled ahead of them, and answers. */
function customerHeld(): Story {
  const s = new Story()
  const customerFirst = { agentWithinMs: 2_000, holdMaxMs: 30_000, nuisanceShareBp: 300 }
  const callback = { offerAboveMs: 0, customerFirst }
  s.queue('tax', { policy: { initialHandleTimeMs: 6_000 }, callback })
  for (const id of ['ann', 'bob', 'cid', 'dee', 'eve', 'fay']) {
    s.agent(id, {})
    s.submit(`with-${id}`, 'tax')
    s.talk(id)
  }
  s.submit('c1', 'tax')
  s.wantsCallback('c1')
  s.claim('c1')
  s.report('c1', 'human')
  return s
}

function merged(): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  s.submit('c1', 'tax', { customerKey: 'kim' })
  s.wantsCallback('c1')
  s.submit('c2', 'tax', { customerKey: 'kim' })
  return s
}

function after(s: Story, ...happens: readonly ((s: Story) => void)[]): Story {
  for (const one of happens) one(s)
  return s
}

describe('in each state a contact is explained', () => {
  const table: Record<ContactState, Row> = {
    waiting: [
      'The customer waits in place 1 of the queue tax; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. A callback is being offered, ' +
        'since the wait is long.',
      () => given('waiting'),
    ],
    offered: [
      'ann was chosen because nobody else skilled for it had room, is offered this ' +
        'call of the queue tax and has not answered yet; unless ann answers within 20 ' +
        'seconds, it goes to somebody else.',
      () => given('offered'),
    ],
    connecting: [
      'ann was chosen because nobody else skilled for it had room and has this call ' +
        'of the queue tax; the two are being connected, and if that fails, it goes back ' +
        'to its place in the queue.',
      () => given('connecting'),
    ],
    connected: [
      'ann was chosen because nobody else skilled for it had room, and is working on ' +
        'this call of the queue tax (for an agent with tax from level 3).',
      () => talking(),
    ],
    held: [
      'ann has put this call of the queue tax on hold until the customer answers; if ' +
        'that takes longer than 7 days, it is ended.',
      () => given('held'),
    ],
    wrapUp: [
      'The conversation is over; ann, chosen because nobody else skilled for it had ' +
        'room, writes up this call of the queue tax, and has 30 seconds left for that.',
      () => given('wrapUp'),
    ],
    interrupted: [
      'ann has set this email of the queue mail aside for a customer on the line and ' +
        'goes on with it as soon as there is room, before any other work; if there is ' +
        'none for 29 minutes more, it goes back to its queue.',
      () => calledAway(),
      'mail-1',
    ],
    dialable: [
      'The customer waits for a callback in place 1 of the queue tax; no agent is ' +
        'known who takes calls. Unless an agent comes, it ends in 1 day.',
      () => given('dialable'),
    ],
    dialling: [
      'ann is reserved for this callback of the queue tax, and the customer is being ' +
        'called; if nobody answers, it is tried again later.',
      () => given('dialling'),
    ],
    customerHeld: [
      'The customer was called for the queue tax and has answered before an agent was ' +
        'free; the next agent who is free takes the call.',
      customerHeld,
    ],
    callbackWaiting: [
      'The customer was not reached; the place in the queue tax is kept, and the next ' +
        'attempt is due in 10 minutes.',
      () => given('callbackWaiting'),
    ],
    completed: [
      'This call of the queue tax is over: ann has finished it.',
      () => given('completed'),
    ],
    abandoned: [
      'This call of the queue tax is over: the customer hung up before an agent was ' +
        'on the line.',
      () => given('abandoned'),
    ],
    expired: [
      'This call of the queue tax is over: it had to wait longer than the queue ' + 'allows.',
      () => given('expired'),
    ],
    cancelled: [
      'This call of the queue tax is over: whoever sent it has taken it back.',
      () => given('cancelled'),
    ],
    merged: [
      'The customer called again while a callback was waited for; it goes on as ' + 'contact c1.',
      merged,
      'c2',
    ],
  }
  explained(table)
  test('and no state is left out, nor is one explained that is another', () => {
    assert.deepEqual(Object.keys(table).toSorted(), [...contactStates].toSorted())
    for (const [state, [, story, contactId = 'c1']] of Object.entries(table)) {
      assert.equal(story().state.contacts.must(`p/${contactId}`).state, state)
    }
  })
})

const carryOut = { kind: 'carryOutReconciliation', pool: 'p', source: 'switch-1' } as const
const page = (s: Story): Command => ({
  ...{ kind: 'reconcilePage', pool: 'p', source: 'switch-1', requestId: 'crash' },
  ...{ cause: 'switchLost', asOf: s.time, page: 1, liveContactIds: [], last: true },
})

function reconciled(): Story {
  const s = new Story()
  s.queue('tax')
  s.submit('c1', 'tax', { source: 'switch-1' })
  s.pass(1_000)
  working(s, page(s))
  working(s, { ...carryOut, requestId: 'crash' })
  return s
}

const closed: Command = {
  ...{ kind: 'setQueueState', pool: 'p', queueId: 'tax', state: 'closed', reason: 'fire drill' },
  ...{ actor: 'sue', until: undefined, rule: 'cancel', whenClosed: undefined, destination: '' },
}

/** Ann asks for help with c1, and puts it on hold before anybody has answered. */
function consulted(): Story {
  const s = talking()
  s.queue('experts')
  s.do({
    ...{ kind: 'startConsult', ...of, agentId: 'ann', legContactId: 'ask', queueId: 'experts' },
    ...{ requirements: [], expertMayTakeOver: false, fingerprint: 'f' },
  })
  return s
}

/** Ann goes on by phone with the email c1. */
function switched(): Story {
  const s = new Story()
  s.queue('mail', { channel: 'email' })
  s.queue('calls')
  s.agent('ann', {}, { email: 30, voice: 100 })
  s.submit('c1', 'mail')
  s.accept('ann')
  s.do({
    ...{ kind: 'switchChannel', ...of, agentId: 'ann', legContactId: 'call', queueId: 'calls' },
    ...{ requirements: [], fingerprint: 'f' },
  })
  return s
}

function nobodyStaffed(): Story {
  const s = new Story()
  const unstaffed = { action: 'refuse', graceMs: minute, queueId: '' } as const
  s.queue('tax', { policy: { unstaffed } })
  s.submit('c1', 'tax')
  s.pass(minute)
  return s
}

const givenUp = (): Story =>
  after(given('dialling'), (s) => {
    s.claim('c1')
    s.report('c1', 'invalid')
  })

describe('for each end a contact is explained', () => {
  const table: Record<EndCause, Row> = {
    none: [
      'ann was chosen because nobody else skilled for it had room, and is working on ' +
        'this call of the queue tax (for an agent with tax from level 3).',
      () => talking(),
    ],
    completed: [
      'This call of the queue tax (for an agent with tax from level 3) is over: ann ' +
        'has finished it.',
      () => after(talking(), (s) => s.complete('ann', 'c1')),
    ],
    customerLeft: [
      'This call of the queue tax is over: the customer hung up before an agent was ' +
        'on the line.',
      () => given('abandoned'),
    ],
    cancelled: [
      'This call of the queue tax is over: whoever sent it has taken it back (a ' + 'test).',
      () =>
        after(given('waiting'), (s) => s.do({ kind: 'cancelContact', ...of, reason: 'a test' })),
    ],
    timeToLive: [
      'This call of the queue tax is over: it had to wait longer than the queue ' + 'allows.',
      () => given('expired'),
    ],
    callbackGivenUp: [
      'This call of the queue tax is over: the customer was not reached by a ' +
        'callback, and no further try is made.',
      givenUp,
    ],
    holdLimit: [
      'This call of the queue tax (for an agent with tax from level 3) is over: it ' +
        'was on hold for longer than the queue allows.',
      () =>
        after(
          talking({ holdLimitMs: minute }),
          (s) => s.hold('c1'),
          (s) => s.pass(minute),
        ),
    ],
    handleLimit: [
      'This call of the queue tax (for an agent with tax from level 3) is over: it ' +
        'was with its agent for longer than the queue allows.',
      () => after(talking({ handleLimitMs: minute }), (s) => s.pass(minute)),
    ],
    wrapUpOver: [
      'This call of the queue tax is over: the conversation was over, and so was the ' +
        'time for writing it up.',
      () => after(given('wrapUp'), (s) => s.pass(minute)),
    ],
    legLost: [
      'This call of the queue tax is over: its connection was lost when the telephone ' +
        'or chat system failed.',
      reconciled,
    ],
    queueClosed: [
      'This call of the queue tax is over: its queue closed while the customer ' + 'waited.',
      () => after(given('waiting'), (s) => s.work(closed)),
    ],
    parentLeft: [
      'This call of the queue experts is over: the contact it belonged to is no ' +
        'longer with the agent who began it. It was a consult about contact c1.',
      () => after(consulted(), (s) => s.hold('c1')),
      'ask',
    ],
    notReached: [
      'This call of the queue calls is over: the customer could not be reached on ' +
        'this channel. It belongs to contact c1, whose agent has gone on with the ' +
        'customer so.',
      () => after(switched(), (s) => s.pass(minute)),
      'call',
    ],
    nobodyStaffed: [
      'This call of the queue tax is over: nobody who could serve it was at work.',
      nobodyStaffed,
    ],
  }
  explained(table)
  test('and no end is left out, nor is one explained that is another', () => {
    assert.deepEqual(Object.keys(table).toSorted(), [...endCauses].toSorted())
    for (const [cause, [, story, contactId = 'c1']] of Object.entries(table)) {
      assert.equal(story().state.contacts.must(`p/${contactId}`).endCause, cause)
    }
  })
})

describe('what one contact is to another is told of', () => {
  explained({
    'who asks an expert': [
      'ann was chosen because nobody else skilled for it had room, and is working on ' +
        'this call of the queue tax (for an agent with tax from level 3). An expert is ' +
        'being consulted about it (contact ask).',
      consulted,
    ],
    'what the expert is asked': [
      'The customer waits in place 1 of the queue experts; the wait is about 4 ' +
        'minutes. Of the agents at work, 1 has declined it or must not have it. It is a ' +
        'consult: whoever has contact c1 asks for help and keeps the customer.',
      consulted,
      'ask',
    ],
    'what waits for another channel': [
      'ann has put this email of the queue mail on hold until the conversation on the ' +
        'other channel is over; if that takes longer than 7 days, it is ended. Its ' +
        'agent is with the customer on another channel meanwhile (contact call).',
      switched,
    ],
    'what goes on there': [
      'ann was chosen because this agent already had the customer on another channel ' +
        'and has this call of the queue calls; the two are being connected, and if the ' +
        'customer does not answer, it ends. It belongs to contact c1, whose agent has ' +
        'gone on with the customer so.',
      switched,
      'call',
    ],
  })
})

describe('for each rule of choice an agent is told', () => {
  const table: Record<OfferRule, string> = {
    preferred: 'the contact asks for this agent first',
    tightestFit: 'this agent had just enough room for it, so that others stay free for calls',
    longestIdle: 'of the skilled agents with room this one had been free the longest',
    onlyOne: 'nobody else skilled for it had room',
    nextContact: 'this agent became free and the contact was the next in line',
    leastFlexible: 'of the skilled agents with room this one can do the least else',
    bestSkilled: 'of the skilled agents with room this one has the highest levels in what it needs',
    loadFairness: 'the others of equal claim have had their share of contacts this hour',
    variety: 'the others of equal claim have just had several of this kind in a row',
    assigned: 'a supervisor gave it to this agent',
    consulted: 'this agent had been consulted about it, and it was handed over',
    channelSwitch: 'this agent already had the customer on another channel',
    interruption:
      'nobody skilled for it was free, and this agent could set other work aside for it',
  }
  for (const rule of offerRules) {
    test(rule, () => {
      assert.equal(offerReason(rule), `You were chosen because ${table[rule]}.`)
    })
  }
})
