// F20b: after twenty minutes without dialling no lines are flooded, and nobody is dialled twice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Switch } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { attemptOf, Centre, ContactState, DialOutcome } from './centre.ts'
import type { Desk } from './desk.ts'
import { MINUTE, minutes, SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const CUSTOMERS = 8
const IN_FLIGHT = 3

/** Dials go out slowly, and three at once at most. */
async function slowly(centre: Centre): Promise<void> {
  const { queues } = centre.api
  const list = await centre.routing.call(queues.listPools.bind(queues), {
    pageSize: 500,
    pageToken: '',
  })
  const known = list.pools.find(({ pool }) => pool === centre.pool)
  assert.ok(known)
  const pool = { ...known, dialPacing: { perSecond: 1, inFlight: IN_FLIGHT } }
  await centre.routing.call(queues.putPool.bind(queues), { pool, validateOnly: false })
}

async function dialling(centre: Centre, on: boolean): Promise<void> {
  const { operations } = centre.api
  await centre.routing.call(operations.setPoolSwitches.bind(operations), {
    pool: centre.pool,
    offers: Switch.SWITCH_UNSPECIFIED,
    dials: on ? Switch.SWITCH_ON : Switch.SWITCH_OFF,
    learning: Switch.SWITCH_UNSPECIFIED,
    reason: 'no lines',
    actor: 'sue',
  })
}

test('F20b given an outage of dialling is over, callbacks go out at the pace', async (t) => {
  const centre = await Centre.open(t, world)
  await slowly(centre)
  // Each callback is looked at again on its own half-minute: offers outlast the slowest of them.
  await centre.queue('tax', { offerTimeout: minutes(5) })
  const ids = Array.from({ length: CUSTOMERS }, (_, n) => `customer-${n}`)
  for (const contactId of ids) {
    await centre.arrives(contactId, 'tax')
    await centre.choosesCallback(contactId)
  }
  await dialling(centre, false)
  await world.pass(20 * MINUTE)
  const desks: Desk[] = []
  for (const contactId of ids) desks.push(await centre.agent(`agent-of-${contactId}`))

  await dialling(centre, true)
  await world.pass(31 * SECOND)
  for (const [n, desk] of desks.entries()) await desk.accepts(ids[n] ?? '')
  const attempts = new Map<string, string>()
  for (let second = 0; second < 30 && attempts.size < CUSTOMERS; second += 1) {
    const open = await openAttempts(centre, ids)
    assert.ok(open.length <= IN_FLIGHT, `${open.length} are dialled at once`)
    for (const contactId of open) {
      const attemptId = attemptOf(await centre.contact(contactId))
      assert.equal(attempts.get(contactId), undefined, `${contactId} is dialled once`)
      attempts.set(contactId, attemptId)
      await centre.claims('dialler', contactId, attemptId)
      await centre.reports('dialler', contactId, attemptId, DialOutcome.DIAL_OUTCOME_HUMAN)
    }
    await world.pass(SECOND)
  }

  assert.deepEqual([...attempts.keys()].sort(), ids)
  assert.equal((await centre.figures('tax')).dialled, CUSTOMERS)
  await centre.assertSound()
})

/** Whose attempt somebody may claim; who waits for a turn has none. */
async function openAttempts(centre: Centre, ids: readonly string[]): Promise<string[]> {
  const open: string[] = []
  for (const contactId of ids) {
    const { callback, state } = await centre.contact(contactId)
    const asked = state === ContactState.CONTACT_STATE_DIALLING && callback?.attempt !== undefined
    if (asked) open.push(contactId)
  }
  return open
}
