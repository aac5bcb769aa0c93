import { capacity } from '@evenkeel/chassis/words'
import type { ForecastingState, PoolRow } from '../state.ts'
import { agentsOf, type NeedAt, Parts } from './parts.ts'

/** Of one contact at a time. */
export const ONE_AT_ONCE_MILLI = 1_000

/** Contacts that fit into an agent's budget, of which each takes so much. */
export const atOnceBy = (weight: number): number =>
  Math.max(1, Math.floor(capacity / Math.max(1, weight)))

/**
 * Contacts that an agent has at once, in thousandths, of each queue of a pool (its slot): the mean
 * over who serves it, by their parts. None: nobody may serve it.
 */
export function atOnceOver(
  s: ForecastingState,
  pool: PoolRow,
  instant: number,
  needAt: NeedAt,
): ReadonlyMap<number, number> {
  const parts = new Parts(s, pool, needAt)
  const sums = new Map<number, { readonly agents: number; readonly places: number }>()
  for (const agent of agentsOf(s, pool)) {
    for (const [slot, milli] of parts.of(agent, instant)) {
      const { channel } = s.queues.at(slot)
      const atOnce = agent.channels.find((own) => own.channel === channel)?.atOnce ?? 1
      const { agents, places } = sums.get(slot) ?? { agents: 0, places: 0 }
      // Whose part is nothing, since nothing is needed, still says how many they would have.
      const part = Math.max(1, milli)
      sums.set(slot, { agents: agents + part, places: places + part * atOnce })
    }
  }
  const means = [...sums].map(([slot, { agents, places }]) => {
    return [slot, Math.floor((ONE_AT_ONCE_MILLI * places) / agents)] as const
  })
  return new Map(means)
}
