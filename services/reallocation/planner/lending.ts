import { type MovePrice, priced } from './price.ts'

export type { MovePrice } from './price.ts'

/** A channel, or one programme in it, over the intervals from now to the end of the horizon. */
export interface Channel {
  /** Its own agents at work in each interval, as rostered: breaks and shifts' ends are out. */
  readonly agents: readonly number[]
  /** Of these, how many may be with others at once, 0 or above: qualified, not protected. */
  readonly lendMax: readonly number[]
  /**
   * What is to be expected of interval `at` with so many at work (not necessarily whole), e.g.
   * contacts lost a minute. Over the posterior, not at its mean: a line suffers more from a tenth
   * more than it gains from a tenth less. The same arguments must give the same cost.
   */
  readonly cost: (at: number, agents: number) => number
}

/** Two channels that may lend each other agents; indices into the list of channels. */
export interface Pair {
  readonly one: number
  readonly other: number
  /** What an agent is worth in the other's channel, of one who belongs there: above 0 to 1. */
  readonly worth: number
  readonly price: MovePrice
}

export interface LendingPlan {
  /**
   * For each pair, how many are to be lent now from `one` to `other`; below 0: from `other` to
   * `one`.
   */
  readonly lent: readonly number[]
  /** The same for each interval of the horizon, as things look now; the first is `lent`. */
  readonly ahead: readonly (readonly number[])[]
  /**
   * Expected cost of the horizon by this plan, prices of moves left out, and if nobody were lent.
   */
  readonly cost: number
  readonly costWithout: number
}

/** More rounds than pairs ever took; each one lowers the cost, so this bounds time, not quality. */
const ROUNDS_PER_PAIR = 4
/** Less is the noise of sums. */
const WORTHWHILE = 1e-9

/**
 * Who is lent where, so that expected cost and prices of moves are least over the horizon, at whose
 * end everybody returns. A pair by itself is planned exactly (a shortest way through the numbers
 * that may be lent in each interval); of several pairs the one that gains most is planned first,
 * then what that leaves, until none gains. For two channels that is the optimum.
 *
 * `lentNow`: for each pair, as in the plan. Undecided between two plans, it moves fewer. All
 * channels have as many intervals; none: nobody is lent.
 */
export function planLending(
  channels: readonly Channel[],
  pairs: readonly Pair[],
  lentNow: readonly number[],
): LendingPlan {
  const intervals = channels[0]?.agents.length ?? 0
  const board = new Board(channels, pairs, intervals)
  const costWithout = board.cost()
  pairs.forEach((pair, index) => {
    // A plan begins with what is: kept, as far as each interval allows.
    const kept = board.bounds(index).map(([least, most]) => clamp(lentNow[index] ?? 0, least, most))
    board.set(index, kept)
  })
  for (let round = 0; round < ROUNDS_PER_PAIR * pairs.length; round++) {
    let best: { index: number; path: readonly number[]; gain: number } | undefined
    for (const index of pairs.keys()) {
      const before = board.costOf(index, board.ahead[index] ?? [], lentNow[index] ?? 0)
      const path = bestPath(board, index, lentNow[index] ?? 0)
      const gain = before - board.costOf(index, path, lentNow[index] ?? 0)
      if (gain > (best?.gain ?? WORTHWHILE)) best = { index, path, gain }
    }
    if (best === undefined) break
    board.set(best.index, best.path)
  }
  const lent = board.ahead.map((path) => path[0] ?? 0)
  return { lent, ahead: board.ahead, cost: board.cost(), costWithout }
}

const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, value))

/** What every pair is planned to lend, and what that leaves of each channel. */
class Board {
  readonly ahead: (readonly number[])[]
  readonly #channels: readonly Channel[]
  readonly #pairs: readonly Pair[]
  readonly #intervals: number

  constructor(channels: readonly Channel[], pairs: readonly Pair[], intervals: number) {
    this.#channels = channels
    this.#pairs = pairs
    this.#intervals = intervals
    this.ahead = pairs.map(() => new Array<number>(intervals).fill(0))
  }

  set(index: number, path: readonly number[]): void {
    this.ahead[index] = path
  }

  price(index: number): MovePrice {
    return this.#pair(index).price
  }

