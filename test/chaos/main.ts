/**
 * npm run chaos -- [--on sqlite|kafka] [--only WORDS] [--seconds N] [--seed N] [--json] [--write]:
 * faults against real processes under a load of real calls; everything acknowledged is looked for
 * afterwards. The outcome goes to stdout, progress to stderr. Exit code 1: something was found.
 */
import { parseArgs } from 'node:util'
import { processFaults } from './faults/processes.ts'
import { LOAD } from './load/plan.ts'
import { jsonOf, pageOf } from './outcome.ts'
import { runChaos } from './run.ts'
import { embedded } from './world/embedded.ts'

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'sqlite' },
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

const told = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const world = await embedded()
try {
  const words = values.only.toLowerCase()
  const faults = processFaults.filter(({ name, row, what }) =>
    `${name} ${row} ${what}`.toLowerCase().includes(words),
  )
  const outcome = await runChaos({
    ...{ world, faults, told },
    plan: { ...LOAD, seed: Number(values.seed) },
    calmMs: 1_000 * Number(values.seconds),
  })
  process.stdout.write(values.json ? `${jsonOf(outcome)}\n` : pageOf(outcome))
  const found = Object.values(outcome.faults).some(({ findings }) => findings.length > 0)
  if (found || outcome.findings.length > 0) process.exitCode = 1
} finally {
  await world.close()
}
