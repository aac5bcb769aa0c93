import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AbandonContact, CancelContact } from '../core/index.ts'
import { Story } from './story.ts'

const minute = 60_000
const hangsUp = (contactId: string): AbandonContact => ({
  kind: 'abandonContact',
  pool: 'p',
  contactId,
  mayPrecede: true,
})
const takesBack = (contactId: string): CancelContact => ({
  kind: 'cancelContact',
  pool: 'p',
  contactId,
  reason: 'sent twice',
  mayPrecede: true,
})

function given(): Story {
  const s = new Story()
  s.queue('tax', { callback: {} })
  return s
}

describe('an end that comes before its contact', () => {
  test('closes it as it comes, and nobody is offered it', () => {
    const s = given()
    s.agent('ann', {})
    s.do(hangsUp('c1'))
    s.submit('c1', 'tax')
    const { state, endCause } = s.contact('c1')
    assert.deepEqual([state, endCause], ['abandoned', 'customerLeft'])
    const contacts = s.kinds().filter((kind) => /^(contact|offer)/.test(kind))
    assert.deepEqual(contacts, ['contactAccepted', 'contactEnded'])
    assert.equal(s.offered('ann'), '')
    s.submit('c2', 'tax')
    assert.equal(s.offered('ann'), 'c2')
  })

  test('is a cancellation with its reason, if it was one', () => {
    const s = given()
    s.do(takesBack('c1'))
    s.submit('c1', 'tax')
    assert.equal(s.contact('c1').state, 'cancelled')
    assert.equal(s.contact('c1').cancelReason, 'sent twice')
  })

  test('said twice is said once, and a repeat of either after both changes nothing', () => {
    const s = given()
    s.do(hangsUp('c1'))
    const after = s.db.dump()
    s.do(hangsUp('c1'))
    assert.equal(s.db.dump(), after)
    s.submit('c1', 'tax')
    const ended = s.db.dump()
    s.do(hangsUp('c1'))
    s.submit('c1', 'tax')
    assert.equal(s.db.dump(), ended)
  })

  test('of two different ones the first counts', () => {
    const s = given()
    s.do(hangsUp('c1'))
    assert.equal(s.refuse(takesBack('c1')), 'CONTACT_ENDED')
    s.submit('c1', 'tax')
    assert.equal(s.contact('c1').state, 'abandoned')
  })

  test('waits for an hour, and a contact that comes later is a new one', () => {
    const s = given()
    s.do(hangsUp('c1'))
    s.do(hangsUp('c2'))
    s.skip(60 * minute - 1)
    s.submit('c1', 'tax')
    s.skip(1)
    s.submit('c2', 'tax')
    assert.deepEqual([s.contact('c1').state, s.contact('c2').state], ['abandoned', 'waiting'])
    assert.equal(s.state.earlyEnds.size, 0)
  })

  test('outlives a refusal of its contact', () => {
    const s = given()
    s.do(hangsUp('c1'))
    assert.equal(s.refuse(s.submission('c1', 'nowhere')), 'QUEUE_UNKNOWN')
    s.submit('c1', 'tax')
    assert.equal(s.contact('c1').state, 'abandoned')
  })
})

describe('only an unknown contact is waited for:', () => {
  test('one that is here is ended', () => {
    const s = given()
    s.submit('c1', 'tax')
    s.do(hangsUp('c1'))
    assert.equal(s.contact('c1').state, 'abandoned')
    assert.equal(s.state.earlyEnds.size, 0)
  })

  test('one that ended long ago has ended', () => {
    const s = given()
    s.submit('c1', 'tax')
    s.cancel('c1')
    s.skip(15 * minute)
    assert.equal(s.refuse(hangsUp('c1')), 'CONTACT_ENDED')
  })

  test('of an unknown pool there is none', () => {
    const s = given()
    assert.equal(s.refuse({ ...hangsUp('c1'), pool: 'q' }), 'POOL_UNKNOWN')
  })

  test('a caller who does not say so is told that it is unknown', () => {
    const s = given()
    assert.equal(s.refuse({ ...hangsUp('c1'), mayPrecede: false }), 'CONTACT_UNKNOWN')
    assert.equal(s.state.earlyEnds.size, 0)
  })
})

describe('a customer with a pending callback who calls in, and whose end comes first,', () => {
  function pending(): Story {
    const s = given()
    s.submit('c1', 'tax', { customerKey: 'k' })
    s.wantsCallback('c1')
    return s
  }

  test('having hung up, is called back as before', () => {
    const s = pending()
    const before = s.contact('c1').state
    s.do(hangsUp('again'))
    s.submit('again', 'tax', { customerKey: 'k' })
    assert.equal(s.contact('again').contactId, 'c1')
    assert.equal(s.contact('c1').state, before)
    assert.equal(s.told('promiseSettled').length, 0)
  })

  test('having hung up, is called back by the time that was promised', () => {
    const s = new Story()
    const within = { withinMs: 10 * minute, slackMs: minute, windowMs: 60 * minute }
    s.queue('tax', {
      callback: { offerAboveMs: 0, within: { ...within, windows: 1, shareBp: 10_000, only: true } },
    })
    s.agent('ann', {})
    s.submit('c0', 'tax')
    s.talk('ann')
    s.submit('c1', 'tax', { customerKey: 'k' })
    s.wantsCallback('c1')
    s.do(hangsUp('again'))
    s.pass(9 * minute)
    s.complete('ann', 'c0')
    assert.equal(s.offered('ann'), 'c1')
    s.submit('again', 'tax', { customerKey: 'k' })
    s.decline('ann')
    assert.equal(s.contact('c1').state, 'dialable')
    assert.equal(s.contact('c1').callback?.steppedAhead, true, 'the time is still to be kept')
    assert.equal(s.told('promiseSettled').length, 0)
  })

  test('having been taken back, is not', () => {
    const s = pending()
    s.do(takesBack('again'))
    s.submit('again', 'tax', { customerKey: 'k' })
    assert.equal(s.contact('c1').state, 'cancelled')
  })
})
