import { describe } from 'node:test'
import type { Alternative, CallbackPolicy, CallbackStatus } from '../core/index.ts'
import { explained, type Row } from './sentences.ts'
import { given } from './states.ts'
import { Story } from './story.ts'
import { working } from './work.ts'

const minute = 60_000
const off = { offersOff: undefined, dialsOff: undefined, learningOff: undefined } as const
const drill = { pool: 'p', reason: 'fire drill', actor: 'sue' } as const

/** A queue that offers callbacks, and c1 of a known customer in it. */
function asked(callback: Partial<CallbackPolicy> = {}): Story {
  const s = new Story()
  s.queue('tax', { callback })
  s.submit('c1', 'tax', { customerKey: 'kim' })
  return s
}

const wanted = (callback: Partial<CallbackPolicy> = {}): Story => {
  const s = asked(callback)
  s.wantsCallback('c1')
  return s
}

const answered = (accept: boolean): Story => {
  const s = asked()
  s.do({ kind: 'respondToCallbackOffer', pool: 'p', contactId: 'c1', accept, addressRef: 'tel' })
  return s
}

function lapsed(): Story {
  const s = asked()
  s.pass(30_000)
  return s
}

function calledIn(): Story {
  const s = wanted()
  s.submit('c2', 'tax', { customerKey: 'kim' })
  return s
}

function reached(): Story {
  const s = given('dialling')
  s.claim('c1')
  s.report('c1', 'human')
  s.do({ kind: 'requeueContact', pool: 'p', contactId: 'c1', requestId: 'r1' })
  s.presence('ann', 'paused', 'lunch')
  return s
}

function givenUp(): Story {
  const s = given('dialling')
  s.claim('c1')
  s.report('c1', 'invalid')
  return s
}

describe('whether a callback is wanted is told', () => {
  const table: Record<CallbackStatus, Row> = {
    offered: [
      'The customer waits in place 1 of the queue tax; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. A callback is being offered, ' +
        'since the wait is long.',
      () => asked(),
    ],
    accepted: [
      'The customer waits for a callback in place 1 of the queue tax; no agent is ' +
        'known who takes calls. Unless an agent comes, it ends in 1 day.',
      () => wanted(),
    ],
    declined: [
      'The customer waits in place 1 of the queue tax; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. The customer was offered a ' +
        'callback and prefers to wait.',
      () => answered(false),
    ],
    lapsed: [
      'The customer waits in place 1 of the queue tax; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. A callback was offered and ' +
        'not answered; it may be offered again.',
      lapsed,
    ],
    reached: [
      'The customer waits in place 1 of the queue tax; of those who take calls nobody ' +
        'is ready, so nobody knows how long. Of the agents at work, 1 is paused or ' +
        'about to leave. Unless an agent comes, it ends in 4 hours. The customer has ' +
        'been called back before.',
      reached,
    ],
    givenUp: [
      'This call of the queue tax is over: the customer was not reached by a ' +
        'callback, and no further try is made.',
      givenUp,
    ],
    calledIn: [
      'The customer waits in place 1 of the queue tax; no agent is known who takes ' +
        'calls. Unless an agent comes, it ends in 4 hours. The customer called in ' +
        'before being called back, and has kept the place.',
      calledIn,
    ],
  }
  explained(table)
})

/** One dial at a time, and two who are to be called. */
function paced(): Story {
  const s = new Story()
  const { etag } = s.state.pools.must('p')
  const dialPacing = { perSecond: 1, inFlightMax: 1 }
  s.do({ kind: 'putPool', pool: 'p', displayName: 'Pool', dialPacing, etag })
  s.queue('tax', { callback: {} })
  for (const id of ['c0', 'c1']) {
    s.submit(id, 'tax')
    s.wantsCallback(id)
  }
  for (const agent of ['bob', 'ann']) s.agent(agent, {})
  for (const agent of ['bob', 'ann']) s.accept(agent)
  return s
}

function dialsOff(): Story {
  const s = given('dialable')
  working(s, { kind: 'setPoolSwitches', ...off, dialsOff: true, ...drill })
  s.agent('ann', {})
  if (s.offered('ann') !== '') s.accept('ann')
  return s
}

/** Nobody is called before eight; it is Tuesday, at so many hours after midnight. */
function early(hours: number): Story {
  const s = new Story()
  s.time = (5 * 24 + hours) * 60 * minute
  const days = [1, 2, 3, 4, 5, 6, 7]
  s.do({
    ...{ kind: 'resolveZone', zone: 'Europe/Lisbon', offsets: [{ from: 0, aheadMs: 0 }] },
    knownUntil: s.time + 86_400_000 * 60,
  })
  const callingHours = { from: 480, to: 1_200, days, zone: 'Europe/Lisbon' }
  s.queue('tax', { callback: { callingHours } })
  const submission = s.submission('c1', 'tax')
  const who = { pool: 'p', contactId: 'c1', addressRef: 'tel' } as const
  s.do({ kind: 'requestCallback', ...who, product: 'keepPlace', submission })
  return s
}

