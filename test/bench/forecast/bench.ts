import { monitorEventLoopDelay } from 'node:perf_hooks'
import {
  type Answer,
  type Learn,
  type Material,
  packedUp,
  Workers,
} from '@evenkeel/forecasting/advisor'
import { DayCounts, noCounts } from '@evenkeel/forecasting/core'
import { dateOf } from '@evenkeel/forecasting/models'
import { Random } from '../core/random.ts'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'

/** Queues; the last is the one that has a goal. */
const SIZES = { '10': 10, '100': 100, '1k': 1_000 } as const
/** What 1,000 of them may take on all workers. */
const SECONDS_MAX = 60
const DAYS = 730
/** 2024-01-01, a Monday, and today. */
const FIRST_DAY = 19_723
const TODAY = FIRST_DAY + DAYS
const QUARTERS = { first: 32, last: 80 } as const
/** Parts of five minutes that a quarter of an hour has. */
const PARTS = 3
const DAY_MS = 86_400_000
const QUARTER_MS = 900_000
/** Histories: what more queues learn is like one of them. */
const KINDS = 10
/** Weekdays from Monday on, as shares of a busy one. */
const WEEK = [1.1, 1, 1, 0.95, 0.9, 0.4, 0.2] as const
const HORIZON_DAYS = 8

/** A queue that is open from eight to eight, some 30 to 300 contacts a quarter: `many` days of it. */
function historyOf(kind: number, first: number, many: number): Material {
  const random = new Random(20_260_302 + kind)
  const days = Array.from({ length: many }, (_, at) => first + at)
  const parts = days.map((day) => {
    const level = (WEEK[(day - FIRST_DAY) % 7] ?? 1) * (1 + random.below(200) / 1_000)
    let counts = DayCounts.of(new Uint8Array())
    for (let quarter = QUARTERS.first; quarter < QUARTERS.last; quarter++) {
      const shape = Math.sin(((quarter - QUARTERS.first + 1) / 49) * Math.PI)
      const arrivals = Math.round(30 * (kind + 1) * level * shape) + random.below(5)
      counts = counts.plus(quarter * PARTS, { ...noCounts, arrivals, unique: arrivals })
    }
    return counts.packed()
  })
  return {
    ...{ first, counted: packedUp(days, parts), imported: packedUp([], []) },
    ...{ since: first * DAY_MS, incidents: [], hours: undefined, takesWhileClosed: false },
    ...{ paydays: [], planned: [] },
  }
}

const subject = (queue: number, histories: readonly Material[]) => {
  const material = histories[queue % KINDS]
  if (material === undefined) throw new RangeError(`queue ${queue} has no history`)
  return {
    ...{ pool: 'north', queueId: `queue-${queue}`, zone: 'UTC', intervalMs: QUARTER_MS },
    ...{ today: dateOf(TODAY), material: structuredClone(material) },
  }
}

const learn = (queue: number, histories: readonly Material[]): Learn => ({
  ...{ kind: 'learn', days: HORIZON_DAYS },
  ...subject(queue, histories),
})

function msOf(answer: Answer): number {
  if (answer.kind === 'learned' || answer.kind === 'updated') return answer.ms
  throw new Error(`the answer was ${answer.kind}`)
}

/** All at once: each worker has its queue of them. */
async function took(queues: number, ask: (queue: number) => Promise<Answer>) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const began = performance.now()
  delay.enable()
  // Threads that fit hold up no process that ends.
  const held = setInterval(() => {}, 1_000)
  const all = await Promise.all(Array.from({ length: queues }, (_, queue) => ask(queue)))
  clearInterval(held)
  delay.disable()
  const seconds = (performance.now() - began) / 1_000
  return {
    seconds,
    each: Float64Array.from(all, msOf).sort(),
    loopMs: delay.percentile(99) / 1e6,
  }
}

export const forecast: Benchmark = {
  name: 'forecast',
  summary:
    's in which all workers learn two years of quarters and forecast eight days; p50, p99 in ms of one queue; floor: what it may take, 60 s for 1,000 queues',
  async run({ only, pairs, smoke }, told) {
    const kinds = Array.from({ length: KINDS }, (_, kind) => kind)
    const histories = kinds.map((kind) => historyOf(kind, FIRST_DAY, DAYS))
    // As the service asks: of yesterday and today alone.
    const days = kinds.map((kind) => historyOf(kind, TODAY - 1, 2))
    const usual = smoke ? '10' : '100'
    for (const [size, queues] of Object.entries(SIZES)) {
      if (only.length > 0 ? !only.includes(size) : size !== usual) continue
      const runs = []
      const updates = []
      for (let pair = 0; pair < pairs; pair++) {
        const workers = new Workers()
        const at = (queue: number): number => queue % workers.size
        runs.push(await took(queues, (queue) => workers.ask(at(queue), learn(queue, histories))))
        const noon = { kind: 'update', until: TODAY * DAY_MS + DAY_MS / 2 } as const
        updates.push(
          await took(queues, (queue) =>
            workers.ask(at(queue), { ...subject(queue, days), ...noon }),
          ),
        )
        await workers.end()
      }
      const floor = (SECONDS_MAX * queues) / SIZES['1k']
      const { size: threads } = new Workers()
      const each = runs.map((run) => run.each)
      told({
        ...{ name: `forecast ${size}`, unit: 's', floor },
        value: median(runs.map(({ seconds }) => seconds)),
        ratio: median(runs.map(({ seconds }) => floor / seconds)),
        p50: median(each.map((ms) => percentile(ms, 0.5))),
        p99: median(each.map((ms) => percentile(ms, 0.99))),
        more: {
          workers: threads,
          update_p99_ms: median(updates.map((run) => percentile(run.each, 0.99))),
          loop_p99_ms: median(runs.map(({ loopMs }) => loopMs)),
        },
      })
    }
  },
}
