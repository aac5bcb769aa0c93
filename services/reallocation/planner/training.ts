import type { Crews } from './crews.ts'
import type { FloorPlan, Person, Trainee } from './floor.ts'
import type { Lane } from './lane.ts'
import type { PlannedMove } from './plan.ts'
import { trainingSentence } from './sentence.ts'

/**
 * Slack is time in which a queue's target is met without somebody. Whoever lacks training has it
 * then, and comes back when the queue can spare them no longer. Lending goes before it: what other
 * queues need is no slack.
 */

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
  crews: Crews,
): readonly string[] {
  return lanes.flatMap((lane, index) => {
    // Who is nearly through may end it.
    const away = traineesOf(floor, index).sort(
      (a, b) => b.lasts - a.lasts || (a.moveId < b.moveId ? -1 : 1),
    )
    const intervals = [...lane.facts.agents.keys()].slice(0, RECALL_AHEAD)
    // Of an interval before which all of them are back nobody can make it better.
    const missed = (recalled: number): number =>
      intervals.reduce((most, at) => {
        const still = away.slice(recalled).filter(({ lasts }) => lasts > at).length
        if (still === 0) return most
        const agents = Math.max(0, crews.staying(index, at) - still)
        return Math.max(most, lane.missed(at, agents))
      }, 0)
    const beyond = crews.given(index, 0) + away.length - lane.facts.lendMax
    let needed = lane.facts.surging ? away.length : Math.max(0, beyond)
    if (missed(needed) >= RECALLED_FROM) while (missed(needed) > SENT_UP_TO) needed += 1
    return away.slice(0, needed).map(({ moveId }) => moveId)
  })
}

const traineesOf = ({ trainees }: FloorPlan, lane: number): Trainee[] =>
  trainees.filter((one) => one.lane === lane)

interface Sending {
  readonly crews: Crews
  /** Whom nobody else wants. */
  readonly free: readonly Person[]
  /** Who is called back: their queue has no slack, whatever it looks like later. */
  readonly recalled: readonly string[]
  /** Moves that may begin. */
  readonly most: number
}

/** Who is sent to training, of those who are free. */
export function trainingFor(
  floor: FloorPlan,
  lanes: readonly Lane[],
  { crews, free, most, recalled }: Sending,
): readonly PlannedMove[] {
  const { goneMs, intervalMs, training } = floor
  if (training === 'none') return []
  const found: PlannedMove[] = []
  lanes.forEach((lane, index) => {
    const away = traineesOf(floor, index)
    if (lane.facts.surging || away.some(({ moveId }) => recalled.includes(moveId))) return
    const left = (at: number): number =>
      crews.staying(index, at) - away.filter(({ lasts }) => lasts > at).length
    const room = Math.floor(lane.facts.lendMax - crews.given(index, 0) - away.length)
    const wanting = free
      .filter((one) => one.lane === index && one.lacksMs >= training.leastMs)
      .sort(
        (a, b) =>
          b.lacksMs - a.lacksMs || a.movedMs - b.movedMs || (a.agentId < b.agentId ? -1 : 1),
      )
      .slice(0, Math.max(0, Math.min(most - found.length, room)))
    for (const [before, person] of wanting.entries()) {
      const agents = (at: number): number => left(at) - before
      const longestMs = Math.min(training.mostMs, person.lacksMs)
      const slack = slackOf(lane, agents, Math.ceil((goneMs + longestMs) / intervalMs))
      const lastsMs = Math.min(slack * intervalMs - goneMs, longestMs)
      if (lastsMs < training.leastMs) break
      found.push(sent(floor, lane, { index, person, lastsMs, agents }))
    }
  })
  return found
}

/** Intervals from the present one on in which one of the agents is not needed. */
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
  readonly lastsMs: number
  readonly agents: (at: number) => number
}

function sent(
  { goneMs, intervalMs }: FloorPlan,
  lane: Lane,
  { agents, index, lastsMs, person }: Session,
) {
  const all = [...new Array(Math.ceil((goneMs + lastsMs) / intervalMs)).keys()]
  // Of the first and the last interval, the part that the session has of them.
  const shares = all.map((at) => {
    const from = Math.max(goneMs, at * intervalMs)
    return (Math.min(goneMs + lastsMs, (at + 1) * intervalMs) - from) / intervalMs
  })
  const sum = (of: (at: number) => number): number =>
    all.reduce((total, at) => total + (shares[at] ?? 0) * of(at), 0)
  const mean = (of: (at: number) => number): number => sum(of) / sum(() => 1)
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
    levelWithout: mean((at) => lane.level(at, agents(at))),
    levelWith: mean((at) => lane.level(at, agents(at) - 1)),
    sentence: trainingSentence(lane.facts, {
      ...{ agentId, enough, expected, probability },
      hours: lastsMs / HOUR_MS,
      lacksHours: lacksMs / HOUR_MS,
    }),
  }
}
