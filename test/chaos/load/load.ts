import { setTimeout as pause } from 'node:timers/promises'
import { Random } from 'evenkeel/day/random.ts'
import type { Book } from '../book/book.ts'
import { Desk } from './desk.ts'
import { Line } from './line.ts'
import { agentName, levelOf, type LoadPlan, poolName } from './plan.ts'
import { Pool } from './pool.ts'
import { type Targets, Turn } from './targets.ts'
import { Watch } from './watch.ts'

/** Lines that the pools' submissions, media reports and diallers share. */
const LINES = 3
/** What is open has so long to end by itself, and as long again when it was cancelled. */
const DRAIN_MS = 40_000
const LOOK_MS = 200

/** Customers, agents and diallers of all pools, at work until told to stop. */
export class Load {
  readonly pools: readonly string[]
  readonly #book: Book
  readonly #plan: LoadPlan
  readonly #lines: readonly Line[]
  readonly #crowds: readonly Pool[]
  readonly #watches: readonly Watch[]
  readonly #desks: readonly Desk[]
  readonly #arrivals: NodeJS.Timeout[] = []

  constructor(book: Book, targets: Targets, plan: LoadPlan) {
    this.#book = book
    this.#plan = plan
    this.pools = Array.from({ length: plan.pools }, (_, number) => poolName(number))
    const lines = Array.from({ length: LINES }, (_, at) => new Line(book, new Turn(targets, at)))
    this.#lines = lines
    this.#crowds = this.pools.map((pool, number) => {
      const line = lines[number % LINES]
      if (line === undefined) throw new Error('no line')
      const random = new Random(plan.seed, pool)
      const turn = new Turn(targets, number)
      return new Pool({ book, pool, seed: plan.seed, turn, line, random })
    })
    this.#watches = this.#crowds.map((crowd, number) => {
      const turn = new Turn(targets, number + 1)
      return new Watch(book, turn, poolName(number), (contact) => crowd.observe(contact))
    })
    this.#desks = this.#crowds.flatMap((crowd, number) => this.#seats(crowd, number, targets))
  }

  #seats(crowd: Pool, number: number, targets: Targets): Desk[] {
    const { agentsPerPool, seed } = this.#plan
    const pool = poolName(number)
    return Array.from({ length: agentsPerPool }, (_, at) => {
      const agentId = agentName(pool, at)
      return new Desk({
        ...{ book: this.#book, pool, agentId, level: levelOf(at) },
        turn: new Turn(targets, number + at),
        random: new Random(seed, agentId),
        traits: (contactId) => crowd.one(contactId)?.traits,
      })
    })
  }

  /** Agents whose session is open now. */
  seated(): number {
    return this.#desks.filter((desk) => desk.seated).length
  }

  get agents(): number {
    return this.#desks.length
  }

  /** Customers begin to come, evenly spread: what is measured are gaps, not bursts. */
  begin(): void {
    const everyMs = 1_000 / this.#plan.perSecond
    for (const [number, crowd] of this.#crowds.entries()) {
      const phase = (everyMs * number) / this.#crowds.length
      const start = () => this.#arrivals.push(setInterval(() => crowd.arrive(), everyMs))
      setTimeout(start, phase)
    }
  }

  open(): number {
    return this.#crowds.reduce((sum, crowd) => sum + crowd.open().length, 0)
  }

  engaged(): number {
    return this.#crowds.reduce((sum, crowd) => sum + crowd.engaged, 0)
  }

  /**
   * Nobody comes any more; what is open is brought to its end. Resolves with what would not end.
   */
  async drain(): Promise<readonly string[]> {
    for (const timer of this.#arrivals) clearInterval(timer)
    for (const crowd of this.#crowds) crowd.closing()
    await this.#ended()
    if (this.open() > 0) {
      await Promise.race([
        Promise.all(this.#crowds.map((crowd) => crowd.cancelAll())),
        pause(DRAIN_MS, undefined, { ref: false }),
      ])
      await this.#ended()
    }
    return this.#crowds.flatMap((crowd, number) =>
      crowd.open().map((contactId) => `${poolName(number)}/${contactId}`),
    )
  }

  async #ended(): Promise<void> {
    const giveUpAt = performance.now() + DRAIN_MS
    while (this.open() > 0 && performance.now() < giveUpAt) await pause(LOOK_MS)
  }

  close(): void {
    for (const timer of this.#arrivals) clearInterval(timer)
    for (const part of [...this.#desks, ...this.#watches, ...this.#lines]) part.close()
  }
}
