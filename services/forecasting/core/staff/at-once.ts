import type { ForecastingState, QueueRow } from '../state.ts'
import { mayServe } from './eligible.ts'
import { agentsOf } from './parts.ts'

/** Of one contact at a time. */
export const ONE_AT_ONCE_MILLI = 1_000

/** Contacts of a queue that an agent has at once, in thousandths: the mean of who may serve it. */
export function atOnceMilliOf(s: ForecastingState, queue: QueueRow, instant: number): number {
  let [places, agents] = [0, 0]
  for (const agent of agentsOf(s, s.pools.at(queue.pool))) {
    if (!mayServe(agent, queue, instant)) continue
    places += agent.channels.find(({ channel }) => channel === queue.channel)?.atOnce ?? 1
    agents += 1
  }
  return agents === 0 ? ONE_AT_ONCE_MILLI : Math.floor((ONE_AT_ONCE_MILLI * places) / agents)
}
