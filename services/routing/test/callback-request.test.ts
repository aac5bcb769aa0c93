import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explainContact, type RequestCallback, type WithinPolicy } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const within: WithinPolicy = {
  withinMs: 20 * minute,
  slackMs: minute,
  windowMs: 60 * minute,
  windows: 4,
  shareBp: 10_000,
  only: false,
}

/** Ann is busy; twelve callbacks an hour. Nobody is asked: the wait is never too long. */
function busy(): Story {
  const s = new Story()
  s.time = 1_700_002_200_000
  s.queue('tax', { callback: { offerAboveMs: 1_440 * minute, within } })
  s.queue('plain')
  s.agent('ann', {})
  s.submit('c0', 'tax')
  s.talk('ann')
  return s
}

const asks = (contactId: string, more: Partial<RequestCallback> = {}) =>
  ({ kind: 'requestCallback', pool: 'p', contactId, addressRef: 'tel', ...more }) as const

const calls = (s: Story, contactId: string, more: Partial<RequestCallback> = {}, customer = '') =>
  asks(contactId, {
    submission: s.submission(contactId, 'tax', { customerKey: customer }),
    ...more,
  })

const moves = (contactId: string, requestId: string, more: object = {}) =>
  ({
    kind: 'rescheduleCallback',
    pool: 'p',
    contactId,
    requestId,
    addressRef: '',
    ...more,
  }) as const

const why = (s: Story, contactId: string): string =>
  explainContact(s.state, s.state.contacts.must(`p/${contactId}`), s.at).sentence

const promises = (s: Story) => {
  const { promisesGiven, promisesVoid } = s.state.queues.must('p/tax')
  const { promisesKept, promisesBroken } = s.figures('tax')
  return [promisesGiven, promisesKept, promisesBroken, promisesVoid]
}

describe('a customer on the line asks for a callback', () => {
  test('and keeps the place, unasked', () => {
    const s = busy()
    s.submit('c1', 'tax')
    s.submit('c2', 'tax')
    s.do(asks('c1'))
    s.do(asks('c1'))
    s.abandon('c1')
    assert.equal(s.contact('c1').state, 'dialable')
    assert.equal(s.contact('c1').callback?.requested, true)
    assert.match(why(s, 'c1'), /has asked for a callback/)
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), 'c1')
    assert.equal(s.told('callbackAccepted').length, 1)
    assert.equal(s.state.queues.must('p/tax').callbacksRequested, 1)
  })

  test('is refused where none is given, what has no room, and who does not wait', () => {
    const s = busy()
    s.submit('elsewhere', 'plain')
    assert.equal(s.refuse(asks('elsewhere')), 'CALLBACKS_NONE')
    assert.equal(s.refuse(asks('c0')), 'CONTACT_STATE')
    s.submit('c1', 'tax')
    const never = asks('c1', { product: 'within', windowFrom: 12_345 })
    assert.equal(s.refuse(never), 'CALLBACK_FULL')
    s.cancel('c1')
    assert.equal(s.refuse(asks('c1')), 'CONTACT_ENDED')
  })

  test('who was called back before and waits again has a new promise', () => {
    const s = busy()
    s.submit('c1', 'tax', { customerKey: 'k' })
    s.do(asks('c1'))
    s.submit('again', 'tax', { customerKey: 'k' })
    assert.equal(s.told('promiseSettled').length, 1)
    s.do(asks('c1', { product: 'within' }))
    assert.equal(s.contact('c1').callback?.status, 'accepted')
    assert.deepEqual(promises(s), [2, 1, 0, 0])
    assert.equal(s.state.openPromises.size(s.state.queues.must('p/tax').slot), 1)
  })
})

test('who has called in, and asks to be called after all, is on no line and is dialled', () => {
  const s = busy()
  s.submit('c1', 'tax', { customerKey: 'k' })
  s.do(asks('c1'))
  s.submit('again', 'tax', { customerKey: 'k' })
  s.do(asks('c1'))
  assert.equal(s.contact('c1').state, 'dialable')
  s.complete('ann', 'c0')
  s.accept('ann')
  assert.equal(s.contact('c1').state, 'dialling')
})

