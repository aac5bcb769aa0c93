import { NONE } from '@evenkeel/chassis/table'
import type { Channel } from '@evenkeel/chassis/words'
import { ledgerKey, keyOf } from '../keys.ts'
import { durations } from '../limits.ts'
import {
  type AgentRow,
  homeSet,
  type MoveRow,
  type PoolRow,
  type QueueRow,
  type ReallocationState,
  type Requirement,
} from '../state.ts'
import { type Destination, isInForce } from '../words.ts'

/** What the guards look at: one agent who is to go to one channel, now. */
export interface Situation {
  readonly time: number
  readonly pool: PoolRow
  readonly agentId: string
  readonly agent: AgentRow | undefined
  readonly from: Channel
  readonly to: Destination
  /** What the agent lacks for the queue, or for any of the channel; '': nothing. */
  readonly lacks: string
  /** The agent's live move, if it is another than this. */
  readonly other: string
  readonly movesToday: number
  readonly movedTodayMs: number
  /** Begun in the last hour, or about to be; this one left out. */
  readonly begun: number
  /** Agents of `from` who are away, or about to be; this one left out. */
  readonly away: number
  /** Agents of `from`, and those of them who are ready and stay; this one left out. */
  readonly staff: number
  readonly staying: number
  /** When it would end: as wished, and before the guard of the next edge. */
  readonly endsAt: number
  /** Off channel by the roster. */
  readonly offShift: boolean
}

/** What of it depends on the agent alone. */
export type OwnSituation = Pick<
  Situation,
  'agentId' | 'endsAt' | 'movedTodayMs' | 'movesToday' | 'offShift' | 'pool' | 'time'
>

interface Wanted {
  readonly agentId: string
  readonly to: Destination
  readonly toQueue: string
  readonly lastsMs: number
}

/** `own`: the move that this is about, if it is proposed already. */
export function situationOf(
  s: ReallocationState,
  pool: PoolRow,
  wanted: Wanted,
  own: MoveRow | undefined,
  time: number,
): Situation {
  const { agentId, to } = wanted
  const agent = s.agents.get(keyOf(pool.id, agentId))
  const from = agent === undefined ? nowhere(to) : donorOf(agent, to)
  const live = s.liveOfAgent.first(keyOf(pool.id, agentId))
  const other = live !== NONE && live !== own?.slot ? s.moves.at(live).id : ''
  const { away, waiting } = liveCounts(s, pool, from, own)
  const recent = pool.ordered.filter((at) => at > time - durations.hour).length
  const home = homeSet(pool, from)
  const counts = agent !== undefined && agent.home === from ? 1 : 0
  return {
    ...ownSituation(s, pool, { agentId, agent, lastsMs: wanted.lastsMs }, time),
    ...{ agent, from, to, other, away },
    lacks: agent === undefined ? '' : lackOf(s, pool, agent, wanted, time),
    begun: recent + waiting,
    staff: s.staff.size(home),
    staying: s.readyStaff.size(home) - away - counts,
  }
}

/** `lastsMs` 0: as long as the pool lets a move last. */
export function ownSituation(
  s: ReallocationState,
  pool: PoolRow,
  own: {
    readonly agentId: string
    readonly agent: AgentRow | undefined
    readonly lastsMs: number
  },
  time: number,
): OwnSituation {
  const { agent, agentId } = own
  const today = s.ledger.get(ledgerKey(keyOf(pool.id, agentId), Math.floor(time / durations.day)))
  const movedTodayMs = today?.movedMs ?? 0
  const lastsMs = Math.min(
    own.lastsMs === 0 ? pool.dwellMaxMs : own.lastsMs,
    pool.movedPerDayMs - movedTodayMs,
  )
  return {
    ...{ agentId, pool, time, movedTodayMs, movesToday: today?.moves ?? 0 },
    ...endOf(pool, agent, lastsMs, time),
  }
}

/** The channel that loses somebody of whom nothing is known. */
const nowhere = (to: Destination): Channel => (to === 'training' ? 'voice' : to)

/** The channel that loses the agent; `to` itself: there is none. */
function donorOf(agent: AgentRow, to: Destination): Channel {
  if (to === 'training' || agent.home !== to) return agent.home
  return agent.channels.find((one) => one !== to && !agent.onRequest.includes(one)) ?? to
}

function liveCounts(
  s: ReallocationState,
  pool: PoolRow,
  from: Channel,
  own: MoveRow | undefined,
): { readonly away: number; readonly waiting: number } {
  let away = 0
  let waiting = 0
  for (let m = s.liveOfPool.first(pool.slot); m !== NONE; m = s.liveOfPool.next(m)) {
    if (m === own?.slot) continue
    const move = s.moves.at(m)
    if (move.from === from) away += 1
    if (!isInForce(move.state)) waiting += 1
  }
  return { away, waiting }
}

/** What the agent lacks for the queue; without one, for every queue of the channel. */
function lackOf(
  s: ReallocationState,
  pool: PoolRow,
  agent: AgentRow,
  { to, toQueue }: Wanted,
  time: number,
): string {
  if (to === 'training') return ''
  let lacking = ''
  for (let q = s.queuesOfPool.first(pool.slot); q !== NONE; q = s.queuesOfPool.next(q)) {
    const queue = s.queues.at(q)
    if (queue.channel !== to || (toQueue !== '' && queue.queueId !== toQueue)) continue
    const lack = lackFor(agent, queue, time)
    if (lack === undefined) return ''
    lacking = `queue ${queue.queueId}: ${lack.skillId} ${lack.minimumLevel}`
  }
  return lacking === '' ? `channel ${to}, which has no queue` : lacking
}

/** The first floor of the queue that the agent is below. */
const lackFor = (agent: AgentRow, queue: QueueRow, time: number): Requirement | undefined =>
  queue.requirements.find(
    ({ skillId, minimumLevel }) =>
      !agent.skills.some(
        (k) => k.skillId === skillId && k.level >= minimumLevel && k.from <= time && k.until > time,
      ),
  )

export const meets = (agent: AgentRow, queue: QueueRow, time: number): boolean =>
  lackFor(agent, queue, time) === undefined

/** Before the guard of the next break, or of the end of the shift. */
export function endOf(
  pool: PoolRow,
  agent: AgentRow | undefined,
  lastsMs: number,
  time: number,
): { readonly endsAt: number; readonly offShift: boolean } {
  const wished = time + Math.min(lastsMs === 0 ? pool.dwellMaxMs : lastsMs, pool.dwellMaxMs)
  if (agent === undefined || !agent.rostered) return { endsAt: wished, offShift: false }
  const span = agent.duty.find(({ from, until }) => from <= time && until > time)
  if (span === undefined) return { endsAt: wished, offShift: true }
  return { endsAt: Math.min(wished, span.until - pool.edgeGuardMs), offShift: false }
}
