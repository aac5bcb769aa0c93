import { NONE } from '@evenkeel/chassis/table'
import {
  type AgentRow,
  durations,
  isInForce,
  isLive,
  keyOf,
  meets,
  type PoolRow,
  type QueueRow,
  type ReallocationState,
} from '../../core/index.ts'
import type { FloorPlan, LaneFacts, Moved, Person } from '../../planner/index.ts'

/** What a pool looks like now, for the planner; or why nothing can be planned. */
export type Survey =
  | { readonly plan: FloorPlan; readonly queues: readonly string[] }
  | { readonly nothing: string }

/** People of a plan, the first of the pool: a larger one is more than a plan may move anyway. */
const PEOPLE_MAX = 5_000
const HORIZON_MS = 4 * durations.hour
/** So many were expected of a quarter of an hour of which nothing was told: something is dead. */
const SILENT = 10

export function surveyOf(s: ReallocationState, pool: PoolRow, time: number): Survey {
  if (pool.paused) return { nothing: `Reallocation is paused: ${pool.pauseReason}.` }
  if (pool.gapUntil > time) return { nothing: 'Counts are incomplete; a gap is not slack.' }
  const rows = planned(s, pool, time)
  if (rows.length < 2) return { nothing: 'No two queues have a forecast and a roster for now.' }
  if (isSilent(rows, time)) {
    return { nothing: 'Nothing is told of what comes, though much is expected: counts are late.' }
  }
  const [first] = rows
  const intervalMs = first === undefined || first.outlook === 'none' ? 0 : first.outlook.intervalMs
  const horizon = Math.max(1, Math.floor(HORIZON_MS / intervalMs))
  const length = Math.min(...rows.map((row) => leftOf(row, time)), horizon)
  const lanes = rows.map((row) => laneOf(pool, row, { time, length }))
  const laneAt = new Map(rows.map((row, index) => [row.queueId, index]))
  return {
    plan: {
      ...{ intervalMs, lanes },
      people: peopleOf(s, pool, rows, time),
      moved: movedOf(s, pool, rows, laneAt, time),
      lasts: Math.max(1, Math.ceil(pool.dwellMaxMs / intervalMs)),
      movesMax: Math.max(
        0,
        pool.movesPerHour - pool.ordered.filter((at) => at > time - durations.hour).length,
      ),
    },
    queues: rows.map(({ queueId }) => queueId),
  }
}

/** Queues of which it is known what comes now and who is there, in intervals of one length. */
function planned(s: ReallocationState, pool: PoolRow, time: number): readonly QueueRow[] {
  const found: QueueRow[] = []
  let length = 0
  for (let q = s.queuesOfPool.first(pool.slot); q !== NONE; q = s.queuesOfPool.next(q)) {
    const row = s.queues.at(q)
    if (row.outlook === 'none' || row.staffing === 'none' || leftOf(row, time) < 1) continue
    if (length === 0) length = row.outlook.intervalMs
    if (row.outlook.intervalMs === length && row.staffing.intervalMs === length) found.push(row)
  }
  return found
}

/** Intervals that are left of its day, the present one among them. */
function leftOf({ outlook, staffing }: QueueRow, time: number): number {
  if (outlook === 'none' || staffing === 'none') return 0
  const at = Math.floor((time - outlook.from) / outlook.intervalMs)
  const staffed = Math.floor((time - staffing.from) / staffing.intervalMs)
  if (at < 0 || staffed < 0) return 0
  return Math.min(outlook.expectedMilli.length - at, staffing.rosteredMilli.length - staffed)
}

function isSilent(rows: readonly QueueRow[], time: number): boolean {
  const from = time - 4 * durations.interval
  let expected = 0
  for (const { actuals, outlook } of rows) {
    if (actuals.some((one) => one.from >= from)) return false
    if (outlook === 'none') continue
    const at = Math.floor((from - outlook.from) / outlook.intervalMs)
    const share = (3 * durations.interval) / outlook.intervalMs
    expected += ((outlook.expectedMilli[at] ?? 0) / 1000) * share
  }
  return expected > SILENT
}

interface Horizon {
  readonly time: number
  readonly length: number
}

