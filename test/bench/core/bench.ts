import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Benchmark, Result } from '../result.ts'
import type { Measured } from './measure.ts'
import { type CaseName, caseNames, type SizeName, sizes } from './plan.ts'

const COMMANDS = 40_000
/** A run at the largest size fills half a million contacts on both sides first. */
const CASE_MS_MAX = 900_000

/** The larger two take minutes a case: asked for by name. */
const usualSizes: readonly SizeName[] = ['1k', '10k']

async function measure(name: CaseName, size: SizeName, pairs: number, commands: number) {
  const file = join(import.meta.dirname, 'measure.ts')
  const args = ['--expose-gc', file, name, size, String(pairs), String(commands)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: CASE_MS_MAX })
  const measured: Measured = JSON.parse(stdout)
  return measured
}

function resultOf(measured: Measured): Result {
  const { case: name, size, kinds, mean_us, floor_us, ratio, p50_us, p99_us, ...more } = measured
  const means = { mean_us, p50_us, p99_us }
  const { pairs: _pairs, commands: _commands, ...shown } = more
  return {
    name: `core ${name} ${size}`,
    unit: 'us/command',
    value: mean_us,
    floor: floor_us,
    ratio,
    p50: p50_us,
    p99: p99_us,
    more: { ...means, ...shown, ...prefixed(kinds) },
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
      const wanted = askedSizes.length > 0 ? askedSizes.includes(size) : usualSizes.includes(size)
      if (!wanted || (smoke && size !== '1k')) continue
      for (const name of names.length > 0 ? names : caseNames) {
        told(resultOf(await measure(name, size, pairs, smoke ? 500 : COMMANDS)))
      }
    }
  },
}

const isSize = (name: string): name is SizeName => name in sizes
