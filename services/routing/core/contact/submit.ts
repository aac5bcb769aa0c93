import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { calledIn, offerAtOnce, pendingCallbackOf } from '../callback/callback.ts'
import { type Meant, meant, type Need } from '../classification/classification.ts'
import type { SubmitContact } from '../commands.ts'
import { type EarlyEnd, takeEarlyEnd } from './early-end.ts'
import { countAccepted } from '../queue/figures.ts'
import { type Entry, entryOf } from '../queue/entry.ts'
import type { RoutingEvent } from '../events.ts'
import { excludeFor, mayName } from './exclusion.ts'
import { durations, limits, NEVER } from '../limits.ts'
import { isEligible, requirementsText, touchRequestClass } from '../matching/classes.ts'
import { exclusionOf, isExcluded } from '../matching/choose.ts'
import { placeKey } from './place-key.ts'
import { changeContact, endContact, enterQueue } from './placement.ts'
import { meetsClosed } from '../queue/opening.ts'
import { redialOf } from './redial.ts'
import { tombstoneId } from './resolve.ts'
import type { AgentRow, ContactRow, QueueRow } from '../schema.ts'
import { idOf, keyOf, nextSeq, type RoutingState } from '../state.ts'
import { changeStory } from './story.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { contactFacts } from '../view.ts'

/** A contact comes in: a new one, a repeat of the same call, or a customer with a pending callback who calls again. */
export function submitContact(
  s: RoutingState,
  c: SubmitContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  const arrival = arrive(s, c, true, turn)
  if ('ok' in arrival) return arrival
  if ('met' in arrival) return meetCallback(s, arrival.met, c, turn)
  const contact = newContact(s, arrival.as, arrival.entry, turn)
  if ('ok' in contact) return contact
  begin(s, c.pool, contact, turn)
  if (arrival.entry.offersCallback) offerAtOnce(s, contact, turn)
  return accept(turn, c.contactId)
}

/** Where a submission leads: to an answer at once, to a pending callback that it meets, or into a queue. */
export type Arrival =
  | Outcome<RoutingEvent>
  | { readonly met: ContactRow }
  | { readonly entry: Entry; readonly as: Meant }

/** `onLine`: the customer waits there; false: is to be called. */
export function arrive(s: RoutingState, c: SubmitContact, onLine: boolean, turn: Turn): Arrival {
  if (!s.pools.get(c.pool)) return reject('POOL_UNKNOWN', { pool: c.pool })
  const known = s.contacts.find(c.pool, c.contactId)
  if (known) {
    return known.fingerprint === c.fingerprint
      ? accept(turn, c.contactId)
      : reject('CONTACT_EXISTS', { contact_id: c.contactId })
  }
  const tombstone = s.tombstones.get(tombstoneId(keyOf(c.pool, c.contactId)))
  if (tombstone) {
    return reject('CONTACT_ENDED', { contact_id: c.contactId, state: tombstone.state })
  }
  const as = meant(s, c)
  return 'code' in as ? { ok: false, rejection: as } : enter(s, as, onLine, turn)
}

/** Into the queue that it names, or that its need has found. */
function enter(s: RoutingState, as: Meant, onLine: boolean, turn: Turn): Arrival {
  const { submission: c } = as
  const queue = s.queues.find(c.pool, c.queueId)
  if (!queue) return reject('QUEUE_UNKNOWN', { pool: c.pool, queue_id: c.queueId })
  if (s.contacts.size >= s.contacts.cap) {
    return reject('TOO_MANY', { cap: 'contacts', limit: limits.contacts })
  }
  const met = pendingCallbackOf(s, queue, c)
  if (met) return { met: s.contacts.at(met.contact) }
  const ttl = c.timeToLiveMs ?? queue.policy.timeToLiveMs
  if (c.holdOutMs > ttl) return reject('HOLD_OUT_RANGE', { value: c.holdOutMs, limit: ttl })
  const entry = entryOf(s, { ...c, onLine }, queue, turn.at.time)
  return 'code' in entry ? { ok: false, rejection: entry } : { entry, as }
}

