import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { dialLeadMs, figuresOf } from '../callback/customer-first.ts'
import { isHeld } from '../contact/hold.ts'
import type { Counter } from './figures-schema.ts'
import { type Figures, totalsOf } from './figures.ts'
import { isOpen, nextOpeningAt } from './hours.ts'
import type { DialFiguresRow, QueueRow, RequestClassRow } from '../schema.ts'
import { idOf, isTerminal, type RoutingState } from '../state.ts'
import { waitOfNewcomer } from '../wait/wait.ts'
import type { ExpectedWait } from '../wait/model.ts'
import { channels, contactStates } from '../words.ts'

/** How a queue stands, for supervisors. Counts are since the log began. */
export interface QueueStatsView {
  readonly queueId: string
  readonly waiting: number
  readonly callbacksWaiting: number
  readonly inService: number
  readonly oldestEnteredAt: number | undefined
  readonly staffedAgents: number
  readonly freeAgents: number
  /** Undefined: an agent is free, or unknown. */
  readonly wait: ExpectedWait | undefined
  readonly offersHeld: boolean
  readonly open: boolean
  /** Undefined: it is open, or nobody knows. */
  readonly opensAt: number | undefined
  readonly row: QueueRow
  /** Those that are told here. */
  readonly totals: Figures
  readonly dials: DialFiguresRow
  readonly dialLeadMs: number
}

const inService = [
  'offered',
  'connecting',
  'connected',
  'interrupted',
  'wrapUp',
  'dialling',
] as const

const told: readonly Counter[] = [
  ...(['accepted', 'answered', 'answeredInTarget', 'completed'] as const),
  ...(['abandoned', 'abandonedInTarget', 'expired', 'cancelled'] as const),
  ...(['promisesKept', 'promisesBroken'] as const),
]

export function queueStats(s: RoutingState, queue: QueueRow, at: Moment): QueueStatsView {
  const { counts } = s
  const oldest = s.inQueue.first(queue.slot)
  const request = s.requestClasses.at(queue.ownClass)
  const staffed = s.staffing.agentsFor(request.slot)
  const free = freeFor(s, request)
  const open = isOpen(s, queue, at.time)
  const wait = free === 0 ? waitOfNewcomer(s, request, 0, at.time) : undefined
  return {
    queueId: idOf(queue.id),
    waiting: counts.sum(queue.slot, ['waiting', 'customerHeld']),
    callbacksWaiting: counts.sum(queue.slot, ['dialable', 'callbackWaiting']),
    inService: counts.sum(queue.slot, inService),
    oldestEnteredAt: oldest === NONE ? undefined : s.contacts.at(oldest).enteredAt,
    staffedAgents: staffed,
    freeAgents: free,
    wait,
    offersHeld: isHeld(s.pools.at(queue.pool), channels.indexOf(queue.channel)),
    open,
    opensAt: open ? undefined : nextOpeningAt(s, queue, at.time),
    row: queue,
    totals: totalsOf(s, queue, told).figures,
    dials: figuresOf(s, queue),
    dialLeadMs: dialLeadMs(s, queue),
  }
}

/** Agents with capacity for one more contact of a class. Reads every supply class that serves it. */
export function freeFor(s: RoutingState, request: RequestClassRow): number {
  const channel = channels.indexOf(request.channel)
  let free = 0
  for (const supply of s.eligibility.suppliesOf(request.slot)) {
    if (!s.eligibility.isClosed(supply, request.slot)) free += s.free.size(channel, supply)
  }
  return free
}

/** An alias is no contact of its own. */
const openStates = contactStates.filter((state) => !isTerminal(state) && state !== 'merged')

/** Contacts of a pool that have not ended. */
export function openContacts(s: RoutingState, pool: number): number {
  let open = 0
  for (let q = s.queuesOfPool.first(pool); q !== NONE; q = s.queuesOfPool.next(q)) {
    open += s.counts.sum(q, openStates)
  }
  return open
}

/** Slack after which an entity past its deadline counts as forgotten: ticks come at least each second. */
const overdueMs = 5_000

/** Entities whose deadline passed unnoticed; reads 0. Looks at the heads only, since a heap that is drained has none. */
export function pastDeadline(s: RoutingState, at: Moment): number {
  const late = (first: number, now: number): number => (first + overdueMs < now ? 1 : 0)
  return (
    late(s.contactsByTime.firstAt(), at.time) +
    late(s.storiesByTime.firstAt(), at.time) +
    late(s.contactsByUptime.firstAt(), at.uptime) +
    late(s.agentsByTime.firstAt(), at.time) +
    late(s.agentsByUptime.firstAt(), at.uptime) +
    late(s.offersByUptime.firstAt(), at.uptime) +
    late(s.poolsByUptime.firstAt(), at.uptime) +
    late(s.breakersByUptime.firstAt(), at.uptime) +
    late(s.reconciliationsByTime.firstAt(), at.time) +
    late(s.queuesByTime.firstAt(), at.time) +
    late(s.unstaffedByTime.firstAt(), at.time) +
    late(s.exclusionsByTime.firstAt(), at.time) +
    late(s.tombstonesByTime.firstAt(), at.time) +
    late(s.earlyEndsByTime.firstAt(), at.time) +
    late(s.departuresByTime.firstAt(), at.time)
  )
}
