import type { Outcome, WorkItem } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { backToCallback, isCallbackPending } from '../callback/callback.ts'
import type { CarryOutReconciliation, ReconcilePage } from '../commands.ts'
import { isCustomerHeld, letGo } from '../callback/customer-first.ts'
import type { RoutingEvent } from '../events.ts'
import { hash128 } from '../hash.ts'
import { durations, limits } from '../limits.ts'
import { wrapUp } from './media.ts'
import { endContact, tellRequeued } from './placement.ts'
import { findContact } from './resolve.ts'
import type { ContactRow, ReconciliationRow } from '../schema.ts'
import { idOf, isTerminal, keyOf, nextSeq, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { reconciliationView } from '../view.ts'
import type { ContactState } from '../words.ts'

/**
 * After a crash of a switch: the platform lists what is still there, page by page. A page marks its
 * contacts; when the last one is here, all contacts of the source are looked at, slice by slice:
 * first to count, and only when told to, to end those without the mark.
 */

export const reconciling = 'reconcile'

/** Contacts looked at per slice, most of which are of no interest: some 1 µs each. */
const seenPerSlice = 500
/** Rows touched after which a slice ends: what comes next may touch as many again and more. */
const touchedPerSlice = 64

const noFigures = {
  open: 0,
  live: 0,
  later: 0,
  callbacks: 0,
  missingWaiting: 0,
  missingOffered: 0,
  missingConnected: 0,
  missingHeld: 0,
}

type Figure = keyof typeof noFigures

const itemOf = (row: ReconciliationRow): WorkItem => ({
  kind: reconciling,
  subject: row.id,
  cursor: `${row.seq} 0`,
})

export function reconcilePage(
  s: RoutingState,
  c: ReconcilePage,
  turn: Turn,
): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  const known = s.reconciliations.find(c.pool, c.source)
  const current = known?.requestId === c.requestId ? known : undefined
  const pages = current?.pages ?? 0
  const repeated = current !== undefined && c.page === pages
  if (repeated && current.pageTaken === contentOf(c)) return accept(turn, c.source)
  if (c.page !== pages + 1) {
    return reject('RECONCILIATION_PAGE', {
      request_id: c.requestId,
      value: c.page,
      limit: pages + 1,
    })
  }
  if (current && current.state !== 'collecting') {
    return reject('RECONCILIATION_STATE', {
      request_id: c.requestId,
      state: current.state,
      needed: 'collecting',
    })
  }
  if (!known && s.reconciliations.size >= s.reconciliations.cap) {
    return reject('TOO_MANY', { cap: 'reconciliations', limit: limits.reconciliations })
  }
  const row = current ?? begin(s, c, pool.slot, turn)
  takePage(s, row, c, turn)
  return accept(turn, c.source)
}

/** Another one of the same source is over by that: its marks mean nothing any more. */
function begin(s: RoutingState, c: ReconcilePage, pool: number, turn: Turn): ReconciliationRow {
  const id = keyOf(c.pool, c.source)
  const former = s.reconciliations.get(id)
  if (former) s.reconciliations.delete(former)
  return s.reconciliations.insert({
    ...noFigures,
    id,
    pool,
    seq: nextSeq(s),
    requestId: c.requestId,
    cause: c.cause,
    // What has come since the list was made, or since it arrived, is not in it.
    asOf: Math.min(c.asOf, turn.at.time),
    state: 'collecting',
    pages: 0,
    pageTaken: '',
    listed: 0,
    listedUnknown: 0,
    forgetAt: turn.at.time + durations.retainReconciliation,
  })
}

/** Its own source has listed it: what another one says of it is of no use to either. */
function isSpared(s: RoutingState, contact: ContactRow, { pool, source }: ReconcilePage): boolean {
  if (contact.source === source) return false
  return s.reconciliations.find(pool, contact.source)?.seq === contact.reconciled
}

/** What tells a page that is sent again from another with its number, which nobody would count. */
const contentOf = ({ liveContactIds, last }: ReconcilePage): string =>
  hash128([...liveContactIds, last ? 'last' : 'more'])

function takePage(s: RoutingState, row: ReconciliationRow, c: ReconcilePage, turn: Turn): void {
  let listed = 0
  for (const contactId of c.liveContactIds) {
    const contact = findContact(s, c.pool, contactId)
    if (!contact || isTerminal(contact.state)) continue
    listed += 1
    if (contact.reconciled !== row.seq && !isSpared(s, contact, c))
      s.contacts.update(contact, { reconciled: row.seq })
  }
  s.reconciliations.update(row, {
    state: c.last ? 'counting' : 'collecting',
    pages: c.page,
    pageTaken: contentOf(c),
    listed: row.listed + listed,
    listedUnknown: row.listedUnknown + c.liveContactIds.length - listed,
    forgetAt: turn.at.time + durations.retainReconciliation,
  })
  if (c.last) turn.work.push(itemOf(row))
}