/** One contact at the kept place, and the customer is on the line. */
function meetCallback(
  s: RoutingState,
  contact: ContactRow,
  c: SubmitContact,
  turn: Turn,
): Outcome<RoutingEvent> {
  // While nobody is served nobody is put on the line: the callback stands.
  if (becomeAlias(s, contact, c, turn) && !meetsClosed(s, contact, turn.at.time)) {
    // The leg that is live is the switch's by which the customer called last.
    s.contacts.update(contact, { source: c.source ?? '' })
    calledIn(s, contact, c.contactId, turn)
  }
  return accept(turn, c.contactId)
}

/** The new id is an alias of the contact from now on. False: what it stands for is over already. */
export function becomeAlias(
  s: RoutingState,
  contact: ContactRow,
  c: SubmitContact,
  turn: Turn,
): boolean {
  const alias = {
    id: keyOf(c.pool, c.contactId),
    pool: contact.pool,
    queue: contact.queue,
    channel: contact.channel,
    seq: nextSeq(s),
    fingerprint: c.fingerprint,
    test: c.test,
    state: 'merged',
    stateSince: turn.at.time,
    enteredAt: turn.at.time,
    createdAt: turn.at.time,
    dueTime: turn.at.time + durations.retainAlias,
    mergedInto: idOf(contact.id),
  } as const
  s.contacts.insert(alias, blankContact)
  turn.events.push({
    kind: 'contactMerged',
    pool: c.pool,
    contactId: idOf(contact.id),
    mergedContactId: c.contactId,
  })
  const ended = takeEarlyEnd(s, keyOf(c.pool, c.contactId))
  // Who called in and has hung up again is called back as before; what was taken back is, whole.
  if (ended?.state === 'cancelled') endAs(s, contact, ended, turn)
  return ended === undefined
}

export const blankContact = {
  requestClass: NONE,
  version: 1,
  fingerprint: '',
  test: false,
  priority: 0,
  key: 0,
  dueTime: NEVER,
  dueUptime: NEVER,
  expiresAt: NEVER,
  reviewAt: NEVER,
  heldOut: false,
  awaitsOpening: false,
  servedUntil: NEVER,
  holdOutUntil: NEVER,
  preferred: '',
  excluded: '',
  ownRequirements: '',
  customerKey: '',
  addressKey: '',
  conversationId: '',
  attributes: new Uint8Array(0),
  references: '',
  agent: NONE,
  weight: 0,
  offer: NONE,
  offersMade: 0,
  answeredAt: 0,
  handledSince: 0,
  handledMs: 0,
  endedAt: 0,
  endCause: 'none',
  cancelReason: '',
  mergedInto: '',
  liveLegId: '',
  callback: NONE,
  waitModelMs: 0,
  waitP50Ms: 0,
  waitP80Ms: 0,
  waitP95Ms: 0,
  chosenAgentId: '',
  chosenBy: 'nextContact',
  runnersUp: '',
  chosenIdleMs: 0,
  requeues: 0,
  watched: 'no',
  escalatedAt: 0,
  lastRequestId: '',
  policyVersion: 0,
  chosenUnder: 0,
  source: '',
  reconciled: 0,
  takenAt: 0,
  story: NONE,
} as const

