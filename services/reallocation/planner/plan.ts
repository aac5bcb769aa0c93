import { Crews } from './crews.ts'
import type { FloorPlan, Moved, Person } from './floor.ts'
import { Lane } from './lane.ts'
import { type Pair, planLending } from './lending.ts'
import { type MovePrice, WORTH } from './price.ts'
import { lendingSentence } from './sentence.ts'
import { recalledFrom, trainingFor } from './training.ts'

/** What the planner would do now. */
export interface FloorMoves {
  readonly moves: readonly PlannedMove[]
  /** Moves whose cause is gone, and training whose agents are needed. */
  readonly over: readonly string[]
  /** Why nothing is to be moved; '': something is. */
  readonly nothing: string
}

export interface PlannedMove {
  readonly agentId: string
  readonly from: number
  readonly to: number | 'training'
  /** 0: as long as may be. */
  readonly lastsMs: number
  readonly sentence: string
  /** Contacts of the time it takes, in the lane that is helped, or that lends to training. */
  readonly forecast: number
  readonly expected: number
  readonly probability: number
  /** Contacts lost or late of both lanes, over the same time. */
  readonly without: number
  readonly with: number
  /** What is saved, 80% interval. */
  readonly savedLow: number
  readonly savedHigh: number
  readonly levelWithout: number
  readonly levelWith: number
}

/** Contacts that one changed assignment has to save, as the backtest has them: ADR 0019. */
const PRICE: MovePrice = { first: 3, firstAgents: 2, further: 9 }
/** Pairs of which a plan is made: those in which one agent's move would save most. */
const PAIRS_MAX = 12

export function planMoves(floor: FloorPlan): FloorMoves {
  const lanes = floor.lanes.map((facts) => new Lane(facts, floor.intervalMs))
  const { lent, crews } = lend(floor, lanes)
  const gone = new Set(lent.map(({ agentId }) => agentId))
  const free = floor.people.filter(({ agentId }) => !gone.has(agentId))
  const recalled = recalledFrom(floor, lanes, crews)
  const most = floor.movesMax - lent.length
  const moves = [...lent, ...trainingFor(floor, lanes, { crews, free, recalled, most })]
  const over = [...overOf(floor, lanes), ...recalled]
  return { moves, over, nothing: moves.length > 0 ? '' : 'No move would save enough.' }
}

interface Lending {
  readonly lent: readonly PlannedMove[]
  readonly crews: Crews
}

/** Between queues. */
function lend(floor: FloorPlan, lanes: readonly Lane[]): Lending {
  const pairs = worthyPairs(floor, lanes)
  const lentNow = pairs.map(({ one, other }) => lentOf(floor, one, other))
  const plan = planLending(
    lanes.map((lane) => ({
      agents: lane.facts.agents,
      // Nobody can lend whom they have not.
      lendMax: lane.facts.agents.map((many) => Math.min(lane.facts.lendMax, Math.floor(many))),
      cost: (at, agents) => lane.lost(at, agents),
    })),
    pairs,
    lentNow,
  )
  const taken = new Set<string>()
  const lent: PlannedMove[] = []
  pairs.forEach(({ one, other }, index) => {
    const many = plan.lent[index] ?? 0
    const [from, to] = many > 0 ? [one, other] : [other, one]
    const already = many > 0 ? (lentNow[index] ?? 0) : -(lentNow[index] ?? 0)
    const wanted = Math.abs(many) - Math.max(0, already)
    const free = floor.people.filter(({ agentId }) => !taken.has(agentId))
    const chosen = whoGoes(free, from, to, Math.min(wanted, floor.movesMax - lent.length))
    for (const { agentId } of chosen) taken.add(agentId)
    const effect = effectOf(lanes, [from, to], chosen.length, floor.lasts)
    lent.push(...chosen.map(({ agentId }) => ({ agentId, from, to, lastsMs: 0, ...effect })))
  })
  return { lent, crews: new Crews(floor, pairs, plan.ahead) }
}

/** Net: those who came back the other way. */
function lentOf(floor: FloorPlan, one: number, other: number): number {
  const count = (from: number, to: number): number =>
    floor.moved.filter((move) => move.from === from && move.to === to).length
  return count(one, other) - count(other, one)
}

/** Pairs of different channels between which somebody is, or could be, lent to advantage. */
function worthyPairs({ lanes: facts, moved, people }: FloorPlan, lanes: readonly Lane[]): Pair[] {
  const able = new Set<string>()
  for (const { lane, skilled } of people) for (const to of skilled) able.add(`${lane} ${to}`)
  for (const { from, to } of moved) able.add(`${from} ${to}`)
  const total = (lane: Lane, change: number): number =>
    lane.facts.agents.reduce(
      (sum, agents, at) => sum + lane.lost(at, Math.max(0, agents + change)),
      0,
    )
  const changes = lanes.map((lane) => {
    const now = total(lane, 0)
    return { gain: now - total(lane, WORTH), loss: total(lane, -1) - now }
  })
  const found: { readonly pair: Pair; readonly saves: number }[] = []
  for (let one = 0; one < lanes.length; one++) {
    for (let other = one + 1; other < lanes.length; other++) {
      if (facts[one]?.channel === facts[other]?.channel) continue
      const saves = Math.max(saved(one, other), saved(other, one))
      const lent = moved.some(
        (m) => (m.from === one && m.to === other) || (m.from === other && m.to === one),
      )
      if (saves > 0 || lent) {
        found.push({ pair: { one, other, worth: WORTH, price: PRICE }, saves: lent ? 1e9 : saves })
      }
    }
  }
  return found
    .sort((a, b) => b.saves - a.saves || a.pair.one - b.pair.one || a.pair.other - b.pair.other)
    .slice(0, PAIRS_MAX)
    .map(({ pair }) => pair)

  function saved(from: number, to: number): number {
    if (!able.has(`${from} ${to}`)) return 0
    return (changes[to]?.gain ?? 0) - (changes[from]?.loss ?? 0)
  }
}

