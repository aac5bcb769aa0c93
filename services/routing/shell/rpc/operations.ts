import { fromRejection } from '@evenkeel/chassis/errors'
import { bind, type Binding } from '@evenkeel/chassis/serve'
import { OperationsServiceDefinition } from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import {
  errors,
  findContact,
  isTerminal,
  reconciliationView,
  type RoutingState,
} from '../../core/index.ts'
import { knownPool, read, type RoutingHosted, submit } from '../calls.ts'
import { reconciliationWire, sourceOf } from '../translate/reconciliation.ts'
import { breakerWire, switchesWire } from '../translate/switches.ts'

export function operations(hosted: RoutingHosted): Binding {
  return bind(OperationsServiceDefinition, {
    reconcileContacts: (value, call) =>
      submit(hosted, { $case: 'reconcileContacts', value }, call, (s) => ({
        reconciliation: reconciliationOf(s, value),
        unknownContactIds: value.carryOut ? [] : notOpen(s, value.pool, value.liveContactIds),
      })),
    setPoolSwitches: (value, call) =>
      submit(hosted, { $case: 'setPoolSwitches', value }, call, (s) => ({
        switches: switchesWire(knownPool(s, value.pool)),
      })),
    putEndpointBreaker: (value, call) =>
      submit(hosted, { $case: 'putEndpointBreaker', value }, call, (s) => ({
        breaker: breakerWire(knownPool(s, value.pool).breaker),
      })),
    getReconciliation: (request, call) =>
      read(hosted, request.pool, call, (s) => ({ reconciliation: reconciliationOf(s, request) })),
  })
}

function reconciliationOf(s: RoutingState, r: { pool: string; source: string }) {
  const pool = knownPool(s, r.pool)
  const source = sourceOf(r.source)
  const row = s.reconciliations.find(pool.id, source)
  if (row) return reconciliationWire(reconciliationView(s, row))
  throw fromRejection({ code: 'RECONCILIATION_UNKNOWN', fields: { pool: pool.id, source } }, errors)
}

/** Legs that the switch has and nobody here knows of. */
const notOpen = (s: RoutingState, pool: string, ids: readonly string[]): string[] =>
  ids.filter((id) => {
    const contact = findContact(s, pool, id)
    return contact === undefined || isTerminal(contact.state)
  })