/** Inserted, and not yet in its queue. */
export function newContact(
  s: RoutingState,
  { submission: c, need }: Meant,
  entry: Entry,
  turn: Turn,
): ContactRow | Outcome<RoutingEvent> {
  const { time } = turn.at
  const { queue, requestClass, divertedFrom, divertedBy } = entry
  if (c.timeZone !== undefined && !s.zones.get(c.timeZone)) {
    return reject('ZONE_UNKNOWN', { time_zone: c.timeZone })
  }
  const enteredAt = c.enteredAt ?? time
  const ahead = enteredAt - time > durations.clockSkew
  if (ahead || time - enteredAt > durations.backdate) {
    return reject('ENTERED_AT_RANGE', { value: enteredAt - time, limit: durations.backdate })
  }
  const excluded = c.excludedAgentIds.map((id) => keyOf(c.pool, id))
  if (s.exclusions.size + excluded.length > s.exclusions.cap) {
    return reject('TOO_MANY', { cap: 'exclusions', limit: limits.exclusions })
  }
  const full = excluded.find((agent) => !mayName(s, agent))
  if (full) {
    return reject('TOO_MANY', { cap: 'exclusionsPerAgent', limit: limits.exclusionsPerAgent })
  }
  const redial = c.test ? '' : redialOf(s, c.pool, c, time)
  const facts = {
    id: keyOf(c.pool, c.contactId),
    pool: queue.pool,
    queue: queue.slot,
    requestClass,
    channel: queue.channel,
    seq: nextSeq(s),
    fingerprint: c.fingerprint,
    test: c.test,
    source: c.source ?? '',
    priority: c.priority,
    // The platform's clock may be ahead of the log's by a little; nobody enters in the future.
    enteredAt: Math.min(enteredAt, time),
    key: placeKey(s, queue, Math.min(enteredAt, time), c.priority),
    policyVersion: queue.policyVersion,
    state: 'waiting' as const,
    stateSince: time,
    createdAt: time,
    expiresAt: time + (c.timeToLiveMs ?? queue.policy.timeToLiveMs),
    preferred: c.preferredAgentIds.join(' '),
    excluded: c.excludedAgentIds.join(' '),
    ownRequirements: requirementsText(c.requirements),
    customerKey: c.customerKey,
    addressKey: c.addressKey,
    conversationId: c.conversationId,
    attributes: c.attributes,
    references: c.references.join('\n'),
  }
  const contact = s.contacts.insert(facts, blankContact)
  const returns = divertedBy === 'unstaffed'
  if (divertedBy !== 'none') changeStory(s, contact, { divertedFrom, divertedBy, returns })
  if (entry.offersCallback) changeStory(s, contact, { beyondLimit: true })
  if (redial !== '') changeStory(s, contact, { redialOf: redial })
  if (need) tellNeed(s, contact, need)
  if (c.timeZone !== undefined) changeStory(s, contact, { timeZone: c.timeZone })
  touchRequestClass(s, requestClass, time)
  for (const agent of excluded) excludeFor(s, contact, agent, NEVER)
  if (c.holdOutMs > 0) holdOut(s, c, contact, time)
  if (!contact.test) countArrival(s, queue, redial, time)
  return contact
}

function countArrival(s: RoutingState, queue: QueueRow, redial: string, time: number): void {
  countAccepted(s, queue, time)
  if (redial !== '') s.queues.update(queue, { redials: queue.redials + 1 })
}

/** Into its queue; or to its end, which came first, before anybody is offered it. */
function begin(s: RoutingState, pool: string, contact: ContactRow, turn: Turn): void {
  turn.events.push({ kind: 'contactAccepted', pool, contact: contactFacts(s, contact, turn.at) })
  const ended = takeEarlyEnd(s, contact.id)
  if (ended) endAs(s, contact, ended, turn)
  else enterQueue(s, contact, turn)
}

export function endAs(s: RoutingState, contact: ContactRow, end: EarlyEnd, turn: Turn): void {
  const cause = end.state === 'cancelled' ? 'cancelled' : 'customerLeft'
  s.contacts.update(contact, { cancelReason: end.cancelReason })
  endContact(s, contact, end.state, cause, turn)
}

function namedAgents(s: RoutingState, pool: string, ids: readonly string[]): AgentRow[] {
  const agents: AgentRow[] = []
  for (const id of ids) {
    const agent = s.agents.find(pool, id)
    if (agent) agents.push(agent)
  }
  return agents
}

/** Waits for its preferred agents alone, those who are skilled for it and at work, until the hold-out is over. */
function holdOut(s: RoutingState, c: SubmitContact, contact: ContactRow, time: number): void {
  let holders = 0
  for (const agent of namedAgents(s, c.pool, c.preferredAgentIds)) {
    const atWork = agent.presence !== 'signedOut' && !agent.removed
    const room =
      s.preferences.size < s.preferences.cap &&
      s.preferencesOfAgent.size(agent.slot) < limits.preferencesPerAgent
    const suits = isEligible(s, agent, contact) && !isExcluded(s, contact, agent)
    if (!atWork || !room || !suits) continue
    s.preferences.insert({
      id: exclusionOf(contact, agent.id),
      contact: contact.slot,
      agent: agent.slot,
      seq: nextSeq(s),
      key: contact.key,
    })
    holders += 1
  }
  if (holders > 0) changeContact(s, contact, { heldOut: true, holdOutUntil: time + c.holdOutMs })
}

function tellNeed(s: RoutingState, contact: ContactRow, { need, rule, version }: Need): void {
  changeStory(s, contact, { need, classifiedBy: rule, classification: version })
}
