import { leastAgents, performanceOf } from '@evenkeel/chassis/staffing'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'

/** Loads of solves, Erlangs; each with the same share. */
const LOADS = [1, 5, 10, 20, 50, 100, 200, 500]
const SOLVES = 10_000
const PERFORMANCES = 10_000
const target = { serviceLevel: 0.8, thresholdS: 20 }
const trafficOf = (load: number) => ({ arrivalsPerHour: load * 12, handleS: 300, patienceS: 180 })

/**
 * What a sum over the states of a line at 500 Erlangs can't be done without: a logarithm for each
 * of its 500 busy agents and an exponential for each of 1,000 states.
 */
function bareSum(load: number): number {
  let log = 0
  let sum = 0
  for (let state = 1; state <= 2 * load; state++) {
    log += Math.log(load / Math.min(state, load))
    sum += Math.exp(-Math.abs(log) / load)
  }
  return sum
}

interface Took {
  readonly totalMs: number
  readonly us: Float64Array
}

function timed(runs: number, one: (at: number) => void): Took {
  const us = new Float64Array(runs)
  const began = performance.now()
  for (let at = 0; at < runs; at++) {
    const before = performance.now()
    one(at)
    us[at] = (performance.now() - before) * 1_000
  }
  return { totalMs: performance.now() - began, us: us.sort() }
}

export const staffing: Benchmark = {
  name: 'staffing',
  summary:
    'us of one Erlang-A at 500 Erlangs, ms of 10,000 staffing solves from 1 to 500; floor: a bare sum over as many states',
  run({ pairs, smoke }, told) {
    const load = (at: number): number => LOADS[at % LOADS.length] ?? 1
    const cases = [
      [
        'erlang-a 500',
        'us',
        PERFORMANCES,
        (at: number) => performanceOf(trafficOf(500), 470 + (at % 20), 20),
        () => bareSum(500),
      ],
      [
        'solves 10,000',
        'ms',
        SOLVES,
        (at: number) => leastAgents(trafficOf(load(at)), target),
        (at: number) => bareSum(load(at)),
      ],
    ] as const
    for (const [name, unit, full, ours, floor] of cases) {
      const runs = smoke ? 20 : full
      const mine: Took[] = []
      const bare: Took[] = []
      for (let pair = 0; pair < pairs; pair++) {
        mine.push(timed(runs, ours))
        bare.push(timed(runs, floor))
      }
      const of = (took: Took): number => (unit === 'us' ? percentile(took.us, 0.5) : took.totalMs)
      told({
        name: `staffing ${name}`,
        unit,
        value: median(mine.map(of)),
        floor: median(bare.map(of)),
        ratio: median(mine.map((one, at) => of(bare[at] ?? one) / of(one))),
        p50: median(mine.map((one) => percentile(one.us, 0.5))),
        p99: median(mine.map((one) => percentile(one.us, 0.99))),
      })
    }
    return Promise.resolve()
  },
}
