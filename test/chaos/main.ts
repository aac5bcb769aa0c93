/**
 * npm run chaos -- [--on kafka|sqlite] [--only WORDS] [--seconds N] [--seed N] [--json] [--write]:
 * faults against real processes under a load of real calls; everything acknowledged is looked for
 * afterwards. The outcome goes to stdout, progress to stderr. Exit code 1: something was found.
 * --write: puts the outcome of all faults into docs/chaos.md.
 */
import { parseArgs } from 'node:util'
import { NEITHER, wayToBrokers } from '../brokers/index.ts'
import { faults } from './faults/index.ts'
import { LOAD } from './load/plan.ts'
import { failed, jsonOf, pageOf } from './outcome.ts'
import { writePage } from './page.ts'
import { runChaos } from './run.ts'
import { cluster } from './world/cluster.ts'
import { embedded } from './world/embedded.ts'

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'kafka' },
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

const told = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

function refused(what: string): never {
  told(what)
  process.exit(2)
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  return Number.isSafeInteger(value) && value >= 0
    ? value
    : refused(`--${name} is a whole number, not "${text}"`)
}

const { on } = values
if (on !== 'kafka' && on !== 'sqlite') refused(`--on is kafka or sqlite, not "${on}"`)
const chosen = faults(on, values.only)
const plan = { ...LOAD, seed: wholeNumber('seed', values.seed) }
const calmMs = 1_000 * wholeNumber('seconds', values.seconds)
if (values.write && values.only !== '') refused('--write is for a run of all faults')
if (chosen.length === 0) refused(`no fault on ${on} has "${values.only}" in its name`)
if (on === 'kafka' && (await wayToBrokers()) !== 'docker' && (await wayToBrokers()) !== 'jvm') {
  refused(`brokers of our own are needed, to which anything may be done; ${NEITHER}`)
}

const opening = on === 'kafka' ? cluster(told) : embedded()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void opening.then((opened) => opened.close()).finally(() => process.exit(1))
  })
}
const world = await opening
try {
  const outcome = await runChaos({ world, faults: chosen, plan, calmMs, told })
  process.stdout.write(values.json ? `${jsonOf(outcome)}\n` : pageOf(outcome))
  if (values.write) writePage(on, outcome)
  if (failed(outcome)) process.exitCode = 1
} finally {
  await world.close()
}
