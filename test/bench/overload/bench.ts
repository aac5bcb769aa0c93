import { embedded } from '../assign/embedded.ts'
import { ask, capacityOf, type Side } from '../assign/measure.ts'
import type { Answer, Mode } from '../assign/messages.ts'
import { sideOf } from '../assign/side.ts'
import type { Benchmark, Result, RunOptions } from '../result.ts'
import { median } from '../statistics.ts'

/** Generous: what is to be exceeded is what can be taken at all, not what is taken at ease. */
const P99_MS_MAX = 100
const TIMES = 3
const RUN_MS = 20_000
const SEARCH_MS = 1_000

async function measured(side: Side, mode: Mode, { pairs, smoke }: RunOptions): Promise<Result> {
  const ms = smoke ? 200 : RUN_MS
  await ask(side.client, { kind: 'run', mode, perSecond: 200, ms: smoke ? ms : SEARCH_MS })
  const capacities: number[] = []
  const runs: Answer[] = []
  for (let pair = 0; pair < pairs; pair++) {
    // Of a smoke the figures mean nothing; that it runs is all.
    const capacity = smoke ? 200 : await capacityOf(side, mode, SEARCH_MS, P99_MS_MAX)
    if (capacity === 0) throw new Error(`no rate keeps p99 <= ${P99_MS_MAX} ms: nothing to exceed`)
    const perSecond = TIMES * capacity
    const answer = await ask(side.client, { kind: 'run', mode, perSecond, ms, overload: true })
    if (answer.failure !== '') throw new Error(answer.failure)
    capacities.push(capacity)
    runs.push(answer)
  }
  const of = (figure: Exclude<keyof Answer, 'failure'>) => median(runs.map((run) => run[figure]))
  return {
    ...{ name: `overload ${mode}`, unit: 'offers/s' },
    ...{ value: of('goodput'), floor: median(capacities) },
    ratio: median(runs.map(({ goodput }, pair) => goodput / (capacities[pair] ?? 1))),
    ...{ p50: of('p50Ms'), p99: of('p99Ms') },
    more: {
      ...{ refused: of('refused'), refused_p99: of('refusedP99Ms') },
      ...{ untold: of('untold'), lost: of('lost'), rest_ms: of('restMs') },
    },
  }
}

export const overload: Benchmark = {
  name: 'overload',
  summary:
    'offers a second while three times the capacity is submitted for 20 s, SQLite log; p50, p99 in ms of those offered, refused_p99 of those turned away, rest_ms until nobody waits; floor: the capacity (p99 <= 100 ms)',
  async run(options, told) {
    const { target, close } = await embedded()
    const side = await sideOf({ routing: target, skills: target, close })
    try {
      for (const mode of ['unary', 'stream'] as const) {
        if (options.only.length > 0 && !options.only.includes(mode)) continue
        told(await measured(side, mode, options))
      }
    } finally {
      await side.close()
    }
  },
}
