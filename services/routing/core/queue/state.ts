import type { Outcome } from '@evenkeel/chassis/protocol'
import { answerRefused } from '../contact/admission.ts'
import type { SetQueueState } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { durations, NEVER } from '../limits.ts'
import { reviewQueue } from './opening.ts'
import type { QueueRow } from '../schema.ts'
import { idOf, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import type { ClosingRule, QueueStatus, WhenClosed } from '../words.ts'

/**
 * A supervisor closes a queue, or lets it run dry. Who waits and who comes are treated by the rules
 * of opening hours (hours.ts, opening.ts); here is only what has been said, and until when.
 */

export const openState = {
  state: 'open',
  stateReason: '',
  stateActor: '',
  stateSince: 0,
  stateUntil: NEVER,
  stateRule: 'serveOut',
  stateWhenClosed: 'refuse',
  stateDestination: '',
} as const

/** What a supervisor has said of it; undefined: nothing that holds. */
export const statusOf = (queue: QueueRow): QueueStatus | undefined =>
  queue.state === 'open'
    ? undefined
    : {
        state: queue.state,
        reason: queue.stateReason,
        actor: queue.stateActor,
        since: queue.stateSince,
        until: queue.stateUntil,
        rule: queue.stateRule,
        whenClosed: queue.stateWhenClosed,
        destination: queue.stateDestination,
      }

/** A queue as it stands, for whoever is told of it. */
export const queueFacts = (s: RoutingState, queue: QueueRow) => ({
  pool: s.pools.at(queue.pool).id,
  queueId: idOf(queue.id),
  displayName: queue.displayName,
  channel: queue.channel,
  policy: queue.policy,
  callback: queue.callback === 'none' ? undefined : queue.callback,
  etag: queue.etag,
  policyVersion: queue.policyVersion,
  status: statusOf(queue),
})

export function tellQueue(s: RoutingState, queue: QueueRow, turn: Turn): void {
  turn.events.push({ kind: 'queueChanged', ...queueFacts(s, queue) })
}

/** Unsaid, the queue's hours say it, if they say what can be done in this state. */
function ruleOf(queue: QueueRow, c: SetQueueState): ClosingRule {
  if (c.state === 'draining') return 'serveOut'
  if (c.rule !== undefined) return c.rule
  return queue.policy.hours?.closingRule === 'cancel' ? 'cancel' : 'nextOpening'
}

function answerOf(
  queue: QueueRow,
  c: SetQueueState,
): { readonly way: WhenClosed; readonly queueId: string } {
  if (c.whenClosed !== undefined) return { way: c.whenClosed, queueId: c.destination }
  const { hours } = queue.policy
  const way = hours?.whenClosed ?? 'refuse'
  // While those who are in are served, whoever came in to wait would be served at once.
  const takesIn = way === 'wait' || way === 'callback'
  if (c.state === 'draining' && takesIn) return { way: 'refuse', queueId: '' }
  return { way, queueId: hours?.afterHoursQueueId ?? '' }
}

export function setQueueState(
  s: RoutingState,
  c: SetQueueState,
  turn: Turn,
): Outcome<RoutingEvent> {
  if (!s.pools.get(c.pool)) return reject('POOL_UNKNOWN', { pool: c.pool })
  const queue = s.queues.find(c.pool, c.queueId)
  if (!queue) return reject('QUEUE_UNKNOWN', { pool: c.pool, queue_id: c.queueId })
  const { time } = turn.at
  if (c.state === 'open') {
    if (queue.state === 'open') return accept(turn, c.queueId)
    return change(s, queue, openState, turn)
  }
  const rule = ruleOf(queue, c)
  const { way, queueId: destination } = answerOf(queue, c)
  const until = c.until ?? NEVER
  const said = { state: c.state, reason: c.reason, actor: c.actor, until, rule }
  if (says(queue, { ...said, whenClosed: way, destination })) return accept(turn, c.queueId)
  if (until !== NEVER && (until <= time || until - time > durations.closedMax)) {
    return reject('UNTIL_RANGE', { value: until - time, limit: durations.closedMax })
  }
  const { pool, queueId } = c
  const { channel, callback } = queue
  const refused = answerRefused(s, { pool, queueId, channel, callback }, way, destination)
  if (refused) return { ok: false, rejection: refused }
  const facts = {
    state: c.state,
    stateReason: c.reason,
    stateActor: c.actor,
    stateSince: time,
    stateUntil: until,
    stateRule: rule,
    stateWhenClosed: way,
    stateDestination: destination,
  }
  return change(s, queue, facts, turn)
}

/** The same has been said before, and holds. */
function says(queue: QueueRow, said: Omit<QueueStatus, 'since'>): boolean {
  return (
    queue.state === said.state &&
    queue.stateReason === said.reason &&
    queue.stateActor === said.actor &&
    queue.stateUntil === said.until &&
    queue.stateRule === said.rule &&
    queue.stateWhenClosed === said.whenClosed &&
    queue.stateDestination === said.destination
  )
}

type Patch = Parameters<RoutingState['queues']['update']>[1]

function change(s: RoutingState, queue: QueueRow, facts: Patch, turn: Turn): Outcome<RoutingEvent> {
  s.queues.update(queue, facts)
  reviewQueue(queue, turn)
  tellQueue(s, queue, turn)
  return accept(turn, idOf(queue.id))
}

/** What was said until a time holds no longer. Who waits has that time among its own deadlines. */
export function stateLapsed(s: RoutingState, queue: QueueRow, turn: Turn): void {
  s.queues.update(queue, openState)
  tellQueue(s, queue, turn)
}
