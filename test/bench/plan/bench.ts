import { monitorEventLoopDelay } from 'node:perf_hooks'
import { performanceOf } from '@evenkeel/chassis/staffing'
import { Planner } from '@evenkeel/reallocation/planning'
import type { FloorPlan, LaneFacts, Person } from '@evenkeel/reallocation/planner'
import { Random } from '../core/random.ts'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'

/** Lanes and agents who may be moved; the second is the one that has a goal. */
const SIZES = {
  '10x400': { lanes: 10, people: 400 },
  '50x2000': { lanes: 50, people: 2_000 },
} as const
/** What the larger may take, and hold up the thread that asks for it. */
const MS_MAX = 1_000
const DELAY_MS_MAX = 20
const PLANS = 10
const INTERVALS = 16
const QUARTER_MS = 900_000

/** Every other lane has customers on the line; a third has more to come than was forecast. */
function floorOf(lanes: number, people: number): FloorPlan {
  const random = new Random(20_260_302)
  const every = (value: number): readonly number[] => Array.from({ length: INTERVALS }, () => value)
  const agents = people / lanes
  const facts = Array.from({ length: lanes }, (_, lane): LaneFacts => {
    const live = lane % 2 === 0
    // Three in four of them are busy with what was forecast, at five minutes each.
    const forecast = (agents * 0.75 * QUARTER_MS) / 300_000
    const factor = lane % 3 === 0 ? 1.4 : lane % 3 === 1 ? 0.7 : 1
    return {
      ...{ queueId: `q${lane}`, channel: live ? 'voice' : 'email', live, goal: 0.8 },
      ...{ forecast: every(forecast), expected: every(forecast * factor), spread: every(0.1) },
      ...{ agents: every(agents), lendMax: Math.floor(agents / 2), handleMs: 300_000 },
      ...{ atOnce: 1, surging: false },
      ...{ patienceMs: 180_000, targetMs: live ? 20_000 : 4 * 3_600_000 },
      due: every(live ? 0 : random.below(20)),
    }
  })
  const folk = Array.from({ length: people }, (_, number): Person => {
    const lane = number % lanes
    const skilled = [1, 3, 5].map((step) => (lane + step) % lanes)
    return {
      agentId: `agent-${number}`,
      lane,
      skilled,
      movedMs: random.below(3) * 600_000,
      lacksMs: 0,
    }
  })
  return {
    ...{ intervalMs: QUARTER_MS, goneMs: 0, lanes: facts, people: folk, moved: [], trainees: [] },
    ...{ lasts: 8, movesMax: 50, training: 'none' },
  }
}

/** What nobody plans without: each line of each interval with an agent fewer, as many, one more. */
function bareLines({ lanes, intervalMs }: FloorPlan): number {
  let lost = 0
  for (const { live, expected, agents, handleMs, patienceMs } of lanes) {
    if (!live) continue
    const people = { handleS: handleMs / 1_000, patienceS: patienceMs / 1_000 }
    for (const [at, contacts] of expected.entries()) {
      const traffic = { ...people, arrivalsPerHour: (contacts * 3_600_000) / intervalMs }
      for (const more of [-1, 0, 1]) {
        lost += performanceOf(traffic, (agents[at] ?? 0) + more, 20).abandoned
      }
    }
  }
  return lost
}

export const plan: Benchmark = {
  name: 'plan',
  summary:
    `a plan of moves on its thread; at most ${MS_MAX} ms for 50 queues and 2,000 agents; ` +
    'floor: the lines of all queues',
  async run({ only, pairs, smoke }, told) {
    const planner = new Planner()
    for (const [size, { lanes, people }] of Object.entries(SIZES)) {
      if (only.length > 0 && !only.includes(size)) continue
      const floor = floorOf(lanes, people)
      const plans: number[] = []
      const bare: number[] = []
      const delay = monitorEventLoopDelay({ resolution: 1 })
      let moves = 0
      for (let pair = 0; pair < pairs; pair++) {
        delay.enable()
        for (let run = 0; run < (smoke ? 1 : PLANS); run++) {
          const before = performance.now()
          moves = (await planner.plan(floor))?.moves.length ?? -1
          plans.push(performance.now() - before)
        }
        delay.disable()
        const before = performance.now()
        bareLines(floor)
        bare.push(performance.now() - before)
      }
      const sorted = Float64Array.from(plans).sort()
      const value = median(plans)
      told({
        ...{ name: `plan ${size}`, unit: 'ms', value, floor: median(bare) },
        ...{ ratio: median(bare) / value, p50: value, p99: percentile(sorted, 0.99) },
        more: { moves, event_loop_p99_ms: delay.percentile(99) / 1e6, goal_ms: MS_MAX },
      })
      if (size === '50x2000' && delay.percentile(99) / 1e6 > DELAY_MS_MAX) {
        console.error(`plan: the thread that asks was held up by more than ${DELAY_MS_MAX} ms`)
      }
    }
  },
}
