import type { Rejection } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { takerOf } from '../contact/admission.ts'
import { isHeld } from '../contact/hold.ts'
import { isOpen } from './hours.ts'
import { limits } from '../limits.ts'
import {
  internRequestClass,
  isLeaving,
  mayServe,
  requestClassesFull,
  requirementsText,
  touchRequestClass,
} from '../matching/classes.ts'
import { hasRoom } from '../matching/free.ts'
import type { AgentRow, QueueRow, RequestClassRow } from '../schema.ts'
import { idOf, keyOf, type RoutingState } from '../state.ts'
import { answerGapMs } from '../callback/step-ahead.ts'
import { refusal } from '../turn.ts'
import { isPastGrace } from './unstaffed.ts'
import { waitOfNewcomer } from '../wait/wait.ts'
import { channels, type DivertCause, type EntryAction, type Requirement } from '../words.ts'

/**
 * Who comes to a queue anew is held to its limits: contacts that are submitted, callbacks that are
 * asked for, consults. Who is in already is not: a transfer, a return or an escalation that was
 * refused would lose somebody.
 */
export interface Newcomer {
  readonly pool: string
  readonly requirements: readonly Requirement[]
  readonly preferredAgentIds: readonly string[]
  readonly holdOutMs: number
  readonly excludedAgentIds: readonly string[]
  readonly priority: number
  /** Comes to wait on the line: entry_limit is for those alone. */
  readonly onLine: boolean
}

/** Where a contact that comes is taken, and how. */
export interface Entry {
  readonly queue: QueueRow
  readonly requestClass: number
  readonly divertedFrom: number
  readonly divertedBy: DivertCause
  /** It is taken beyond a limit, and to be offered a callback at once. */
  readonly offersCallback: boolean
}

/** What keeps a contact from entering a queue as it is. */
interface Barrier {
  readonly cause: DivertCause
  readonly action: EntryAction
  readonly queueId: string
  readonly refused: Rejection
}

const isRejection = (found: object): found is Rejection => 'code' in found

/**
 * The queue that takes a contact: the one it is for; or where that one's hours, limits or staffing
 * send it, and so on for a few queues more. What refuses it in the end is what the first would say.
 */
export function entryOf(
  s: RoutingState,
  c: Newcomer,
  asked: QueueRow,
  time: number,
): Entry | Rejection {
  let queue = takerOf(s, asked, time)
  if (isRejection(queue)) return queue
  let divertedBy: DivertCause = queue.slot === asked.slot ? 'none' : 'closed'
  let first: Rejection | undefined
  for (let hop = 0; hop <= limits.overflowHops; hop++) {
    const requestClass = classIn(s, c, queue)
    if (isRejection(requestClass)) return requestClass
    const barrier = barrierOf(s, c, queue, requestClass, time)
    if (barrier === undefined || barrier.action === 'callback') {
      const divertedFrom = divertedBy === 'none' ? NONE : asked.slot
      const offersCallback = barrier !== undefined
      return { queue, requestClass: requestClass.slot, divertedFrom, divertedBy, offersCallback }
    }
    first ??= barrier.refused
    if (barrier.action !== 'overflow') return first
    touchRequestClass(s, requestClass.slot, time)
    const next = s.queues.find(c.pool, barrier.queueId)
    const takes = next !== undefined && next.channel === queue.channel && isOpen(s, next, time)
    if (!takes) return first
    queue = next
    divertedBy = barrier.cause
  }
  return first ?? requestClassesFull
}

function classIn(s: RoutingState, c: Newcomer, queue: QueueRow): RequestClassRow | Rejection {
  const slot = internRequestClass(s, queue, c.requirements)
  return slot === NONE ? requestClassesFull : s.requestClasses.at(slot)
}

/** Of a newcomer whom nobody calls back or sends on: what refuses it. */
export function entryRefused(
  s: RoutingState,
  c: Newcomer,
  queue: QueueRow,
  time: number,
): Rejection | undefined {
  const requestClass = classIn(s, c, queue)
  if (isRejection(requestClass)) return requestClass
  return barrierOf(s, c, queue, requestClass, time)?.refused
}

