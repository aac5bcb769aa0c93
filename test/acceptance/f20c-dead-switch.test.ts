// F20c: After a crash of the switch, who is still there goes on, and nobody waits for the others.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  ReconcileCause,
  ReconcileContactsRequest,
  ReconciliationState,
} from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { EndCause } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import { Caller, refusal } from './api.ts'
import { Centre, ContactState } from './centre.ts'
import { until } from './patience.ts'
import { SECOND } from './time.ts'
import { openWorld, type World } from './world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const source = 'switch-1'

function afterCrash(centre: Centre) {
  const caller = new Caller()
  const { operations } = centre.api
  const request = (more: Partial<ReconcileContactsRequest>) =>
    ReconcileContactsRequest.fromPartial({
      pool: centre.pool,
      source,
      requestId: 'crash-1',
      ...more,
    })
  const say = (more: Partial<ReconcileContactsRequest>) =>
    caller.call(operations.reconcileContacts.bind(operations), request(more))
  const stands = async () => {
    const of = { pool: centre.pool, source }
    const get = operations.getReconciliation.bind(operations)
    return (await caller.call(get, of)).reconciliation
  }
  const comesTo = (state: ReconciliationState) =>
    until(`reconciliation state ${state}`, stands, (found) => {
      return found?.state === state
    })
  return { say, comesTo }
}

test('F20c given a switch lost its calls, when told who is left, the others end', async (t) => {
  const centre = await Centre.open(t, world)
  await centre.queue('tax', { callback: 'none' })
  const ann = await centre.agent('ann')
  await centre.arrives('talks', 'tax', { source })
  await ann.takes('talks')
  await centre.arrives('stays', 'tax', { source })
  await centre.arrives('lost', 'tax', { source })
  await centre.arrives('elsewhere', 'tax', { source: 'switch-2' })
  await world.pass(SECOND)
  const asOf = (await centre.contact('lost')).createdAt
  const cause = ReconcileCause.RECONCILE_CAUSE_SWITCH_LOST
  const { say, comesTo } = afterCrash(centre)

  const first = await say({ cause, asOf, page: 1, liveContactIds: ['stays', 'stranger'] })
  assert.deepEqual(first.unknownContactIds, ['stranger'])
  await say({ cause, asOf, page: 2, liveContactIds: [], last: true })
  const counted = await comesTo(ReconciliationState.RECONCILIATION_STATE_COUNTED)

  assert.partialDeepStrictEqual(counted, {
    listed: 1,
    listedUnknown: 1,
    live: 1,
    missingWaiting: 1,
  })
  assert.equal((await centre.contact('lost')).state, ContactState.CONTACT_STATE_WAITING)
  await say({ carryOut: true })
  await say({ carryOut: true })
  await comesTo(ReconciliationState.RECONCILIATION_STATE_DONE)

  const lost = await centre.contact('lost')
  assert.equal(lost.state, ContactState.CONTACT_STATE_CANCELLED)
  assert.equal(lost.endCause, EndCause.END_CAUSE_LEG_LOST)
  const { CONTACT_STATE_WAITING: waiting } = ContactState
  assert.equal((await centre.contact('stays')).state, waiting)
  assert.equal((await centre.contact('elsewhere')).state, waiting)
  assert.equal((await centre.figures('tax')).abandoned, 0)
  await centre.assertSound()
})

test('F20c given nothing was counted, when told to carry it out, it is refused', async (t) => {
  const centre = await Centre.open(t, world)
  const { say } = afterCrash(centre)

  const none = await refusal(say({ carryOut: true }))

  assert.equal(none.code, 'RECONCILIATION_UNKNOWN')
})
