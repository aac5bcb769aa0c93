import {
  ReconcileCause,
  ReconcileContactsRequest,
} from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import { idOf } from '@evenkeel/routing/core'
import { pool, stamp } from './plan.ts'
import { contactsIn, requestId, type Scene } from './scene.ts'

/** The one switch of the world that crashes. */
export const switchId = 'sw'

/** The next step after a crash: a page of those who are still there, or the order to carry it out. */
export function reconciliation(s: Scene): ReconcileContactsRequest {
  const { chance } = s
  const source = chance.happens(0.7) ? switchId : ''
  const row = s.state.reconciliations.get(`${pool}/${source}`)
  const goesOn = row !== undefined && chance.happens(0.9)
  if (goesOn && (row.state === 'counted' || chance.happens(0.05))) {
    return ReconcileContactsRequest.fromPartial({
      pool,
      source,
      requestId: row.requestId,
      carryOut: true,
    })
  }
  const next = goesOn && row.state === 'collecting' ? row : undefined
  const here = contactsIn(s).filter((contact) => contact.source === source)
  const live = chance.some(here, 0.7).slice(0, 50)
  return ReconcileContactsRequest.fromPartial({
    pool,
    source,
    requestId: next?.requestId ?? requestId(s),
    cause: chance.pick([
      ReconcileCause.RECONCILE_CAUSE_SWITCH_LOST,
      ReconcileCause.RECONCILE_CAUSE_CUSTOMERS_LEFT,
    ]),
    asOf: stamp(s.now - chance.pick([0, 0, 5_000])),
    page: (next?.pages ?? 0) + 1,
    liveContactIds: [...live.map((contact) => idOf(contact.id)), 'nobody'],
    last: chance.happens(0.7),
  })
}
