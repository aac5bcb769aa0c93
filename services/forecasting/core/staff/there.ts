import type { ForecastingState, PoolRow, QueueRow } from '../state.ts'
import { mayServe } from './eligible.ts'
import { agentsOf, type NeedAt, Parts } from './parts.ts'

/** Who is on shift, and who is there. */

/** Intervals of one length. */
export interface Grid {
  readonly from: number
  readonly intervalMs: number
  readonly intervals: number
}

/** Of one queue, by the intervals of a grid. */
export interface Rostered {
  /** False: no shift of anybody who may serve it is known, and nothing is said of who is there. */
  readonly known: boolean
  /** On shift and on channel, in thousandths of an agent: the mean of each interval. */
  readonly milli: readonly number[]
}

/** Of every queue of a pool, by its slot: one walk over its agents tells of all. */
export function rosteredOver(
  s: ForecastingState,
  pool: PoolRow,
  grid: Grid,
  needAt: NeedAt,
): ReadonlyMap<number, Rostered> {
  const parts = new Parts(s, pool, needAt)
  const { from, intervalMs, intervals } = grid
  const sums = new Map<number, { readonly milliMs: number[] }>()
  const agents = [...agentsOf(s, pool)].filter(({ rostered }) => rostered)
  for (const agent of agents) {
    for (const slot of parts.of(agent, from).keys()) sumOf(sums, slot, intervals)
  }
  for (let at = 0; at < intervals; at++) {
    const begin = from + at * intervalMs
    for (const agent of agents) {
      let there = 0
      for (const span of agent.duty) {
        there += Math.max(0, Math.min(span.until, begin + intervalMs) - Math.max(span.from, begin))
      }
      if (there === 0) continue
      for (const [slot, milli] of parts.of(agent, begin)) {
        const { milliMs } = sumOf(sums, slot, intervals)
        milliMs[at] = (milliMs[at] ?? 0) + milli * there
      }
    }
  }
  const means = [...sums].map(([slot, { milliMs }]) => {
    const milli = milliMs.map((sum) => Math.floor(sum / intervalMs))
    return [slot, { known: true, milli }] as const
  })
  return new Map(means)
}

function sumOf(
  sums: Map<number, { readonly milliMs: number[] }>,
  slot: number,
  intervals: number,
): { readonly milliMs: number[] } {
  const found = sums.get(slot) ?? { milliMs: new Array<number>(intervals).fill(0) }
  sums.set(slot, found)
  return found
}

export const nobody: Rostered = { known: false, milli: [] }

/** Agents of a queue on shift and on channel at an instant, in thousandths. */
export function rosteredAt(
  s: ForecastingState,
  queue: QueueRow,
  instant: number,
  needAt: NeedAt,
): number {
  const grid = { from: instant, intervalMs: 1, intervals: 1 }
  return rosteredOver(s, s.pools.at(queue.pool), grid, needAt).get(queue.slot)?.milli[0] ?? 0
}

/** Agents signed in for a queue, paused ones too, in thousandths. */
export function signedIn(
  s: ForecastingState,
  queue: QueueRow,
  instant: number,
  needAt: NeedAt,
): number {
  const pool = s.pools.at(queue.pool)
  const parts = new Parts(s, pool, needAt)
  let milli = 0
  for (const agent of agentsOf(s, pool)) {
    if (agent.presence !== 'ready' && agent.presence !== 'paused') continue
    if (!mayServe(agent, queue, instant)) continue
    milli += parts.of(agent, instant).get(queue.slot) ?? 0
  }
  return milli
}
