// 6: Calling again meets the callback.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asksForCallback, offLine } from './asking.ts'
import { refusal } from './api.ts'
import { attemptOf, CallbackStatus, Centre, ContactState, DialOutcome } from './centre.ts'
import type { Desk } from './desk.ts'
import { SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const ANA = { customerKey: 'customer-ana', addressKey: 'phone-ana' }

/** Ann is busy, Ana waits to be called back, and somebody came after her. */
async function anaWaits(centre: Centre): Promise<Desk> {
  await centre.queue('tax')
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  await world.pass(SECOND)
  await centre.arrives('ana-1', 'tax', ANA)
  await centre.choosesCallback('ana-1')
  await world.pass(SECOND)
  await centre.arrives('later', 'tax', { customerKey: 'customer-bo' })
  return ann
}

test('6 given a queued callback, when she calls in, it is one contact at its place', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await anaWaits(centre)

  const met = await centre.arrives('ana-2', 'tax', ANA)

  assert.equal(met.contactId, 'ana-1')
  assert.equal(met.liveLegId, 'ana-2')
  assert.equal(met.state, ContactState.CONTACT_STATE_WAITING)
  assert.equal(met.callback?.status, CallbackStatus.CALLBACK_STATUS_CALLED_IN)
  assert.deepEqual(await centre.openContacts(), ['ana-1', 'earlier', 'later'])
  assert.equal((await centre.contact('ana-2')).contactId, 'ana-1')
  assert.equal((await centre.figures('tax')).accepted, 3)
  await ann.completes('earlier')
  await ann.takes('ana-1')
  await ann.completes('ana-1')
  await ann.takes('later')
  assert.equal((await centre.figures('tax')).dialled, 0)
  await centre.assertSound()
})

test('6 given only the number is the same, when it calls, it meets the callback too', async (t) => {
  const centre = await Centre.open(t, world)
  await anaWaits(centre)

  const stranger = { customerKey: 'customer-cem', addressKey: 'phone-cem' }
  assert.equal((await centre.arrives('cem-1', 'tax', stranger)).contactId, 'cem-1')
  const met = await centre.arrives('ana-2', 'tax', { addressKey: ANA.addressKey })

  assert.equal(met.contactId, 'ana-1')
  assert.deepEqual(await centre.openContacts(), ['ana-1', 'cem-1', 'earlier', 'later'])
})

test('6 given she has met it, when she hangs up again, it stands as before', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await anaWaits(centre)
  await centre.arrives('ana-2', 'tax', ANA)

  const left = await centre.hangsUp('ana-2')

  assert.equal(left.contactId, 'ana-1')
  assert.equal(left.state, ContactState.CONTACT_STATE_DIALABLE)
  await ann.completes('earlier')
  await ann.accepts('ana-1')
  assert.equal((await centre.contact('ana-1')).state, ContactState.CONTACT_STATE_DIALLING)
})

test('6 given she is being dialled, when she calls in, the dial is cancelled', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await anaWaits(centre)
  await ann.completes('earlier')
  await ann.accepts('ana-1')
  const attemptId = attemptOf(await centre.contact('ana-1'))
  await centre.claims('dialler', 'ana-1', attemptId)

  const met = await centre.arrives('ana-2', 'tax', ANA)

  assert.equal(met.contactId, 'ana-1')
  assert.equal(met.state, ContactState.CONTACT_STATE_CONNECTING)
  assert.equal(met.agentId, ann.agentId)
  assert.equal(met.callback?.attempt?.outcome, DialOutcome.DIAL_OUTCOME_CALLED_IN)
  const human = DialOutcome.DIAL_OUTCOME_HUMAN
  const late = await refusal(centre.reports('dialler', 'ana-1', attemptId, human))
  assert.equal(late.code, 'ATTEMPT_CLOSED')
  const talking = await centre.mediaIsUp('ana-2')
  assert.equal(talking.contactId, 'ana-1')
  assert.equal(talking.state, ContactState.CONTACT_STATE_CONNECTED)
  await ann.completes('ana-1')
  await ann.takes('later')
  await centre.assertSound()
})

test('6 given nobody has claimed the dial, when she calls in, nobody may any more', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await anaWaits(centre)
  await ann.completes('earlier')
  await ann.accepts('ana-1')
  const attemptId = attemptOf(await centre.contact('ana-1'))

  await centre.arrives('ana-2', 'tax', ANA)

  assert.equal((await refusal(centre.claims('dialler', 'ana-1', attemptId))).code, 'ATTEMPT_CLOSED')
  assert.equal((await centre.figures('tax')).dialled, 0)
})

test('6 given the next attempt is far, when she calls in, she is at her old place', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await anaWaits(centre)
  await ann.completes('earlier')
  await ann.accepts('ana-1')
  const attemptId = attemptOf(await centre.contact('ana-1'))
  await centre.claims('dialler', 'ana-1', attemptId)
  await centre.reports('dialler', 'ana-1', attemptId, DialOutcome.DIAL_OUTCOME_NO_ANSWER)
  await ann.takes('later')
  await centre.arrives('latest', 'tax')

  const met = await centre.arrives('ana-2', 'tax', ANA)

  assert.equal(met.contactId, 'ana-1')
  assert.equal(met.state, ContactState.CONTACT_STATE_WAITING)
  await ann.completes('later')
  await ann.takes('ana-1')
  await ann.completes('ana-1')
  await ann.takes('latest')
  await centre.assertSound()
})

test('6 given the answer was lost, when the call is repeated, nothing is doubled', async (t) => {
  const centre = await Centre.open(t, world)
  await anaWaits(centre)
  const first = await centre.arrives('ana-2', 'tax', ANA)

  await world.crash()
  const again = await centre.arrives('ana-2', 'tax', ANA)

  assert.equal(again.contactId, 'ana-1')
  assert.equal(again.version, first.version)
  assert.deepEqual(await centre.openContacts(), ['ana-1', 'earlier', 'later'])
})

test('6 given she asked by the web to be called, when she calls in, she meets it', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax')
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  await asksForCallback(centre, 'web', { newContact: offLine('tax', ANA) })
  const twice = await asksForCallback(centre, 'app', { newContact: offLine('tax', ANA) })
  assert.equal(twice.contactId, 'web', 'she is called once')

  const met = await centre.arrives('phone', 'tax', ANA)

  assert.equal(met.contactId, 'web')
  assert.equal(met.state, ContactState.CONTACT_STATE_WAITING)
  assert.deepEqual(await centre.openContacts(), ['earlier', 'web'])
  await ann.completes('earlier')
  await ann.takes('web')
  await centre.assertSound()
})
