// node test/brokers/run.ts [--way] [GLOB...]
// Runs the tests that need real brokers, one file after the other, on three brokers that they share
// where they do them no harm. --way: says how this machine has brokers, and runs nothing.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { NEITHER, sharedBrokers, sharing, wayToBrokers } from './index.ts'

/** Not a failure, and not a success either. */
const NOT_RUN = 3

const root = resolve(import.meta.dirname, '..', '..')
const words = process.argv.slice(2)
const globs = words.filter((word) => !word.startsWith('--'))

const way = await wayToBrokers()
if (way === undefined) notRun()
else if (words.includes('--way')) console.log(way)
else await runTests(globs)

function notRun(): void {
  const line = '!'.repeat(80)
  console.error(`${line}\n!! NOT RUN: the tests on real Kafka brokers.\n!! ${NEITHER}.\n${line}`)
  process.exitCode = process.env['CI'] === '1' ? 1 : NOT_RUN
}

async function runTests(files: readonly string[]): Promise<void> {
  const began = performance.now()
  const brokers = await sharedBrokers()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.error(`brokers: ${way}: ${brokers.addresses.join(', ')} after ${seconds} s`)
  const child = spawn(process.execPath, ['test/node-test.ts', '--one-by-one', ...files], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...sharing(brokers.addresses) },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => child.kill(signal))
  process.exitCode = await new Promise<number>((done) => {
    child.once('exit', (code) => done(code ?? 1))
  })
  await brokers.stopAll()
}
