import { LineFigures, LINES, MOVED_WORTH } from './centre.ts'
import type { ChannelDay, TwoChannelDay } from './days.ts'

export interface Centre {
  readonly a: LineFigures
  readonly b: LineFigures
  /** Share of a channel's agents that may be with the other at once, 0 to 1. */
  readonly movable: number
}

export const centreOf = (movable: number): Centre => ({
  a: new LineFigures(LINES.a),
  b: new LineFigures(LINES.b),
  movable,
})

/** A day with the staff that its forecast asked for. */
export class StaffedDay {
  readonly a: ChannelDay
  readonly b: ChannelDay
  readonly figures: Centre
  /** By half-hour. */
  readonly agents: { readonly a: readonly number[]; readonly b: readonly number[] }
  readonly lendMax: { readonly a: readonly number[]; readonly b: readonly number[] }

  constructor({ a, b }: TwoChannelDay, figures: Centre) {
    this.a = a
    this.b = b
    this.figures = figures
    const agentsA = a.expected.map((arrivals) => figures.a.staffFor(arrivals))
    const agentsB = b.expected.map((arrivals) => figures.b.staffFor(arrivals))
    const lend = (agents: readonly number[]): readonly number[] =>
      agents.map((many) => Math.floor(figures.movable * many))
    this.agents = { a: agentsA, b: agentsB }
    this.lendMax = { a: lend(agentsA), b: lend(agentsB) }
  }

  /** How many may be lent from A to B; below 0: from B to A. */
  bounds(at: number): readonly [least: number, most: number] {
    return [-(this.lendMax.b[at] ?? 0), this.lendMax.a[at] ?? 0]
  }

  lostPerMinute(at: number, lent: number, arrivalsA: number, arrivalsB: number): number {
    const [a, b] = this.#working(at, lent)
    const { figures } = this
    return figures.a.lostPerMinute(arrivalsA, a) + figures.b.lostPerMinute(arrivalsB, b)
  }

  latePerMinute(at: number, lent: number, arrivalsA: number, arrivalsB: number): number {
    const [a, b] = this.#working(at, lent)
    const { figures } = this
    return figures.a.latePerMinute(arrivalsA, a) + figures.b.latePerMinute(arrivalsB, b)
  }

  #working(at: number, lent: number): readonly [number, number] {
    const given = (many: number): number => (many > 0 ? -many : -many * MOVED_WORTH)
    return [(this.agents.a[at] ?? 0) + given(lent), (this.agents.b[at] ?? 0) + given(-lent)]
  }
}
