// The stories of test/acceptance, told to separate processes on real brokers.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { sharedBrokers, sharing } from '../brokers/index.ts'

const root = resolve(import.meta.dirname, '..', '..')
let brokers: Awaited<ReturnType<typeof sharedBrokers>>
before(async () => {
  brokers = await sharedBrokers()
})
after(() => brokers.stopAll())

/** Runs a program to its end; what it says is told when it fails, and that it lives meanwhile. */
async function ends(args: readonly string[], more: Record<string, string>) {
  const env: NodeJS.ProcessEnv = { ...process.env, ...sharing(brokers.addresses), ...more }
  // Tests within a test report for themselves.
  delete env['NODE_TEST_CONTEXT']
  const child = spawn(process.execPath, args, { cwd: root, env })
  let out = ''
  let all = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    all += text
    process.stderr.write(text)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text
    process.stderr.write(text)
  })
  const code = await new Promise((done) => {
    child.once('close', done)
  })
  return { code, out, all }
}

test('the acceptance stories hold on separate processes with Kafka', async () => {
  const files = 'test/acceptance/*.test.ts'
  const { code, all } = await ends(['test/node-test.ts', '--one-by-one', files], {
    EVENKEEL_WORLD: 'kafka',
  })
  assert.equal(code, 0, all)
  // Whatever went wrong with the runner itself: the stories have been told.
  assert.match(all, /✔ 9 given an agent has it, when it is transferred/)
})

test('a short day on three replicas of routing and one of skills adds up', async () => {
  const addresses = brokers.addresses.join(',')
  const day = ['demo', '--kafka', addresses, '--duration', '3m', '--seed', '3', '--json']
  const { code, out, all } = await ends(['services/evenkeel/main.ts', ...day], {})
  assert.equal(code, 0, all)
  const report: unknown = JSON.parse(out)
  assert.partialDeepStrictEqual(report, {
    contacts: { open: 0 },
    violations: 0,
    violation_details: [],
  })
  assert.ok(report instanceof Object && 'assignments' in report)
  assert.notDeepEqual(report.assignments, { total: 0, below_required_skill: 0 })
})
