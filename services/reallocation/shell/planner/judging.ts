import { NONE } from '@evenkeel/chassis/table'
import {
  type Actual,
  dayAt,
  durations,
  intervalAt,
  isLive,
  keyOf,
  type MoveRow,
  type PoolRow,
  type QueueRow,
  type ReallocationState,
  type SideThen,
} from '../../core/index.ts'
import { type PastLane, type PastMove, type PastStep, WORTH } from '../../planner/index.ts'

/** Counts are told half a minute after their five minutes, and revised as more becomes known. */
const COUNTED_MS = 10 * 60_000
/** What is due later was not at stake. */
const DUE_MAX_MS = 4 * durations.hour
const STEP_MS = durations.interval

/** Moves of the pool that are over and of which all is known that they are to be judged by. */
export function judgeable(
  s: ReallocationState,
  pool: PoolRow,
  time: number,
  most: number,
): readonly { readonly moveId: string; readonly past: PastMove }[] {
  const found: { moveId: string; past: PastMove }[] = []
  let slot = s.unjudged.first(pool.slot)
  for (; slot !== NONE && found.length < most; slot = s.unjudged.next(slot)) {
    const past = pastOf(s, pool, s.moves.at(slot), time)
    if (past !== undefined) found.push({ moveId: s.moves.at(slot).id, past })
  }
  return found
}

interface Side {
  readonly queue: QueueRow
  readonly past: SideThen
}

/** Undefined: not all is known yet, or never will be. */
function pastOf(
  s: ReallocationState,
  pool: PoolRow,
  m: MoveRow,
  time: number,
): PastMove | undefined {
  const donor = sideOf(s, pool, m.donorThen)
  const helped = m.to === 'training' ? 'none' : sideOf(s, pool, m.helpedThen)
  if (donor === undefined || helped === undefined) return undefined
  const sides = helped === 'none' ? [donor] : [donor, helped]
  const first = Math.floor(m.startedAt / STEP_MS) * STEP_MS
  const until = Math.max(...sides.map(({ queue }) => m.endedAt + dueWithin(queue)))
  if (time < until + COUNTED_MS) return undefined
  const steps = Array.from({ length: Math.ceil((until - first) / STEP_MS) }, (_, at) => {
    return first + at * STEP_MS
  })
  const incomplete = sides.some(({ queue }) =>
    queue.actuals.some((one) => !one.complete && one.from >= first && one.from < until),
  )
  if (incomplete) return undefined
  const others = otherMoves(s, pool, m)
  const laneOf = (side: Side, own: number): PastLane => pastLane(m, pool, side, steps, own, others)
  return {
    stepMs: STEP_MS,
    donor: laneOf(donor, -1),
    helped: helped === 'none' ? helped : laneOf(helped, 0),
  }
}

function sideOf(s: ReallocationState, pool: PoolRow, past: SideThen | 'none'): Side | undefined {
  const queue = past === 'none' ? undefined : s.queues.get(keyOf(pool.id, past.queueId))
  return queue === undefined || past === 'none' ? undefined : { queue, past }
}

const dueWithin = (queue: QueueRow): number =>
  isLive(queue.channel) ? 0 : Math.min(queue.targetMs, DUE_MAX_MS)

const otherMoves = (s: ReallocationState, pool: PoolRow, own: MoveRow): readonly MoveRow[] => {
  const found: MoveRow[] = []
  for (let slot = s.movesOfPool.first(pool.slot); slot !== NONE; slot = s.movesOfPool.next(slot)) {
    if (slot !== own.slot && s.moves.at(slot).startedAt > 0) found.push(s.moves.at(slot))
  }
  return found
}

/** Of the five minutes from `from`, the part in which the move lasted. */
function awayIn(m: MoveRow, from: number): number {
  const ended = m.endedAt === 0 ? Number.POSITIVE_INFINITY : m.endedAt
  return Math.max(0, Math.min(ended, from + STEP_MS) - Math.max(m.startedAt, from)) / STEP_MS
}

function pastLane(
  m: MoveRow,
  pool: PoolRow,
  side: Side,
  starts: readonly number[],
  own: number,
  others: readonly MoveRow[],
): PastLane {
  const { queue, past } = side
  const live = isLive(queue.channel)
  const staffing = dayAt(queue.staffings, m.startedAt)
  const handleMs = staffing?.handleMs ?? 0
  const byFrom = new Map(queue.actuals.map((one) => [one.from, one]))
  const steps = starts.map((from): PastStep => {
    const away = awayIn(m, from)
    const borrowed = others.reduce((sum, one) => sum + balanceOf(one, queue) * awayIn(one, from), 0)
    const agents = agentsAt(side, from) + borrowed + own * away
    return { arrivals: byFrom.get(from)?.arrivals ?? 0, agents, away }
  })
  return {
    ...{ live, steps, handleMs: handleMs === 0 ? queue.usualHandleMs : handleMs },
    atOnce: (staffing?.atOnceMilli ?? 1000) / 1000,
    ...{ patienceMs: pool.patienceMs, targetMs: queue.targetMs },
    open: starts.map((from, at) => openAt(past, from, at === 0)),
    ...(live ? lostOnLine(m, starts, byFrom) : lateOf(queue, starts)),
  }
}

/** What another move takes from the queue, or brings. */
function balanceOf(m: MoveRow, { queueId }: QueueRow): number {
  if (m.helpedThen !== 'none' && m.helpedThen.queueId === queueId) return WORTH
  return m.donorThen !== 'none' && m.donorThen.queueId === queueId ? -1 : 0
}

/** As rostered; nobody's shifts being known, as many as were ready when the move began. */
function agentsAt({ queue, past }: Side, from: number): number {
  const staffing = dayAt(queue.staffings, from)
  const milli = staffing && staffing.rosteredMilli[intervalAt(staffing, from)]
  return milli === undefined ? past.ready : milli / 1000
}

/** What was late already is due at once. */
const openAt = ({ work }: SideThen, from: number, first: boolean): number =>
  work.reduce((sum, { due, open }) => {
    const within = due <= from + STEP_MS && (first || due > from)
    return within ? sum + open : sum
  }, 0)

type Counted = Pick<PastLane, 'lost' | 'served' | 'inTarget'>

/** Who came while the move lasted. */
function lostOnLine(
  m: MoveRow,
  starts: readonly number[],
  byFrom: ReadonlyMap<number, Actual>,
): Counted {
  let [lost, served, inTarget] = [0, 0, 0]
  for (const from of starts) {
    const one = byFrom.get(from)
    const share = awayIn(m, from)
    if (one === undefined) continue
    lost += share * one.abandoned
    served += share * (one.answered + one.abandoned)
    inTarget += share * one.inTarget
  }
  return { lost, served, inTarget }
}

/** What fell due from the beginning to the end of what is looked at. */
function lateOf({ actuals, targetMs }: QueueRow, starts: readonly number[]): Counted {
  const [first = 0] = starts
  const until = first + starts.length * STEP_MS
  const due = actuals.filter(({ from }) => from + targetMs >= first && from + targetMs < until)
  const sum = (of: (one: Actual) => number): number => due.reduce((all, one) => all + of(one), 0)
  const served = sum(({ answered, open }) => answered + open)
  const inTarget = sum((one) => one.inTarget)
  return { lost: served - inTarget, served, inTarget }
}
