import type { Moment, Outcome } from '@evenkeel/chassis/protocol'
import { NONE } from '@evenkeel/chassis/table'
import { isLive } from '@evenkeel/chassis/words'
import type { OfMove } from '../commands.ts'
import type { ReallocationEvent } from '../events.ts'
import { keyOf, ledgerKey } from '../keys.ts'
import { durations } from '../limits.ts'
import { homeSet, type MoveRow, type QueueRow, type ReallocationState } from '../state.ts'
import { type Effect, savedMilli, type SideThen } from '../words.ts'
import { findMove } from './begin.ts'
import { tell } from './end.ts'
import { meets } from './situation.ts'

/** What came of a move: how things were when it began is kept, the planner reckons the rest. */

/** The agent is on the other channel, for the first time or again. */
export function begun(s: ReallocationState, m: MoveRow, at: Moment): void {
  if (m.startedAt > 0) return
  s.moves.update(m, {
    startedAt: at.time,
    donorThen: sideThen(s, m, donorQueue(s, m, at.time)),
    helpedThen: sideThen(s, m, s.queues.get(keyOf(s.pools.at(m.pool).id, m.toQueue))),
  })
}

/** The home queue, or else the first of the channel that the agent is skilled for. */
function donorQueue(s: ReallocationState, m: MoveRow, time: number): QueueRow | undefined {
  const agent = s.agents.get(m.agentKey)
  if (agent === undefined) return undefined
  const home = s.queues.get(keyOf(s.pools.at(m.pool).id, agent.homeQueue))
  if (home !== undefined && home.channel === m.from) return home
  for (let q = s.queuesOfPool.first(m.pool); q !== NONE; q = s.queuesOfPool.next(q)) {
    const queue = s.queues.at(q)
    if (queue.channel === m.from && meets(agent, queue, time)) return queue
  }
  return undefined
}

function sideThen(
  s: ReallocationState,
  m: MoveRow,
  queue: QueueRow | undefined,
): SideThen | 'none' {
  if (queue === undefined) return 'none'
  const { channel } = queue
  const open = isLive(channel) ? [] : queue.actuals.filter((one) => one.open > 0)
  return {
    queueId: queue.queueId,
    ready: s.readyStaff.size(homeSet(s.pools.at(m.pool), channel)),
    work: open.map((one) => ({ due: one.from + queue.targetMs, open: one.open })),
  }
}

/** The first word counts; it is in the ledger of the day on which the move began. */
export function judgeMove(
  s: ReallocationState,
  c: OfMove & { readonly realised: Effect },
): Outcome<ReallocationEvent> {
  const m = findMove(s, c)
  if (!('slot' in m)) return m
  if (m.state !== 'ended' || m.realised !== 'none') return { ok: true, events: [], ref: m.id }
  s.moves.update(m, { realised: c.realised })
  const day = s.ledger.get(ledgerKey(m.agentKey, Math.floor(m.startedAt / durations.day)))
  if (day !== undefined) {
    const predicted = m.predicted === 'none' ? 0 : savedMilli(m.predicted)
    s.ledger.update(day, {
      judged: day.judged + 1,
      predictedMilli: day.predictedMilli + predicted,
      realisedMilli: day.realisedMilli + savedMilli(c.realised),
    })
  }
  return { ok: true, events: [tell(s, 'moveJudged', m)], ref: m.id }
}
