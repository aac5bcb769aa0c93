import { DialOutcome } from '@evenkeel/proto/evenkeel/routing/v1/contact'
import {
  type CallbackPolicy,
  type DialPacing,
  Queue,
} from '@evenkeel/proto/evenkeel/routing/v1/queue_service'
import { Chance } from '../chance.ts'

/** How a seed's queues dial. With its own luck: the rest of the seed is as it would be without. */

const stream = 1_000_003

const second = (n: number) => ({ seconds: n, nanos: 0 })

/** How fast the pool dials; undefined: as the API has it. */
export function pacingOf(seed: number): DialPacing | undefined {
  const chance = new Chance(seed + stream)
  return chance.happens(0.5)
    ? { perSecond: chance.pick([0, 1, 1]), inFlight: chance.pick([0, 1, 2, 3]) }
    : undefined
}

/** The same queue, which may dial ahead of its agents, and by a schedule for each outcome. */
export function withDialling(queue: Queue, seed: number): Queue {
  if (queue.callback === undefined) return queue
  const name = [...queue.displayName].reduce((sum, c) => sum * 31 + (c.codePointAt(0) ?? 0), 7)
  const chance = new Chance((seed + stream) ^ (name % 2_000_000_000))
  const callback: CallbackPolicy = {
    ...queue.callback,
    ...(chance.happens(0.5) ? { customerFirst: customerFirstOf(chance) } : {}),
    ...(chance.happens(0.4) ? { retries: retriesOf(chance) } : {}),
  }
  // Agents are near only where handling takes no longer than customers take to answer.
  const handleTime = callback.customerFirst ? second(1) : queue.initialHandleTime
  return { ...queue, callback, initialHandleTime: handleTime }
}

const customerFirstOf = (chance: Chance) => ({
  agentWithin: second(chance.pick([1, 2, 10])),
  holdMax: second(chance.pick([5, 30])),
  nuisanceShareBp: chance.pick([0, 300, 5_000]),
})

const retriedOutcomes = [
  DialOutcome.DIAL_OUTCOME_BUSY,
  DialOutcome.DIAL_OUTCOME_NO_ANSWER,
  DialOutcome.DIAL_OUTCOME_MACHINE,
] as const

const retriesOf = (chance: Chance) =>
  chance.some(retriedOutcomes, 0.6).map((outcome) => ({
    outcome,
    delays: Array.from({ length: chance.int(1, 3) }, () => second(chance.pick([10, 30, 60]))),
    maxAttempts: chance.pick([0, 0, 1, 2]),
  }))
