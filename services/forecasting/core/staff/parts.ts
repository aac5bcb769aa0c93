import { NONE } from '@evenkeel/chassis/table'
import type { AgentRow, ForecastingState, PoolRow, QueueRow } from '../state.ts'
import { mayServe } from './eligible.ts'

/**
 * Whole agents, by thousandths. Who may serve several queues counts in each by its part of what
 * these need, so that nobody is reckoned with twice; who has a home queue, wholly there.
 */

/** What a queue needs at an instant; of a unit that all queues of a pool share. */
export type NeedAt = (queue: QueueRow, instant: number) => number

/** Of a pool's agents, as of any instant; good for one state, and not to be kept. */
export class Parts {
  readonly #queues: readonly QueueRow[]
  readonly #needAt: NeedAt
  /** Most agents are skilled like many others: of those all have the same queues. */
  readonly #served = new Map<string, readonly QueueRow[]>()
  /** Queues' parts of one agent by what is needed then, for the instant of `#at`. */
  readonly #divided = new Map<readonly QueueRow[], ReadonlyMap<number, number>>()
  #at = Number.NaN

  constructor(s: ForecastingState, pool: PoolRow, needAt: NeedAt) {
    this.#queues = [...queuesOf(s, pool)]
    this.#needAt = needAt
  }

  /** By queue (its slot), in thousandths; at most 1000 together. */
  of(agent: AgentRow, instant: number): ReadonlyMap<number, number> {
    if (this.#at !== instant) this.#divided.clear()
    this.#at = instant
    const queues = this.#servedBy(agent, instant)
    const found = this.#divided.get(queues) ?? divided(queues, instant, this.#needAt)
    this.#divided.set(queues, found)
    return found
  }

  #servedBy(agent: AgentRow, instant: number): readonly QueueRow[] {
    const valid = agent.skills.filter(({ from, until }) => from <= instant && instant < until)
    const held = valid.map((one) => `${one.skillId}:${one.level}:${one.provisional ? 1 : 0}`)
    const own = agent.channels.map(({ channel }) => channel)
    const alike = [agent.homeQueueId, own.join(), held.join()].join('/')
    const known = this.#served.get(alike)
    if (known !== undefined) return known
    const all = this.#queues.filter((queue) => mayServe(agent, queue, instant))
    const home = all.filter(({ queueId }) => queueId === agent.homeQueueId)
    const served = home.length > 0 ? home : all
    this.#served.set(alike, served)
    return served
  }
}

/** Where none of them needs anybody, in equal parts. */
function divided(
  queues: readonly QueueRow[],
  instant: number,
  needAt: NeedAt,
): ReadonlyMap<number, number> {
  const needs = queues.map((queue) => needAt(queue, instant))
  const all = needs.reduce((sum, need) => sum + need, 0)
  const part = (at: number): number =>
    Math.floor(all > 0 ? (1_000 * (needs[at] ?? 0)) / all : 1_000 / queues.length)
  return new Map(queues.map((queue, at) => [queue.slot, part(at)]))
}

export function* queuesOf(s: ForecastingState, pool: PoolRow): Iterable<QueueRow> {
  const { queuesOfPool } = s
  for (let slot = queuesOfPool.first(pool.slot); slot !== NONE; slot = queuesOfPool.next(slot)) {
    yield s.queues.at(slot)
  }
}

export function* agentsOf(s: ForecastingState, pool: PoolRow): Iterable<AgentRow> {
  const { agentsOfPool } = s
  for (let slot = agentsOfPool.first(pool.slot); slot !== NONE; slot = agentsOfPool.next(slot)) {
    yield s.agents.at(slot)
  }
}
