import { fromRejection, idPatterns, parse } from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import { type Hosted, rehearse, type Replica } from '@evenkeel/chassis/replica'
import { applied, type Call, caughtUp } from '@evenkeel/chassis/serve'
import {
  type AgentRow,
  type ContactRow,
  errors,
  findContact,
  type PoolRow,
  resolveContact,
  routingCore,
  type RoutingState,
} from '../core/index.ts'
import { makeZonesKnown } from './calendar/zones.ts'
import { commandOf, encodeCommand, type WireCommand } from './translate/commands.ts'

export type RoutingReplica = Replica<RoutingState>
export type RoutingHosted = Hosted<RoutingState>

/** By a call, whose caller can come later; or by a topic, whose records stay there meanwhile. */
export type Way = 'call' | 'topic'

/** Into the log; the answer is read from the state right after this very command was applied. */
export function submit<T>(
  hosted: RoutingHosted,
  command: WireCommand,
  call: Call,
  view: (s: RoutingState, at: Moment) => T,
  by: Way = 'call',
): Promise<T> {
  // Checked whole first: which partition a malformed pool is in nobody can say.
  const bytes = encodeCommand(command)
  const replica = hosted.of(poolOf(command))
  const arrival = arrivalOf(command)
  if (arrival !== undefined) admit(hosted, replica, arrival, by)
  const zones = makeZonesKnown(replica, command, call)
  if (zones === undefined) return appliedTo(replica, bytes, call, view)
  return zones.then(() => appliedTo(replica, bytes, call, view))
}

interface Arrival {
  readonly pool: string
  readonly contactId: string
}

/** The contact that a command brings; a callback that is asked for without a call is one, too. */
function arrivalOf({ $case, value }: WireCommand): Arrival | undefined {
  if ($case === 'submitContact') return value
  return $case === 'requestCallback' && value.newContact !== undefined ? value : undefined
}

/**
 * Throws what turns a new contact away. One that is here already is none: its repeat gets the
 * answer that was lost. A topic takes no share: a record that waits for it would hold up those of
 * other pools behind it, and those in hand are few.
 */
function admit(
  { admission }: RoutingHosted,
  replica: RoutingReplica,
  { pool, contactId }: Arrival,
  by: Way,
): void {
  const { state, partition } = replica
  if (findContact(state, pool, contactId) !== undefined) return
  const known = state.pools.get(pool) !== undefined
  const { offset } = replica.now()
  const place = { pool, known, partition, waiting: replica.waiting(), applied: offset }
  // A record that waits on its topic is tried again and again, and turned away never.
  admission.keepingUp(place, by === 'call')
  if (by === 'call') admission.withinRate({ pool, known })
}

/** Where the caller's replica is known: that of a session. */
export function submitTo<T>(
  replica: RoutingReplica,
  command: WireCommand,
  call: Call,
  view: (s: RoutingState, at: Moment) => T,
): Promise<T> {
  return appliedTo(replica, encodeCommand(command), call, view)
}

const appliedTo = <T>(
  replica: RoutingReplica,
  bytes: Uint8Array,
  call: Call,
  view: (s: RoutingState, at: Moment) => T,
): Promise<T> => applied(replica, bytes, call, ({ moment }) => view(replica.state, moment))

/** What the command would come to, beside what was there before; nothing of it stays. */
export async function rehearsed<B, T>(
  hosted: RoutingHosted,
  command: WireCommand,
  call: Call,
  before: (s: RoutingState) => B,
  after: (s: RoutingState, at: Moment, before: B) => T,
): Promise<T> {
  const meant = commandOf(command)
  // What a zone is is no effect of the command, which alone is only rehearsed.
  await makeZonesKnown(hosted.of(poolOf(command)), command, call)
  return read(hosted, poolOf(command), call, (s, _at, replica) => {
    const was = before(s)
    return rehearse({ core: routingCore, errors }, replica, meant, (then, at) =>
      after(then, at, was),
    )
  })
}

/** Into the log, or only rehearsed: the answer is the same, and nothing of it stays. */
export function stored<T>(
  hosted: RoutingHosted,
  command: WireCommand,
  validateOnly: boolean,
  call: Call,
  view: (s: RoutingState, at: Moment) => T,
): Promise<T> {
  return validateOnly
    ? rehearsed(hosted, command, call, () => undefined, view)
    : submit(hosted, command, call, view)
}

function poolOf(command: WireCommand): string {
  switch (command.$case) {
    case 'putPool':
      return command.value.pool?.pool ?? ''
    case 'calendarPut':
      return command.value.calendar?.pool ?? ''
    case 'putQueue':
      return command.value.queue?.pool ?? ''
    case 'putClassification':
      return command.value.classification?.pool ?? ''
    case 'zoneResolved':
      return ''
    default:
      return command.value.pool
  }
}

/** The replica that answers for the pool of a request. */
export const replicaOf = (hosted: RoutingHosted, pool: string): RoutingReplica =>
  hosted.of(parse.id('pool', pool, idPatterns.slug))

/** From the state as it is, or as it is once the position that the caller names is applied. */
export async function read<T>(
  hosted: RoutingHosted,
  pool: string,
  call: Call,
  view: (s: RoutingState, at: Moment, replica: RoutingReplica) => T,
): Promise<T> {
  const replica = replicaOf(hosted, pool)
  await caughtUp(replica, call)
  call.position(replica.position())
  return view(replica.state, replica.now(), replica)
}

export function knownPool(s: RoutingState, pool: string): PoolRow {
  const row = s.pools.get(parse.id('pool', pool, idPatterns.slug))
  if (!row) throw fromRejection({ code: 'POOL_UNKNOWN', fields: { pool } }, errors)
  return row
}

export function knownAgent(s: RoutingState, r: { pool: string; agentId: string }): AgentRow {
  const pool = knownPool(s, r.pool)
  const agentId = parse.id('agent_id', r.agentId, idPatterns.agent)
  const row = s.agents.find(pool.id, agentId)
  if (row) return row
  const fields = { pool: pool.id, agent_id: agentId }
  throw fromRejection({ code: 'AGENT_UNKNOWN', fields }, errors)
}

export function knownContact(s: RoutingState, r: { pool: string; contactId: string }): ContactRow {
  const pool = parse.id('pool', r.pool, idPatterns.slug)
  const found = resolveContact(s, { pool, contactId: parse.id('contact_id', r.contactId) })
  if ('slot' in found) return found
  throw fromRejection(found.rejection, errors)
}
