import type { Outcome } from '@evenkeel/chassis/protocol'
import { CoreFault, NONE } from '@evenkeel/chassis/table'
import type { ClaimDial, ReportDial } from '../commands.ts'
import { callableFrom } from './calling-hours.ts'
import { holdCustomer, learnDial, putFirst } from './customer-first.ts'
import type { AttemptFacts, RoutingEvent } from '../events.ts'
import { durations, NEVER } from '../limits.ts'
import { connectContact, countAnswer, missed } from '../offer/offer.ts'
import {
  agentFreed,
  changeContact,
  endContact,
  enterQueue,
  release,
  tellRequeued,
} from '../contact/placement.ts'
import { parkUntil } from './parking.ts'
import { settlePromise } from './promise.ts'
import { resolveContact } from '../contact/resolve.ts'
import { isInPace, mayDial, nextTurnAt, takeTurn } from './pacing.ts'
import type { AgentRow, CallbackRow, ContactRow, PoolRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { ordinaryPlace } from './step-ahead.ts'
import { countRing, settleTrunk } from './trunk.ts'
import { accept, newId, reject, type Turn, unreachable } from '../turn.ts'
import type { DialOutcome, RetriedOutcome } from '../words.ts'

/** An agent accepted a callback and is reserved for it: it is dialled when its turn comes. */
export function dialFor(s: RoutingState, contact: ContactRow, agent: AgentRow, turn: Turn): void {
  const pool = s.pools.at(contact.pool)
  const callback = s.callbacks.at(contact.callback)
  if (mayDial(s, pool, turn.at)) return requestDial(s, contact, idOf(agent.id), turn)
  const { uptime } = turn.at
  s.callbacks.update(callback, {
    attemptId: '',
    attemptState: 'scheduled',
    scheduledAt: uptime,
    claimant: '',
    attemptAgentId: idOf(agent.id),
  })
  changeContact(s, contact, {
    state: 'dialling',
    dueTime: NEVER,
    dueUptime: uptime + durations.dialTurn,
  })
  s.pools.update(pool, { dialAt: Math.min(pool.dialAt, nextTurnAt(s, pool, turn.at)) })
}

/** The pace may let out the first of those who wait for their turn. */
export function dialNext(s: RoutingState, pool: PoolRow, turn: Turn): void {
  const slot = s.dialLine.first(pool.slot)
  if (slot === NONE) {
    s.pools.update(pool, { dialAt: NEVER })
    return
  }
  const callback = s.callbacks.at(slot)
  if (isInPace(s, pool, turn.at)) {
    requestDial(s, s.contacts.at(callback.contact), callback.attemptAgentId, turn)
  }
  const dialAt = s.dialLine.first(pool.slot) === NONE ? NEVER : nextTurnAt(s, pool, turn.at)
  s.pools.update(pool, { dialAt })
}

/**
 * Somebody is to claim the attempt and dial. The pace must allow it. `agentId` '': customer-first,
 * nobody is reserved.
 */
export function requestDial(
  s: RoutingState,
  contact: ContactRow,
  agentId: string,
  turn: Turn,
): void {
  const { time, uptime } = turn.at
  const callback = s.callbacks.at(contact.callback)
  if (callableFrom(s, contact, time) > time) return outsideHours(s, contact, turn)
  takeTurn(s, s.pools.at(contact.pool), turn.at)
  s.callbacks.update(callback, {
    attemptId: newId(turn, 'd'),
    attemptState: 'requested',
    attemptAgentId: agentId,
    attemptOutcome: 'none',
    claimant: '',
    claimBefore: time + durations.dialClaim,
    requestedAt: time,
    firstAt: 0,
  })
  changeContact(s, contact, {
    state: 'dialling',
    ...(agentId === '' ? { stateSince: time } : {}),
    dueTime: NEVER,
    dueUptime: uptime + durations.dialClaim,
  })
  turn.events.push({
    kind: 'dialRequested',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    attempt: attemptFacts(s, contact, callback),
    addressRef: callback.addressRef,
  })
}

/** Its calling hours ended while an agent was asked, or the pace held it back: nobody dials. */
function outsideHours(s: RoutingState, contact: ContactRow, turn: Turn): void {
  if (contact.agent !== NONE) tellRequeued(s, contact, 'callingHours', turn)
  endAttempt(s, contact, 'unclaimed', turn)
  parkUntil(s, contact, turn.at.time, turn)
}

export function attemptFacts(
  s: RoutingState,
  contact: ContactRow,
  callback: CallbackRow,
): AttemptFacts {
  const policy = s.queues.at(contact.queue).callback
  return {
    attemptId: callback.attemptId,
    agentId: callback.attemptAgentId,
    claimant: callback.claimant,
    ringTimeoutMs: policy === 'none' ? 0 : policy.ringTimeoutMs,
    claimBefore: callback.claimBefore,
    outcome: callback.attemptOutcome,
    customerFirst: callback.attemptAgentId === '',
  }
}

interface OfAttempt {
  readonly pool: string
  readonly contactId: string
  readonly attemptId: string
  readonly claimant: string
}

type Attempt = { readonly contact: ContactRow; readonly callback: CallbackRow }

function findAttempt(s: RoutingState, c: OfAttempt): Attempt | Outcome<RoutingEvent> {
  const contact = resolveContact(s, c)
  if (!('slot' in contact)) return contact
  const callback = contact.callback === NONE ? undefined : s.callbacks.at(contact.callback)
  if (!callback || callback.attemptId === '' || callback.attemptId !== c.attemptId) {
    return reject('ATTEMPT_UNKNOWN', { contact_id: c.contactId, attempt_id: c.attemptId })
  }
  return { contact, callback }
}

/** The right to dial: the first claimant gets it, and gets it again when it asks again; nobody else ever does. */
export function claimDial(s: RoutingState, c: ClaimDial, turn: Turn): Outcome<RoutingEvent> {
  const found = findAttempt(s, c)
  if (!('contact' in found)) return found
  const { contact, callback } = found
  const { attemptId, attemptOutcome: outcome, claimant } = callback
  switch (callback.attemptState) {
    case 'claimed':
      if (claimant === c.claimant) return accept(turn, c.contactId)
      return reject('ATTEMPT_CLAIMED', { attempt_id: attemptId, claimant })
    case 'none':
    case 'scheduled':
    case 'closed':
      return reject('ATTEMPT_CLOSED', { attempt_id: attemptId, outcome })
    case 'requested':
      break
    default:
      return unreachable(callback.attemptState)
  }
  const { time, uptime } = turn.at
  const callableAt = callableFrom(s, contact, time)
  if (callableAt > time) {
    return reject('CALLING_HOURS', { attempt_id: attemptId, next_from_ms: callableAt })
  }
  const queue = s.queues.at(contact.queue)
  const { ringTimeoutMs } = attemptFacts(s, contact, callback)
  s.callbacks.update(callback, {
    attemptState: 'claimed',
    claimant: c.claimant,
    claimedAt: time,
    attempts: callback.attempts + 1,
    firstDialledAt: callback.firstDialledAt === 0 ? time : callback.firstDialledAt,
  })
  changeContact(s, contact, { dueUptime: uptime + ringTimeoutMs + durations.dialReportGrace })
  if (!contact.test) s.queues.update(queue, { dialled: queue.dialled + 1 })
  settlePromise(s, contact, time, turn)
  return accept(turn, c.contactId)
}

/** What became of the dial, by its claimant. */
export function reportDial(s: RoutingState, c: ReportDial, turn: Turn): Outcome<RoutingEvent> {
  const found = findAttempt(s, c)
  if (!('contact' in found)) return found
  const { contact, callback } = found
  const { attemptId, attemptOutcome: outcome, claimant } = callback
  if (callback.attemptState === 'closed') {
    const repeated = claimant === c.claimant && outcome === c.outcome
    return repeated
      ? accept(turn, c.contactId)
      : reject('ATTEMPT_CLOSED', { attempt_id: attemptId, outcome })
  }
  if (callback.attemptState !== 'claimed') {
    return reject('ATTEMPT_UNCLAIMED', { attempt_id: attemptId })
  }
  if (claimant !== c.claimant) {
    return reject('ATTEMPT_CLAIMED', { attempt_id: attemptId, claimant })
  }
  closeAttempt(s, contact, c.outcome, turn)
  return accept(turn, c.contactId)
}

/** The attempt is over, if there is one; one whose turn had not come nobody has heard of. */
export function endAttempt(
  s: RoutingState,
  contact: ContactRow,
  outcome: DialOutcome,
  turn: Turn,
): void {
  const callback = s.callbacks.at(contact.callback)
  const { attemptState } = callback
  if (attemptState === 'none' || attemptState === 'closed') return
  if (attemptState === 'scheduled') {
    s.callbacks.update(callback, { attemptState: 'none' })
    return
  }
  s.callbacks.update(callback, { attemptState: 'closed', attemptOutcome: outcome })
  countRing(s, callback, turn.at.time)
  turn.events.push({
    kind: 'dialClosed',
    pool: s.pools.at(contact.pool).id,
    contactId: idOf(contact.id),
    attempt: attemptFacts(s, contact, callback),
  })
}

/** Ends the present attempt and moves the contact on by its outcome. */
export function closeAttempt(
  s: RoutingState,
  contact: ContactRow,
  outcome: DialOutcome,
  turn: Turn,
): void {
  endAttempt(s, contact, outcome, turn)
  switch (outcome) {
    case 'human':
      learnDial(s, contact, true, turn.at.time)
      return reached(s, contact, turn)
    case 'calledIn':
      return
    case 'rejected':
    case 'invalid':
    case 'barred':
      return endContact(s, contact, 'expired', 'callbackGivenUp', turn)
    case 'unknown':
      return tryLater(s, contact, 'noAnswer', turn)
    case 'machine':
    case 'messageLeft':
    case 'busy':
    case 'noAnswer':
      learnDial(s, contact, false, turn.at.time)
      return tryLater(s, contact, outcome, turn)
    case 'congestion':
      return uncounted(s, contact, turn)
    case 'agentGone':
      return agentGone(s, contact, turn)
    case 'none':
    case 'cancelled':
    case 'unclaimed':
      throw new CoreFault(`an attempt is not closed as ${outcome}`)
    default:
      return unreachable(outcome)
  }
}

function reached(s: RoutingState, contact: ContactRow, turn: Turn): void {
  if (contact.agent === NONE) return holdCustomer(s, contact, turn)
  countAnswer(s, contact, turn.at.time)
  const agent = s.agents.at(contact.agent)
  connectContact(s, contact, turn)
  // What was asked for in writing may yield to who is on the line already.
  agentFreed(s, agent, turn)
}

/** Customer and agent have met: the callback has done its part. */
export function settleCallback(s: RoutingState, contact: ContactRow, time: number): void {
  const callback = s.callbacks.at(contact.callback)
  settleTrunk(s, contact, time)
  s.callbacks.update(callback, {
    ...{ status: 'reached', pending: false, customer: '', address: '' },
    ...{ lineSince: 0, heldUntil: NEVER, messageAt: NEVER, firstAt: 0 },
  })
  if (!contact.test) {
    const queue = s.queues.at(contact.queue)
    s.queues.update(queue, { callbacksReached: queue.callbacksReached + 1 })
  }
  s.contacts.update(contact, ordinaryPlace(contact, callback))
}

const triesOf = {
  busy: 'busyTries',
  noAnswer: 'noAnswerTries',
  machine: 'machineTries',
  messageLeft: 'messageLeftTries',
} as const satisfies Record<RetriedOutcome, keyof CallbackRow>

/** The attempt counts: another one by the schedule of its outcome, or none if they are used up. */
export function tryLater(
  s: RoutingState,
  contact: ContactRow,
  outcome: RetriedOutcome,
  turn: Turn,
): void {
  const policy = s.queues.at(contact.queue).callback
  const callback = s.callbacks.at(contact.callback)
  const tries = callback[triesOf[outcome]] + 1
  s.callbacks.update(callback, { [triesOf[outcome]]: tries })
  const rule =
    policy === 'none' ? undefined : policy.retries?.find((one) => one.outcome === outcome)
  const usedUp = rule !== undefined && rule.attemptsMax > 0 && tries >= rule.attemptsMax
  if (policy === 'none' || usedUp || callback.attempts >= policy.maxAttempts) {
    endContact(s, contact, 'expired', 'callbackGivenUp', turn)
    return
  }
  const delayMs = rule?.delaysMs[Math.min(tries, rule.delaysMs.length) - 1] ?? policy.retryAfterMs
  parkUntil(s, contact, turn.at.time + delayMs, turn)
}

/** No line was to be had: nobody was disturbed, so the attempt does not count. */
function uncounted(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { attempts: Math.max(0, callback.attempts - 1) })
  parkUntil(s, contact, turn.at.time + durations.dialCongestion, turn)
}

/** Nobody claimed the attempt, or its turn did not come in time: nobody has dialled. */
export function unclaimed(s: RoutingState, contact: ContactRow, turn: Turn): void {
  // Of an attempt whose turn never came nobody knows; its agent must be told to have lost it.
  if (s.callbacks.at(contact.callback).attemptState === 'scheduled') {
    tellRequeued(s, contact, 'dialPaced', turn)
  }
  endAttempt(s, contact, 'unclaimed', turn)
  parkUntil(s, contact, turn.at.time + durations.dialCongestion, turn)
}

/** The agent vanished before the two could meet: the customer is first for another one. */
function agentGone(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const callback = s.callbacks.at(contact.callback)
  s.callbacks.update(callback, { attempts: Math.max(0, callback.attempts - 1) })
  putFirst(s, contact, turn.at.time)
  const agent = release(s, contact, turn)
  if (agent) missed(s, agent, contact, turn)
  enterQueue(s, contact, turn, agent)
}
