import { performanceOf } from '@evenkeel/chassis/staffing'
import { WORTH } from './price.ts'

/** One queue while somebody was moved, and after it until what came by then was due. */
export interface PastLane {
  /** Customers wait on the line; otherwise there is a time by which it is due. */
  readonly live: boolean
  readonly handleMs: number
  /** Contacts that an agent has at once, 1 or above. */
  readonly atOnce: number
  readonly patienceMs: number
  readonly targetMs: number
  readonly steps: readonly PastStep[]
  /** Not live: contacts that were open at first, by the step at whose end they were due. */
  readonly open: readonly number[]
  /** Contacts lost or late, as was counted. */
  readonly lost: number
  /** Of so many whose wait is over, so many were answered in time. */
  readonly served: number
  readonly inTarget: number
}

/** A step has the same length in all lanes. */
export interface PastStep {
  readonly arrivals: number
  /** At work beside the one who was moved. */
  readonly agents: number
  /** Part of it in which the agent was away, 0-1. */
  readonly away: number
}

/** What a move is judged by. */
export interface PastMove {
  readonly stepMs: number
  readonly donor: PastLane
  /** 'none': training helps no queue. */
  readonly helped: PastLane | 'none'
}

/** Contacts lost or late, over the move's time; levels are the helped lane's, or the donor's. */
export interface Realised {
  readonly without: number
  readonly with: number
  readonly savedLow: number
  readonly savedHigh: number
  readonly levelWithout: number
  readonly levelWith: number
}

const HOUR_MS = 3_600_000
/** Of a normal distribution, so many deviations either side hold four fifths. */
const DEVIATIONS = 1.2816
/** Steps of which one rate of arrivals is made: of single ones, chance would look like surges. */
const RATE_STEPS = 6

/**
 * What came of a move. With it is as was counted. Without it is that and what the agent made of it:
 * the difference between the lines with and without the agent, at the arrivals that were. The
 * interval has what is not known of the load (the rate behind the arrivals, handle times) and the
 * chance in what was spared.
 */
export function realisedOf(move: PastMove): Realised {
  const [low, mid, high] = [-1, 0, 1].map((sign) => {
    const load = (lane: PastLane): number => {
      const contacts = contactsOf(lane)
      return Math.max(0.1, 1 + (sign * DEVIATIONS) / Math.sqrt(Math.max(1, contacts)))
    }
    const { donor, helped, stepMs } = move
    const gained = helped === 'none' ? nothing : sparedIn(helped, stepMs, load(helped), WORTH)
    const given = sparedIn(donor, stepMs, load(donor), 1)
    return { gained, given, saved: gained.lost - given.lost }
  }) as [Spared, Spared, Spared]
  const chance = DEVIATIONS ** 2 * (Math.abs(mid.gained.lost) + Math.abs(mid.given.lost))
  const below = mid.saved - Math.min(low.saved, mid.saved, high.saved)
  const above = Math.max(low.saved, mid.saved, high.saved) - mid.saved
  const { donor, helped } = move
  const counted = donor.lost + (helped === 'none' ? 0 : helped.lost)
  const { inTarget, served } = helped === 'none' ? donor : helped
  const level = served > 0 ? inTarget / served : 1
  const raised = helped === 'none' ? -mid.given.level : mid.gained.level
  return {
    without: counted + mid.saved,
    with: counted,
    savedLow: mid.saved - Math.sqrt(below * below + chance),
    savedHigh: mid.saved + Math.sqrt(above * above + chance),
    levelWithout: Math.max(0, Math.min(1, level - raised)),
    levelWith: level,
  }
}

interface Difference {
  /** Contacts that the agent spares the lane. */
  readonly lost: number
  /** By how much the agent raises its level. */
  readonly level: number
}

const nothing: Difference = { lost: 0, level: 0 }

interface Spared {
  readonly gained: Difference
  readonly given: Difference
  readonly saved: number
}

/** Of nothing, no part. */
const part = (some: number, whole: number): number => (whole > 0 ? some / whole : 0)

const contactsOf = (lane: PastLane): number =>
  lane.steps.reduce((sum, step) => sum + step.arrivals, 0) +
  lane.open.reduce((sum, contacts) => sum + contacts, 0)

const sparedIn = (lane: PastLane, stepMs: number, load: number, worth: number): Difference =>
  lane.live ? sparedOnLine(lane, stepMs, load, worth) : sparedOfDue(lane, stepMs, load, worth)

/** Of who waits on the line: each stretch as if it were long, by Erlang-A. */
function sparedOnLine(lane: PastLane, stepMs: number, load: number, worth: number): Difference {
  let [lost, inTime, all] = [0, 0, 0]
  for (let first = 0; first < lane.steps.length; first += RATE_STEPS) {
    const stretch = lane.steps.slice(first, first + RATE_STEPS)
    const arrivals = load * stretch.reduce((sum, step) => sum + step.arrivals, 0)
    const traffic = {
      arrivalsPerHour: (arrivals * HOUR_MS) / (stretch.length * stepMs),
      handleS: lane.handleMs / 1000,
      patienceS: lane.patienceMs / 1000,
    }
    for (const { agents, away } of stretch) {
      if (away === 0) continue
      const here = (arrivals * away) / stretch.length
      const places = Math.max(0, agents) * lane.atOnce
      const alone = performanceOf(traffic, places, lane.targetMs / 1000)
      const helped = performanceOf(traffic, places + worth * lane.atOnce, lane.targetMs / 1000)
      all += here
      lost += here * (alone.abandoned - helped.abandoned)
      inTime += here * (helped.serviceLevel.ofAll - alone.serviceLevel.ofAll)
    }
  }
  return { lost, level: part(inTime, all) }
}

/** Of what is due: what comes first is done first, as much of it as agents do in a step. */
function sparedOfDue(lane: PastLane, stepMs: number, load: number, worth: number): Difference {
  const alone = lateOf(lane, stepMs, load, 0)
  const helped = lateOf(lane, stepMs, load, worth)
  return { lost: alone.late - helped.late, level: part(alone.late - helped.late, alone.due) }
}

interface Late {
  readonly late: number
  readonly due: number
}

function lateOf(lane: PastLane, stepMs: number, load: number, worth: number): Late {
  const ahead = Math.max(1, Math.round(lane.targetMs / stepMs))
  const work = lane.open.map((contacts, at) => ({ due: at, left: contacts }))
  let [late, due] = [0, 0]
  lane.steps.forEach(({ agents, arrivals, away }, at) => {
    work.push({ due: at + ahead, left: arrivals })
    const places = (Math.max(0, agents) + worth * away) * lane.atOnce
    let done = (places * stepMs) / (lane.handleMs * load)
    for (const one of work) {
      const taken = Math.min(done, one.left)
      one.left -= taken
      done -= taken
      if (one.due === at) late += one.left
    }
  })
  for (const [at, contacts] of lane.open.entries()) if (at < lane.steps.length) due += contacts
  for (const [at, { arrivals }] of lane.steps.entries()) {
    if (at + ahead < lane.steps.length) due += arrivals
  }
  return { late, due }
}
