import { leastAgents, performanceOf, type Target } from '@evenkeel/chassis/staffing'

/** A live channel of the replay. Everything that is per interval is per half-hour. */
export interface Line {
  readonly handleS: number
  readonly patienceS: number
}

/** The channels of the replay: a telephone line, and one whose contacts take longer. */
export const LINES = {
  a: { handleS: 300, patienceS: 180 },
  b: { handleS: 480, patienceS: 180 },
} as const satisfies Readonly<Record<string, Line>>

export const INTERVAL_MINUTES = 30
const TARGET: Target = { serviceLevel: 0.8, thresholdS: 20 }
/** What a moved agent does in the other channel, of one who belongs there. */
export const MOVED_WORTH = 0.9

/**
 * Rates at which a line is computed, and between which it is interpolated: a log step so fine that
 * the error is below 1e-5 of a contact. A replay asks for some hundred thousand figures of a few
 * lines.
 */
const LOG_STEP = 0.02

/** Steady-state figures of one line for any number of agents, each computed once. */
export class LineFigures {
  readonly #line: Line
  readonly #lost = new Map<number, Figures>()
  readonly #staff = new Map<number, number>()

  constructor(line: Line) {
    this.#line = line
  }

  /**
   * Contacts lost a minute at so many arrivals in a half-hour. Whole agents: the nearest number.
   */
  lostPerMinute(arrivals: number, agents: number): number {
    return this.#at(arrivals, agents, 'lost')
  }

  /** Contacts a minute that are not answered within 20 s, lost ones among them. */
  latePerMinute(arrivals: number, agents: number): number {
    return this.#at(arrivals, agents, 'late')
  }

  /** The fewest agents for 80% of all arrivals answered in 20 s. */
  staffFor(arrivals: number): number {
    const known = this.#staff.get(arrivals)
    if (known !== undefined) return known
    const found = leastAgents(this.#traffic(2 * arrivals), TARGET) ?? 0
    this.#staff.set(arrivals, found)
    return found
  }

  #at(arrivals: number, agents: number, which: keyof Figures): number {
    if (arrivals <= 0) return 0
    const place = Math.log(arrivals) / LOG_STEP
    const below = Math.floor(place)
    const share = place - below
    const whole = Math.round(agents)
    const left = this.#figures(below, whole)[which]
    return left + share * (this.#figures(below + 1, whole)[which] - left)
  }

  #figures(place: number, agents: number): Figures {
    // Two whole numbers in one: places are far above -1e4, agents below 1e5.
    const key = (place + 10_000) * 100_000 + agents
    const known = this.#lost.get(key)
    if (known !== undefined) return known
    const perHour = 2 * Math.exp(place * LOG_STEP)
    const { abandoned, serviceLevel } = performanceOf(
      this.#traffic(perHour),
      agents,
      TARGET.thresholdS,
    )
    const perMinute = perHour / 60
    const found = { lost: perMinute * abandoned, late: perMinute * (1 - serviceLevel.ofAll) }
    this.#lost.set(key, found)
    return found
  }

  #traffic(arrivalsPerHour: number) {
    return { arrivalsPerHour, ...this.#line }
  }
}

interface Figures {
  readonly lost: number
  readonly late: number
}
