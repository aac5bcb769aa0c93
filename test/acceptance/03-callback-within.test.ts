// 3: A callback within X minutes, promised only when it can be kept.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CallbackWindow } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import type { WithinPolicy } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { asksForCallback, offLine, reschedules } from './asking.ts'
import { refusal } from './api.ts'
import { attemptOf, CallbackProduct, Centre, ContactState, DialOutcome } from './centre.ts'
import type { Desk } from './desk.ts'
import { MINUTE, minutes, SECOND, seconds, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const WITHIN: WithinPolicy = {
  within: minutes(10),
  slack: minutes(1),
  window: minutes(60),
  windows: 4,
  capacityShareBp: 10_000,
  only: false,
}
const product = CallbackProduct.CALLBACK_PRODUCT_WITHIN

/** Ann is busy, and a contact takes five minutes: twelve callbacks an hour. */
async function busyCentre(centre: Centre, handleMinutes = 5): Promise<Desk> {
  const callback = { offerAbove: minutes(0), within: WITHIN }
  await centre.queue('tax', { callback, handleTime: minutes(handleMinutes) })
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  return ann
}

/** The windows that a customer who calls now may choose from. */
async function windowsFor(centre: Centre, contactId: string): Promise<CallbackWindow[]> {
  const contact = await centre.arrives(contactId, 'tax')
  return contact.callback?.choices?.windows ?? assert.fail(`${contactId} is offered no callback`)
}

async function dials(centre: Centre, contactId: string): Promise<void> {
  const attemptId = attemptOf(await centre.contact(contactId))
  await centre.claims('dialler', contactId, attemptId)
  await centre.reports('dialler', contactId, attemptId, DialOutcome.DIAL_OUTCOME_HUMAN)
}

test('3 given room for twelve in a window, the thirteenth is offered a later one', async (t) => {
  const centre = await Centre.open(t, world)
  await busyCentre(centre)
  const [window, later] = await windowsFor(centre, 'first')
  assert.ok(window && later)
  await centre.choosesCallback('first', { product, windowFrom: window.from })
  for (let n = 2; n <= 12; n++) {
    await centre.arrives(`c${n}`, 'tax')
    await centre.choosesCallback(`c${n}`, { product, windowFrom: window.from })
  }

  const [offered] = await windowsFor(centre, 'thirteenth')
  assert.deepEqual(offered, later)
  const full = centre.choosesCallback('thirteenth', { product, windowFrom: window.from })
  assert.equal((await refusal(full)).code, 'CALLBACK_FULL')
  const taken = await centre.choosesCallback('thirteenth', { product, windowFrom: later.from })
  assert.deepEqual(taken.callback?.window, later)
  assert.equal(timeMs(taken.callback?.promisedAt), timeMs(later.until))

  const { given, open } = await centre.promises('tax')
  assert.deepEqual({ given, open }, { given: 13, open: 13 })
  await centre.assertSound()
})

test('3 given ten minutes promised, it goes before the line in time and is kept', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await busyCentre(centre, 1)
  await centre.arrives('soon', 'tax')
  const soon = await centre.choosesCallback('soon', { product })
  assert.equal(soon.state, ContactState.CONTACT_STATE_DIALABLE)
  for (const contactId of ['line-1', 'line-2']) {
    await centre.arrives(contactId, 'tax')
    await centre.prefersToWait(contactId)
  }

  await ann.completes('earlier')
  await ann.takes('line-1')
  // At a minute each, three are needed for one answer to have come all but surely.
  await world.pass(7 * MINUTE)
  assert.equal((await centre.contact('soon')).callback?.steppedAhead, true)
  await ann.completes('line-1')
  await ann.accepts('soon')
  await dials(centre, 'soon')

  const { given, kept, broken, open } = await centre.promises('tax')
  assert.deepEqual({ given, kept, broken, open }, { given: 1, kept: 1, broken: 0, open: 0 })
  await centre.assertSound()
})

test('3 given the time goes by, the promise is at risk, then broken and counted', async (t) => {
  const centre = await Centre.open(t, world)
  const ann = await busyCentre(centre)
  await centre.arrives('late', 'tax')
  await centre.choosesCallback('late', { product })
  assert.deepEqual((await centre.promises('tax')).atRiskContactIds, [])
  await world.pass(8 * MINUTE)
  assert.deepEqual((await centre.promises('tax')).atRiskContactIds, ['late'])
  await world.pass(5 * MINUTE + SECOND)
  await ann.completes('earlier')
  await ann.accepts('late')
  await dials(centre, 'late')

  const { given, kept, broken, open, atRisk, errors } = await centre.promises('tax')
  const counts = { given, kept, broken, open, atRisk }
  assert.deepEqual(counts, { given: 1, kept: 0, broken: 1, open: 0, atRisk: 0 })
  assert.equal(errors.find(({ promises }) => promises > 0)?.upTo?.seconds, 300)
  await centre.assertSound()
})

test('3 given a promise, when another time is chosen, the former is void', async (t) => {
  const centre = await Centre.open(t, world)
  await busyCentre(centre)
  const [window] = await windowsFor(centre, 'caller')
  assert.ok(window)
  await centre.choosesCallback('caller', { product })
  const later = { product, windowFrom: window.from }

  const moved = await reschedules(centre, 'caller', 'later', later)
  const again = await reschedules(centre, 'caller', 'later', later)

  assert.deepEqual(moved.callback?.window, window)
  assert.equal(again.version, moved.version, 'a repeat changes nothing')
  const promises = await centre.promises('tax')
  assert.deepEqual([promises.given, promises.void, promises.open], [2, 1, 1])
  const never = reschedules(centre, 'caller', 'never', { ...later, windowFrom: seconds(0) })
  const full = await refusal(never)
  assert.equal(full.code, 'CALLBACK_FULL')
  assert.ok(Number(full.fields['next_from_ms']) > 0, 'the next one with room is named')
  assert.deepEqual((await centre.contact('caller')).callback?.window, window, 'all stays')
  await centre.assertSound()
})

test('3 given a customer who is not on the line asks, it is promised or refused', async (t) => {
  const centre = await Centre.open(t, world)
  await busyCentre(centre)
  const [window] = await windowsFor(centre, 'first')
  assert.ok(window)
  const wish = { product, windowFrom: window.from, newContact: offLine('tax') }
  for (let n = 1; n <= 12; n++) await asksForCallback(centre, `web-${n}`, wish)
  await asksForCallback(centre, 'web-12', wish)

  assert.equal((await refusal(asksForCallback(centre, 'web-13', wish))).code, 'CALLBACK_FULL')
  const { given, open } = await centre.promises('tax')
  assert.deepEqual({ given, open }, { given: 12, open: 12 })
  await centre.assertSound()
})
