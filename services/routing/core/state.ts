import { type Database, NONE } from '@evenkeel/chassis/table'
import { adherenceSet } from './agent/adherence-schema.ts'
import { StateCounts } from './counts.ts'
import { Guards } from './matching/guards.ts'
import { Eligibility } from './matching/eligibility.ts'
import { FreeAgents } from './matching/free.ts'
import { Staffing } from './matching/staffing.ts'
import { createTables, type Tables } from './schema.ts'
import { isTimed } from './callback/step-ahead.ts'
import type { ContactState } from './words.ts'

/** The tables (schema.ts) and what is derived from them. An index is never written, only asked. */
export type RoutingState = ReturnType<typeof createState>

export const keyOf = (pool: string, id: string): string => `${pool}/${id}`

/** The part of a key that the platform knows. */
export const idOf = (key: string): string => key.slice(key.indexOf('/') + 1)

/** Waits for an agent in its place: can be matched (unless held out for a preferred agent). */
export const isQueued = (state: ContactState): boolean =>
  state === 'waiting' || state === 'dialable' || state === 'customerHeld'

export const isTerminal = (state: ContactState): boolean =>
  state === 'completed' || state === 'abandoned' || state === 'expired' || state === 'cancelled'

/** With an agent, who gave capacity for it; dialling: unless the customer is dialled first. */
export const isInService = (state: ContactState): boolean =>
  state === 'offered' ||
  state === 'connecting' ||
  state === 'connected' ||
  state === 'wrapUp' ||
  state === 'dialling'

export function createState(db: Database) {
  const tables = createTables(db)
  const last = tables.numbers.insert({ id: 'last', seq: 0 })
  const eligibility = new Eligibility(tables)
  return {
    db,
    ...tables,
    /** The one row of `numbers`. */
    last,
    /** Which supply class serves which request class. */
    eligibility,
    /** How long before a break the queues of a pool offer nothing new. */
    guards: new Guards(tables),
    /** Who is at work, busy or free: what effective capacity is counted from. */
    staffing: new Staffing(tables, eligibility),
    /** Agents with capacity, per supply class and channel, in the order in which they are to be chosen. */
    free: new FreeAgents(tables, eligibility),
    counts: new StateCounts(tables.contacts),
    ...contactSets(tables),
    ...agentSets(tables),
    ...callbackSets(tables),
    ...deadlines(tables),
  }
}

const seqOf = (row: { readonly seq: number }): number => row.seq

function contactSets(tables: Tables) {
  const { calendars, contacts, exclusions, preferences, queues, requestClasses, stories } = tables
  return {
    /** Waiting contacts per request class: first in, first served within it. */
    waiting: contacts.ordered({
      set: (c) => (isQueued(c.state) && !c.heldOut ? c.requestClass : NONE),
      key: (c) => c.key,
      tie: seqOf,
      ranked: true,
    }),
    /** Those of them whose queue says what to do when nobody could serve them. */
    watched: contacts.ordered({
      set: (c) =>
        c.watched !== 'no' && c.state === 'waiting' && !c.heldOut ? c.requestClass : NONE,
      key: (c) => c.key,
      tie: seqOf,
    }),
    /** Those who were sent on to it since nobody could serve them where they came to. */
    returning: contacts.ordered({
      set: (c) =>
        c.watched === 'returns' && c.state === 'waiting' && !c.heldOut ? c.requestClass : NONE,
      key: (c) => c.key,
      tie: seqOf,
    }),
    /** Everybody with a place in a queue, callbacks and held-out contacts among them. */
    inQueue: contacts.ordered({
      set: (c) => (isQueued(c.state) || c.state === 'callbackWaiting' ? c.queue : NONE),
      key: (c) => c.key,
      tie: seqOf,
      ranked: true,
    }),
    /** Retained contacts of a pool in the order of acceptance. */
    byPool: contacts.ordered({ set: (c) => c.pool, key: seqOf, tie: seqOf }),
    /** An agent's open work, held contacts among it. */
    workOf: contacts.ordered({ set: (c) => c.agent, key: seqOf, tie: seqOf }),
    membersOfRequest: contacts.counted((c) => c.requestClass),
    /** Those of a request class who are with an agent. */
    servingOfRequest: contacts.counted((c) =>
      isInService(c.state) && c.agent !== NONE ? c.requestClass : NONE,
    ),
    /** Customers who are being dialled before an agent is free, by queue. */
    dialsAhead: contacts.counted((c) =>
      c.state === 'dialling' && c.agent === NONE ? c.queue : NONE,
    ),
    calendarsOfPool: calendars.ordered({ set: (c) => c.pool, key: seqOf, tie: seqOf }),
    requestClassesOfPool: requestClasses.ordered({ set: (r) => r.pool, key: seqOf, tie: seqOf }),
    queuesOfPool: queues.ordered({ set: (q) => q.pool, key: seqOf, tie: seqOf }),
    exclusionsOfContact: exclusions.ordered({ set: (e) => e.contact, key: seqOf, tie: seqOf }),
    exclusionsOfAgent: exclusions.ordered({ set: (e) => e.agent, key: seqOf, tie: seqOf }),
    /** Exclusions of agents who are not here (yet), by the agent's key. */
    strangersExcluded: exclusions.lookup(
      (e) => (e.agent === NONE ? e.id.slice(e.id.indexOf('#') + 1) : undefined),
      seqOf,
    ),
    /** Stories of open legs, by their parents. */
    openLegs: stories.ordered({
      set: (t) => t.parent,
      key: (t) => t.contact,
      tie: (t) => t.contact,
    }),
    preferencesOfContact: preferences.ordered({ set: (p) => p.contact, key: seqOf, tie: seqOf }),
    /** Contacts that wait for one agent alone. */
    preferencesOfAgent: preferences.ordered({
      set: (p) => p.agent,
      key: (p) => p.key,
      tie: seqOf,
    }),
  }
}

