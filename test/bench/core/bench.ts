import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Benchmark, Result } from '../result.ts'
import { median } from '../statistics.ts'
import type { Memory, Run } from './measure.ts'
import { type CaseName, caseNames, type SizeName, sizes } from './plan.ts'

const COMMANDS = 40_000
/** The largest size fills half a million contacts first. */
const ANSWER_MS_MAX = 900_000

async function answerOf<T>(side: ChildProcess): Promise<T> {
  const late = AbortSignal.timeout(ANSWER_MS_MAX)
  const gone = new AbortController()
  side.once('exit', () => gone.abort(new Error(`a side ended: ${side.exitCode}`)))
  const [answer] = await once(side, 'message', { signal: AbortSignal.any([late, gone.signal]) })
  return answer as T
}

/** Ours and the floor by turns, each in a process of its own that lives as long as the case. */
async function measure(name: CaseName, size: SizeName, pairs: number, commands: number) {
  const start = (whose: string): ChildProcess =>
    fork(join(import.meta.dirname, 'measure.ts'), [whose, name, size, String(commands)], {
      execArgv: ['--expose-gc'],
    })
  const sides: ChildProcess[] = []
  try {
    const ours = start('ours')
    sides.push(ours)
    const memory = await answerOf<Memory>(ours)
    const floor = start('floor')
    sides.push(floor)
    await answerOf<Memory>(floor)
    const runs: { ours: Run; floor: Run }[] = []
    for (let pair = 0; pair < pairs; pair++) {
      ours.send('run')
      const run = await answerOf<Run>(ours)
      floor.send('run')
      runs.push({ ours: run, floor: await answerOf<Run>(floor) })
    }
    return resultOf(`core ${name} ${size}`, memory, runs)
  } finally {
    for (const side of sides) side.kill()
  }
}

function resultOf(
  name: string,
  memory: Memory,
  runs: readonly { readonly ours: Run; readonly floor: Run }[],
): Result {
  const of = (figure: Exclude<keyof Run, 'kinds'>): number =>
    median(runs.map(({ ours }) => ours[figure]))
  const largest = (figure: Exclude<keyof Run, 'kinds'>): number =>
    Math.max(...runs.map(({ ours }) => ours[figure]))
  const means = { mean_us: of('mean_us'), p50_us: of('p50_us'), p99_us: of('p99_us') }
  return {
    name,
    unit: 'us/command',
    value: means.mean_us,
    floor: median(runs.map(({ floor }) => floor.mean_us)),
    ratio: median(runs.map(({ ours, floor }) => floor.mean_us / ours.mean_us)),
    p50: means.p50_us,
    p99: means.p99_us,
    more: {
      ...means,
      p999_us: of('p999_us'),
      cpu_us: of('cpu_us'),
      max_us: largest('max_us'),
      gc_max_ms: largest('gc_max_ms'),
      ...memory,
      rows_max: largest('rows_max'),
      ...prefixed(runs.at(-1)?.ours.kinds ?? {}),
    },
  }
}

const prefixed = (kinds: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(kinds).map(([kind, us]) => [`us_${kind}`, us]))

export const core: Benchmark = {
  name: 'core',
  summary:
    'apply and commit of the routing core under a steady load; floor: the same routing by Map and Array alone',
  async run({ only, pairs, smoke }, told) {
    const askedSizes = Object.keys(sizes).filter((size) => only.includes(size))
    const names = caseNames.filter((name) => only.includes(name))
    for (const size of Object.keys(sizes).filter(isSize)) {
      const wanted = askedSizes.length === 0 || askedSizes.includes(size)
      if (!wanted || (smoke && size !== '1k')) continue
      for (const name of names.length > 0 ? names : caseNames) {
        told(await measure(name, size, pairs, smoke ? 500 : COMMANDS))
      }
    }
  },
}

const isSize = (name: string): name is SizeName => name in sizes
