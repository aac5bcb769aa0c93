// 2: A virtual queue: whoever hangs up keeps the place.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EndCause } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { sixTalk } from './ahead.ts'
import { asksForCallback } from './asking.ts'
import { attemptOf, CallbackStatus, Centre, ContactState, DialOutcome, phoneOf } from './centre.ts'
import type { Desk } from './desk.ts'
import { MINUTE, minutes, SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** Ann is busy; three wait, and the second has chosen to be called back and hung up. */
async function threeWaiting(centre: Centre): Promise<Desk> {
  await centre.queue('tax', { needs: { tax: 3 }, callback: { maxAttempts: 2 } })
  const ann = await centre.agent('ann', { tax: 3 })
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  for (const contactId of ['first', 'second', 'third']) {
    await world.pass(SECOND)
    await centre.arrives(contactId, 'tax', { customerKey: `customer-of-${contactId}` })
  }
  const second = await centre.choosesCallback('second')
  assert.equal(second.state, ContactState.CONTACT_STATE_DIALABLE)
  assert.equal(second.callback?.status, CallbackStatus.CALLBACK_STATUS_ACCEPTED)
  return ann
}

/** A dialler gets the number, and tells what came of it. */
async function dials(centre: Centre, contactId: string, outcome: DialOutcome) {
  const dialling = await centre.contact(contactId)
  assert.equal(dialling.state, ContactState.CONTACT_STATE_DIALLING)
  const attemptId = attemptOf(dialling)
  const claimed = await centre.claims('dialler', contactId, attemptId)
  assert.equal(claimed.callback?.addressRef, phoneOf(contactId))
  return centre.reports('dialler', contactId, attemptId, outcome)
}

test('2 given the second has hung up, when agents free up, it is dialled second', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await threeWaiting(centre)

  await ann.completes('earlier')
  await ann.takes('first')
  await ann.completes('first')
  await ann.accepts('second')

  const reached = await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_HUMAN)
  assert.equal(reached.contactId, 'second')
  assert.equal(reached.state, ContactState.CONTACT_STATE_CONNECTED)
  assert.equal(reached.agentId, ann.agentId)
  assert.equal(reached.callback?.status, CallbackStatus.CALLBACK_STATUS_REACHED)
  await ann.completes('second')
  await ann.takes('third')
  await centre.assertSound()
})

test('2 given it is second, when the server dies and is back, it is dialled second', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await threeWaiting(centre)

  await world.crash()
  await ann.losesLine()
  await ann.sitDown()

  await ann.completes('earlier')
  await ann.takes('first')
  await ann.completes('first')
  await ann.accepts('second')
  await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_HUMAN)
  await ann.completes('second')
  await ann.takes('third')
  await centre.assertSound()
})

test('2 given nobody answered, when the next attempt is due, it is next again', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await threeWaiting(centre)
  await ann.completes('earlier')
  await ann.takes('first')
  await ann.completes('first')
  await ann.accepts('second')

  const parked = await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_NO_ANSWER)
  assert.equal(parked.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)
  await ann.takes('third')
  await world.pass(10 * MINUTE)
  await centre.arrives('later', 'tax')
  await ann.completes('third')
  await ann.accepts('second')

  const over = await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_NO_ANSWER)
  assert.equal(over.state, ContactState.CONTACT_STATE_EXPIRED)
  assert.equal(over.endCause, EndCause.END_CAUSE_CALLBACK_GIVEN_UP)
  assert.equal(over.callback?.attempts, 2)
  await ann.isOffered('later')
  await centre.assertSound()
})

test('2 given a callback is second, when two agents free up, the third waits', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await threeWaiting(centre)
  const bea = await centre.agent('bea', { tax: 4 })
  await bea.isOffered('first')

  await ann.completes('earlier')

  await ann.isOffered('second')
  assert.equal((await centre.contact('third')).state, ContactState.CONTACT_STATE_WAITING)
})

test('2 given an accepted callback, when it is dialled, its promise counts once', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { handleTime: minutes(5) })
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  await centre.arrives('kept', 'tax')
  await centre.choosesCallback('kept')
  await centre.arrives('broken', 'tax')
  await centre.choosesCallback('broken')

  await world.pass(5 * MINUTE)
  await ann.completes('earlier')
  await ann.accepts('kept')
  await dials(centre, 'kept', DialOutcome.DIAL_OUTCOME_HUMAN)
  await world.pass(60 * MINUTE)
  await ann.completes('kept')
  await ann.accepts('broken')
  await dials(centre, 'broken', DialOutcome.DIAL_OUTCOME_HUMAN)

  const { promisesKept, promisesBroken, callbacksReached } = await centre.figures('tax')
  assert.deepEqual(
    { promisesKept, promisesBroken, callbacksReached },
    { promisesKept: 1, promisesBroken: 1, callbacksReached: 2 },
  )
})

test('2 given nobody was asked, when the second asks, it is dialled second', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: { offerAbove: minutes(600) } })
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  for (const contactId of ['first', 'second', 'third']) {
    await world.pass(SECOND)
    await centre.arrives(contactId, 'tax')
  }
  const second = await asksForCallback(centre, 'second')
  assert.equal(second.callback?.requested, true)
  await centre.hangsUp('second')
  assert.match((await centre.explanation('second')).sentence, /asked for a callback/)

  await ann.completes('earlier')
  await ann.takes('first')
  await ann.completes('first')
  await ann.accepts('second')
  await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_HUMAN)
  await centre.assertSound()
})

test('2 given one dialled ahead answers, when an agent is free, the two meet', async (t) => {
  const centre = await Centre.open(t, world)
  const [ann, bob] = await sixTalk(centre)
  await centre.arrives('second', 'tax')
  await centre.choosesCallback('second')
  await centre.arrives('third', 'tax')

  const dialling = await centre.contact('second')
  assert.equal(dialling.callback?.attempt?.customerFirst, true)
  assert.equal(dialling.agentId, '', 'nobody is reserved')
  const answered = await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_HUMAN)
  assert.equal(answered.state, ContactState.CONTACT_STATE_CUSTOMER_HELD)
  const { sentence } = await centre.explanation('second')
  assert.match(sentence, /has answered before an agent was free/)

  await ann?.completes('with-ann')
  await ann?.takes('second')
  await bob?.completes('with-bob')
  await bob?.takes('third')

  const met = await centre.contact('second')
  assert.equal(met.state, ContactState.CONTACT_STATE_CONNECTED)
  assert.equal(met.callback?.status, CallbackStatus.CALLBACK_STATUS_REACHED)
  const { customersHeld, nuisances } = await centre.figures('tax')
  assert.deepEqual({ customersHeld, nuisances }, { customersHeld: 1, nuisances: 0 })
  await centre.assertSound()
})

test('2 given one dialled ahead does not answer, its place is kept for the next', async (t) => {
  const centre = await Centre.open(t, world)
  const [ann] = await sixTalk(centre)
  await centre.arrives('second', 'tax')
  await centre.choosesCallback('second')

  const parked = await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_NO_ANSWER)
  assert.equal(parked.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)
  await world.pass(10 * MINUTE)
  await centre.arrives('later', 'tax')

  await dials(centre, 'second', DialOutcome.DIAL_OUTCOME_HUMAN)
  await ann?.completes('with-ann')
  await ann?.takes('second')
  await centre.assertSound()
})
