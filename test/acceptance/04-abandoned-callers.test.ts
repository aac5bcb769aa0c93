// 4: Callers who hung up are called back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attemptOf, Centre, ContactState, DialOutcome } from './centre.ts'
import { MINUTE, minutes, SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test('4 given a caller left after 4 minutes, they are called back at their place', async (t) => {
  const centre = await Centre.open(t, world)
  const callback = { offerAbove: minutes(60), recoverAfter: minutes(3) }
  await centre.queue('tax', { callback })
  const ann = await centre.agent('ann')
  await centre.arrives('earlier', 'tax')
  await ann.takes('earlier')
  await centre.arrives('caller', 'tax', { addressKey: 'number-1' })
  await world.pass(SECOND)
  await centre.arrives('behind', 'tax')
  await world.pass(4 * MINUTE)

  const left = await centre.hangsUp('caller')
  assert.equal(left.state, ContactState.CONTACT_STATE_DIALABLE)
  assert.equal(left.callback?.recovered, true)

  await ann.completes('earlier')
  await ann.accepts('caller')
  const attemptId = attemptOf(await centre.contact('caller'))
  const claimed = await centre.claims('dialler', 'caller', attemptId)
  assert.equal(claimed.callback?.addressRef, 'number-1')
  await centre.reports('dialler', 'caller', attemptId, DialOutcome.DIAL_OUTCOME_HUMAN)
  await ann.completes('caller')
  await ann.takes('behind')
  const { recovered, abandoned } = await centre.figures('tax')
  assert.deepEqual({ recovered, abandoned }, { recovered: 1, abandoned: 0 })
  await centre.assertSound()
})
