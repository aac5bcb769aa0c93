import { NONE } from '@evenkeel/chassis/table'
import {
  type AgentRow,
  dayAt,
  type DayOutlook,
  durations,
  inSlackOf,
  intervalAt,
  isLiveMove,
  isFreeToGo,
  isLive,
  meets,
  type MoveRow,
  ownSituation,
  type PoolRow,
  type QueueRow,
  type ReallocationState,
  type Staffing,
} from '../../core/index.ts'
import type { FloorPlan, LaneFacts, Moved, Person, Trainee } from '../../planner/index.ts'

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
  const known = planned(s, pool, time)
  if (known.length === 0) return { nothing: 'No queue has a forecast and a roster for now.' }
  if (isSilent(known, time)) {
    return { nothing: 'Nothing is told of what comes, though much is expected: counts are late.' }
  }
  const intervalMs = known[0]?.outlook.intervalMs ?? HORIZON_MS
  const horizon = Math.max(1, Math.floor(HORIZON_MS / intervalMs))
  const length = Math.min(horizon, ...known.map((one) => one.ahead.length))
  const lanes = known.map((one) => laneOf(pool, one, { time, length }))
  const rows = known.map(({ row }) => row)
  const goneMs = (time - (known[0]?.outlook.from ?? time)) % intervalMs
  const now = { time, intervalMs, goneMs }
  const trainees = traineesOf(s, pool, rows, now)
  // Who is in training is called back when needed, also where nobody more is sent.
  if (known.length === 1 && !pool.trainInSlack && trainees.length === 0) {
    return { nothing: 'One queue alone has a forecast and a roster for now.' }
  }
  return {
    plan: {
      ...{ intervalMs, goneMs, lanes, trainees },
      people: peopleOf(s, pool, rows, time),
      moved: movedOf(s, pool, rows, now),
      lasts: Math.max(1, Math.ceil(pool.dwellMaxMs / intervalMs)),
      training: pool.trainInSlack
        ? { leastMs: pool.dwellMinMs, mostMs: pool.dwellMaxMs }
        : ('none' as const),
      movesMax: Math.max(
        0,
        pool.movesPerHour - pool.ordered.filter((at) => at > time - durations.hour).length,
      ),
    },
    queues: rows.map(({ queueId }) => queueId),
  }
}

/** A queue of which it is known what comes now and who is there. */
interface Known {
  readonly row: QueueRow
  readonly outlook: DayOutlook
  readonly staffing: Staffing
  /** The present interval and those behind it without a gap, of this day and the next. */
  readonly ahead: readonly Ahead[]
}

interface Ahead {
  readonly forecastMilli: number
  readonly expectedMilli: number
  readonly logVarianceMicro: number
  readonly rosteredMilli: number
}

/** Those of one length of intervals. */
function planned(s: ReallocationState, pool: PoolRow, time: number): readonly Known[] {
  const found: Known[] = []
  let length = 0
  for (let q = s.queuesOfPool.first(pool.slot); q !== NONE; q = s.queuesOfPool.next(q)) {
    const row = s.queues.at(q)
    const [outlook, staffing] = [dayAt(row.outlooks, time), dayAt(row.staffings, time)]
    if (outlook === undefined || staffing === undefined) continue
    const ahead = aheadOf(row, outlook.intervalMs, time)
    if (ahead.length === 0) continue
    if (length === 0) length = outlook.intervalMs
    if (outlook.intervalMs === length) found.push({ row, outlook, staffing, ahead })
  }
  return found
}

/** A day's end is no end: who is lent before midnight is missed, or helps, after it. */
function aheadOf(row: QueueRow, intervalMs: number, time: number): readonly Ahead[] {
  const found: Ahead[] = []
  for (let at = time; at < time + HORIZON_MS; at += intervalMs) {
    const [outlook, staffing] = [dayAt(row.outlooks, at), dayAt(row.staffings, at)]
    if (outlook?.intervalMs !== intervalMs || staffing?.intervalMs !== intervalMs) break
    const [told, staffed] = [intervalAt(outlook, at), intervalAt(staffing, at)]
    const rosteredMilli = staffing.rosteredMilli[staffed]
    if (rosteredMilli === undefined) break
    found.push({
      forecastMilli: outlook.forecastMilli[told] ?? 0,
      expectedMilli: outlook.expectedMilli[told] ?? 0,
      logVarianceMicro: outlook.logVarianceMicro[told] ?? 0,
      rosteredMilli,
    })
  }
  return found
}

function isSilent(known: readonly Known[], time: number): boolean {
  const from = time - 4 * durations.interval
  let expected = 0
  for (const { outlook, row } of known) {
    if (row.actuals.some((one) => one.from >= from)) return false
    const at = intervalAt(outlook, from)
    const share = (3 * durations.interval) / outlook.intervalMs
    expected += ((outlook.expectedMilli[at] ?? 0) / 1000) * share
  }
  return expected > SILENT
}

interface Horizon {
  readonly time: number
  readonly length: number
}