test('a place that was changed while the window was far off is the place afterwards', () => {
  const s = busy()
  const windowFrom = s.time + 70 * minute
  s.do(calls(s, 'web', { product: 'within', windowFrom }))
  s.submit('line', 'tax')
  const priority = { priority: -100, reason: 'may wait', actor: 'sue' }
  s.do({ kind: 'setContactPriority', pool: 'p', contactId: 'web', ...priority })
  s.pass(70 * minute)
  assert.equal(s.contact('web').state, 'dialable')
  s.do(moves('web', 'm1'))
  s.complete('ann', 'c0')
  assert.equal(s.offered('ann'), 'line')
})

describe('a customer who is not on the line asks to be called', () => {
  test('and is called at once when somebody is free', () => {
    const s = busy()
    s.agent('bob', {})
    s.do(calls(s, 'web'))
    assert.equal(s.offered('bob'), 'web')
    s.accept('bob')
    s.claim('web')
    s.report('web', 'human')
    assert.equal(s.contact('web').state, 'connected')
  })

  test('once, however often it is said; another wish needs another id', () => {
    const s = busy()
    s.do(calls(s, 'web'))
    s.do(calls(s, 'web'))
    assert.equal(s.told('contactAccepted').length, 2, 'c0 and this')
    const other = calls(s, 'web', { submission: s.submission('web', 'tax', { priority: 3 }) })
    assert.equal(s.refuse(other), 'CONTACT_EXISTS')
  })

  test('and is met by who calls in, and by who asks again', () => {
    const s = busy()
    s.do(calls(s, 'web', {}, 'k'))
    s.do(calls(s, 'app', { product: 'within' }, 'k'))
    assert.equal(s.contact('app').contactId, 'web')
    assert.deepEqual([s.contact('web').state, s.contact('web').liveLegId], ['dialable', ''])
    assert.equal(s.contact('web').callback?.product, undefined, 'what was promised stands')
    s.submit('phone', 'tax', { customerKey: 'k' })
    assert.deepEqual([s.contact('web').state, s.contact('web').liveLegId], ['waiting', 'phone'])
  })

  test('in a window: nobody is called before', () => {
    const s = busy()
    s.submit('c1', 'tax')
    const windowFrom = 1_700_006_400_000
    s.do(calls(s, 'web', { product: 'within', windowFrom }))
    assert.equal(s.contact('web').state, 'callbackWaiting')
    assert.match(why(s, 'web'), /chosen a later window/)
    s.cancel('c1')
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), '')
    s.skip(windowFrom - s.time)
    assert.equal(s.offered('ann'), 'web')
  })

  test('is refused where none is given, at a full queue, for what is not offered', () => {
    const s = busy()
    const plain = asks('web', { submission: s.submission('web', 'plain') })
    assert.equal(s.refuse(plain), 'CALLBACKS_NONE')
    const nowhere = asks('web', { submission: s.submission('web', 'nowhere') })
    assert.equal(s.refuse(nowhere), 'QUEUE_UNKNOWN')
    s.queue('small', { policy: { maxWaiting: 1 }, callback: {} })
    s.do(asks('one', { submission: s.submission('one', 'small') }))
    const two = asks('two', { submission: s.submission('two', 'small') })
    assert.equal(s.refuse(two), 'QUEUE_FULL')
    const three = asks('3', { submission: s.submission('3', 'small'), product: 'within' })
    s.cancel('one')
    assert.equal(s.refuse(three), 'CALLBACK_PRODUCT')
  })

  test('what was taken back before it came is over as it comes; a hang-up means nothing', () => {
    const s = busy()
    s.do({ kind: 'cancelContact', pool: 'p', contactId: 'web', reason: '', mayPrecede: true })
    s.do({ kind: 'abandonContact', pool: 'p', contactId: 'app', mayPrecede: true })
    s.do(calls(s, 'web'))
    s.do(calls(s, 'app'))
    assert.equal(s.contact('web').state, 'cancelled')
    assert.equal(s.contact('app').state, 'dialable')
  })
})

