import type { Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import type { PutEndpointBreaker } from '../commands.ts'
import type { RoutingEvent } from '../events.ts'
import { isStopped, release, withChannel, withoutChannel } from '../contact/hold.ts'
import { offerBest } from '../matching/choose.ts'
import type { AgentRow, BreakerRow, ContactRow, PoolRow, RequestClassRow } from '../schema.ts'
import { nextSeq, type RoutingState } from '../state.ts'
import { accept, reject, type Turn } from '../turn.ts'
import { type BreakerPolicy, type Channel, channels, isLive } from '../words.ts'

/**
 * A dead switch answers for nobody's endpoint. When most endpoints of a pool fail on a channel, its
 * offers are held, contacts keep their places, and one contact at a time is offered until one comes
 * through. Nobody is paused for what a switch did.
 */

/**
 * Looked at for the next one to try: any will do that waits, but who comes first in a class may be
 * kept from those who are free, and nobody may be free for a class. So the looks go round: over the
 * classes, and over all who wait in one, since nobody leaves its place while offers are held.
 */
const classesPerLook = 200
const candidatesPerLook = 64

const keyOf = (pool: PoolRow, channel: Channel): string => `${pool.id}/${channel}`

export function putEndpointBreaker(
  s: RoutingState,
  c: PutEndpointBreaker,
  turn: Turn,
): Outcome<RoutingEvent> {
  const pool = s.pools.get(c.pool)
  if (!pool) return reject('POOL_UNKNOWN', { pool: c.pool })
  s.pools.update(pool, { breaker: c.policy })
  if (c.policy === 'none') {
    for (const channel of channels) {
      const row = s.breakers.get(keyOf(pool, channel))
      if (row) close(s, pool, row, turn)
    }
  }
  return accept(turn, c.pool)
}

/**
 * An endpoint could not be reached: a contact was not connected, or the platform says so. Counted
 * once an endpoint and window, so that one dead phone is one. `probe`: the contact's key, or ''.
 */
export function endpointFailed(
  s: RoutingState,
  agent: AgentRow,
  channel: Channel,
  probe: string,
  turn: Turn,
): void {
  const pool = s.pools.at(agent.pool)
  const { breaker: policy } = pool
  if (policy === 'none' || !isLive(channel)) return
  const known = s.breakers.get(keyOf(pool, channel))
  if (known?.state === 'open') {
    if (probe === '' || known.probe !== probe) return
    s.breakers.update(known, { probe: '', due: turn.at.uptime + policy.probeEveryMs })
    return
  }
  if (!known && s.breakers.size >= s.breakers.cap) return
  const row = known ?? watch(s, pool, channel, policy, turn)
  if (agent.failedIn === row.seq) return
  s.agents.update(agent, { failedIn: row.seq })
  s.breakers.update(row, { failed: row.failed + 1 })
  if (row.failed >= policy.minFailures && row.failed > row.worked) open(s, pool, row, policy, turn)
}

function watch(
  s: RoutingState,
  pool: PoolRow,
  channel: Channel,
  policy: BreakerPolicy,
  turn: Turn,
): BreakerRow {
  return s.breakers.insert({
    id: keyOf(pool, channel),
    pool: pool.slot,
    channel,
    seq: nextSeq(s),
    state: 'watching',
    failed: 0,
    worked: 0,
    probe: '',
    probeFrom: 0,
    ...fromTheFirst,
    openedAt: 0,
    due: turn.at.uptime + policy.windowMs,
  })
}

function open(
  s: RoutingState,
  pool: PoolRow,
  row: BreakerRow,
  policy: BreakerPolicy,
  turn: Turn,
): void {
  const { time, uptime } = turn.at
  s.breakers.update(row, { state: 'open', openedAt: time, due: uptime + policy.probeEveryMs })
  const brokenChannels = withChannel(pool.brokenChannels, channels.indexOf(row.channel))
  s.pools.update(pool, { brokenChannels })
  tell(pool, row, false, turn)
}

/** An endpoint was reached: one more that works, or the end of the hold. */
export function endpointWorked(s: RoutingState, contact: ContactRow, turn: Turn): void {
  const pool = s.pools.at(contact.pool)
  if (pool.breaker === 'none' || !isLive(contact.channel) || contact.agent === NONE) return
  const row = s.breakers.get(keyOf(pool, contact.channel))
  if (!row) return
  if (row.state === 'open') return close(s, pool, row, turn)
  countWorked(s, s.agents.at(contact.agent), row)
}

/** The platform says that an endpoint is there again. A hold is ended by a contact that comes through, and by nothing else. */
export function endpointBack(s: RoutingState, agent: AgentRow, channel: Channel): void {
  const row = s.breakers.get(keyOf(s.pools.at(agent.pool), channel))
  if (row?.state === 'watching') countWorked(s, agent, row)
}

function countWorked(s: RoutingState, agent: AgentRow, row: BreakerRow): void {
  if (agent.workedIn === row.seq) return
  s.agents.update(agent, { workedIn: row.seq })
  s.breakers.update(row, { worked: row.worked + 1 })
}

function close(s: RoutingState, pool: PoolRow, row: BreakerRow, turn: Turn): void {
  const wasOpen = row.state === 'open'
  if (wasOpen) tell(pool, row, true, turn)
  const brokenChannels = withoutChannel(pool.brokenChannels, channels.indexOf(row.channel))
  s.breakers.delete(row)
  if (!wasOpen) return
  s.pools.update(pool, { brokenChannels })
  release(s, pool, turn)
}

function tell(pool: PoolRow, row: BreakerRow, reachable: boolean, turn: Turn): void {
  const { channel, failed, worked } = row
  turn.events.push({ kind: 'endpointsChanged', pool: pool.id, channel, reachable, failed, worked })
}

/** A window is over in which too few failed; or it is time to try one contact. */
export function breakerDue(s: RoutingState, row: BreakerRow, turn: Turn): void {
  const pool = s.pools.at(row.pool)
  const { breaker: policy } = pool
  if (row.state === 'watching' || policy === 'none') {
    s.breakers.delete(row)
    return
  }
  const due = turn.at.uptime + policy.probeEveryMs
  if (isStopped(pool) || isUnderWay(s, row)) s.breakers.update(row, { due })
  else s.breakers.update(row, { due, probe: probe(s, pool, row, turn) })
}

function isUnderWay(s: RoutingState, row: BreakerRow): boolean {
  const state = row.probe === '' ? undefined : s.contacts.get(row.probe)?.state
  return state === 'offered' || state === 'connecting' || state === 'dialling'
}

/** Offers a contact that somebody is free for; '': nobody of those looked at, or nobody waits. */
function probe(s: RoutingState, pool: PoolRow, row: BreakerRow, turn: Turn): string {
  let slot = s.requestClassesOfPool.atOrAfter(pool.slot, row.probeFrom, 0)
  let looks = 0
  for (let seen = 0; slot !== NONE && seen < classesPerLook; seen++) {
    const request = s.requestClasses.at(slot)
    slot = s.requestClassesOfPool.next(slot)
    const maybe = request.channel === row.channel && s.free.best(request, anyAgent) !== NONE
    for (let one = maybe ? firstToTry(s, row, request) : NONE; one !== NONE; looks++) {
      const contact = s.contacts.at(one)
      one = s.waiting.next(one)
      if (looks === candidatesPerLook) {
        const { key, seq } = contact
        s.breakers.update(row, { probeFrom: request.seq, probeKey: key, probeSeq: seq })
        return ''
      }
      if (!offerBest(s, contact, turn)) continue
      // The next look begins here again: an agent who fails rests, so it is another one's turn.
      s.breakers.update(row, { probeFrom: request.seq, ...fromTheFirst })
      return contact.id
    }
  }
  const probeFrom = slot === NONE ? 0 : s.requestClasses.at(slot).seq
  s.breakers.update(row, { probeFrom, ...fromTheFirst })
  return ''
}

const anyAgent = (): boolean => true
const fromTheFirst = { probeKey: 0, probeSeq: 0 } as const

/** Where the last look at the class has ended, or its first. */
const firstToTry = (s: RoutingState, row: BreakerRow, request: RequestClassRow): number =>
  row.probeFrom === request.seq && row.probeSeq > 0
    ? s.waiting.atOrAfter(request.slot, row.probeKey, row.probeSeq)
    : s.waiting.first(request.slot)

/** Whether one more agent may be paused for not answering: when many do not, it is not the agents. */
export function mayPause(s: RoutingState, agent: AgentRow): boolean {
  const { breaker: policy } = s.pools.at(agent.pool)
  if (policy === 'none') return true
  const most = Math.trunc((s.atWork.size(agent.pool) * policy.pausedShareBp) / 10_000)
  return s.autoPaused.size(agent.pool) < Math.max(1, most)
}

/** Since when a channel's offers are held because no endpoint answers; undefined: they are not. */
export function unreachableSince(
  s: RoutingState,
  pool: PoolRow,
  channel: Channel,
): number | undefined {
  const row = s.breakers.get(keyOf(pool, channel))
  return row?.state === 'open' ? row.openedAt : undefined
}
