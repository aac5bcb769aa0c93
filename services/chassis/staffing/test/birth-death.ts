import { incompleteBeta } from '../../detmath/index.ts'

/** Erlang-A in units of the mean handle time, from the states of the line, one by one. */
export interface States {
  readonly noWait: number
  readonly abandoned: number
  readonly queue: number
  /** P(V <= threshold and patience > V), P(V <= threshold). */
  readonly servedWithin: number
  readonly offeredWithin: number
}

/**
 * The second way to the same figures, for a whole number of agents: weights of the birth-death
 * chain (Palm 1957), and the wait of whoever finds k before it on the line as an incomplete beta
 * function: k + 1 departures at rates agents, agents + haste, ... (Riordan 1962). Slower, and only
 * for lines whose states can be summed.
 */
export function byStates(load: number, haste: number, agents: number, threshold: number): States {
  // Log of each state's weight, so that nothing overflows.
  const logs = [0]
  let top = 0
  for (let state = 1; ; state++) {
    const rate = Math.min(state, agents) + Math.max(0, state - agents) * haste
    const log = (logs.at(-1) ?? 0) + Math.log(load / rate)
    logs.push(log)
    top = Math.max(top, log)
    if (state > agents && log < top - 45) break
  }
  const weights = logs.map((log) => Math.exp(log - top))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const gone = -Math.expm1(-haste * threshold)
  const sums = { noWait: 0, abandoned: 0, queue: 0, servedWithin: 0, offeredWithin: 0 }
  const pace = agents / haste
  weights.forEach((weight, state) => {
    const share = weight / all
    const ahead = state - agents
    if (ahead < 0) {
      sums.noWait += share
      sums.servedWithin += share
      sums.offeredWithin += share
      return
    }
    const served = pace / (pace + ahead + 1)
    sums.queue += share * ahead
    sums.abandoned += share * (1 - served)
    sums.offeredWithin += share * incompleteBeta(ahead + 1, pace, gone)
    sums.servedWithin += share * served * incompleteBeta(ahead + 1, pace + 1, gone)
  })
  return sums
}