/** Ends what is missing now: what has been said, came or ended since the counting counts as it is. */
export function carryOutReconciliation(
  s: RoutingState,
  c: CarryOutReconciliation,
  turn: Turn,
): Outcome<RoutingEvent> {
  if (!s.pools.get(c.pool)) return reject('POOL_UNKNOWN', { pool: c.pool })
  const row = s.reconciliations.find(c.pool, c.source)
  if (row?.requestId !== c.requestId) {
    return reject('RECONCILIATION_UNKNOWN', { pool: c.pool, source: c.source })
  }
  if (row.state === 'ending' || row.state === 'done') return accept(turn, c.source)
  if (row.state !== 'counted') {
    const fields = { request_id: c.requestId, state: row.state, needed: 'counted' }
    return reject('RECONCILIATION_STATE', fields)
  }
  const forgetAt = turn.at.time + durations.retainReconciliation
  s.reconciliations.update(row, { ...noFigures, state: 'ending', forgetAt })
  turn.work.push(itemOf(row))
  return accept(turn, c.source)
}

/** One slice of the look at all contacts of the pool; cursor: the reconciliation's number, the last contact's. */
export function reconcileSlice(s: RoutingState, item: WorkItem, turn: Turn): WorkItem | undefined {
  const [number = 0, after = 0] = item.cursor.split(' ').map(Number)
  const row = s.reconciliations.get(item.subject)
  // Forgotten, or another one has taken its place.
  if (row?.seq !== number) return undefined
  let cursor = after
  let slot = s.byPool.atOrAfter(row.pool, after + 1, 0)
  for (let seen = 0; slot !== NONE && seen < seenPerSlice; seen++) {
    const contact = s.contacts.at(slot)
    if (s.db.touched() > 0 && (s.db.touched() > touchedPerSlice || isHeavy(s, contact))) break
    const next = s.byPool.next(slot)
    cursor = contact.seq
    const figure = figureOf(s, contact, row)
    if (figure !== undefined) look(s, contact, row, figure, turn)
    slot = next
  }
  if (slot !== NONE) return { ...item, cursor: `${number} ${cursor}` }
  over(s, row, turn)
  return undefined
}

/** Whoever leaves once this is over gives up all that is on hold in the same breath. */
const isHeavy = (s: RoutingState, contact: ContactRow): boolean =>
  contact.agent !== NONE && s.agents.at(contact.agent).presence !== 'ready'

/** Since when the platform should know of its leg: since it came, the customer called in, or it was connected. */
function legSince(s: RoutingState, contact: ContactRow): number {
  if (contact.state === 'connected') return contact.stateSince
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback && isCustomerHeld(callback)) return callback.lineSince
  const leg = contact.liveLegId === '' ? '' : keyOf(s.pools.at(contact.pool).id, contact.liveLegId)
  return s.contacts.get(leg)?.createdAt ?? contact.createdAt
}

/** What a contact is to a reconciliation; undefined: nothing. */
function figureOf(
  s: RoutingState,
  contact: ContactRow,
  row: ReconciliationRow,
): Exclude<Figure, 'open'> | undefined {
  if (contact.source !== idOf(row.id)) return undefined
  if (isTerminal(contact.state) || contact.state === 'merged') return undefined
  if (contact.reconciled === row.seq) return 'live'
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  const pending = callback !== undefined && isCallbackPending(callback)
  if (pending && !isCustomerHeld(callback)) return 'callbacks'
  if (missing[contact.state] === undefined) return undefined
  if (legSince(s, contact) > row.asOf) return 'later'
  return missing[contact.state]
}

/** States that need a leg. */
const missing: Partial<Record<ContactState, Exclude<Figure, 'open'>>> = {
  waiting: 'missingWaiting',
  customerHeld: 'missingWaiting',
  offered: 'missingOffered',
  connecting: 'missingOffered',
  connected: 'missingConnected',
  held: 'missingHeld',
  interrupted: 'missingHeld',
}

function look(
  s: RoutingState,
  contact: ContactRow,
  row: ReconciliationRow,
  figure: Exclude<Figure, 'open'>,
  turn: Turn,
): void {
  s.reconciliations.update(row, { open: row.open + 1, [figure]: row[figure] + 1 })
  if (row.state !== 'ending') return
  if (figure === 'missingConnected') wrapUp(s, contact, turn)
  else if (figure === 'missingHeld') endContact(s, contact, 'completed', 'legLost', turn)
  else if (figure === 'missingWaiting' || figure === 'missingOffered') {
    customerGone(s, contact, row, turn)
  }
}

function customerGone(
  s: RoutingState,
  contact: ContactRow,
  row: ReconciliationRow,
  turn: Turn,
): void {
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (callback && isCustomerHeld(callback)) return letGo(s, contact, 'customerLeft', turn)
  if (callback?.status === 'calledIn') {
    tellRequeued(s, contact, 'legLost', turn)
    backToCallback(s, contact, turn)
  } else if (row.cause === 'switchLost') endContact(s, contact, 'cancelled', 'legLost', turn)
  else endContact(s, contact, 'abandoned', 'customerLeft', turn)
}

function over(s: RoutingState, row: ReconciliationRow, turn: Turn): void {
  s.reconciliations.update(row, {
    state: row.state === 'ending' ? 'done' : 'counted',
    forgetAt: turn.at.time + durations.retainReconciliation,
  })
  const reconciliation = reconciliationView(s, row)
  turn.events.push({ kind: 'contactsReconciled', pool: reconciliation.pool, reconciliation })
}
