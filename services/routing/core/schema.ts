import {
  bytes,
  type Database,
  deadline,
  flag,
  int,
  oneOf,
  ref,
  type RowOf,
  text,
  value,
} from '@evenkeel/chassis/table'
import { timesheets } from './agent/adherence-schema.ts'
import { agents } from './agent/schema.ts'
import { keyBytesMax, limits, spansKept } from './limits.ts'
import { queueFigures } from './queue/figures-schema.ts'
import { queues, requestClasses } from './queue/schema.ts'
import { callbacks } from './callback/schema.ts'
import { dialFigures } from './callback/dial-schema.ts'
import { classifications } from './classification/schema.ts'
import { earlyEnds, tombstones } from './contact/ended-schema.ts'
import { calendars, zones } from './queue/hours-schema.ts'
import { breakers, reconciliations } from './agent/outage-schema.ts'
import { outlooks } from './queue/outlook-schema.ts'
import { departures, stories } from './contact/story-schema.ts'
import {
  type BreakerPolicy,
  channels,
  contactStates,
  type DialPacing,
  endCauses,
  offerRules,
  offerStatuses,
  type SkillLevel,
  watches,
} from './words.ts'

export type { CallbackSetting } from './queue/schema.ts'

/** One row, 'last': the last number given to anything of this partition, so that ties have a total order. */
const numbers = { id: text(8), seq: int() }

const pools = {
  id: text(64),
  displayName: text(200),
  etag: text(32),
  seq: int(),
  assignments: int(),
  /** Counted as assignments are made; an invariant that must read 0. */
  belowRequiredSkill: int(),
  /** Switched off by an operator: all offers, all dials, all learning. */
  offersOff: flag(),
  dialsOff: flag(),
  learningOff: flag(),
  switchReason: text(200),
  switchActor: text(64),
  switchedAt: int(),
  breaker: value<BreakerPolicy | 'none'>(),
  /** Sum of 2^channel of those whose endpoints do not answer. */
  brokenChannels: int(),
  /** Items on the work list that match who is free after a hold. */
  releases: int(),
  dialPacing: value<DialPacing | 'plain'>(),
  /** agent/profiles-age.ts; 0: what is known of the agents may be of any age. */
  profilesMaxAgeMs: int(),
  /** Since when it is too old; 0: it is not. */
  profilesTooOldSince: int(),
  /** A roster of one of its agents has come: before, nothing asks for any. */
  rostered: flag(),
  /** Uptime up to which the pace is used up; callback/pacing.ts. */
  dialsUntil: int(),
  /** Uptime at which the first of those who wait for their turn may be dialled; NEVER: nobody does. */
  dialAt: deadline(),
}

const supplyClasses = {
  /** pool|weights|skill:level,... , "?" for provisional, |leaving if they are; two agents with the same key are interchangeable. */
  id: text(4096),
  pool: ref('pools'),
  seq: int(),
  /** By channel, 0: not active on it. */
  weights: value<readonly number[]>(),
  /** In the order of skill ids. */
  levels: value<readonly SkillLevel[]>(),
  /** As of its agents. */
  leavingMs: int(),
  /** When it may be forgotten; NEVER while it has members. */
  forgetAt: deadline(),
}

const contacts = {
  id: text(keyBytesMax),
  pool: ref('pools'),
  queue: ref('queues'),
  requestClass: ref('requestClasses'),
  channel: oneOf(...channels),
  seq: int(),
  version: int(),
  fingerprint: text(32),
  test: flag(),
  priority: int(),
  /** Service-level deadline less what priority is worth; the smallest is served first. Static, so overtaking is bounded. */
  key: int(),
  state: oneOf(...contactStates),
  stateSince: int(),
  /** Deadline of the state on the customers' clock. */
  dueTime: deadline(),
  /** Deadline of the state on the machines' clock. */
  dueUptime: deadline(),
  /** End of waiting on the customers' clock, whatever the state before an agent accepts. */
  expiresAt: deadline(),
  /** When its callback offer is to be made, repeated or taken back. */
  reviewAt: deadline(),
  /** Waits for a preferred agent alone. */
  heldOut: flag(),
  /** Held out until its queue opens, at holdOutUntil if that is known. */
  awaitsOpening: flag(),
  /** When its queue no longer serves it; NEVER: no end is known, or it is not in a queue. */
  servedUntil: deadline(),
  holdOutUntil: deadline(),
  preferred: text(4 * 65),
  excluded: text(8 * 65),
  ownRequirements: text(1600),
  customerKey: text(64),
  addressKey: text(64),
  conversationId: text(64),
  attributes: bytes(8192),
  references: text(8 * 257),
  enteredAt: int(),
  createdAt: int(),
  agent: ref('agents'),
  /** What it takes of its agent's budget now; 0 without an agent and on hold. */
  weight: int(),
  offer: ref('offers'),
  offersMade: int(),
  /** 0: not answered yet. */
  answeredAt: int(),
  /** 0: no agent has it. */
  handledSince: int(),
  handledMs: int(),
  endedAt: int(),
  endCause: oneOf(...endCauses),
  cancelReason: text(200),
  mergedInto: text(64),
  liveLegId: text(64),
  callback: ref('callbacks'),
  /** Wait by the model as it came to find nobody free; 0: did not wait; NONE: waited, and nothing was known. */
  waitModelMs: int(),
  /** What could be told then. */
  waitP50Ms: int(),
  waitP80Ms: int(),
  waitP95Ms: int(),
  /** The last decision: who was chosen, by what rule, before whom. */
  chosenAgentId: text(64),
  chosenBy: oneOf(...offerRules),
  runnersUp: text(3 * 65),
  chosenIdleMs: int(),
  requeues: int(),
  /** Whether something is to be done when nobody at work could ever serve it. */
  watched: oneOf(...watches),
  /** When offers in vain had made it another's; 0: they have not. */
  escalatedAt: int(),
  /** request_id of the last transfer or requeue. */
  lastRequestId: text(64),
  /** Version of its queue's policy under which it has its place, and under which its agent was chosen. */
  policyVersion: int(),
  chosenUnder: int(),
  /** The switch that carries it; '': none in particular. */
  source: text(64),
  /** Number of the reconciliation that listed it last; 0: none. */
  reconciled: int(),
  /** When its agent accepted it; 0: none has. */
  takenAt: int(),
  /** What is told of it beside; NONE: nothing yet. */
  story: ref('stories'),
}

