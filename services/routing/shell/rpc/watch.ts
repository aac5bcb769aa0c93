import { setTimeout as pause } from 'node:timers/promises'
import { parse } from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import { NONE, type Touched } from '@evenkeel/chassis/table'
import { bind, type Binding, type Outbound } from '@evenkeel/chassis/serve'
import type { QueueStats } from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import {
  type WatchAgentsResponse,
  type WatchContactsResponse,
  type WatchOffersResponse,
  type WatchQueuesRequest,
  type WatchQueuesResponse,
  WatchServiceDefinition,
} from '@evenkeel/proto/evenkeel/routing/v1/watch_service'
import {
  type AgentRow,
  agentView,
  contactView,
  idOf,
  openOfferOf,
  type PoolRow,
  queueStats,
  type RoutingState,
} from '../../core/index.ts'
import { knownPool, replicaOf, type RoutingHosted, type RoutingReplica } from '../calls.ts'
import { streamLimits } from '../limits.ts'
import { agentWire, contactWire, offerWire, statsWire } from '../translate/views.ts'
import { offerStatusNumbers } from '../translate/words.ts'
import { firstQueues } from './queues.ts'

export function watch(hosted: RoutingHosted): Binding {
  const audiences = {
    contacts: audienceOf(contacts),
    agents: audienceOf(agents),
    offers: audienceOf(offers),
  }
  return bind(WatchServiceDefinition, {
    watchContacts: (request, stream) => {
      const { pool, replica } = watched(hosted, request.pool)
      const { changesOnly } = request
      return watchAll({ pool, changesOnly, audience: audiences.contacts(replica), stream })
    },
    watchAgents: (request, stream) => {
      const { pool, replica } = watched(hosted, request.pool)
      const { changesOnly } = request
      return watchAll({ pool, changesOnly, audience: audiences.agents(replica), stream })
    },
    watchOffers: (request, stream) => {
      const { pool, replica } = watched(hosted, request.pool)
      const { changesOnly } = request
      return watchAll({ pool, changesOnly, audience: audiences.offers(replica), stream })
    },
    watchQueues: (request, stream) => {
      return watchQueues(replicaOf(hosted, request.pool), request.pool, intervalOf(request), stream)
    },
  })
}

function watched(hosted: RoutingHosted, poolId: string) {
  const replica = replicaOf(hosted, poolId)
  return { replica, pool: knownPool(replica.state, poolId) }
}

const intervalOf = (request: WatchQueuesRequest): number =>
  parse.durationMs(
    'interval',
    request.interval,
    streamLimits.watchIntervalMsMin,
    streamLimits.watchIntervalMsMax,
    streamLimits.watchIntervalMsAbsent,
  )

const whenGone = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

type Complete = {
  readonly $case: 'snapshotComplete'
  readonly value: { readonly position: string }
}

/** What a watch is of: the rows of its snapshot, and what a record's changes mean to it. */
interface Subject<Event> {
  /** In the order of their numbers. */
  readonly rows: (s: RoutingState) => Rows
  /** A row of the snapshot; undefined: nothing to tell. */
  readonly row: (s: RoutingState, slot: number, at: Moment) => Event | undefined
  /** Of pools that somebody watches. */
  readonly changes: (
    s: RoutingState,
    touched: readonly Touched[],
    at: Moment,
    watched: Watched,
  ) => Iterable<{ readonly pool: string; readonly event: Event }>
}

/** By id of the pool. */
type Watched = ReadonlyMap<string, unknown>

interface Rows {
  atOrAfter(set: number, key: number, tie: number): number
  next(slot: number): number
  keyOf(slot: number): number
}

type Stream<Event> = Outbound<{ event: Event | Complete }>

/**
 * Who watches one thing of one partition. What a record means is worked out once for all watchers
 * of a pool, and costs those of other pools nothing.
 */
class Audience<Event> {
  readonly replica: RoutingReplica
  readonly subject: Subject<Event>
  readonly #streams = new Map<string, Set<Stream<Event>>>()

