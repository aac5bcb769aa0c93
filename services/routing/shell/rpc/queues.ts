import {
  fromRejection,
  idPatterns,
  lastOf,
  pageToken,
  parse,
  refused,
  timestamp,
} from '@evenkeel/chassis/errors'
import { NONE } from '@evenkeel/chassis/table'
import { bind, type Binding, type Call } from '@evenkeel/chassis/serve'
import {
  type GetPoolHealthResponse,
  type GetQueueStatsRequest,
  type GetQueueStatsResponse,
  type ListPoolsRequest,
  type ListPoolsResponse,
  type ListQueuesRequest,
  type ListQueuesResponse,
  QueueServiceDefinition,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import type { Moment } from '@evenkeel/chassis/protocol'
import {
  channels,
  errors,
  invariants,
  keyOf,
  openContacts,
  pastDeadline,
  type PoolRow,
  type QueueRow,
  queueStats,
  type RoutingState,
  unreachableSince,
} from '../../core/index.ts'
import {
  knownPool,
  read,
  type RoutingHosted,
  type RoutingReplica,
  stored,
  submit,
} from '../calls.ts'
import { answerLimits } from '../limits.ts'
import { pageThrough } from '../pages.ts'
import { figuresAsked, figuresWire } from '../translate/figures.ts'
import { perhaps } from '../translate/perhaps.ts'
import { switchesWire } from '../translate/switches.ts'
import { listCalendars, putCalendar } from './calendars.ts'
import { listUnstaffable } from './unstaffable.ts'
import { putPolicy, putQueue, queueOf } from './policy.ts'
import { poolWire, statsWire } from '../translate/views.ts'
import { channelNumbers } from '../translate/words.ts'

export function queues(hosted: RoutingHosted): Binding {
  return bind(QueueServiceDefinition, {
    putPool: (request, call) => {
      const command = { $case: 'putPool', value: { ...request, validateOnly: false } } as const
      return stored(hosted, command, request.validateOnly, call, (s) => ({
        pool: poolWire(s.pools.must(request.pool?.pool ?? '')),
      }))
    },
    listPools: (request, call) => listPools(hosted, request, call),
    putQueue: (request, call) => putQueue(hosted, request, call),
    putPolicy: (request, call) => putPolicy(hosted, request, call),
    setQueueState: (value, call) =>
      submit(hosted, { $case: 'setQueueState', value }, call, (s, { time }) => ({
        queue: queueOf(s, s.queues.must(keyOf(value.pool, value.queueId)), time),
      })),
    putCalendar: (request, call) => putCalendar(hosted, request, call),
    listCalendars: (request, call) =>
      read(hosted, request.pool, call, (s, at) => listCalendars(s, request, at.time)),
    listQueues: (request, call) =>
      read(hosted, request.pool, call, (s, { time }) => listQueues(s, request, time)),
    listUnstaffable: (request, call) =>
      read(hosted, request.pool, call, (s, at) => listUnstaffable(s, request, at)),
    getQueueStats: (request, call) =>
      read(hosted, request.pool, call, (s, at) => getQueueStats(s, request, at)),
    getPoolHealth: (request, call) => read(hosted, request.pool, call, getPoolHealth(request.pool)),
  })
}

/**
 * Over every partition kept here, in one order: where a page ends is a pool's id, which means the
 * same wherever the next one is asked for.
 */
async function listPools(
  hosted: RoutingHosted,
  r: ListPoolsRequest,
  call: Call,
): Promise<ListPoolsResponse> {
  const { pageSize, pageSizeMax } = answerLimits
  const size = parse.pageSize('page_size', r.pageSize, pageSizeMax, pageSize)
  const last = lastOf('page_token', 'pools', r.pageToken, idPatterns.slug.pattern)
  const replicas = hosted.every()
  await reached(replicas, call)
  const rows = replicas
    .flatMap((replica) => replica.state.pools.inKeyOrder())
    .filter((pool) => pool.id > last)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const pools = rows.slice(0, size)
  const end = pools.at(-1)
  return {
    pools: pools.map(poolWire),
    nextPageToken: end && rows.length > size ? pageToken('pools', end.id) : '',
  }
}

/**
 * A position is one partition's: the one that the caller has seen is waited for, and only where one
 * is all there is can the answer name one.
 */
async function reached(replicas: readonly RoutingReplica[], call: Call): Promise<void> {
  const [first] = replicas
  const { atLeast } = call
  if (atLeast !== undefined) {
    const partition = Number(atLeast.slice(0, atLeast.indexOf('/')))
    const seen = replicas.find((replica) => replica.partition === partition)
    const hosted = replicas.map((replica) => replica.partition).join(', ')
    if (!seen) throw refused('POSITION_ELSEWHERE', 'evenkeel-at-least', hosted, partition)
    await seen.atLeast(atLeast, call.deadlineMs)
  }
  if (first && replicas.length === 1) call.position(first.position())
}

function listQueues(s: RoutingState, r: ListQueuesRequest, time: number): ListQueuesResponse {
  const pool = knownPool(s, r.pool)
  const { found, nextPageToken } = pageThrough(
    { list: `queues ${pool.id}`, ...r },
    s.queuesOfPool,
    pool.slot,
    (slot) => s.queues.at(slot),
    (queue) => queueOf(s, queue, time),
  )
  return { queues: found, nextPageToken }
}

function getQueueStats(
  s: RoutingState,
  r: GetQueueStatsRequest,
  at: Moment,
): GetQueueStatsResponse {
  const pool = knownPool(s, r.pool)
  const asked = figuresAsked(r)
  return {
    queues: queuesNamed(s, pool, r.queueIds)
      .map((row) => ({
        ...statsWire(queueStats(s, row, at)),
        figures: figuresWire(s, row, asked, at.time),
      }))
      .sort((a, b) => (a.queueId < b.queueId ? -1 : 1)),
    asOf: timestamp(at.time),
  }
}

/** Those that a request names; unnamed, the first ones. */
export function queuesNamed(s: RoutingState, pool: PoolRow, named: readonly string[]): QueueRow[] {
  const ids = parse.list('queue_ids', named, answerLimits.queueStats, (field, id) =>
    parse.id(field, id, idPatterns.slug),
  )
  parse.unique('queue_ids', ids, (id) => id)
  return ids.length > 0 ? ids.map((id) => knownQueue(s, pool.id, id)) : firstQueues(s, pool.slot)
}

function knownQueue(s: RoutingState, pool: string, queueId: string): QueueRow {
  const row = s.queues.find(pool, queueId)
  if (row) return row
  throw fromRejection({ code: 'QUEUE_UNKNOWN', fields: { pool, queue_id: queueId } }, errors)
}

export function firstQueues(s: RoutingState, pool: number): QueueRow[] {
  const rows: QueueRow[] = []
  let slot = s.queuesOfPool.first(pool)
  for (; slot !== NONE && rows.length < answerLimits.queueStats; slot = s.queuesOfPool.next(slot)) {
    rows.push(s.queues.at(slot))
  }
  return rows
}

/** Reads every row: a check for people and tests, not for a machine that polls. */
const getPoolHealth =
  (poolId: string) =>
  (s: RoutingState, at: Moment, replica: RoutingReplica): GetPoolHealthResponse => {
    const pool = knownPool(s, poolId)
    const { records, bytes, commandsFailed } = replica.stats()
    const broken = invariants(s, at, true)
    const failed = commandsFailed > 0 ? [`${commandsFailed} commands broke an assertion`] : []
    const details = [...broken, ...failed]
    return {
      openContacts: openContacts(s, pool.slot),
      violations: details.length,
      violationDetails: details.slice(0, answerLimits.violationDetails),
      pastDeadline: pastDeadline(s, at),
      logRecords: records,
      logBytes: bytes,
      asOf: timestamp(at.time),
      assignments: pool.assignments,
      assignmentsBelowRequiredSkill: pool.belowRequiredSkill,
      switches: switchesWire(pool),
      unreachableChannels: channels
        .filter((channel) => unreachableSince(s, pool, channel) !== undefined)
        .map((channel) => channelNumbers[channel]),
      profilesTooOldSince: perhaps(pool.profilesTooOldSince || undefined),
    }
  }
