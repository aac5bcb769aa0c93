import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SnapshotStats } from '@evenkeel/chassis/replica'
import { sizes } from '../core/plan.ts'
import type { Benchmark } from '../result.ts'
import { median, percentile } from '../statistics.ts'
import { Built } from './built.ts'
import { Shelf } from './store.ts'

/** A replica applies what came in, then others have their turn. */
const COMMANDS_PER_TURN = 16
/** Turns of the floor: about as long as a snapshot takes. */
const TURNS = 2_000

interface Stalls {
  /** Between two turns of applying, ms, sorted. */
  readonly between: Float64Array
  /** Longest single command, ms. */
  readonly command: number
}

async function applying(built: Built, goesOn: (turns: number) => boolean): Promise<Stalls> {
  const between: number[] = []
  let command = 0
  let ended = performance.now()
  for (let turns = 0; goesOn(turns); turns++) {
    await nextTurn()
    let began = performance.now()
    between.push(began - ended)
    for (let n = 0; n < COMMANDS_PER_TURN; n++) {
      built.step()
      const after = performance.now()
      command = Math.max(command, after - began)
      began = after
    }
    ended = performance.now()
  }
  return { between: Float64Array.from(between).sort(), command }
}

const longest = (stalls: Stalls): number => stalls.between.at(-1) ?? 0

export const snapshotPause: Benchmark = {
  name: 'snapshot-pause',
  summary:
    'longest time without a command while a snapshot is taken; floor: the same load without one',
  async run({ only, pairs, smoke }, told) {
    const usual = smoke ? '1k' : '100k'
    for (const [name, size] of Object.entries(sizes)) {
      if (!(only.length === 0 ? name === usual : only.includes(name))) continue
      const built = new Built(size)
      const shelf = new Shelf()
      const mine: Stalls[] = []
      const bare: Stalls[] = []
      const taken: SnapshotStats[] = []
      try {
        for (let pair = -1; pair < pairs; pair++) {
          bare.push(await applying(built, (turns) => turns < TURNS))
          const snapshot: { stats?: SnapshotStats } = {}
          const taking = shelf.take(built.subject.db).then((stats) => {
            snapshot.stats = stats
            return stats
          })
          mine.push(await applying(built, () => snapshot.stats === undefined))
          taken.push(await taking)
          // The first pair warms up.
          if (pair < 0) for (const runs of [mine, bare, taken]) runs.length = 0
        }
      } finally {
        shelf.remove()
      }
      told({
        name: `snapshot-pause ${name}`,
        unit: 'ms',
        value: median(mine.map(longest)),
        floor: median(bare.map(longest)),
        ratio: median(mine.map((one, at) => longest(bare[at] ?? one) / longest(one))),
        p50: median(mine.map(({ between }) => percentile(between, 0.5))),
        p99: median(mine.map(({ between }) => percentile(between, 0.99))),
        more: {
          longest_ms: Math.max(...mine.map(longest)),
          slice_ms: median(taken.map((one) => one.sliceMs)),
          slice_max_ms: Math.max(...taken.map((one) => one.sliceMs)),
          command_ms: median(mine.map((one) => one.command)),
          floor_command_ms: median(bare.map((one) => one.command)),
          took_s: median(taken.map((one) => one.durationMs)) / 1_000,
          mb: median(taken.map((one) => one.bytes)) / 1e6,
        },
      })
    }
  },
}
