import { fromRejection, idPatterns, parse } from '@evenkeel/chassis/errors'
import type { Moment } from '@evenkeel/chassis/protocol'
import type { Applied, Replica } from '@evenkeel/chassis/replica'
import type { Call } from '@evenkeel/chassis/serve'
import {
  type AgentRow,
  type ContactRow,
  errors,
  keyOf,
  type PoolRow,
  resolveContact,
  type RoutingState,
} from '../core/index.ts'
import { encodeCommand, type WireCommand } from './translate/commands.ts'

export type RoutingReplica = Replica<RoutingState>

/** Into the log; the answer is read from the state right after this very command was applied. */
export function submit<T>(
  replica: RoutingReplica,
  command: WireCommand,
  call: Call,
  view: (s: RoutingState, at: Moment) => T,
): Promise<T> {
  return replica.submit(encodeCommand(command), call, (applied: Applied) => {
    call.position(applied.position)
    return view(replica.state, applied.moment)
  })
}

/** From the state as it is, or as it is once the position that the caller names is applied. */
export async function read<T>(
  replica: RoutingReplica,
  call: Call,
  view: (s: RoutingState, at: Moment) => T,
): Promise<T> {
  if (call.atLeast !== undefined) await replica.atLeast(call.atLeast, call.deadlineMs)
  call.position(replica.position())
  return view(replica.state, replica.now())
}

export function knownPool(s: RoutingState, pool: string): PoolRow {
  const row = s.pools.get(parse.id('pool', pool, idPatterns.slug))
  if (!row) throw fromRejection({ code: 'POOL_UNKNOWN', fields: { pool } }, errors)
  return row
}

export function knownAgent(s: RoutingState, r: { pool: string; agentId: string }): AgentRow {
  const pool = knownPool(s, r.pool)
  const agentId = parse.id('agent_id', r.agentId, idPatterns.agent)
  const row = s.agents.get(keyOf(pool.id, agentId))
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