  /** How many each interval allows the pair to lend, beside what the others lend. */
  bounds(index: number): readonly (readonly [least: number, most: number])[] {
    const { one, other } = this.#pair(index)
    const room = (channel: number, at: number): number => {
      const most = this.#channel(channel).lendMax[at] ?? 0
      return Math.max(0, Math.floor(most - this.#lentOut(channel, at, index)))
    }
    return Array.from({ length: this.#intervals }, (_, at) => [-room(other, at), room(one, at)])
  }

  /** Both channels of a pair in one interval, if it lends so many. */
  costAt(index: number, at: number, lent: number): number {
    const { one, other, worth } = this.#pair(index)
    const gives = (many: number): number => (many > 0 ? -many : -many * worth)
    return (
      this.#channelCost(one, at, gives(lent), index) +
      this.#channelCost(other, at, gives(-lent), index)
    )
  }

  costOf(index: number, path: readonly number[], now: number): number {
    const price = this.price(index)
    let cost = 0
    let before = priced(now, price)
    path.forEach((lent, at) => {
      const after = priced(lent, price)
      cost += this.costAt(index, at, lent) + Math.abs(after - before)
      before = after
    })
    return cost + Math.abs(before)
  }

  cost(): number {
    let cost = 0
    for (const channel of this.#channels.keys()) {
      for (let at = 0; at < this.#intervals; at++) cost += this.#channelCost(channel, at, 0, -1)
    }
    return cost
  }

  #channelCost(channel: number, at: number, change: number, except: number): number {
    const { agents, cost } = this.#channel(channel)
    const elsewhere = this.#balance(channel, at, except)
    return cost(at, Math.max(0, (agents[at] ?? 0) + elsewhere + change))
  }

  /** Borrowed, by what they are worth, less lent. */
  #balance(channel: number, at: number, except: number): number {
    let balance = 0
    this.#pairs.forEach(({ one, other, worth }, index) => {
      if (index === except) return
      const lent = this.ahead[index]?.[at] ?? 0
      const out = channel === one ? lent : channel === other ? -lent : 0
      balance += out > 0 ? -out : -out * worth
    })
    return balance
  }

  #lentOut(channel: number, at: number, except: number): number {
    let out = 0
    this.#pairs.forEach(({ one, other }, index) => {
      if (index === except) return
      const lent = this.ahead[index]?.[at] ?? 0
      out += Math.max(0, channel === one ? lent : channel === other ? -lent : 0)
    })
    return out
  }

  #pair(index: number): Pair {
    const pair = this.#pairs[index]
    if (pair === undefined) throw new RangeError(`there is no pair ${index}`)
    return pair
  }

  #channel(index: number): Channel {
    const channel = this.#channels[index]
    if (channel === undefined) throw new RangeError(`a pair names channel ${index}, which is none`)
    return channel
  }
}

/**
 * The cheapest way through the horizon, from its end backwards: what an interval costs from each
 * number on is its own cost and the least of the next with the change to it.
 */
function bestPath(board: Board, index: number, now: number): readonly number[] {
  const bounds = board.bounds(index)
  const price = board.price(index)
  /** From each interval on: what each number costs till the end, and the number after it. */
  const steps: Step[][] = []
  let next: Step[] = [{ lent: 0, cost: 0, onward: 0 }]
  for (let at = bounds.length - 1; at >= 0; at--) {
    const [least, most] = bounds[at] ?? [0, 0]
    const step: Step[] = []
    for (let lent = least; lent <= most; lent++) {
      const then = cheapest(next, lent, price)
      step.push({ lent, cost: board.costAt(index, at, lent) + then.cost, onward: then.lent })
    }
    steps.unshift(step)
    next = step
  }
  const path: number[] = []
  let lent = cheapest(next, now, price).lent
  for (const step of steps) {
    path.push(lent)
    lent = step.find((one) => one.lent === lent)?.onward ?? 0
  }
  return path
}

interface Step {
  readonly lent: number
  readonly cost: number
  readonly onward: number
}

/** Of the next interval's numbers, seen from `lent`; undecided: the nearest. */
function cheapest(
  next: readonly Step[],
  lent: number,
  price: MovePrice,
): { readonly lent: number; readonly cost: number } {
  const from = priced(lent, price)
  let best = { lent: 0, cost: Number.POSITIVE_INFINITY }
  for (const one of next) {
    const cost = one.cost + Math.abs(priced(one.lent, price) - from)
    const nearer = Math.abs(one.lent - lent) < Math.abs(best.lent - lent)
    if (cost < best.cost - WORTHWHILE || (cost <= best.cost + WORTHWHILE && nearer)) {
      best = { lent: one.lent, cost }
    }
  }
  return best
}
