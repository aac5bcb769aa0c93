import { embedded } from '../assign/embedded.ts'
import { ask, capacityOf, type Side } from '../assign/measure.ts'
import type { Answer, Centre, Mode } from '../assign/messages.ts'
import { sideOf } from '../assign/side.ts'
import type { Benchmark, Result, RunOptions } from '../result.ts'
import { median } from '../statistics.ts'

const P99_MS_MAX = 10
const pools = Array.from({ length: 50 }, (_, number) => `quiet-${number}`)
const QUIET: Centre = { pools, agentsPerPool: 4 }
const NOISY: Centre = { pools: ['noisy'], agentsPerPool: 200 }
/** A share is what each pool could have if all took the same. */
const SHARES = pools.length + 1
/** What the quiet ones take of theirs: together with the noisy one's ten, 35 of 51. */
const QUIET_LOAD = 0.5
const NOISY_LOAD = 10
const RUN_MS = 4_000

interface Sides {
  readonly quiet: Side
  readonly noisy: Side
}

interface Pair {
  readonly beside: Answer
  readonly alone: Answer
}

async function runPair(sides: Sides, mode: Mode, capacity: number, ms: number): Promise<Pair> {
  const share = capacity / SHARES
  const run = async (side: Side, perSecond: number): Promise<Answer> => {
    const answer = await ask(side.client, { kind: 'run', mode, perSecond, ms })
    if (answer.failure !== '') throw new Error(answer.failure)
    return answer
  }
  const quietRate = Math.max(1, share * QUIET_LOAD * pools.length)
  const noisyRate = Math.max(1, share * NOISY_LOAD)
  const [beside] = await Promise.all([run(sides.quiet, quietRate), run(sides.noisy, noisyRate)])
  return { beside, alone: await run(sides.quiet, quietRate) }
}

async function measured(sides: Sides, mode: Mode, { pairs, smoke }: RunOptions): Promise<Result> {
  const ms = smoke ? 200 : RUN_MS
  const warm = { kind: 'run', mode, perSecond: 200, ms } as const
  for (const side of [sides.quiet, sides.noisy]) await ask(side.client, warm)
  // Of a smoke the figures mean nothing; that it runs is all.
  const capacity = smoke ? 200 : await capacityOf(sides.quiet, mode, ms, P99_MS_MAX)
  if (capacity === 0) throw new Error(`no rate keeps p99 <= ${P99_MS_MAX} ms: nothing to share`)
  const runs: Pair[] = []
  for (let pair = 0; pair < pairs; pair++) runs.push(await runPair(sides, mode, capacity, ms))
  const of = (side: keyof Pair, figure: 'p50Ms' | 'p99Ms' | 'lost') =>
    median(runs.map((run) => run[side][figure]))
  return {
    ...{ name: `noisy-pool ${mode}`, unit: 'ms (p99)' },
    ...{ value: of('beside', 'p99Ms'), floor: of('alone', 'p99Ms') },
    ratio: median(runs.map(({ beside, alone }) => alone.p99Ms / beside.p99Ms)),
    ...{ p50: of('beside', 'p50Ms'), p99: of('beside', 'p99Ms') },
    more: { alone_p50: of('alone', 'p50Ms'), capacity, lost: of('beside', 'lost') },
  }
}

export const noisyPool: Benchmark = {
  name: 'noisy-pool',
  summary:
    "p99 in ms of 50 pools that take half of their share each, beside one that takes ten times its share, SQLite log; floor: theirs alone; 51 shares are the server's capacity",
  async run(options, told) {
    const { target, close } = await embedded()
    const closers = [close]
    const server = { routing: target, skills: target, close: async () => {} }
    try {
      const quiet = await sideOf(server, QUIET)
      closers.push(quiet.close)
      const noisy = await sideOf(server, NOISY)
      closers.push(noisy.close)
      for (const mode of ['unary', 'stream'] as const) {
        if (options.only.length > 0 && !options.only.includes(mode)) continue
        told(await measured({ quiet, noisy }, mode, options))
      }
    } finally {
      for (const end of closers.reverse()) await end()
    }
  },
}
