import type { FloorPlan, Person } from './floor.ts'
import type { Lane } from './lane.ts'
import type { PlannedMove } from './plan.ts'
import { trainingSentence } from './sentence.ts'

/**
 * Slack is time in which a queue's target is met without somebody. Whoever lacks training has it
 * then, and comes back when the queue can spare them no longer. Lending goes before it: what other
 * queues need is no slack.
 */

/** Agents of a lane in an interval, as lending leaves it; those in training are not counted out. */
export type Staying = (lane: number, at: number) => number

/** As sure as this that the target is missed, nobody is sent to training; */
const SENT_UP_TO = 0.1
/** and as sure as that, they are called back. Between the two nobody goes back and forth. */
const RECALLED_FROM = 0.3
/** Intervals that a recall looks at: whoever is called now is needed by then. */
const RECALL_AHEAD = 2
/** More lost or late for one session is no slack, however low the target: contacts, */
const LOST_MAX = 0.5
/** or of a large queue such a share of those that come meanwhile. */
const LOST_SHARE_MAX = 0.005
const HOUR_MS = 3_600_000

/** Who is in training and needed: by their queue, or by others to which it lends. */
export function recalledFrom(
  floor: FloorPlan,
  lanes: readonly Lane[],
  staying: Staying,
): readonly string[] {
  return lanes.flatMap((lane, index) => {
    // Who is nearly through may end it.
    const away = floor.trainees
      .filter((one) => one.lane === index)
      .sort((a, b) => b.left - a.left || (a.moveId < b.moveId ? -1 : 1))
    const missed = (recalled: number): number => {
      const ahead = [...new Array(Math.min(RECALL_AHEAD, lane.facts.agents.length)).keys()]
      const still = away.slice(recalled)
      const agents = (at: number): number =>
        Math.max(0, staying(index, at) - still.filter(({ left }) => left > at).length)
      return Math.max(...ahead.map((at) => lane.missed(at, agents(at))))
    }
    const lent = (lane.facts.agents[0] ?? 0) - staying(index, 0)
    let needed = Math.max(0, Math.ceil(Math.max(0, lent) + away.length - lane.facts.lendMax))
    if (lane.facts.surging) needed = away.length
    else if (away.length > 0 && missed(needed) >= RECALLED_FROM) {
      while (needed < away.length && missed(needed) > SENT_UP_TO) needed += 1
    }
    return away.slice(0, needed).map(({ moveId }) => moveId)
  })
}

/** Who is sent to training, of those who are free: at most `many`. */
export function trainingFor(
  floor: FloorPlan,
  lanes: readonly Lane[],
  staying: Staying,
  free: readonly Person[],
  many: number,
): readonly PlannedMove[] {
  const { intervalMs, training } = floor
  if (training === 'none') return []
  const found: PlannedMove[] = []
  lanes.forEach((lane, index) => {
    if (lane.facts.surging) return
    const left = (at: number): number =>
      staying(index, at) -
      floor.trainees.filter((one) => one.lane === index && one.left > at).length
    const lent = Math.max(0, (lane.facts.agents[0] ?? 0) - left(0))
    const most = Math.min(many - found.length, Math.floor(lane.facts.lendMax - lent))
    const wanting = free
      .filter((one) => one.lane === index && one.lacksMs >= training.leastMs)
      .sort(
        (a, b) =>
          b.lacksMs - a.lacksMs || a.movedMs - b.movedMs || (a.agentId < b.agentId ? -1 : 1),
      )
      .slice(0, Math.max(0, most))
    for (const [before, person] of wanting.entries()) {
      const agents = (at: number): number => left(at) - before
      const longestMs = Math.min(training.mostMs, person.lacksMs)
      const lasts = slackOf(lane, agents, Math.ceil(longestMs / intervalMs))
      if (lasts * intervalMs < training.leastMs) break
      const lastsMs = Math.min(lasts * intervalMs, longestMs)
      found.push(sent(lane, { index, person, lasts, lastsMs, agents, intervalMs }))
    }
  })
  return found
}

/** Intervals from now in which one of the agents is not needed. */
function slackOf(lane: Lane, agents: (at: number) => number, most: number): number {
  let [at, lost, coming] = [0, 0, 0]
  for (; at < Math.min(most, lane.facts.agents.length); at++) {
    const without = agents(at) - 1
    // A queue is never left to itself, however little is expected.
    if (without < 1 || lane.missed(at, without) > SENT_UP_TO) break
    lost += lane.lost(at, without) - lane.lost(at, agents(at))
    coming += lane.facts.expected[at] ?? 0
    if (lost > Math.max(LOST_MAX, LOST_SHARE_MAX * coming)) break
  }
  return at
}

interface Session {
  /** Of the lane. */
  readonly index: number
  readonly person: Person
  /** Intervals of the slack. */
  readonly lasts: number
  readonly lastsMs: number
  readonly agents: (at: number) => number
  readonly intervalMs: number
}

function sent(lane: Lane, { agents, index, intervalMs, lasts, lastsMs, person }: Session) {
  const all = [...new Array(lasts).keys()]
  const sum = (of: (at: number) => number): number => all.reduce((total, at) => total + of(at), 0)
  const without = sum((at) => lane.lost(at, agents(at)))
  const withIt = sum((at) => lane.lost(at, agents(at) - 1))
  const expected = sum((at) => lane.facts.expected[at] ?? 0)
  const risks = all.map((at) => lane.lost(at, agents(at) - 1))
  const tightest = risks.indexOf(Math.max(...risks))
  const probability = Math.max(...all.map((at) => lane.missed(at, agents(at) - 1)))
  const enough = Math.floor(agents(tightest) - 1)
  const { agentId, lacksMs } = person
  return {
    ...{ agentId, from: index, to: 'training' as const, lastsMs, expected, probability },
    forecast: sum((at) => lane.facts.forecast[at] ?? 0),
    ...{ without, with: withIt, savedLow: without - withIt, savedHigh: 0 },
    levelWithout: sum((at) => lane.level(at, agents(at))) / lasts,
    levelWith: sum((at) => lane.level(at, agents(at) - 1)) / lasts,
    sentence: trainingSentence(lane.facts, {
      ...{ agentId, enough, expected, probability },
      hours: (lasts * intervalMs) / HOUR_MS,
      lacksHours: lacksMs / HOUR_MS,
    }),
  }
}
