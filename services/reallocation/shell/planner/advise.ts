import type { Logger } from '@evenkeel/chassis/observe'
import {
  durations,
  type Effect,
  keyOf,
  limits,
  type PoolRow,
  type ReallocationState,
  type WishedMove,
} from '../../core/index.ts'
import type { FloorMoves, PlannedMove, Realised } from '../../planner/index.ts'
import type { ReallocationReplica } from '../calls.ts'
import { encodeCommand, type WireCommand } from '../translate/codec.ts'
import { effectWire, proposalWire } from '../translate/moves.ts'
import { judgeable } from './judging.ts'
import { planner } from './planner.ts'
import { surveyOf } from './survey.ts'

/** Log time between two looks at a pool: what is new comes every five minutes. */
const lookMs = durations.interval
const deadlineMs = 10_000

/**
 * Plans each pool that this replica leads, by the log's own time. What two leaders plan at once is
 * upon the same basis, and the second is refused as outdated.
 */
export function advise(replica: ReallocationReplica, logger: Logger): void {
  let nextLook = 0
  replica.watch((_touched, at) => {
    if (at.time < nextLook) return
    nextLook = at.time + lookMs
    if (!replica.stats().leading) return
    for (const pool of replica.state.pools.inKeyOrder()) {
      lookAt(replica, pool, at.time).catch((error: unknown) => {
        logger.warn('a plan has failed', { reference: pool.id, error })
      })
    }
  })
}

async function lookAt(replica: ReallocationReplica, pool: PoolRow, time: number): Promise<void> {
  await planFor(replica, pool, time)
  await judge(replica, pool, time)
}

/** What came of moves; what is not judged by now is taken up at the next look. */
async function judge(replica: ReallocationReplica, { id }: PoolRow, time: number): Promise<void> {
  const pool = replica.state.pools.must(id)
  for (const { moveId, past } of judgeable(replica.state, pool, time, limits.planMoves)) {
    const found = await planner.judge(past)
    if (found === undefined) return
    const realised = effectWire(effectOf(found))
    await submitted(replica, { $case: 'judgeMove', value: { pool: id, moveId, realised } })
  }
}

async function planFor(replica: ReallocationReplica, row: PoolRow, time: number): Promise<void> {
  const { basis, id } = row
  const survey = surveyOf(replica.state, row, time)
  if (!('plan' in survey)) return
  const made = await planner.plan(survey.plan)
  if (made === undefined) return
  if (made.over.length > 0) {
    const moveIds = made.over.slice(0, limits.planMoves)
    await submitted(replica, { $case: 'returnMoves', value: { pool: id, moveIds } })
  }
  const moves = wishesOf(replica.state, id, survey.queues, made)
  if (moves.length === 0) return
  const plan = { pool: id, planId: `p-${basis}-${time}`, basis, moves }
  await submitted(replica, { $case: 'proposeMoves', value: proposalWire(plan) })
}

/** Refused, or lost: the next look plans again. */
const submitted = (replica: ReallocationReplica, command: WireCommand): Promise<void> =>
  replica.submit(encodeCommand(command), { deadlineMs }, () => undefined).catch(() => undefined)

/** As they are proposed. */
export function wishesOf(
  s: ReallocationState,
  pool: string,
  queues: readonly string[],
  { moves }: FloorMoves,
): readonly WishedMove[] {
  return moves.slice(0, limits.planMoves).flatMap((move) => {
    if (move.to === 'training') return wishOf(move, '', move.to)
    const toQueue = queues[move.to] ?? ''
    const row = s.queues.get(keyOf(pool, toQueue))
    return row === undefined ? [] : [wishOf(move, toQueue, row.channel)]
  })
}

const milli = (value: number): number => Math.round(1000 * value)
const share = (value: number): number => Math.round(10_000 * Math.max(0, Math.min(1, value)))

const wishOf = (m: PlannedMove, toQueue: string, to: WishedMove['to']): WishedMove => ({
  ...{ agentId: m.agentId, to, toQueue, lastsMs: m.lastsMs },
  reason: {
    sentence: m.sentence,
    forecastMilli: milli(m.forecast),
    expectedMilli: milli(m.expected),
    probabilityBp: share(m.probability),
  },
  predicted: effectOf(m),
})

const effectOf = (of: Realised): Effect => ({
  lostWithoutMilli: milli(of.without),
  lostWithMilli: milli(of.with),
  savedLowMilli: milli(of.savedLow),
  savedHighMilli: milli(of.savedHigh),
  levelWithoutBp: share(of.levelWithout),
  levelWithBp: share(of.levelWith),
})
