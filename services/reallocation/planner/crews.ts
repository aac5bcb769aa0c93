import type { FloorPlan, Person } from './floor.ts'
import type { Pair } from './lending.ts'
import { WORTH } from './price.ts'

/**
 * Who is left to each lane while others lend and borrow. It is looked at on the safe side: help
 * counts where it has come, for as long as it was promised, and what is given as far as it is gone
 * or is planned to go. A plan's own help may be declined, or never be approved.
 */
export class Crews {
  readonly #floor: FloorPlan
  readonly #pairs: readonly Pair[]
  readonly #ahead: readonly (readonly number[])[]

  /** `ahead`: as planned of each pair, for each interval. */
  constructor(floor: FloorPlan, pairs: readonly Pair[], ahead: readonly (readonly number[])[]) {
    this.#floor = floor
    this.#pairs = pairs
    this.#ahead = ahead
  }

  /** Agents in the interval, by what they are worth there; those in training are not counted out. */
  staying(lane: number, at: number): number {
    const own = this.#floor.lanes[lane]?.agents[at] ?? 0
    const helping = this.#floor.moved.filter((m) => m.to === lane && m.there && m.lasts > at)
    return own - this.given(lane, at) + WORTH * helping.length
  }

  /** Agents of the lane who are with others, or are to go as far as there is anybody who may. */
  given(lane: number, at: number): number {
    const { movesMax, moved, people } = this.#floor
    return this.#pairs.reduce((sum, { one, other }, index) => {
      if (lane !== one && lane !== other) return sum
      const to = lane === one ? other : one
      const gone = moved.filter((m) => m.from === lane && m.to === to).length
      const lent = this.#ahead[index]?.[at] ?? 0
      const wished = lane === one ? lent : -lent
      const able = people.filter((person) => mayGo(person, lane, to)).length
      return sum + Math.max(gone, Math.min(wished, gone + Math.min(able, movesMax)))
    }, 0)
  }
}

const mayGo = ({ lane, skilled }: Person, from: number, to: number): boolean =>
  lane === from && skilled.includes(to)
