import { setTimeout as pause } from 'node:timers/promises'
import { parse } from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE, type Touched } from '@evenkeel/chassis/table'
import { bind, type Binding, type Outbound } from '@evenkeel/chassis/serve'
import type { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type WatchContactsResponse,
  type WatchQueuesRequest,
  type WatchQueuesResponse,
  WatchServiceDefinition,
} from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import { contactView, idOf, type PoolRow, queueStats, type RoutingState } from '../../core/index.ts'
import { knownPool, replicaOf, type RoutingHosted, type RoutingReplica } from '../calls.ts'
import { streamLimits } from '../limits.ts'
import { contactWire, statsWire } from '../translate/views.ts'
import { firstQueues } from './queues.ts'

export function watch(hosted: RoutingHosted): Binding {
  return bind(WatchServiceDefinition, {
    watchContacts: (request, stream) =>
      watchContacts(replicaOf(hosted, request.pool), request.pool, request.changesOnly, stream),
    watchQueues: (request, stream) => {
      return watchQueues(replicaOf(hosted, request.pool), request.pool, intervalOf(request), stream)
    },
  })
}

const intervalOf = (request: WatchQueuesRequest): number =>
  parse.durationMs(
    'interval',
    request.interval,
    streamLimits.watchIntervalMsMin,
    streamLimits.watchIntervalMsMax,
    streamLimits.watchIntervalMsAbsent,
  )

type ContactEvent = NonNullable<WatchContactsResponse['event']>

const whenGone = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/**
 * First everything as it is, then every change. Changes that come while the snapshot is being sent
 * are sent in between: each message is a contact as it stands at that time, so the newest is always
 * the last.
 */
async function watchContacts(
  replica: RoutingReplica,
  poolId: string,
  changesOnly: boolean,
  stream: Outbound<WatchContactsResponse>,
): Promise<void> {
  const pool = knownPool(replica.state, poolId)
  const tell = (event: ContactEvent): boolean => stream.write({ event })
  const stop = replica.watch((touched, at) => {
    for (const row of touched) {
      if (row.table === 'contacts') tellContact(replica.state, pool, row, at, tell)
    }
  })
  try {
    if (!changesOnly) await snapshot(replica, pool, stream, tell)
    tell({ $case: 'snapshotComplete', value: { position: replica.position() } })
    await whenGone(stream.signal)
  } finally {
    stop()
  }
}

async function snapshot(
  replica: RoutingReplica,
  pool: PoolRow,
  stream: Outbound<WatchContactsResponse>,
  tell: (event: ContactEvent) => boolean,
): Promise<void> {
  let after = 0
  while (!stream.signal.aborted) {
    const s = replica.state
    let slot = s.byPool.atOrAfter(pool.slot, after, 0)
    for (let sent = 0; slot !== NONE && sent < streamLimits.snapshotSlice; sent++) {
      const contact = s.contacts.at(slot)
      after = contact.seq + 1
      tell({ $case: 'contact', value: contactWire(contactView(s, contact, replica.now())) })
      slot = s.byPool.next(slot)
    }
    if (slot === NONE) return
    await stream.drained()
  }
}

function tellContact(
  s: RoutingState,
  pool: PoolRow,
  row: Touched,
  at: Moment,
  tell: (event: ContactEvent) => boolean,
): void {
  const contact = row.exists ? s.contacts.get(row.id) : undefined
  if (contact) {
    if (contact.pool !== pool.slot) return
    tell({ $case: 'contact', value: contactWire(contactView(s, contact, at)) })
  } else if (row.id.startsWith(`${pool.id}/`)) {
    tell({ $case: 'forgotten', value: { contactId: idOf(row.id) } })
  }
}

/** Queues that look different than at the last message, once per interval. */
async function watchQueues(
  replica: RoutingReplica,
  poolId: string,
  intervalMs: number,
  stream: Outbound<WatchQueuesResponse>,
): Promise<void> {
  const pool = knownPool(replica.state, poolId)
  const told = new Map<string, string>()
  while (!stream.signal.aborted) {
    const s = replica.state
    const changed: QueueStats[] = []
    for (const row of firstQueues(s, pool.slot)) {
      const stats = statsWire(queueStats(s, row, replica.now()))
      const look = JSON.stringify(stats)
      if (told.get(stats.queueId) === look) continue
      told.set(stats.queueId, look)
      changed.push(stats)
    }
    if (changed.length > 0) stream.write({ queues: changed })
    await pause(intervalMs, undefined, { signal: stream.signal }).catch(() => undefined)
    await stream.drained()
  }
}
