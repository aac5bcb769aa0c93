import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { faults } from './faults/index.ts'
import { LOAD } from './load/plan.ts'
import { runChaos } from './run.ts'
import { cluster } from './world/cluster.ts'

/** Progress counts as a sign of life. */
const told = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const CALM_MS = 2_000
const plan = { ...LOAD, pools: 4 }

test('the leader is killed, then a broker: what was acknowledged is there, once', async () => {
  const world = await cluster(told)
  after(() => world.close())
  const chosen = [...faults('kafka', 'leader-killed'), ...faults('kafka', 'broker-killed')]
  assert.equal(chosen.length, 2)

  const outcome = await runChaos({ world, faults: chosen, plan, calmMs: CALM_MS, told })

  const { lost, doubled, findings, acknowledged, contacts } = outcome
  assert.deepEqual([lost, doubled, findings], [0, 0, []])
  for (const [name, fault] of Object.entries(outcome.faults)) {
    assert.deepEqual(fault.findings, [], name)
  }
  assert.ok(contacts > 50 && acknowledged > contacts, `a busy time, not ${acknowledged} answers`)
})