  constructor(replica: RoutingReplica, subject: Subject<Event>) {
    this.replica = replica
    this.subject = subject
    replica.watch((touched, at) => this.#feed(touched, at))
  }

  /** Returns how to leave. */
  join(pool: string, stream: Stream<Event>): () => void {
    const streams = this.#streams.get(pool) ?? new Set()
    this.#streams.set(pool, streams.add(stream))
    return () => {
      streams.delete(stream)
      if (streams.size === 0 && this.#streams.get(pool) === streams) this.#streams.delete(pool)
    }
  }

  #feed(touched: readonly Touched[], at: Moment): void {
    if (this.#streams.size === 0) return
    const changes = this.subject.changes(this.replica.state, touched, at, this.#streams)
    for (const { pool, event } of changes) {
      const message = { event }
      for (const stream of this.#streams.get(pool) ?? []) stream.write(message)
    }
  }
}

/** The audience of each partition, made when the first watcher of it comes. */
function audienceOf<Event>(subject: Subject<Event>) {
  const known = new Map<RoutingReplica, Audience<Event>>()
  return (replica: RoutingReplica): Audience<Event> => {
    const audience = known.get(replica) ?? new Audience(replica, subject)
    known.set(replica, audience)
    return audience
  }
}

interface Watching<Event> {
  readonly pool: PoolRow
  readonly changesOnly: boolean
  readonly audience: Audience<Event>
  readonly stream: Stream<Event>
}

/**
 * First everything as it is, then every change. Changes that come while the snapshot is being sent
 * are sent in between: each message is how it stands at that time, so the newest is always the
 * last.
 */
async function watchAll<Event>(w: Watching<Event>): Promise<void> {
  const { audience, stream } = w
  const leave = audience.join(w.pool.id, stream)
  try {
    if (!w.changesOnly) await snapshot(w)
    const value = { position: audience.replica.position() }
    stream.write({ event: { $case: 'snapshotComplete', value } })
    await whenGone(stream.signal)
  } finally {
    leave()
  }
}

async function snapshot<Event>({ audience, pool, stream }: Watching<Event>): Promise<void> {
  const { replica, subject } = audience
  let after = 0
  while (!stream.signal.aborted) {
    const s = replica.state
    const rows = subject.rows(s)
    let slot = rows.atOrAfter(pool.slot, after, 0)
    for (let sent = 0; slot !== NONE && sent < streamLimits.snapshotSlice; sent++) {
      after = rows.keyOf(slot) + 1
      const event = subject.row(s, slot, replica.now())
      if (event !== undefined) stream.write({ event })
      slot = rows.next(slot)
    }
    if (slot === NONE) return
    await stream.drained()
  }
}

type Told<Response extends { event?: unknown }> = Exclude<
  NonNullable<Response['event']>,
  { $case: 'snapshotComplete' }
>

/** Of the key of a row that is in a pool. */
const poolOf = (key: string): string => key.slice(0, key.indexOf('/'))

const contacts: Subject<Told<WatchContactsResponse>> = {
  rows: (s) => s.byPool,
  row: (s, slot, at) => ({
    $case: 'contact',
    value: contactWire(contactView(s, s.contacts.at(slot), at)),
  }),
  *changes(s, touched, at, watched) {
    for (const { table, id, exists } of touched) {
      if (table !== 'contacts') continue
      const pool = poolOf(id)
      if (!watched.has(pool)) continue
      const contact = exists ? s.contacts.get(id) : undefined
      const event = contact
        ? ({ $case: 'contact', value: contactWire(contactView(s, contact, at)) } as const)
        : ({ $case: 'forgotten', value: { contactId: idOf(id) } } as const)
      yield { pool, event }
    }
  },
}

const agents: Subject<Told<WatchAgentsResponse>> = {
  rows: (s) => s.agentsOfPool,
  row: (s, slot, at) => ({
    $case: 'agent',
    value: agentWire(agentView(s, s.agents.at(slot), at)),
  }),
  *changes(s, touched, at, watched) {
    const keys = new Set<string>()
    for (const { table, id, exists } of touched) {
      if ((table !== 'agents' && table !== 'contacts') || !watched.has(poolOf(id))) continue
      if (table === 'agents') keys.add(id)
      const agent = table === 'contacts' && exists ? (s.contacts.get(id)?.agent ?? NONE) : NONE
      if (agent !== NONE) keys.add(s.agents.at(agent).id)
    }
    for (const key of keys) {
      const agent = s.agents.get(key)
      const event = agent
        ? ({ $case: 'agent', value: agentWire(agentView(s, agent, at)) } as const)
        : ({ $case: 'forgotten', value: { agentId: idOf(key) } } as const)
      yield { pool: poolOf(key), event }
    }
  },
}

const offers: Subject<Told<WatchOffersResponse>> = {
  rows: (s) => s.agentsOfPool,
  row: (s, slot, at) => openOffer(s, s.agents.at(slot), at),
  *changes(s, touched, at, watched) {
    for (const { table, id, exists } of touched) {
      const offer = table === 'offers' && exists ? s.offers.get(id) : undefined
      if (offer === undefined) continue
      const pool = poolOf(offer.agent)
      if (!watched.has(pool)) continue
      const agent = s.agents.get(offer.agent)
      const open = offer.status === 'open' && agent ? openOffer(s, agent, at) : undefined
      if (open) yield { pool, event: open }
      if (offer.status === 'open') continue
      const [contactId, agentId] = [idOf(offer.contact), idOf(offer.agent)]
      const status = offerStatusNumbers[offer.status]
      const value = { offerId: offer.id, contactId, agentId, status }
      yield { pool, event: { $case: 'ended', value } }
    }
  },
}

/** Attributes go to the agent who is offered it, not to whoever watches. */
function openOffer(s: RoutingState, agent: AgentRow, at: Moment) {
  const offer = openOfferOf(s, agent, at)
  if (offer === undefined) return undefined
  const contact = { ...offer.contact, attributes: nothing }
  return { $case: 'offer', value: offerWire({ ...offer, contact }) } as const
}

const nothing = new Uint8Array(0)

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