function agentSets({ agents, timesheets }: Tables) {
  return {
    agentsOfPool: agents.ordered({ set: (a) => a.pool, key: seqOf, tie: seqOf }),
    /** Per pool: who has signed in, and who of them was paused for not answering an offer. */
    atWork: agents.counted((a) => (a.presence === 'signedOut' ? NONE : a.pool)),
    autoPaused: agents.counted((a) =>
      a.presence === 'paused' && a.pauseReason === 'missed_offer' ? a.pool : NONE,
    ),
    membersOfSupply: agents.counted((a) => a.supplyClass),
    /** By timesheet, who keeps to the roster, and who does not. */
    adherent: agents.counted((a) => adherenceSet(a.timesheet, a.adherence)),
    timesheetsOfPool: timesheets.ordered({ set: (t) => t.pool, key: seqOf, tie: seqOf }),
    /** Agents with an open session stream, all in set 0. */
    connected: agents.ordered({
      set: (a) => (a.connected ? 0 : NONE),
      key: seqOf,
      tie: seqOf,
    }),
  }
}

function callbackSets({ callbacks }: Tables) {
  return {
    /** Pending callbacks by customer and by address: a customer who is on the line has none. */
    callbackOfCustomer: callbacks.lookup(
      (c) => (c.pending && c.customer !== '' ? c.customer : undefined),
      seqOf,
    ),
    callbackOfAddress: callbacks.lookup(
      (c) => (c.pending && c.address !== '' ? c.address : undefined),
      seqOf,
    ),
    /** Promises within a time that are open, by queue, the soonest first. */
    promised: callbacks.ordered({
      set: (c) => (isTimed(c) ? c.queue : NONE),
      key: (c) => c.promisedAt,
      tie: seqOf,
      ranked: true,
    }),
    /** Every open promise, by queue, the soonest first. */
    openPromises: callbacks.ordered({
      set: (c) => (c.pending && c.promisedAt > 0 && !c.promiseSettled ? c.queue : NONE),
      key: (c) => c.promisedAt,
      tie: seqOf,
    }),
    /** Who waits for a turn in the pool's pace, first come, first dialled. */
    dialLine: callbacks.ordered({
      set: (c) => (c.attemptState === 'scheduled' ? c.pool : NONE),
      key: (c) => c.scheduledAt,
      tie: seqOf,
    }),
    /** Attempts requested and not yet over, by pool. */
    dialsInFlight: callbacks.counted((c) =>
      c.attemptState === 'requested' || c.attemptState === 'claimed' ? c.pool : NONE,
    ),
    /** Callbacks of a pool whose customers are to be called, in the order in which their contacts came. */
    pendingCallbacks: callbacks.ordered({
      set: (c) => (c.pending ? c.pool : NONE),
      key: seqOf,
      tie: seqOf,
    }),
  }
}

/** A tick past one of these moves its entity on (deadlines.ts). */
function deadlines(t: Tables) {
  return {
    contactsByTime: t.contacts.heap({
      at: (c) => Math.min(c.dueTime, c.reviewAt, c.holdOutUntil, c.servedUntil),
      tie: seqOf,
    }),
    storiesByTime: t.stories.heap({ at: (k) => k.warnAt, tie: seqOf }),
    contactsByUptime: t.contacts.heap({ at: (c) => c.dueUptime, tie: seqOf }),
    offersByUptime: t.offers.heap({ at: (o) => o.forgetAt, tie: seqOf }),
    agentsByTime: t.agents.heap({
      at: (a) =>
        Math.min(
          a.nextEdgeAt,
          a.rosterAt,
          a.leftAt,
          a.holdUntil,
          a.activeUntil,
          a.endpointsOutUntil,
          a.externalUntil,
        ),
      tie: seqOf,
    }),
    agentsByUptime: t.agents.heap({ at: (a) => a.graceUntil, tie: seqOf }),
    queuesByTime: t.queues.heap({ at: (q) => q.stateUntil, tie: seqOf }),
    exclusionsByTime: t.exclusions.heap({ at: (e) => e.until, tie: seqOf }),
    tombstonesByTime: t.tombstones.heap({ at: (k) => k.forgetAt, tie: seqOf }),
    earlyEndsByTime: t.earlyEnds.heap({ at: (k) => k.forgetAt, tie: seqOf }),
    departuresByTime: t.departures.heap({ at: (d) => d.forgetAt, tie: seqOf }),
    supplyClassesByTime: t.supplyClasses.heap({ at: (k) => k.forgetAt, tie: seqOf }),
    poolsByUptime: t.pools.heap({ at: (p) => p.dialAt, tie: seqOf }),
    breakersByUptime: t.breakers.heap({ at: (b) => b.due, tie: seqOf }),
    reconciliationsByTime: t.reconciliations.heap({ at: (r) => r.forgetAt, tie: seqOf }),
    unstaffedByTime: t.requestClasses.heap({ at: (k) => k.unstaffedDue, tie: seqOf }),
    requestClassesByTime: t.requestClasses.heap({ at: (k) => k.forgetAt, tie: seqOf }),
  }
}

/** Next number of the partition: ties have a total order that no slot and no pool decides. */
export function nextSeq(s: RoutingState): number {
  const seq = s.last.seq + 1
  s.numbers.update(s.last, { seq })
  return seq
}
