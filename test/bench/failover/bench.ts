import { setTimeout as pause } from 'node:timers/promises'
import { Book } from '../../chaos/book/book.ts'
import { type Span, worstGap } from '../../chaos/book/gaps.ts'
import type { Fault } from '../../chaos/faults/fault.ts'
import { faults } from '../../chaos/faults/index.ts'
import { Load } from '../../chaos/load/load.ts'
import type { LoadPlan } from '../../chaos/load/plan.ts'
import { setUp } from '../../chaos/load/set-up.ts'
import { Targets } from '../../chaos/load/targets.ts'
import { sceneOf } from '../../chaos/run.ts'
import { cluster } from '../../chaos/world/cluster.ts'
import { serving } from '../../chaos/world/world.ts'
import type { Benchmark, Result } from '../result.ts'
import { median } from '../statistics.ts'

/** What is hurt, and within how many ms offers are promised to go on. */
const CASES: readonly (readonly [name: string, fault: string, goalMs: number])[] = [
  ['kill', 'leader-killed', 5_000],
  ['stop', 'leader-paused', 5_000],
  ['broker', 'broker-killed', 5_000],
  ['hand-over', 'lead-handed-over', 1_000],
  ['leave', 'leader-told', 1_000],
]

/** Often enough that a gap between two offers of a pool is short against what is measured. */
const PLAN: LoadPlan = { seed: 1, pools: 3, agentsPerPool: 10, perSecond: 10 }
const BEGIN_MS = 60_000
/** Load before a hurt: its longest gap is what there is without one. */
const CALM_MS = 5_000

interface Measured {
  readonly gapMs: number
  readonly calmMs: number
  readonly ledMs: number
}

export const failover: Benchmark = {
  name: 'failover',
  summary:
    'ms in which some pool sees no offer: leader killed, stopped, told to hand over, told to leave, broker killed; floor: the promise (lease + 2 s; 1 s)',
  async run({ only, pairs, smoke }, told) {
    const chosen = CASES.filter(([name]) => only.length === 0 || only.includes(name))
    const world = await cluster(() => {})
    const book = new Book()
    const routing = new Targets(serving(world, 'routing').map(({ grpc }) => grpc))
    const skills = new Targets(serving(world, 'skills').map(({ grpc }) => grpc))
    try {
      await setUp(book, routing, skills, PLAN)
      const load = new Load(book, routing, PLAN)
      const scene = sceneOf(world, load, book, () => {})
      try {
        load.begin()
        if (!(await scene.goesOn(book.now(), BEGIN_MS))) throw new Error('the load does not begin')
        for (const [name, faultName, goalMs] of chosen) {
          const [fault] = faults('kafka', faultName)
          if (fault === undefined) throw new Error(`no fault ${faultName}`)
          const runs: Measured[] = []
          for (let run = 0; run < pairs; run += 1) {
            runs.push(await measured(fault))
            if (smoke) break
          }
          told(resultOf(name, goalMs, runs))
        }
      } finally {
        load.close()
      }

      async function measured(fault: Fault): Promise<Measured> {
        const calm = { from: book.now(), until: book.now() + CALM_MS }
        await pause(CALM_MS)
        const { injectedAt, undoneAt, more } = await fault.befall(scene)
        if (!(await scene.goesOn(undoneAt, BEGIN_MS))) throw new Error('the load does not go on')
        const gap = (span: Span) => worstGap(book.offered, load.pools, span).ms
        const ledMs = Number(more?.['ms until another led'] ?? Number.NaN)
        return { gapMs: gap({ from: injectedAt, until: undoneAt }), calmMs: gap(calm), ledMs }
      }
    } finally {
      routing.close()
      skills.close()
      await world.close()
    }
  },
}

function resultOf(name: string, goalMs: number, runs: readonly Measured[]): Result {
  const gaps = runs.map(({ gapMs }) => gapMs)
  const value = median(gaps)
  return {
    ...{ name: `failover ${name}`, unit: 'ms', value, floor: goalMs, ratio: goalMs / value },
    ...{ p50: value, p99: Math.max(...gaps) },
    more: {
      calm_ms: median(runs.map(({ calmMs }) => calmMs)),
      led_ms: median(runs.map(({ ledMs }) => ledMs)),
    },
  }
}
