import type { Moment, Outcome, Rejection } from '@evenkeel/chassis/protocol'
import type { ProposeMoves, WishedMove } from '../commands.ts'
import { refuse } from '../errors.ts'
import type { ReallocationEvent } from '../events.ts'
import { keyOf } from '../keys.ts'
import { durations, limits, NEVER } from '../limits.ts'
import { poolRefusal } from '../pool.ts'
import type { MoveRow, PoolRow, ReallocationState, RefusedMove } from '../state.ts'
import { approve } from './begin.ts'
import { enter, tell } from './end.ts'
import { forbidden } from './guards.ts'
import { situationOf } from './situation.ts'

/** A plan: the guards decide on each of its moves, in their order. */
export function proposeMoves(
  s: ReallocationState,
  c: ProposeMoves,
  at: Moment,
): Outcome<ReallocationEvent> {
  const unknown = poolRefusal(s, c.pool)
  if (unknown !== undefined) return { ok: false, rejection: unknown }
  const pool = s.pools.must(c.pool)
  if (pool.lastPlan === c.planId) return { ok: true, events: [], ref: c.planId }
  if (c.basis > 0 && c.basis !== pool.basis) {
    return refuse('PLAN_OUTDATED', { value: c.basis, limit: pool.basis })
  }
  const events: ReallocationEvent[] = []
  const refused: RefusedMove[] = []
  let first: Rejection | undefined
  c.moves.forEach((wished, index) => {
    const why = refusalOf(s, pool, wished, at)
    first ??= why
    if (why === undefined) propose(s, pool, { ...c, wished, index }, at, events)
    else refused.push({ agentId: wished.agentId, code: why.code, fields: why.fields })
  })
  if (refused.length === c.moves.length && first !== undefined) {
    return { ok: false, rejection: first }
  }
  s.pools.update(pool, { basis: at.offset, lastPlan: c.planId, lastRefused: refused })
  return { ok: true, events, ref: c.planId }
}

/** What would become of a wish, without any effect. */
export function refusalOf(
  s: ReallocationState,
  pool: PoolRow,
  wished: WishedMove,
  at: Moment,
): Rejection | undefined {
  const { to, toQueue } = wished
  if (toQueue !== '' && s.queues.get(keyOf(pool.id, toQueue))?.channel !== to) {
    const fields = { field: 'to_queue_id', value: toQueue, limit: to }
    return { code: 'QUEUE_UNKNOWN', fields }
  }
  const live = s.liveOfPool.size(pool.slot)
  const full = live >= limits.livePerPool
  if (full || s.moves.size >= s.moves.cap) {
    const limit = full ? limits.livePerPool : s.moves.cap
    return { code: 'TOO_MANY_MOVES', fields: { field: 'moves', limit } }
  }
  return forbidden(situationOf(s, pool, wished, undefined, at.time))
}

interface Wish {
  readonly wished: WishedMove
  readonly planId: string
  /** In the plan. */
  readonly index: number
}

function propose(
  s: ReallocationState,
  pool: PoolRow,
  { wished, planId, index }: Wish,
  at: Moment,
  events: ReallocationEvent[],
): void {
  const m = newMove(s, pool, { wished, planId, index }, at)
  if (pool.mode === 'observe') {
    enter(s, m, 'observed', { at: at.time + durations.retainMove }, at)
    events.push(tell(s, 'moveProposed', m))
    return
  }
  events.push(tell(s, 'moveProposed', m))
  if (pool.mode === 'automatic') events.push(...approve(s, m, 'policy', at))
}

function newMove(
  s: ReallocationState,
  pool: PoolRow,
  { wished, planId, index }: Wish,
  at: Moment,
): MoveRow {
  const { agentId, to, toQueue, reason, predicted } = wished
  const { from, endsAt } = situationOf(s, pool, wished, undefined, at.time)
  const agentKey = keyOf(pool.id, agentId)
  const said = s.agents.must(agentKey).consent
  return s.moves.insert({
    id: `m-${at.offset}-${index + 1}`,
    pool: pool.slot,
    ...{ agentId, agentKey, from, to, toQueue, reason, predicted, planId },
    state: 'proposed',
    stateSince: at.time,
    consent: said === 'policy' ? pool.consent : said,
    lastsMs: wished.lastsMs,
    endsAt,
    toldEndsAt: 0,
    dueAt: at.time + pool.approvalExpiryMs,
    dueUptime: NEVER,
    ...{ realised: 'none', donorThen: 'none', helpedThen: 'none' },
    ...{ actor: '', endCause: '', startedAt: 0, endedAt: 0 },
    offset: at.offset,
    seq: at.offset * 64 + index,
  })
}