/** The least flexible first: who could help elsewhere still can; then who was moved least. */
function whoGoes(people: readonly Person[], from: number, to: number, many: number): Person[] {
  return people
    .filter(({ lane, skilled }) => lane === from && skilled.includes(to))
    .sort(
      (a, b) =>
        a.skilled.length - b.skilled.length ||
        a.movedMs - b.movedMs ||
        (a.agentId < b.agentId ? -1 : 1),
    )
    .slice(0, Math.max(0, many))
}

function effectOf(
  lanes: readonly Lane[],
  [from, to]: readonly [number, number],
  many: number,
  lasts: number,
) {
  const [donor, helped] = [lanes[from], lanes[to]]
  if (donor === undefined || helped === undefined) throw new RangeError('no such lane')
  const all = helped.facts.agents.map((_, at) => at).slice(0, lasts)
  const sum = (of: (at: number) => number): number => all.reduce((total, at) => total + of(at), 0)
  const agents = (lane: Lane, at: number): number => lane.facts.agents[at] ?? 0
  const less = (at: number): number => Math.max(0, agents(donor, at) - many)
  const more = (at: number): number => agents(helped, at) + WORTH * many
  const without = sum(
    (at) => helped.lost(at, agents(helped, at)) + donor.lost(at, agents(donor, at)),
  )
  const withAll = sum((at) => helped.lost(at, more(at)) + donor.lost(at, less(at)))
  const each = (without - withAll) / Math.max(1, many)
  const [savedLow, savedHigh] = savedBand(helped, many, each)
  const expected = sum((at) => helped.facts.expected[at] ?? 0)
  const forecast = sum((at) => helped.facts.forecast[at] ?? 0)
  const mean = (of: (at: number) => number): number => sum(of) / Math.max(1, all.length)
  const probability = mean((at) => helped.missed(at, agents(helped, at)))
  const hours = (helped.hours * all.length) / Math.max(1, helped.facts.agents.length)
  const figures = { hours, forecast, expected, probability, many, saved: without - withAll }
  return {
    ...{ forecast, expected, probability, without, with: without - each, savedLow, savedHigh },
    levelWithout: mean((at) => helped.level(at, agents(helped, at))),
    levelWith: mean((at) => helped.level(at, more(at))),
    sentence: lendingSentence(donor.facts, helped.facts, figures),
  }
}

/** Of what one of them saves, as the rates that may come have it. */
function savedBand(helped: Lane, many: number, each: number): readonly [number, number] {
  const agents = helped.facts.agents[0] ?? 0
  const now = helped.scenarios(0, agents)
  const then = helped.scenarios(0, agents + WORTH * many)
  const savings = now
    .map(({ lost, weight }, index) => ({ saved: lost - (then[index]?.lost ?? 0), weight }))
    .sort((a, b) => a.saved - b.saved)
  const mean = savings.reduce((sum, { saved, weight }) => sum + saved * weight, 0)
  if (mean <= 0) return [Math.min(0, each), Math.max(0, each)]
  const at = (share: number): number => {
    let sum = 0
    const found = savings.find(({ weight }) => (sum += weight) >= share)
    return (each * (found?.saved ?? mean)) / mean
  }
  return [Math.min(each, at(0.1)), Math.max(each, at(0.9))]
}

/** Moves that save too little of what they promised: to the plan, staying for nothing is free. */
function overOf(floor: FloorPlan, lanes: readonly Lane[]): readonly string[] {
  return floor.moved
    .filter(
      (move) => savesNow(lanes, move, floor.lasts) < move.returnBelow * move.promised * move.left,
    )
    .map(({ moveId }) => moveId)
}

/** What is lost if this one returns, over what is if not. */
function savesNow(lanes: readonly Lane[], { from, left, to }: Moved, lasts: number): number {
  const [donor, helped] = [lanes[from], lanes[to]]
  if (donor === undefined || helped === undefined) return 0
  const here = Math.min(lasts, helped.facts.agents.length)
  const most = Math.max(1, Math.round(left * here))
  let saved = 0
  for (let at = 0; at < Math.min(here, most); at++) {
    const [d, h] = [donor.facts.agents[at] ?? 0, helped.facts.agents[at] ?? 0]
    saved += helped.lost(at, h) - helped.lost(at, h + WORTH)
    saved -= donor.lost(at, Math.max(0, d - 1)) - donor.lost(at, d)
  }
  return saved
}