describe('the customer wants the callback at another time', () => {
  const windowFrom = 1_700_006_400_000

  test('the former promise is void, the new one is given, and the place is kept', () => {
    const s = busy()
    s.submit('c1', 'tax')
    const { key } = s.state.contacts.must('p/c1')
    s.do(asks('c1', { product: 'within' }))
    const former = s.contact('c1').callback?.promisedAt ?? 0
    s.do(moves('c1', 'r1', { product: 'within', windowFrom }))
    assert.equal(s.contact('c1').state, 'callbackWaiting')
    assert.deepEqual(promises(s), [2, 0, 0, 1])
    const [told] = s.told('callbackRescheduled')
    assert.equal(told?.formerPromisedAt, former)
    assert.deepEqual(told.window, { from: windowFrom, until: windowFrom + 60 * minute })
    s.do(moves('c1', 'r2', { product: 'keepPlace' }))
    assert.equal(s.state.contacts.must('p/c1').key, key)
    assert.equal(s.contact('c1').state, 'dialable')
  })

  test('once, however often it is said', () => {
    const s = busy()
    s.submit('c1', 'tax')
    s.do(asks('c1'))
    s.do(moves('c1', 'r1', { product: 'within' }))
    const promisedAt = s.contact('c1').callback?.promisedAt
    s.pass(minute)
    s.do(moves('c1', 'r1', { product: 'within' }))
    assert.equal(s.contact('c1').callback?.promisedAt, promisedAt)
    assert.deepEqual(promises(s), [2, 0, 0, 1])
  })

  test('without room all stays as it was', () => {
    const s = busy()
    for (let n = 1; n <= 12; n++) {
      s.do(calls(s, `w${n}`, { product: 'within', windowFrom }))
    }
    s.submit('c1', 'tax')
    s.do(asks('c1'))
    const wish = { product: 'within', windowFrom } as const
    assert.equal(s.refuse(moves('c1', 'r1', wish)), 'CALLBACK_FULL')
    assert.equal(s.contact('c1').state, 'dialable')
    // Who holds one of the twelve may have it again.
    s.do(moves('w3', 'r2', wish))
  })

  test('a time that has gone by is broken, not void', () => {
    const s = busy()
    s.submit('c1', 'tax')
    s.do(asks('c1', { product: 'within' }))
    s.pass(21 * minute)
    s.do(moves('c1', 'r1', { product: 'within', windowFrom: windowFrom + 60 * minute }))
    assert.deepEqual(promises(s), [2, 0, 1, 0])
    assert.equal(s.told('callbackRescheduled')[0]?.formerPromisedAt, 0)
    s.submit('c2', 'tax')
    s.do(asks('c2', { product: 'within' }))
    s.pass(21 * minute)
    s.cancel('c2')
    assert.deepEqual(promises(s), [3, 0, 2, 0])
  })

  test('an agent who is being offered it is free again', () => {
    const s = busy()
    s.submit('c1', 'tax')
    s.do(asks('c1'))
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), 'c1')
    s.do(moves('c1', 'r1', { product: 'within', windowFrom }))
    assert.equal(s.offered('ann'), '')
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('not while being dialled, and not without an accepted callback', () => {
    const s = busy()
    s.submit('c1', 'tax')
    assert.equal(s.refuse(moves('c1', 'r1')), 'CALLBACK_NOT_ACCEPTED')
    s.do(asks('c1'))
    s.complete('ann', 'c0')
    s.accept('ann')
    assert.equal(s.refuse(moves('c1', 'r1')), 'CONTACT_STATE')
    s.claim('c1')
    s.report('c1', 'noAnswer')
    s.do(moves('c1', 'r1', { addressRef: 'other' }))
    assert.equal(s.contact('c1').callback?.addressRef, 'other')
    assert.equal(s.offered('ann'), 'c1')
  })

  test('while a dial of unknown outcome may ring yet, nobody is called', () => {
    const s = busy()
    s.submit('c1', 'tax')
    s.do(asks('c1'))
    s.complete('ann', 'c0')
    s.accept('ann')
    s.claim('c1')
    s.report('c1', 'unknown')
    s.do(moves('c1', 'r1'))
    assert.equal(s.contact('c1').state, 'callbackWaiting')
    s.pass(10 * minute)
    assert.equal(s.offered('ann'), 'c1')
  })
})
