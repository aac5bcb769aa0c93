import { fromRejection, idPatterns, parse, timestamp } from '@evenkeel/chassis/errors'
import { NONE } from '@evenkeel/chassis/table'
import { bind, type Binding } from '@evenkeel/chassis/serve'
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
  errors,
  idOf,
  invariants,
  keyOf,
  openContacts,
  pastDeadline,
  type QueueRow,
  queueStats,
  type RoutingState,
} from '../../core/index.ts'
import { knownPool, read, type RoutingReplica, submit } from '../calls.ts'
import { answerLimits } from '../limits.ts'
import { nextPage, pageOf, pageThrough } from '../pages.ts'
import { poolWire, queueWire, statsWire } from '../translate/views.ts'

export function queues(replica: RoutingReplica): Binding {
  return bind(QueueServiceDefinition, {
    putPool: (value, call) =>
      submit(replica, { $case: 'putPool', value }, call, (s) => ({
        pool: poolWire(s.pools.must(value.pool?.pool ?? '')),
      })),
    listPools: (request, call) => read(replica, call, (s) => listPools(s, request)),
    putQueue: (value, call) =>
      submit(replica, { $case: 'putQueue', value }, call, (s) => {
        const key = keyOf(value.queue?.pool ?? '', value.queue?.queueId ?? '')
        return { queue: queueOf(s, s.queues.must(key)) }
      }),
    listQueues: (request, call) => read(replica, call, (s) => listQueues(s, request)),
    getQueueStats: (request, call) => read(replica, call, (s, at) => getQueueStats(s, request, at)),
    getPoolHealth: (request, call) =>
      read(replica, call, (s, at) => getPoolHealth(replica, s, request.pool, at)),
  })
}

function listPools(s: RoutingState, r: ListPoolsRequest): ListPoolsResponse {
  const { size, after } = pageOf({ list: 'pools', ...r })
  const rows = s.pools.inKeyOrder()
  const pools = rows.slice(after + 1, after + 1 + size)
  const last = after + pools.length
  return {
    pools: pools.map(poolWire),
    nextPageToken: last + 1 < rows.length ? nextPage('pools', last) : '',
  }
}

const queueOf = (s: RoutingState, q: QueueRow) =>
  queueWire({
    pool: s.pools.at(q.pool).id,
    queueId: idOf(q.id),
    displayName: q.displayName,
    channel: q.channel,
    policy: q.policy,
    callback: q.callback === 'none' ? undefined : q.callback,
    etag: q.etag,
  })

function listQueues(s: RoutingState, r: ListQueuesRequest): ListQueuesResponse {
  const pool = knownPool(s, r.pool)
  const { found, nextPageToken } = pageThrough(
    { list: `queues ${pool.id}`, ...r },
    s.queuesOfPool,
    pool.slot,
    (slot) => s.queues.at(slot),
    (queue) => queueOf(s, queue),
  )
  return { queues: found, nextPageToken }
}

function getQueueStats(
  s: RoutingState,
  r: GetQueueStatsRequest,
  at: Moment,
): GetQueueStatsResponse {
  const pool = knownPool(s, r.pool)
  const ids = parse.list('queue_ids', r.queueIds, answerLimits.queueStats, (field, id) =>
    parse.id(field, id, idPatterns.slug),
  )
  parse.unique('queue_ids', ids, (id) => id)
  const rows =
    ids.length > 0 ? ids.map((id) => knownQueue(s, pool.id, id)) : firstQueues(s, pool.slot)
  return {
    queues: rows
      .map((row) => statsWire(queueStats(s, row, at)))
      .sort((a, b) => (a.queueId < b.queueId ? -1 : 1)),
    asOf: timestamp(at.time),
  }
}

function knownQueue(s: RoutingState, pool: string, queueId: string): QueueRow {
  const row = s.queues.get(keyOf(pool, queueId))
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
function getPoolHealth(
  replica: RoutingReplica,
  s: RoutingState,
  poolId: string,
  at: Moment,
): GetPoolHealthResponse {
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
  }
}
