import { logInverseLoss } from './inverse-loss.ts'
import { integrateOutwards } from './panels.ts'

// M/M/n+G: Poisson arrivals, exponential handle times, agents who all take from one line in order
// of arrival. A share of the contacts leaves after an exponential patience, the others wait as long
// as it takes (callbacks that keep a place; everybody, in Erlang-C). The wait that is offered to a
// contact without end to its patience, V, has the density
//   v(t) = load * P(n - 1 at work) * e^g(t),  g(t) = load * integral of P(patience > u) - agents *
// t (Baccelli and Hebuterne 1981; Mandelbaum and Zeltyn 2009, section 4), and P(V = 0) follows from
// the inverse of Erlang's loss. Time is counted in mean handle times throughout.
//
// g is concave, so v has one hill, and everything is an integral of it times something smooth. That
// holds for 0.01 as for 50,000 Erlangs, and for a patience of a second as of a day, where sums over
// the states of the line would need millions of terms. test/birth-death.ts has those sums.

/** Relative to the mean handle time, and to one agent. */
export interface LineShape {
  /** Offered load in Erlangs, above 0: arrivals per mean handle time. */
  readonly load: number
  /** Of all arrivals, those who may leave; 0 to 1. */
  readonly impatientShare: number
  /** Mean handle time over mean patience, above 0; of the impatient. */
  readonly haste: number
  /** Above 0; not necessarily whole. */
  readonly agents: number
}

/** Of the wait offered, V; in mean handle times. */
export interface OfferedWait {
  /** P(V = 0). */
  readonly noWait: number
  /** P(V > threshold). */
  readonly beyond: number
  /** P(V <= threshold and patience > V). */
  readonly servedWithin: number
  /** P(patience < V), of the impatient. */
  readonly abandoned: number
  /** E[min(V, patience)], of the impatient. */
  readonly wait: number
  /** E[V; patience > V]: over P(patience > V) the mean wait of those who are served. */
  readonly waitOfServed: number
  /** E[V]: the mean wait of those who never leave. */
  readonly offered: number
}

/** Where the hill is below e^-42 of its top, the rest changes no digit. */
const NEGLIGIBLE = 42

/**
 * Undefined: the line grows without end, since those who never leave are more than can be served.
 */
export function offeredWait(shape: LineShape, threshold: number): OfferedWait | undefined {
  const { load, haste, agents } = shape
  const leaving = load * shape.impatientShare
  /** How fast the hill falls far out: agents beyond those whom the patient keep busy. */
  const spare = agents - (load - leaving)
  if (spare <= 0) return undefined
  const overloaded = leaving > spare
  const top = overloaded ? Math.log(leaving / spare) / haste : 0
  const height = overloaded ? (leaving - spare) / haste - spare * top : 0
  // Seen from its top: log of the hill at a distance x, without the difference of large numbers.
  const slope = Math.min(leaving, spare)
  const logHill = (x: number): number => (-slope * Math.expm1(-haste * x)) / haste - spare * x
  const sums = new HillSums(haste, top, threshold, logHill)
  const isOver = (x: number): boolean => logHill(x) < -NEGLIGIBLE
  const first = 1 / (spare - slope + Math.sqrt(slope * haste) + haste)
  const cut = threshold - top
  const end = Number.POSITIVE_INFINITY
  integrateOutwards(first, end, cut, sums.add, isOver)
  if (top > 0) integrateOutwards(-Math.min(first, top), -top, cut, sums.add, isOver)
  const logWaiting = height + Math.log(load * sums.all)
  return sums.over(logInverseLoss(agents - 1, load) - logWaiting)
}

/** Integrals over the hill, relative to its top. */
class HillSums {
  all = 0
  readonly #haste: number
  readonly #top: number
  readonly #threshold: number
  readonly #logHill: (x: number) => number
  #beyond = 0
  #servedWithin = 0
  #abandoned = 0
  #waitOfServed = 0
  #offered = 0

  constructor(haste: number, top: number, threshold: number, logHill: (x: number) => number) {
    this.#haste = haste
    this.#top = top
    this.#threshold = threshold
    this.#logHill = logHill
  }

  readonly add = (x: number, weight: number): void => {
    const t = this.#top + x
    const part = weight * Math.exp(this.#logHill(x))
    const left = -Math.expm1(-this.#haste * t)
    const served = part * (1 - left)
    this.all += part
    if (t > this.#threshold) this.#beyond += part
    else this.#servedWithin += served
    this.#abandoned += part * left
    this.#waitOfServed += t * served
    this.#offered += t * part
  }

  /** `logOdds`: log of P(V = 0) / P(V > 0). */
  over(logOdds: number): OfferedWait {
    const noWait = 1 / (1 + Math.exp(-logOdds))
    const per = 1 / (1 + Math.exp(logOdds)) / this.all
    const abandoned = per * this.#abandoned
    return {
      noWait,
      beyond: per * this.#beyond,
      servedWithin: noWait + per * this.#servedWithin,
      abandoned,
      wait: abandoned / this.#haste,
      waitOfServed: per * this.#waitOfServed,
      offered: per * this.#offered,
    }
  }
}
