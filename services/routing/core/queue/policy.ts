import type { Outcome, Rejection } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { callingHoursRefused, hoursRefused } from '../contact/admission.ts'
import { reviewOffers } from '../callback/review.ts'
import type { PutPolicy } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { internRequestClass, requestClassesFull, touchRequestClass } from '../matching/classes.ts'
import { reviewGuards } from '../agent/roster.ts'
import { limits } from '../limits.ts'
import { reviewQueue } from './opening.ts'
import { destinationRefused } from '../contact/other-queue.ts'
import { patched, policyChanges, type Settings } from './policy-fields.ts'
import { tellQueue } from './state.ts'
import type { QueueRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { accept, newEtag, refusal, reject, type Turn } from '../turn.ts'
import { unmeetable } from './unmeetable.ts'
import type { Channel, QueuePolicy } from '../words.ts'

export const settingsOf = ({ policy, callback }: QueueRow): Settings => ({ policy, callback })

interface Named {
  readonly pool: string
  readonly queueId: string
  readonly channel: Channel
}

/** What is wrong with a policy, given the others of its pool. */
export function policyRefused(
  s: RoutingState,
  { pool, queueId, channel }: Named,
  { policy, callback }: Settings,
): Rejection | undefined {
  return (
    escalationRefused(s, pool, channel, policy) ??
    hoursRefused(s, { pool, queueId, channel, policy, callback }) ??
    callingHoursRefused(s, { pool, queueId, policy }, callback) ??
    unmeetable(s, { pool, queueId, channel, policy, callback })
  )
}

const escalationRefused = (
  s: RoutingState,
  pool: string,
  channel: Channel,
  { escalation }: QueuePolicy,
): Rejection | undefined =>
  escalation && escalation.queueId !== ''
    ? destinationRefused(s, pool, escalation.queueId, channel)
    : undefined

/** The class of contacts that ask for no more than the queue itself: who serves it is known before one has come. */
export function keepOwnClass(s: RoutingState, queue: QueueRow, turn: Turn): Rejection | undefined {
  const { time } = turn.at
  const former = queue.ownClass
  const guards = s.guards.of(queue.pool)
  s.queues.update(queue, { ownClass: NONE })
  const ownClass = internRequestClass(s, queue, [])
  if (ownClass === NONE) return requestClassesFull
  s.queues.update(queue, { ownClass })
  touchRequestClass(s, former, time)
  touchRequestClass(s, ownClass, time)
  if (guards.includes(s.requestClasses.at(ownClass).guardMs)) return undefined
  if (guards.length >= limits.rosterGuards) return rosterGuardsFull
  reviewGuards(s.pools.at(queue.pool), turn)
  return undefined
}

const rosterGuardsFull = refusal('TOO_MANY', {
  cap: 'roster_guard',
  limit: limits.rosterGuards,
})

/** The queue is served by these settings from now on, whichever call brought them. */
export function adopt(
  s: RoutingState,
  queue: QueueRow,
  settings: Settings,
  turn: Turn,
): Rejection | undefined {
  const changes = policyChanges(settingsOf(queue), settings).map(({ field }) => field)
  const policyVersion = queue.policyVersion + (changes.length > 0 ? 1 : 0)
  s.queues.update(queue, { ...settings, policyVersion, etag: newEtag(turn) })
  const full = keepOwnClass(s, queue, turn)
  if (full) return full
  const ofHours = changes.some(
    (field) => field.startsWith('hours.') || field === 'callback.calling_hours',
  )
  if (ofHours) reviewQueue(queue, turn)
  const offers = /^(callback\.offer_|alternatives\.)/
  if (changes.some((field) => offers.test(field))) reviewOffers(queue, turn)
  tellQueue(s, queue, turn)
  return undefined
}

/** Of each queue or of none: whatever is refused undoes the whole command. */
export function putPolicy(s: RoutingState, c: PutPolicy, turn: Turn): Outcome<RoutingEvent> {
  if (!s.pools.get(c.pool)) return reject('POOL_UNKNOWN', { pool: c.pool })
  for (const { queueId, etag } of c.queues) {
    const queue = s.queues.find(c.pool, queueId)
    if (!queue) return reject('QUEUE_UNKNOWN', { pool: c.pool, queue_id: queueId })
    const rejection = putOne(s, queue, c, etag, turn)
    if (rejection) return { ok: false, rejection }
  }
  return accept(turn, c.pool)
}

function putOne(
  s: RoutingState,
  queue: QueueRow,
  c: PutPolicy,
  etag: string,
  turn: Turn,
): Rejection | undefined {
  const queueId = idOf(queue.id)
  if (queue.policyPut !== 'none' && queue.policyPut.requestId === c.requestId) return undefined
  if (etag !== '' && etag !== queue.etag) {
    return refusal('ETAG_MISMATCH', { what: `queue ${queueId}`, etag: queue.etag, sent: etag })
  }
  const before = settingsOf(queue)
  const after = patched(before, c.patch)
  if (typeof after === 'string') {
    return refusal('POLICY_PART_ABSENT', { queue_id: queueId, field: after })
  }
  if (policyChanges(before, after).length === 0) return undefined
  const refused = policyRefused(s, { pool: c.pool, queueId, channel: queue.channel }, after)
  if (refused) return refused
  const kept = adopt(s, queue, after, turn)
  const put = { requestId: c.requestId, version: queue.policyVersion, before, after }
  s.queues.update(queue, { policyPut: put })
  return kept
}
