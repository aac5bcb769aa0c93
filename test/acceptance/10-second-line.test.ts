// 10: Second line, with the whole history; experts consulted.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { refusal } from './api.ts'
import { Centre, ContactState } from './centre.ts'
import { LegKind, Legs, SpanOutcome } from './legs.ts'
import { until } from './patience.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const ask = { as: 'ask', queueId: 'experts', needs: { tax: 4 } }

/** Bo has a customer on the line; tom knows too little about tax, eve enough. */
async function liveCall(t: TestContext) {
  const centre = await Centre.open(t, world)
  await centre.queue('calls', { callback: 'none' })
  await centre.queue('experts', { needs: { tax: 1 }, callback: 'none' })
  const bo = await centre.agent('bo')
  await centre.arrives('call', 'calls')
  await bo.takes('call')
  const tom = await centre.agent('tom', { tax: 3 })
  const eve = await centre.agent('eve', { tax: 4 })
  return { centre, legs: new Legs(centre), bo, tom, eve }
}

test('10 given a live call, when Bo consults, an expert is routed, Bo remains', async (t) => {
  const { centre, legs, bo, tom, eve } = await liveCall(t)

  const { contact, leg } = await legs.consults(bo, 'call', ask)

  await eve.isOffered('ask')
  await centre.assertFree(tom)
  assert.equal(contact.agentId, bo.agentId)
  assert.equal(contact.state, ContactState.CONTACT_STATE_CONNECTED)
  assert.deepEqual([leg.leg, leg.parentContactId], [LegKind.LEG_KIND_CONSULT, 'call'])
  assert.match((await centre.explanation('ask')).sentence, /eve.*consult.*call/)
  await eve.takes('ask')
  assert.equal((await centre.contact('call')).agentId, bo.agentId)
  const { accepted } = await centre.figures('experts')
  assert.equal(accepted, 0, 'a consult is no arrival')
  await centre.assertSound()
})

test('10 given a consult, when the expert leaves, then Bo and the customer go on', async (t) => {
  const { centre, legs, bo, eve } = await liveCall(t)
  await legs.consults(bo, 'call', ask)
  await eve.takes('ask')

  await eve.completes('ask')

  const call = await centre.contact('call')
  assert.equal(call.state, ContactState.CONTACT_STATE_CONNECTED)
  assert.deepEqual([call.agentId, call.openLegContactId], [bo.agentId, ''])
  await centre.assertFree(eve)
})

test('10 given a consult, when the customer leaves, then it ends for the expert too', async (t) => {
  const { centre, legs, bo, eve } = await liveCall(t)
  await legs.consults(bo, 'call', ask)
  await eve.takes('ask')

  await legs.mediaIsDown('call')

  const wrapUp = ContactState.CONTACT_STATE_WRAP_UP
  assert.equal((await centre.contact('call')).state, wrapUp)
  assert.equal((await centre.contact('ask')).state, wrapUp)
  await eve.completes('ask')
  await centre.assertFree(eve)
})

test('10 given a consult waits, when the customer leaves, its offer is taken back', async (t) => {
  const { centre, legs, bo, eve } = await liveCall(t)
  await legs.consults(bo, 'call', ask)
  await eve.isOffered('ask')

  await legs.mediaIsDown('call')

  await eve.losesOffer()
  assert.equal((await centre.contact('ask')).state, ContactState.CONTACT_STATE_CANCELLED)
})

test('10 given a consult, when Bo hands over, eve has the call with its history', async (t) => {
  const { centre, legs, bo, eve } = await liveCall(t)
  await legs.consults(bo, 'call', ask)
  await eve.takes('ask')
  const { enteredAt } = await centre.contact('call')

  await legs.handsOver('call', 'ask')
  await legs.handsOver('call', 'ask')

  const call = await centre.contact('call')
  assert.deepEqual([call.agentId, call.queueId], [eve.agentId, 'experts'])
  assert.deepEqual(call.enteredAt, enteredAt)
  assert.notEqual(call.queueEnteredAt, undefined)
  assert.deepEqual(
    call.history.map(({ agentId, queueId, outcome }) => [agentId, queueId, outcome]),
    [[bo.agentId, 'calls', SpanOutcome.SPAN_OUTCOME_HANDED_OVER]],
  )
  const left = await centre.contact('ask')
  assert.deepEqual([left.agentId, left.state], [bo.agentId, ContactState.CONTACT_STATE_WRAP_UP])
  await bo.completes('ask')
  await centre.assertFree(bo)
  await centre.assertSound()
})

test('10 given a call, when it is transferred, the second line sees who had it', async (t) => {
  const { centre, bo } = await liveCall(t)

  await centre.transfers('call', 'experts')

  // Whoever has been free the longest is offered it, and both are skilled for the second line.
  const offered = await until(
    'an offer in the second line',
    () => centre.contact('call'),
    ({ state }) => state === ContactState.CONTACT_STATE_OFFERED,
  )
  assert.notEqual(offered.agentId, bo.agentId)
  const [span] = offered.history
  assert.deepEqual([span?.agentId, span?.queueId], [bo.agentId, 'calls'])
  assert.equal(span?.outcome, SpanOutcome.SPAN_OUTCOME_TRANSFERRED)
})

test('10 given a consult, when another is asked for, it is refused by its limit', async (t) => {
  const { centre, legs, bo, eve } = await liveCall(t)
  await legs.consults(bo, 'call', ask)
  await eve.takes('ask')
  const again = await legs.consults(bo, 'call', ask)
  assert.equal(again.leg.contactId, 'ask')

  const refused = await refusal(legs.consults(bo, 'call', { ...ask, as: 'more' }))

  assert.equal(refused.code, 'TOO_MANY')
  assert.deepEqual(refused.fields, { cap: 'openLegsPerContact', limit: '1' })
  assert.deepEqual(await centre.openContacts(), ['ask', 'call'])
})