/** Within 20 minutes, or in a window; ann is busy. */
function timed(windowFrom?: number): Story {
  const s = new Story()
  s.time = 1_700_002_200_000
  const within = {
    ...{ withinMs: 20 * minute, slackMs: minute, windowMs: 60 * minute, windows: 4 },
    ...{ shareBp: 10_000, only: false },
  }
  s.queue('tax', { callback: { offerAboveMs: 1_440 * minute, within } })
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  const submission = s.submission('c1', 'tax')
  const wish = windowFrom === undefined ? {} : { windowFrom }
  const who = { pool: 'p', contactId: 'c1', addressRef: 'tel' } as const
  s.do({ kind: 'requestCallback', ...who, product: 'within', submission, ...wish })
  return s
}

function nearly(): Story {
  const s = timed()
  s.pass(15 * minute)
  return s
}

describe('when a callback comes is told', () => {
  explained({
    'its turn to be dialled has not come': [
      'ann is reserved for this callback of the queue tax, which is made as soon as ' +
        'another call may go out; so many customers are being called at the moment.',
      paced,
    ],
    'dials are switched off': [
      'Nobody is called back until somebody switches that on again: sue has switched ' +
        'it off (fire drill); the place in the queue tax is kept.',
      dialsOff,
    ],
    'it is too early in the day': [
      'The customer is not dialled before 08:00 in Europe/Lisbon; the place in the ' +
        'queue tax is kept.',
      () => early(6),
    ],
    'it is too late in the day': [
      'The customer is not dialled before 08:00 in Europe/Lisbon on Wednesday; the ' +
        'place in the queue tax is kept.',
      () => early(21),
    ],
    'within a time': [
      'The customer was promised a callback by the queue tax within 20 minutes from ' +
        'now; whoever is on the line goes first until that comes near.',
      () => timed(),
    ],
    'within a time that is near': [
      'The customer was promised a callback by the queue tax within 5 minutes from ' +
        'now; that is near, so it goes before everybody on the line, in place 1.',
      nearly,
    ],
    'in a later window': [
      'The customer has chosen a later window for a callback by the queue tax and is ' +
        'called when it begins, in 70 minutes.',
      () => timed(1_700_006_400_000),
    ],
  })
})

const choice = (kind: Alternative['kind'], more: Partial<Alternative> = {}): Alternative => ({
  ...{ alternativeId: kind, kind, queueId: '', afterMs: 0, requirements: [], insteadOf: [] },
  ...more,
})
const choices = [
  choice('ticket', { queueId: 'tickets' }),
  choice('later', { afterMs: 90 * minute }),
]

/** A chat for which the wait is long: ann is busy. */
function chat(): Story {
  const s = new Story()
  const times = { offerAboveMs: minute, offerCadenceMs: 2 * minute, offerTimeoutMs: 30_000 }
  const alternatives = { ...times, offerLevelBp: 5_000, choices }
  s.queue('tickets', { channel: 'task' })
  s.queue('chats', { channel: 'chat', policy: { alternatives } })
  s.agent('ann', {}, { chat: 100, task: 100 })
  s.submit('c0', 'chats')
  s.talk('ann')
  s.submit('c1', 'chats')
  return s
}

function chose(alternativeId: string | undefined): Story {
  const s = chat()
  const accept = alternativeId !== undefined
  const who = { pool: 'p', contactId: 'c1', addressRef: '', actor: 'bot-1' } as const
  const chosen = accept ? { alternativeId } : {}
  s.do({ kind: 'respondToCallbackOffer', ...who, accept, ...chosen })
  return s
}

function unanswered(): Story {
  const s = chat()
  s.pass(30_000)
  return s
}

describe('what else the customer was offered is told', () => {
  explained({
    offered: [
      'The customer waits in place 1 of the queue chats; the wait is about 4 minutes. ' +
        'Of the agents at work, 1 is busy. Since the wait is long, the customer is ' +
        'being offered something else: a ticket in tickets, or 1 hour 30 minutes later.',
      chat,
    ],
    lapsed: [
      'The customer waits in place 1 of the queue chats; the wait is about 4 minutes. ' +
        'Of the agents at work, 1 is busy. The customer was offered something else and ' +
        'has not answered; it may be offered again.',
      unanswered,
    ],
    declined: [
      'The customer waits in place 1 of the queue chats; the wait is about 4 minutes. ' +
        'Of the agents at work, 1 is busy. The customer was offered something else and ' +
        'prefers to wait; it may be offered again.',
      () => chose(undefined),
    ],
    'a ticket chosen': [
      'This task waits in place 1 of the queue tickets; the wait is about 4 minutes. ' +
        'Of the agents at work, 1 is busy. The customer has chosen a ticket in tickets ' +
        'instead of a long wait; bot-1 has recorded it.',
      () => chose('ticket'),
    ],
    'a later time chosen': [
      'The customer waits for a later time, which comes in 1 hour 30 minutes; the ' +
        'place in the queue chats is kept. The customer has chosen 1 hour 30 minutes ' +
        'later instead of a long wait; bot-1 has recorded it.',
      () => chose('later'),
    ],
  })
})
