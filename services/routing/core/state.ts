import { type Database, NONE } from '@evenkeel/chassis/table'
import { StateCounts } from './counts.ts'
import { Eligibility } from './matching/eligibility.ts'
import { FreeAgents } from './matching/free.ts'
import { createTables } from './schema.ts'
import type { ContactState } from './words.ts'

/** The tables (schema.ts) and what is derived from them. An index is never written, only asked. */
export type RoutingState = ReturnType<typeof createState>

export const keyOf = (pool: string, id: string): string => `${pool}/${id}`

/** The part of a key that the platform knows. */
export const idOf = (key: string): string => key.slice(key.indexOf('/') + 1)

/** Waits for an agent in its place: can be matched (unless held out for a preferred agent). */
export const isQueued = (state: ContactState): boolean =>
  state === 'waiting' || state === 'dialable'

export const isTerminal = (state: ContactState): boolean =>
  state === 'completed' || state === 'abandoned' || state === 'expired' || state === 'cancelled'

/** With an agent, who gave capacity for it. */
export const isInService = (state: ContactState): boolean =>
  state === 'offered' ||
  state === 'connecting' ||
  state === 'connected' ||
  state === 'wrapUp' ||
  state === 'dialling'

export function createState(db: Database) {
  const tables = createTables(db)
  const { agents, callbacks, contacts, exclusions, offers, preferences, queues } = tables
  const { requestClasses, supplyClasses, tombstones } = tables
  tables.numbers.insert({ id: 'last', seq: 0 })
  const eligibility = new Eligibility(tables)
  const free = new FreeAgents(tables, eligibility)
  return {
    db,
    ...tables,
    /** Which supply class serves which request class. */
    eligibility,
    /** Agents with capacity, per supply class and channel, in the order in which they are to be chosen. */
    free,
    /** Waiting contacts per request class: first in, first served within it. */
    waiting: contacts.ordered({
      set: (c) => (isQueued(c.state) && !c.heldOut ? c.requestClass : NONE),
      key: (c) => c.key,
      tie: (c) => c.seq,
    }),
    /** Everybody with a place in a queue, callbacks and held-out contacts among them. */
    inQueue: contacts.ordered({
      set: (c) => (isQueued(c.state) || c.state === 'callbackWaiting' ? c.queue : NONE),
      key: (c) => c.key,
      tie: (c) => c.seq,
    }),
    /** Retained contacts of a pool in the order of acceptance. */
    byPool: contacts.ordered({ set: (c) => c.pool, key: (c) => c.seq, tie: (c) => c.seq }),
    /** An agent's open work, held contacts among it. */
    workOf: contacts.ordered({ set: (c) => c.agent, key: (c) => c.seq, tie: (c) => c.seq }),
    membersOfRequest: contacts.ordered({
      set: (c) => c.requestClass,
      key: (c) => c.seq,
      tie: (c) => c.seq,
    }),
    counts: new StateCounts(contacts),
    agentsOfPool: agents.ordered({ set: (a) => a.pool, key: (a) => a.seq, tie: (a) => a.seq }),
    membersOfSupply: agents.ordered({
      set: (a) => a.supplyClass,
      key: (a) => a.seq,
      tie: (a) => a.seq,
    }),
    /** Agents at work, busy or free: what effective capacity is counted from. */
    staffed: agents.ordered({
      set: (a) => (a.presence === 'ready' ? a.supplyClass : NONE),
      key: (a) => a.seq,
      tie: (a) => a.seq,
    }),
    /** Agents with an open session stream, all in set 0. */
    connected: agents.ordered({
      set: (a) => (a.connected ? 0 : NONE),
      key: (a) => a.seq,
      tie: (a) => a.seq,
    }),
    queuesOfPool: queues.ordered({ set: (q) => q.pool, key: (q) => q.seq, tie: (q) => q.seq }),
    exclusionsOfContact: exclusions.ordered({
      set: (e) => e.contact,
      key: (e) => e.seq,
      tie: (e) => e.seq,
    }),
    exclusionsOfAgent: exclusions.ordered({
      set: (e) => e.agent,
      key: (e) => e.seq,
      tie: (e) => e.seq,
    }),
    preferencesOfContact: preferences.ordered({
      set: (p) => p.contact,
      key: (p) => p.seq,
      tie: (p) => p.seq,
    }),
    preferencesOfAgent: preferences.ordered({
      set: (p) => p.agent,
      key: (p) => p.key,
      tie: (p) => p.seq,
    }),
    callbackOfCustomer: callbacks.lookup(
      (c) => (c.customer === '' ? undefined : c.customer),
      (c) => c.seq,
    ),
    callbackOfAddress: callbacks.lookup(
      (c) => (c.address === '' ? undefined : c.address),
      (c) => c.seq,
    ),
    /** Callbacks of a pool whose customers are to be called, in the order in which their contacts came. */
    pendingCallbacks: callbacks.ordered({
      set: (c) => (c.pending ? c.pool : NONE),
      key: (c) => c.seq,
      tie: (c) => c.seq,
    }),

    /** Deadlines; a tick past one moves its entity on (deadlines.ts). */
    contactsByTime: contacts.heap({
      at: (c) => Math.min(c.dueTime, c.reviewAt, c.holdOutUntil),
      tie: (c) => c.seq,
    }),
    contactsByUptime: contacts.heap({ at: (c) => c.dueUptime, tie: (c) => c.seq }),
    offersByUptime: offers.heap({ at: (o) => o.forgetAt, tie: (o) => o.seq }),
    agentsByTime: agents.heap({ at: (a) => a.nextEdgeAt, tie: (a) => a.seq }),
    agentsByUptime: agents.heap({ at: (a) => a.graceUntil, tie: (a) => a.seq }),
    exclusionsByTime: exclusions.heap({ at: (e) => e.until, tie: (e) => e.seq }),
    tombstonesByTime: tombstones.heap({ at: (t) => t.forgetAt, tie: (t) => t.seq }),
    supplyClassesByTime: supplyClasses.heap({ at: (k) => k.forgetAt, tie: (k) => k.seq }),
    requestClassesByTime: requestClasses.heap({
      at: (k) => k.forgetAt,
      tie: (k) => k.seq,
    }),
  }
}

/** Next number of the partition: ties have a total order that no slot and no pool decides. */
export function nextSeq(s: RoutingState): number {
  const row = s.numbers.must('last')
  const seq = row.seq + 1
  s.numbers.update(row, { seq })
  return seq
}
