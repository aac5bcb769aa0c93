import type { FloorPlan } from './floor.ts'
import type { Pair } from './lending.ts'
import { WORTH } from './price.ts'

/** What one lane gives another. */
interface Flow {
  readonly from: number
  /** Agents who are there, or were asked to go. */
  readonly gone: number
  /** How many more may go. */
  readonly able: number
  /** As planned, for each interval; below 0: the other way. */
  readonly wished: readonly number[]
}

/**
 * Who is left to each lane while others lend and borrow. It is looked at on the safe side: help
 * counts where it has come, for as long as it was promised, and what is given as far as it is gone
 * or is planned to go. A plan's own help may be declined, or never be approved.
 */
export class Crews {
  readonly #floor: FloorPlan
  readonly #flows: readonly Flow[]

  /** `ahead`: as planned of each pair, for each interval. */
  constructor(floor: FloorPlan, pairs: readonly Pair[], ahead: readonly (readonly number[])[]) {
    this.#floor = floor
    this.#flows = pairs.flatMap(({ one, other }, index) => {
      const wished = ahead[index] ?? []
      const back = wished.map((lent) => -lent)
      return [flow(floor, one, other, wished), flow(floor, other, one, back)]
    })
  }

  /** Agents in the interval, by what they are worth there; those in training are not counted out. */
  staying(lane: number, at: number): number {
    const own = this.#floor.lanes[lane]?.agents[at] ?? 0
    const helping = this.#floor.moved.filter((m) => m.to === lane && m.there && m.lasts > at)
    return own - this.given(lane, at) + WORTH * helping.length
  }

  /** Agents of the lane who are with others, or are to go as far as there is anybody who may. */
  given(lane: number, at: number): number {
    return this.#flows.reduce((sum, { able, from, gone, wished }) => {
      if (from !== lane) return sum
      return sum + Math.max(gone, Math.min(wished[at] ?? 0, gone + able))
    }, 0)
  }
}

function flow(
  { moved, movesMax, people }: FloorPlan,
  from: number,
  to: number,
  wished: readonly number[],
): Flow {
  const gone = moved.filter((move) => move.from === from && move.to === to).length
  const able = people.filter(({ lane, skilled }) => lane === from && skilled.includes(to)).length
  return { from, gone, able: Math.min(able, movesMax), wished }
}