function laneOf(pool: PoolRow, row: QueueRow, { length, time }: Horizon): LaneFacts {
  const { channel, forecast, goalBp, outlook, queueId, staffing, targetMs } = row
  if (outlook === 'none' || staffing === 'none') throw new RangeError('a lane without forecast')
  const { intervalMs } = outlook
  const start = Math.floor((time - outlook.from) / intervalMs)
  const staffed = Math.floor((time - staffing.from) / intervalMs)
  const intervals = Array.from({ length }, (_, at) => at)
  const before = forecast === 'none' ? outlook : forecast
  const agents = intervals.map((at) => (staffing.rosteredMilli[staffed + at] ?? 0) / 1000)
  const own = agents[0] ?? 0
  const stay = pool.minimums.find((one) => one.channel === channel)?.agents ?? 0
  const share = Math.max(1, Math.floor((own * pool.donorShareBp) / 10_000))
  return {
    ...{ queueId, channel, live: isLive(channel), targetMs, agents },
    forecast: intervals.map((at) => (before.expectedMilli[start + at] ?? 0) / 1000),
    expected: intervals.map((at) => (outlook.expectedMilli[start + at] ?? 0) / 1000),
    spread: intervals.map((at) => Math.sqrt((outlook.logVarianceMicro[start + at] ?? 0) / 1e6)),
    lendMax: Math.max(0, Math.min(share, Math.floor(own - stay))),
    handleMs: staffing.handleMs > 0 ? staffing.handleMs : row.usualHandleMs,
    atOnce: staffing.atOnceMilli / 1000,
    patienceMs: pool.patienceMs,
    goal: goalBp / 10_000,
    due: intervals.map((at) => dueIn(row, time + at * intervalMs, intervalMs, at === 0)),
  }
}

/** What is open and falls due in the interval; in the first, also what is late already. */
function dueIn(row: QueueRow, from: number, lengthMs: number, first: boolean): number {
  return row.actuals.reduce((sum, one) => {
    const due = one.from + row.targetMs
    const within = due < from + lengthMs && (first || due >= from)
    return within ? sum + one.open : sum
  }, 0)
}

/** Those whom the guards would let go, as far as it can be seen from the agent alone. */
function peopleOf(
  s: ReallocationState,
  pool: PoolRow,
  rows: readonly QueueRow[],
  time: number,
): readonly Person[] {
  const moved = movedToday(s, pool, time)
  const people: Person[] = []
  let slot = s.agentsOfPool.first(pool.slot)
  for (; slot !== NONE && people.length < PEOPLE_MAX; slot = s.agentsOfPool.next(slot)) {
    const agent = s.agents.at(slot)
    const free = agent.presence === 'ready' && !agent.optedOut && agent.coolUntil <= time
    if (!free || agent.activeReason !== '' || s.liveOfAgent.size(agent.key) > 0) continue
    const lane = laneOfAgent(agent, rows, time)
    const skilled = rows.flatMap((row, index) =>
      row.channel !== agent.home && agent.channels.includes(row.channel) && meets(agent, row, time)
        ? [index]
        : [],
    )
    if (lane < 0 || skilled.length === 0) continue
    const agentId = agent.key.slice(pool.id.length + 1)
    people.push({ agentId, lane, skilled, movedMs: moved.get(agentId) ?? 0 })
  }
  return people
}

function movedToday(
  s: ReallocationState,
  pool: PoolRow,
  time: number,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const since = Math.floor(time / durations.day) - 6
  for (let l = s.ledgerOfPool.last(pool.slot); l !== NONE; l = s.ledgerOfPool.prev(l)) {
    const { agentId, day, movedMs } = s.ledger.at(l)
    if (day >= since) found.set(agentId, (found.get(agentId) ?? 0) + movedMs)
  }
  return found
}

/** The home queue, or else the first of the home channel that the agent is skilled for. */
function laneOfAgent(agent: AgentRow, rows: readonly QueueRow[], time: number): number {
  const home = rows.findIndex(({ queueId }) => queueId === agent.homeQueue)
  if (home >= 0) return home
  return rows.findIndex((row) => row.channel === agent.home && meets(agent, row, time))
}

function movedOf(
  s: ReallocationState,
  pool: PoolRow,
  rows: readonly QueueRow[],
  laneAt: ReadonlyMap<string, number>,
  time: number,
): readonly Moved[] {
  const moved: Moved[] = []
  for (let m = s.liveOfPool.first(pool.slot); m !== NONE; m = s.liveOfPool.next(m)) {
    const move = s.moves.at(m)
    const agent = s.agents.get(keyOf(pool.id, move.agentId))
    const to = laneAt.get(move.toQueue)
    const from = agent === undefined ? -1 : laneOfAgent(agent, rows, time)
    if (!isInForce(move.state) || move.state === 'returning' || to === undefined || from < 0)
      continue
    const { endsAt, predicted, startedAt } = move
    const promised =
      predicted === 'none' ? 0 : (predicted.lostWithoutMilli - predicted.lostWithMilli) / 1000
    const left =
      startedAt === 0 ? 1 : Math.max(0, (endsAt - time) / Math.max(1, endsAt - startedAt))
    const returnBelow = pool.returnBelowBp / 10_000
    moved.push({ moveId: move.id, from, to, promised, left, returnBelow })
  }
  return moved
}