function laneOf(pool: PoolRow, known: Known, { length, time }: Horizon): LaneFacts {
  const { outlook, row, staffing } = known
  const { channel, goalBp, queueId, targetMs } = row
  const { intervalMs } = outlook
  const ahead = known.ahead.slice(0, length)
  const agents = ahead.map(({ rosteredMilli }) => rosteredMilli / 1000)
  const own = agents[0] ?? 0
  const stay = pool.minimums.find((one) => one.channel === channel)?.agents ?? 0
  const share = Math.max(1, Math.floor((own * pool.donorShareBp) / 10_000))
  return {
    ...{ queueId, channel, live: isLive(channel), targetMs, agents },
    surging: row.drift === 'above',
    forecast: ahead.map(({ forecastMilli }) => forecastMilli / 1000),
    expected: ahead.map(({ expectedMilli }) => expectedMilli / 1000),
    spread: ahead.map(({ logVarianceMicro }) => Math.sqrt(logVarianceMicro / 1e6)),
    lendMax: Math.max(0, Math.min(share, Math.floor(own - stay))),
    handleMs: staffing.handleMs > 0 ? staffing.handleMs : row.usualHandleMs,
    atOnce: staffing.atOnceMilli / 1000,
    patienceMs: pool.patienceMs,
    goal: goalBp / 10_000,
    due: ahead.map((_, at) => dueIn(row, time + at * intervalMs, intervalMs, at === 0)),
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
  const lately = movedLately(s, pool, time)
  const year = new Date(time).getUTCFullYear()
  const people: Person[] = []
  let slot = s.agentsOfPool.first(pool.slot)
  for (; slot !== NONE && people.length < PEOPLE_MAX; slot = s.agentsOfPool.next(slot)) {
    const agent = s.agents.at(slot)
    const free = agent.presence === 'ready' && !agent.optedOut && agent.coolUntil <= time
    if (!free || agent.activeReason !== '' || s.liveOfAgent.size(agent.key) > 0) continue
    const agentId = agent.key.slice(pool.id.length + 1)
    if (!isFreeToGo(ownSituation(s, pool, { agentId, agent, lastsMs: 0 }, time))) continue
    const lane = laneOfAgent(agent, rows, time)
    const skilled = rows.flatMap((row, index) =>
      row.channel !== agent.home && agent.channels.includes(row.channel) && meets(agent, row, time)
        ? [index]
        : [],
    )
    const lacksMs = pool.trainInSlack ? lacksOf(pool, agent, year, time) : 0
    if (lane < 0 || (skilled.length === 0 && lacksMs === 0)) continue
    people.push({ agentId, lane, skilled, movedMs: lately.get(agentId) ?? 0, lacksMs })
  }
  return people
}

/** Of the year's target, beside what records say and what slack has given since. */
function lacksOf(pool: PoolRow, agent: AgentRow, year: number, time: number): number {
  const recorded = agent.trained.find((one) => one.year === year)?.trainedMs ?? 0
  return Math.max(0, pool.trainingTargetMs - recorded - inSlackOf(agent, time))
}

/** By agent, of the last seven days. */
function movedLately(
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

interface Now {
  readonly time: number
  readonly intervalMs: number
  /** Of the present interval. */
  readonly goneMs: number
}

/** Intervals until then, the present one among them. */
const intervalsTo = (until: number, { goneMs, intervalMs, time }: Now): number =>
  Math.max(1, Math.ceil((goneMs + until - time) / intervalMs))

/** Who waits for a word is counted: another would be proposed at each look. */
const counts = ({ state }: MoveRow): boolean => isLiveMove(state) && state !== 'returning'

function traineesOf(
  s: ReallocationState,
  pool: PoolRow,
  rows: readonly QueueRow[],
  now: Now,
): readonly Trainee[] {
  const found: Trainee[] = []
  for (let m = s.liveOfPool.first(pool.slot); m !== NONE; m = s.liveOfPool.next(m)) {
    const move = s.moves.at(m)
    const agent = s.agents.get(move.agentKey)
    const lane = agent === undefined ? -1 : laneOfAgent(agent, rows, now.time)
    if (move.to !== 'training' || !counts(move) || lane < 0) continue
    found.push({ moveId: move.id, lane, lasts: intervalsTo(move.endsAt, now) })
  }
  return found
}

/** The home queue, or else the first of the home channel that the agent is skilled for. */
function laneOfAgent(agent: AgentRow, rows: readonly QueueRow[], time: number): number {
  const { home: channel, homeQueue } = agent
  const home = rows.findIndex((row) => row.queueId === homeQueue && row.channel === channel)
  if (home >= 0) return home
  return rows.findIndex((row) => row.channel === agent.home && meets(agent, row, time))
}

function movedOf(
  s: ReallocationState,
  pool: PoolRow,
  rows: readonly QueueRow[],
  now: Now,
): readonly Moved[] {
  const moved: Moved[] = []
  for (let m = s.liveOfPool.first(pool.slot); m !== NONE; m = s.liveOfPool.next(m)) {
    const move = s.moves.at(m)
    const agent = s.agents.get(move.agentKey)
    const to = rows.findIndex(({ queueId }) => queueId === move.toQueue)
    const from = agent === undefined ? -1 : laneOfAgent(agent, rows, now.time)
    if (!counts(move) || to < 0 || from < 0) continue
    const { endsAt, predicted, startedAt } = move
    const promised =
      predicted === 'none' ? 0 : (predicted.lostWithoutMilli - predicted.lostWithMilli) / 1000
    const there = startedAt > 0
    const left = there ? Math.max(0, (endsAt - now.time) / Math.max(1, endsAt - startedAt)) : 1
    const returnBelow = pool.returnBelowBp / 10_000
    const lasts = intervalsTo(endsAt, now)
    moved.push({ moveId: move.id, from, to, promised, there, lasts, left, returnBelow })
  }
  return moved
}
