// 5: Nobody is dialled twice, when customers are dialled before an agent is free.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sixTalk } from './ahead.ts'
import { refusal } from './api.ts'
import { attemptOf, Centre, ContactState, DialOutcome } from './centre.ts'
import { MINUTE, SECOND, timeMs } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const RETRY_MINUTES = 10

test('5 given one is dialled ahead, when two diallers claim, one may dial', async (t) => {
  const centre = await Centre.open(t, world)
  const [ann] = await sixTalk(centre, RETRY_MINUTES)
  await centre.arrives('ana', 'tax')
  await centre.choosesCallback('ana')
  const attemptId = attemptOf(await centre.contact('ana'))

  const both = await Promise.allSettled([
    centre.claims('dialler-a', 'ana', attemptId),
    centre.claims('dialler-b', 'ana', attemptId),
  ])

  assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
  // An agent who is free meanwhile is not the reason for another call to the same customer.
  await ann?.completes('with-ann')
  const dialling = await centre.contact('ana')
  assert.equal(dialling.state, ContactState.CONTACT_STATE_DIALLING)
  assert.equal(attemptOf(dialling), attemptId)
  const claimant = dialling.callback?.attempt?.claimant ?? ''
  await centre.reports(claimant, 'ana', attemptId, DialOutcome.DIAL_OUTCOME_HUMAN)
  await ann?.takes('ana')
  assert.equal((await centre.figures('tax')).dialled, 1)
  await centre.assertSound()
})

test('5 given a claim on one dialled ahead, when the server dies, none dials again', async (t) => {
  const centre = await Centre.open(t, world)
  const desks = await sixTalk(centre, RETRY_MINUTES)
  await centre.arrives('ana', 'tax')
  await centre.choosesCallback('ana')
  const attemptId = attemptOf(await centre.contact('ana'))
  await centre.claims('dialler-a', 'ana', attemptId)

  await world.crash()
  for (const desk of desks) {
    await desk.losesLine()
    await desk.sitDown()
  }

  const code = (await refusal(centre.claims('dialler-b', 'ana', attemptId))).code
  assert.equal(code, 'ATTEMPT_CLAIMED')
  const [ann] = desks
  await ann?.completes('with-ann')
  // Ringing 25 s, and 30 s for the report that nobody makes.
  await world.pass(56 * SECOND)
  const parked = await centre.contact('ana')
  assert.equal(parked.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)
  assert.equal(parked.callback?.attempt?.outcome, DialOutcome.DIAL_OUTCOME_UNKNOWN)
  const scheduled = timeMs(parked.callback.nextAttemptAt)
  assert.equal(scheduled - timeMs(parked.stateSince), RETRY_MINUTES * MINUTE)

  await world.pass((RETRY_MINUTES - 1) * MINUTE)
  const waiting = await centre.contact('ana')
  assert.equal(waiting.state, ContactState.CONTACT_STATE_CALLBACK_WAITING)
  await world.pass(MINUTE)
  await ann?.accepts('ana')
  const due = await centre.contact('ana')
  assert.notEqual(attemptOf(due), attemptId)
  assert.ok(timeMs(due.stateSince) >= scheduled)
  await centre.assertSound()
})
