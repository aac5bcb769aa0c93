import {
  evenWorkload,
  logNormalRates,
  performanceOf,
  performanceOver,
  type PossibleRate,
} from '@evenkeel/chassis/staffing'
import type { LaneFacts } from './floor.ts'

/** Rates are computed for so many agents at most; beyond, one more changes nothing. */
const AGENTS_MAX = 5_000
const HOUR_MS = 3_600_000
/** A wider spread says that nothing is known; the tail would outweigh everything. */
const SPREAD_MAX = 1

/** What a queue loses with so many agents: contacts gone or late, each figure computed once. */
export class Lane {
  readonly facts: LaneFacts
  readonly #intervalMs: number
  readonly #rates: readonly (readonly PossibleRate[])[]
  /** Not live: agents needed in each interval, so that all is done when it is due. */
  readonly #needed: readonly number[]
  readonly #known = new Map<number, number>()

  constructor(facts: LaneFacts, intervalMs: number) {
    this.facts = facts
    this.#intervalMs = intervalMs
    const perHour = HOUR_MS / intervalMs
    this.#rates = facts.expected.map((median, at) => {
      const spread = Math.min(SPREAD_MAX, facts.spread[at] ?? 0)
      const mean = median * perHour * Math.exp((spread * spread) / 2)
      return logNormalRates(mean, Math.sqrt(Math.expm1(spread * spread)))
    })
    this.#needed = facts.live ? [] : this.#workload()
  }

  /** Of the horizon. */
  get hours(): number {
    return (this.facts.agents.length * this.#intervalMs) / HOUR_MS
  }

  /** Contacts lost or late in interval `at`. */
  lost(at: number, agents: number): number {
    // Hundredths of agents: who is moved counts 0.9.
    const key = at * 100 * AGENTS_MAX + Math.round(100 * Math.min(AGENTS_MAX - 1, agents))
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = this.facts.live ? this.#gone(at, agents) : this.#late(at, agents)
    this.#known.set(key, found)
    return found
  }

  /** The same at each rate that may come, with its weight. */
  scenarios(at: number, agents: number): readonly { lost: number; weight: number }[] {
    const rates = this.#rates[at] ?? []
    if (!this.facts.live)
      return rates.map(({ weight }) => ({ lost: this.lost(at, agents), weight }))
    return rates.map(({ arrivalsPerHour, weight }) => {
      const { abandoned } = performanceOf(
        { ...this.#traffic(), arrivalsPerHour },
        this.#places(agents),
        this.facts.targetMs / 1000,
      )
      return { lost: (abandoned * arrivalsPerHour * this.#intervalMs) / HOUR_MS, weight }
    })
  }

  /** Share that is answered, or done, in time. */
  level(at: number, agents: number): number {
    if (!this.facts.live) {
      const needed = this.#needed[at] ?? 0
      return needed <= 0 ? 1 : Math.min(1, agents / needed)
    }
    const rates = this.#rates[at] ?? []
    const seconds = this.facts.targetMs / 1000
    const performance = performanceOver(rates, this.#traffic(), this.#places(agents), seconds)
    return performance.serviceLevel.ofAll
  }

  /** How sure it is that the goal is missed with these agents. */
  missed(at: number, agents: number): number {
    if (!this.facts.live) return (this.#needed[at] ?? 0) > agents ? 0.9 : 0.1
    let sum = 0
    let weights = 0
    for (const { arrivalsPerHour, weight } of this.#rates[at] ?? []) {
      const traffic = { ...this.#traffic(), arrivalsPerHour }
      const seconds = this.facts.targetMs / 1000
      const { serviceLevel } = performanceOf(traffic, this.#places(agents), seconds)
      weights += weight
      if (serviceLevel.ofAll < this.facts.goal) sum += weight
    }
    return weights === 0 ? 0 : sum / weights
  }

  #traffic() {
    const { handleMs, patienceMs } = this.facts
    return { arrivalsPerHour: 0, handleS: handleMs / 1000, patienceS: patienceMs / 1000 }
  }

  #places(agents: number): number {
    return agents * this.facts.atOnce
  }

  #gone(at: number, agents: number): number {
    const rates = this.#rates[at] ?? []
    const perHour = rates.reduce((sum, one) => sum + one.weight * one.arrivalsPerHour, 0)
    if (perHour === 0) return 0
    const seconds = this.facts.targetMs / 1000
    const places = this.#places(agents)
    const { abandoned } = performanceOver(rates, this.#traffic(), places, seconds)
    return (abandoned * perHour * this.#intervalMs) / HOUR_MS
  }

  #late(at: number, agents: number): number {
    const beyond = Math.max(0, (this.#needed[at] ?? 0) - agents)
    return (this.#places(beyond) * this.#intervalMs) / this.facts.handleMs
  }

  #workload(): readonly number[] {
    const { atOnce, due, expected, handleMs, targetMs } = this.facts
    const hours = (contacts: number): number => (contacts * handleMs) / HOUR_MS / atOnce
    const ahead = Math.max(1, Math.round(targetMs / this.#intervalMs))
    const open = due.map((contacts, at) => ({ from: 0, due: at + 1, hours: hours(contacts) }))
    const coming = expected.flatMap((contacts, at) =>
      // What is due beyond the horizon is the next one's.
      at + ahead > expected.length ? [] : [{ from: at, due: at + ahead, hours: hours(contacts) }],
    )
    const length = this.#intervalMs / HOUR_MS
    return evenWorkload(
      [...open, ...coming],
      expected.map(() => length),
    ).agents
  }
}
