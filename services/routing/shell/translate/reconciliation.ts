import { idPatterns, parse, timestamp } from '@evenkeel/chassis/errors'
import * as operations from '@evenkeel/proto/evenkeel/routing/v1/operations_service'
import type {
  Command,
  ReconcileCause,
  ReconciliationState,
  ReconciliationView,
} from '../../core/index.ts'
import { inputLimits as max } from '../limits.ts'

const { ReconcileCause: WireReconcileCause, ReconciliationState: WireReconciliationState } =
  operations

const causeNumbers: Record<ReconcileCause, operations.ReconcileCause> = {
  switchLost: WireReconcileCause.RECONCILE_CAUSE_SWITCH_LOST,
  customersLeft: WireReconcileCause.RECONCILE_CAUSE_CUSTOMERS_LEFT,
}

const causeWords: Readonly<Record<number, ReconcileCause>> = {
  [WireReconcileCause.RECONCILE_CAUSE_SWITCH_LOST]: 'switchLost',
  [WireReconcileCause.RECONCILE_CAUSE_CUSTOMERS_LEFT]: 'customersLeft',
}

const stateNumbers: Record<ReconciliationState, operations.ReconciliationState> = {
  collecting: WireReconciliationState.RECONCILIATION_STATE_COLLECTING,
  counting: WireReconciliationState.RECONCILIATION_STATE_COUNTING,
  counted: WireReconciliationState.RECONCILIATION_STATE_COUNTED,
  ending: WireReconciliationState.RECONCILIATION_STATE_ENDING,
  done: WireReconciliationState.RECONCILIATION_STATE_DONE,
}

/** The source of a contact: absent means none in particular. */
export const sourceOf = (source: string): string => parse.optionalId('source', source)

export function reconcileContacts(r: operations.ReconcileContactsRequest): Command {
  const which = {
    pool: parse.id('pool', r.pool, idPatterns.slug),
    source: sourceOf(r.source),
    requestId: parse.id('request_id', r.requestId),
  }
  if (r.carryOut) return { kind: 'carryOutReconciliation', ...which }
  return {
    kind: 'reconcilePage',
    ...which,
    cause: parse.enumOf('cause', r.cause, causeWords),
    asOf: parse.timeMs('as_of', r.asOf),
    page: parse.integer('page', r.page, 1, max.reconcilePages),
    liveContactIds: parse.unique(
      'live_contact_ids',
      parse.list('live_contact_ids', r.liveContactIds, max.liveContacts, (field, id) =>
        parse.id(field, id),
      ),
      (id) => id,
    ),
    last: r.last,
  }
}

export const reconciliationWire = (v: ReconciliationView): operations.Reconciliation => ({
  ...v,
  cause: causeNumbers[v.cause],
  asOf: timestamp(v.asOf),
  state: stateNumbers[v.state],
})
