/**
 * npm run bench -- [NAME...] [--only CASE,SIZE...] [--pairs N] [--smoke] [--json]: each benchmark
 * beside its floor, measured by turns in the same run. Shared machines are noisy: believe ratios
 * and medians, and run it again.
 */
import { parseArgs } from 'node:util'
import { assignEmbedded } from './assign/bench.ts'
import { assignKafka } from './assign/kafka.ts'
import { core } from './core/bench.ts'
import { cost } from './cost/bench.ts'
import { failover } from './failover/bench.ts'
import { forecast } from './forecast/bench.ts'
import { importing } from './import/bench.ts'
import { ingressKafka } from './ingress/bench.ts'
import { logSqlite } from './log/bench.ts'
import { noisyPool } from './noisy/bench.ts'
import { overload } from './overload/bench.ts'
import { profileChange } from './profile/bench.ts'
import { plan } from './plan/bench.ts'
import { replica } from './replica/bench.ts'
import { snapshotPause } from './snapshot/pause.ts'
import { roster } from './roster/bench.ts'
import { restore } from './snapshot/restore.ts'
import { staffing } from './staffing/bench.ts'
import { streams } from './streams/bench.ts'
import { type Benchmark, jsonLine, origin, type Result, table } from './result.ts'

export const benchmarks: readonly Benchmark[] = [
  core,
  assignEmbedded,
  assignKafka,
  ingressKafka,
  logSqlite,
  replica,
  restore,
  snapshotPause,
  failover,
  cost,
  streams,
  noisyPool,
  overload,
  importing,
  profileChange,
  staffing,
  forecast,
  plan,
  roster,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    pairs: { type: 'string', default: '5' },
    smoke: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const unknown = positionals.find((name) => !benchmarks.some((one) => one.name === name))
if (unknown === undefined) await run()
else {
  const known = benchmarks.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`)
  console.error([`No benchmark is called ${unknown}. There are:`, ...known].join('\n'))
  process.exitCode = 2
}

async function run(): Promise<void> {
  const from = origin()
  const { smoke, json } = values
  const only = values.only === '' ? [] : values.only.split(',')
  const pairs = smoke ? 1 : Math.max(1, Number.parseInt(values.pairs, 10) || 1)
  if (!json) console.log(`${from.machine}; commit ${from.commit}; ${pairs} pairs`)
  for (const benchmark of benchmarks) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue
    const results: Result[] = []
    await benchmark.run({ only, pairs, smoke }, (result) => {
      results.push(result)
      if (json) console.log(jsonLine(result, from))
      else if (process.stderr.isTTY) console.error(`  ${result.name} done`)
    })
    if (!json) console.log(`\n${benchmark.name}: ${benchmark.summary}\n${table(results)}`)
  }
}