const offers = {
  id: text(32),
  /** Keys, not rows: an answered offer may outlive both. */
  contact: text(keyBytesMax),
  agent: text(keyBytesMax),
  seq: int(),
  status: oneOf(...offerStatuses),
  /** Version of the queue's policy under which it was made. */
  policyVersion: int(),
  /** Shown to the agent; the deadline itself is the contact's. */
  expiresAt: deadline(),
  /** Uptime at which a closed offer is forgotten; NEVER while open, or accepted and worked on. */
  forgetAt: deadline(),
}

const exclusions = {
  /** contact key # agent key */
  id: text(2 * keyBytesMax + 1),
  contact: ref('contacts'),
  /** NONE: named, but not here (yet). */
  agent: ref('agents'),
  seq: int(),
  until: deadline(),
}

const preferences = {
  /** contact key # agent key */
  id: text(2 * keyBytesMax + 1),
  contact: ref('contacts'),
  agent: ref('agents'),
  seq: int(),
  key: int(),
}

export function createTables(db: Database) {
  return {
    numbers: db.table('numbers', numbers, { cap: 1, key: 'id' }),
    pools: db.table('pools', pools, { cap: limits.pools, key: 'id' }),
    queues: db.table('queues', queues, { cap: limits.queues, key: 'id' }),
    queueFigures: db.table('queueFigures', queueFigures, {
      cap: limits.queues * (spansKept + 1),
      key: 'id',
    }),
    outlooks: db.table('outlooks', outlooks, { cap: limits.queues, key: 'id' }),
    calendars: db.table('calendars', calendars, { cap: limits.calendars, key: 'id' }),
    zones: db.table('zones', zones, { cap: limits.zones, key: 'id' }),
    classifications: db.table('classifications', classifications, { cap: limits.pools, key: 'id' }),
    supplyClasses: db.table('supplyClasses', supplyClasses, {
      cap: limits.supplyClasses,
      key: 'id',
    }),
    requestClasses: db.table('requestClasses', requestClasses, {
      cap: limits.requestClasses,
      key: 'id',
    }),
    agents: db.table('agents', agents, { cap: limits.agents, key: 'id' }),
    timesheets: db.table('timesheets', timesheets, { cap: limits.timesheets, key: 'id' }),
    contacts: db.table('contacts', contacts, { cap: limits.contacts, key: 'id' }),
    tombstones: db.table('tombstones', tombstones, { cap: limits.tombstones, key: 'id' }),
    earlyEnds: db.table('earlyEnds', earlyEnds, { cap: limits.earlyEnds, key: 'id' }),
    stories: db.table('stories', stories, { cap: limits.contacts, key: 'id' }),
    departures: db.table('departures', departures, { cap: limits.departures, key: 'id' }),
    offers: db.table('offers', offers, { cap: limits.offers, key: 'id' }),
    callbacks: db.table('callbacks', callbacks, { cap: limits.callbacks, key: 'id' }),
    dialFigures: db.table('dialFigures', dialFigures, { cap: limits.queues, key: 'id' }),
    exclusions: db.table('exclusions', exclusions, { cap: limits.exclusions, key: 'id' }),
    preferences: db.table('preferences', preferences, { cap: limits.preferences, key: 'id' }),
    breakers: db.table('breakers', breakers, { cap: limits.breakers, key: 'id' }),
    reconciliations: db.table('reconciliations', reconciliations, {
      cap: limits.reconciliations,
      key: 'id',
    }),
  }
}

export type Tables = ReturnType<typeof createTables>
export type PoolRow = RowOf<Tables['pools']>
export type CalendarRow = RowOf<Tables['calendars']>
export type ZoneRow = RowOf<Tables['zones']>
export type QueueRow = RowOf<Tables['queues']>
export type AgentRow = RowOf<Tables['agents']>
export type TimesheetRow = RowOf<Tables['timesheets']>
export type ContactRow = RowOf<Tables['contacts']>
export type OfferRow = RowOf<Tables['offers']>
export type StoryRow = RowOf<Tables['stories']>
export type QueueFiguresRow = RowOf<Tables['queueFigures']>
export type DialFiguresRow = RowOf<Tables['dialFigures']>
export type CallbackRow = RowOf<Tables['callbacks']>
export type RequestClassRow = RowOf<Tables['requestClasses']>
export type BreakerRow = RowOf<Tables['breakers']>
export type ReconciliationRow = RowOf<Tables['reconciliations']>
export type SupplyClassRow = RowOf<Tables['supplyClasses']>