function barrierOf(
  s: RoutingState,
  c: Newcomer,
  queue: QueueRow,
  request: RequestClassRow,
  time: number,
): Barrier | undefined {
  const { maxWaiting, entryLimit, unstaffed } = queue.policy
  const inQueue = s.inQueue.size(queue.slot)
  if (inQueue >= maxWaiting) {
    const fields = { queue_id: idOf(queue.id), value: inQueue, limit: maxWaiting }
    const overflows = entryLimit?.action === 'overflow'
    return {
      cause: 'limit',
      action: overflows ? 'overflow' : 'refuse',
      queueId: entryLimit?.queueId ?? '',
      refused: refusal('QUEUE_FULL', fields),
    }
  }
  if (unstaffed && unstaffed.action !== 'take' && isPastGrace(s, request, unstaffed, time)) {
    const requirements = requirementsText(request.requirements)
    const where = { queue_id: idOf(queue.id), requirements }
    const refused = refusal('NOBODY_STAFFED', { ...where, retry_after_ms: unstaffedRetryMs })
    return { cause: 'unstaffed', ...unstaffed, refused }
  }
  if (entryLimit === undefined || !c.onLine) return undefined
  const reached = limitReached(s, c, queue, request, time)
  if (reached === undefined) return undefined
  return {
    cause: 'limit',
    ...entryLimit,
    refused: refusal('ENTRY_LIMIT', { queue_id: idOf(queue.id), ...reached }),
  }
}

/** Agents sign in when they do; nobody knows when. */
const unstaffedRetryMs = 60_000
const retryMsMin = 1_000
const retryMsMax = 600_000
const within = (ms: number): number => Math.min(retryMsMax, Math.max(retryMsMin, Math.trunc(ms)))

interface Reached {
  readonly what: string
  readonly value: number
  readonly limit: number
  readonly retry_after_ms: number
}

/** Which of the queue's own limits whoever comes now would exceed. */
function limitReached(
  s: RoutingState,
  c: Newcomer,
  queue: QueueRow,
  request: RequestClassRow,
  time: number,
): Reached | undefined {
  const { waitingMax = 0, waitP80MaxMs = 0 } = queue.policy.entryLimit ?? {}
  const waiting = s.counts.of(queue.slot, 'waiting')
  const long = waitingMax > 0 && waiting >= waitingMax
  if (!long && waitP80MaxMs === 0) return undefined
  if (isOpen(s, queue, time) && isTakenAtOnce(s, c, queue, request)) return undefined
  if (long) {
    const gap = answerGapMs(s, queue, request.slot) ?? unstaffedRetryMs
    const retry_after_ms = within(gap * (waiting - waitingMax + 1))
    return { what: 'waiting', value: waiting, limit: waitingMax, retry_after_ms }
  }
  const p80 = waitOfNewcomer(s, request, c.priority, time)?.p80 ?? 0
  if (p80 <= waitP80MaxMs) return undefined
  const retry_after_ms = within(p80 - waitP80MaxMs)
  return { what: 'wait_p80_ms', value: p80, limit: waitP80MaxMs, retry_after_ms }
}

/** Somebody has room who would be offered it now: then it does not wait. */
function isTakenAtOnce(
  s: RoutingState,
  c: Newcomer,
  queue: QueueRow,
  request: RequestClassRow,
): boolean {
  const channel = channels.indexOf(queue.channel)
  if (isHeld(s.pools.at(queue.pool), channel)) return false
  const excluded = new Set(c.excludedAgentIds.map((id) => keyOf(c.pool, id)))
  const preferred = c.preferredAgentIds
    .map((id) => s.agents.find(c.pool, id))
    .filter((agent) => agent !== undefined && !excluded.has(agent.id))
    .filter((agent): agent is AgentRow => agent !== undefined && mayServe(s, agent, request))
  const takesMore = (agent: AgentRow): boolean =>
    hasRoom(agent, channel, agent.weights[channel] ?? 0) && !isLeaving(s, agent, request.slot)
  if (preferred.some(takesMore)) return true
  const heldOut = preferred.some((agent) => agent.presence !== 'signedOut' && !agent.removed)
  if (c.holdOutMs > 0 && heldOut) return false
  return s.free.best(request, (slot) => !excluded.has(s.agents.at(slot).id)) !== NONE
}
